"""
Aggregation methods from their definitions, in fractions and decimals of 60 digits.

matrix[u][k] is a Fraction, None where item k is left out for unit u; weights[k] > 0; lower[k]: less
is better. Each function gives the merit of every unit, 0 to 1 (section Methods of engine/README.md).
"""

from decimal import Decimal, localcontext
from fractions import Fraction

DIGITS = 60


def exact(x):
    return Decimal(x.numerator) / Decimal(x.denominator)


def column(matrix, k):
    return [row[k] for row in matrix if row[k] is not None]


def shares(row, weights):
    """Weights among the items that the unit has."""
    held = sum(w for x, w in zip(row, weights) if x is not None)
    return [None if x is None else Fraction(w) / held for x, w in zip(row, weights)]


def bounds(matrix, k, lower):
    """The best and the worst value of an item."""
    values = column(matrix, k)
    return (min(values), max(values)) if lower[k] else (max(values), min(values))


def per_item(matrix, lower, scale):
    """scale(x, best, worst, lower) of every value."""
    edges = [bounds(matrix, k, lower) if column(matrix, k) else None for k in range(len(lower))]
    return [[None if x is None else scale(x, *edges[k], lower[k]) for k, x in enumerate(row)]
            for row in matrix]


def min_max(x, best, worst, _lower):
    return Fraction(1) if best == worst else (x - worst) / (best - worst)


def share_of_best(x, best, _worst, lower):
    if not lower:
        return x / best if best > 0 else Fraction(0)
    return Fraction(1) if x == best else best / x if best > 0 else Fraction(0)


def weighted_sum(matrix, weights, lower):
    if any(lower):
        matrix = per_item(matrix, lower, min_max)
    return [exact(sum(w * x for w, x in zip(shares(row, weights), row) if x is not None))
            for row in matrix]


def geometric_mean(matrix, weights, lower):
    if any(lower):
        matrix = per_item(matrix, lower, share_of_best)
    merits = []
    for row in matrix:
        pairs = [(w, x) for w, x in zip(shares(row, weights), row) if x is not None]
        if any(x <= 0 for _, x in pairs):
            merits.append(Decimal(0))
        else:
            merits.append(sum(exact(w) * exact(x).ln() for w, x in pairs).exp())
    return merits


def closeness(matrix, weights, lower, spans):
    merits = []
    for row in matrix:
        to = [Decimal(0), Decimal(0)]
        for k, share in enumerate(shares(row, weights)):
            if share is None or spans[k] == 0:
                continue
            for side, edge in enumerate(bounds(matrix, k, lower)):
                to[side] += (exact(share) * exact(row[k] - edge) / spans[k]) ** 2
        best, worst = to[0].sqrt(), to[1].sqrt()
        merits.append(Decimal(1) if best + worst == 0 else worst / (best + worst))
    return merits


def topsis(matrix, weights, lower):
    spans = [exact(sum((x * x for x in column(matrix, k)), Fraction(0))).sqrt()
             for k in range(len(lower))]
    return closeness(matrix, weights, lower, spans)


def topsis_min_max(matrix, weights, lower):
    spans = [exact(max(column(matrix, k)) - min(column(matrix, k))) if column(matrix, k)
             else Decimal(0) for k in range(len(lower))]
    return closeness(matrix, weights, lower, spans)


def stretched(values):
    lo, hi = min(values), max(values)
    return [Fraction(0) if lo == hi else (x - lo) / (hi - lo) for x in values]


def vikor(matrix, weights, lower):
    gaps = per_item(matrix, lower,
                    lambda x, best, worst, _: Fraction(0) if best == worst
                    else (best - x) / (best - worst))
    terms = [[w * g for w, g in zip(shares(row, weights), gap) if g is not None]
             for row, gap in zip(matrix, gaps)]
    sums = stretched([sum(t) for t in terms])
    regrets = stretched([max(t) for t in terms])
    return [exact(1 - (s + r) / 2) for s, r in zip(sums, regrets)]


def lead(a, b, weights, lower):
    """Weight for a less weight for b, and the weight of what both have."""
    net, common = Fraction(0), Fraction(0)
    for x, y, w, less in zip(a, b, weights, lower):
        if x is not None and y is not None:
            common += w
            net += w * ((x > y) - (x < y)) * (-1 if less else 1)
    return net, common


def pairwise(matrix, weights, lower, of_pair):
    n = len(matrix)
    if n < 2:
        return [Decimal("0.5")] * n
    sums = [sum(of_pair(*lead(a, b, weights, lower)) for j, b in enumerate(matrix) if j != i)
            for i, a in enumerate(matrix)]
    return [exact((s / (n - 1) + 1) / 2) for s in sums]


def promethee(matrix, weights, lower):
    return pairwise(matrix, weights, lower,
                    lambda net, common: net / common if common else Fraction(0))


def copeland(matrix, weights, lower):
    return pairwise(matrix, weights, lower, lambda net, _: Fraction((net > 0) - (net < 0)))


def borda(matrix, weights, lower):
    merits = []
    for i, row in enumerate(matrix):
        merit = Fraction(0)
        for k, share in enumerate(shares(row, weights)):
            if share is None:
                continue
            others = [r[k] for j, r in enumerate(matrix) if j != i and r[k] is not None]
            worse = sum(y > row[k] if lower[k] else y < row[k] for y in others)
            places = worse + Fraction(sum(y == row[k] for y in others), 2)
            merit += share * (places / len(others) if others else Fraction(1, 2))
        merits.append(exact(merit))
    return merits


METHODS = {
    "weighted-sum": weighted_sum,
    "geometric-mean": geometric_mean,
    "topsis": topsis,
    "topsis-min-max": topsis_min_max,
    "vikor": vikor,
    "promethee-ii": promethee,
    "copeland": copeland,
    "borda": borda,
}


def merits_of(method, matrix, weights, lower):
    """Items without weight do not exist; a unit that has nothing with a weight has the merit 0."""
    kept = [k for k, w in enumerate(weights) if w > 0]
    rows = [[row[k] for k in kept] for row in matrix]
    having = [u for u, row in enumerate(rows) if any(x is not None for x in row)]
    merits = [Decimal(0)] * len(matrix)
    with localcontext() as context:
        context.prec = DIGITS
        if having:
            found = METHODS[method]([rows[u] for u in having], [Fraction(weights[k]) for k in kept],
                                    [lower[k] for k in kept])
            for u, merit in zip(having, found):
                merits[u] = +merit
    return merits
