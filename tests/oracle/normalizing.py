"""Normalizations: the standing of a value among the units of the cluster, or of all."""

import math
from fractions import Fraction


def min_max(x, xs, lower, if_constant):
    lo, hi = min(xs), max(xs)
    if lo == hi:
        return if_constant
    return (hi - x) / (hi - lo) if lower else (x - lo) / (hi - lo)


def z_score(x, xs, lower, _):
    numbers = sorted(map(float, xs))
    if numbers[0] == numbers[-1]:
        return Fraction(0)
    mean = sum(numbers) / len(numbers)
    squares = sum((one - mean) ** 2 for one in numbers)
    z = (float(x) - mean) / math.sqrt(squares / (len(numbers) - 1))
    return Fraction(-z if lower else z)


def share_of_best(x, xs, lower, _):
    if lower:
        lo = min(xs)
        if x == lo:
            return Fraction(1)
        return lo / x if lo > 0 else Fraction(0)
    hi = max(xs)
    return x / hi if hi > 0 else Fraction(0)


def percentile(x, xs, lower, if_constant):
    if min(xs) == max(xs):
        return if_constant
    worse = sum(1 for one in xs if (one > x if lower else one < x))
    return Fraction(worse, len(xs) - 1)


METHODS = {
    "min-max": min_max,
    "z-score": z_score,
    "share-of-best": share_of_best,
    "percentile": percentile,
}


def on_scale(node, n):
    given = node.normalize
    if given["method"] == "z-score":
        return given.get("mean", Fraction(0)) + given.get("spread", Fraction(1)) * n
    low, high = given.get("range", [0, 1 if node.parent.is_mean else node.max])
    return low + (high - low) * n


def normalize(node, column, clusters):
    """Replaces the values of one criterion's scores, all units of one rule set."""
    given = node.normalize
    lower = any(part.given.get("better") == "lower" and part.function == "value"
                for part in node.parts)
    scope = {}
    for u, score in enumerate(column):
        if score.has_value:
            key = clusters[u] if given.get("scope", "cluster") == "cluster" else None
            scope.setdefault(key, []).append(score)
    for scores in scope.values():
        xs = [score.value for score in scores]
        for score, x in zip(scores, xs):
            if given["method"] == "share-of-max":
                n = x / score.assigned if score.assigned else Fraction(0)
            else:
                n = METHODS[given["method"]](x, xs, lower, given.get("if_constant", Fraction(1)))
            score.value = node.clamped(on_scale(node, n))
            score.bonus = score.deduction = Fraction(0)
            score.inexact = score.inexact or given["method"] == "z-score"
