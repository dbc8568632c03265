"""
Sharing out a total (section 19), by definition: every seat vector is looked at, and kept when
the method allows it. What all of them give is certain; the rest is claimed with equal right.
"""

from fractions import Fraction

# Squares of the divisors d(a) between a and a + 1 seats: squares keep them rational.
DIVISORS = {
    "dhondt": lambda a: Fraction(a + 1) ** 2,
    "sainte-lague": lambda a: Fraction(2 * a + 1, 2) ** 2,
    "adams": lambda a: Fraction(a) ** 2,
    "huntington-hill": lambda a: Fraction(a * (a + 1)),
}
METHODS = ("largest-remainder", *DIVISORS)


def vectors(total, n):
    """Every way to give `total` seats to n claimants."""
    if n == 1:
        yield (total,)
        return
    for first in range(total + 1):
        for rest in vectors(total - first, n - 1):
            yield (first, *rest)


def claim(method, weight, seats):
    """
    Right to the seat after `seats`, squared: w^2 / d(a)^2. d(0) = 0 comes before everything,
    among such the larger weight (Balinski and Young's convention); a weight of 0 claims nothing.
    """
    divisor = DIVISORS[method](seats)
    if weight == 0:
        return (-1, Fraction(0))
    return (1, Fraction(weight)) if divisor == 0 else (0, Fraction(weight) ** 2 / divisor)


def is_by_divisors(method, weights, seats):
    """The min-max inequality: no seat would have gone with more right to somebody else."""
    taken = [claim(method, w, a - 1) for w, a in zip(weights, seats) if a > 0]
    wanted = [claim(method, w, a) for w, a in zip(weights, seats)]
    return not taken or max(wanted) <= min(taken)


def is_by_remainders(weights, seats):
    """Everybody has the whole part of the quota or one more, and nobody with a larger remainder
    went without."""
    quotas = [Fraction(sum(seats) * w, sum(weights)) for w in weights]
    extra = [a - q.numerator // q.denominator for a, q in zip(seats, quotas)]
    rest = [q - q.numerator // q.denominator for q in quotas]
    if any(one not in (0, 1) for one in extra):
        return False
    if any(one == 1 and part == 0 for one, part in zip(extra, rest)):
        return False
    given = [part for one, part in zip(extra, rest) if one == 1]
    without = [part for one, part in zip(extra, rest) if one == 0]
    return not given or not without or min(given) >= max(without)


def outcomes(method, total, weights):
    """Every seat vector that the method allows; [] when nobody has a weight."""
    if sum(weights) == 0:
        return []
    if method == "largest-remainder":
        return [v for v in vectors(total, len(weights)) if is_by_remainders(weights, v)]
    return [v for v in vectors(total, len(weights))
            if is_by_divisors(method, weights, v)
            and not any(a and not w for a, w in zip(v, weights))]


def apportion(method, total, weights):
    """(certain seats, who claims an open one, open seats)"""
    found = outcomes(method, total, weights)
    if not found:
        return [0] * len(weights), [False] * len(weights), 0
    certain = [min(column) for column in zip(*found)]
    tied = [max(column) > least for column, least in zip(zip(*found), certain)]
    return certain, tied, total - sum(certain)
