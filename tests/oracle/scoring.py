"""Leaves and the tree: points, assigned maxima, bonuses and deductions of every criterion."""

import copy
import math
from fractions import Fraction

from changing import amend_score
from decimals import decimal_meant, round_half_away
from functions import Place, applies, part_points
from normalizing import normalize

ZERO = Fraction(0)


class Score:
    """
    One criterion of one unit.

    value     what a mean above takes: unrounded for leaves and means
    points    what a sum above takes: on the grid (for a child of a mean: value, rounded)
    passes    maximum that an N/A criterion hands to its siblings
    has_value a leaf or node with a value of its own: not N/A, not missing
    inexact   computed in floating point somewhere below
    """

    def __init__(self, value=ZERO, assigned=ZERO):
        self.value = value
        self.points = ZERO
        self.assigned = assigned
        self.bonus = ZERO
        self.deduction = ZERO
        self.passes = ZERO
        self.is_na = False
        self.is_missing = False
        self.has_value = True
        self.inexact = False
        self.unranks = False


def base_deduction_bonus(node, values, peers, year):
    """(base, D, B) in exact fractions, or None when an indicator is missing."""
    places = [Place(part, node, values, peers, year) for part in node.parts]
    points = [part_points(place) for place in places]
    if any(point is None for point in points):
        return None
    counted = [True] * len(points)
    for group in {part.group for part in node.parts if part.group is not None}:
        members = [
            i for i, part in enumerate(node.parts) if part.group == group and applies(places[i])
        ]
        if not members:
            continue
        best = max(members, key=lambda i: (points[i], -i))
        for i in members:
            counted[i] = i == best

    def total(effect):
        return sum(
            (points[i] for i, part in enumerate(node.parts)
             if part.effect == effect and counted[i]),
            ZERO,
        )

    if any(part.effect == "score" for part in node.parts):
        base = total("score")
    else:
        base = node.given.get("start", node.max)
    deduction, bonus = total("deduct"), total("bonus")
    if node.deduction_cap is not None:
        deduction = min(deduction, node.deduction_cap)
    if node.bonus_cap is not None:
        bonus = min(bonus, node.bonus_cap)
    return base, deduction, bonus


def na_leaf(node):
    policy, most = node.not_applicable, node.max or ZERO
    score = Score(ZERO, most)
    score.has_value = False
    if policy == "full":
        score.value = most
    elif policy != "zero":
        score.is_na = True
        score.assigned = ZERO
        score.passes = most if policy == "redistribute" else ZERO
    return score


def missing_leaf(node):
    if node.missing == "error":
        raise ValueError(f"{node.code}: a value is missing")
    score = Score(ZERO, node.max or ZERO)
    score.has_value = False
    score.unranks = node.missing == "unranked"
    score.is_missing = node.missing == "to-parent"
    return score


def leaf_score(node, values, peers, rules, year):
    if values.is_na(node):
        return na_leaf(node)
    found = base_deduction_bonus(node, values, peers, year)
    if found is None:
        return missing_leaf(node)
    base, deduction, bonus = found
    score = Score(base - deduction + bonus, node.max or ZERO)
    if node.normalize is None:
        score.bonus = round_half_away(bonus, rules.grid)
        score.deduction = round_half_away(deduction, rules.grid)
        if node.bonus_outside:
            score.value = node.clamped(base - deduction) + bonus
        else:
            score.value = node.clamped(score.value)
    if not any(part.function == "value" for part in node.parts):
        score.value = round_half_away(score.value, rules.grid)
    return score


def sum_score(node, below, rules):
    score = Score()
    score.is_missing = any(child.is_missing for child in below)
    score.has_value = not score.is_missing
    for child in below:
        score.points += child.points
        score.assigned += child.assigned
        score.bonus += child.bonus
        score.deduction += child.deduction
    to_share = sum((child.passes for child in below if child.is_na), ZERO)
    if all(child.is_na for child in below) or (score.assigned == 0 and to_share > 0):
        score = Score()
        score.is_na, score.has_value, score.passes = True, False, to_share
        return score
    if to_share > 0:
        earned = score.points - score.bonus
        scaled = earned * (score.assigned + to_share) / score.assigned
        score.points = score.bonus + round_half_away(scaled, rules.grid)
        score.assigned += to_share
    if node.normalize is None:
        if node.bonus_outside:
            score.points = node.clamped(score.points - score.bonus) + score.bonus
        else:
            score.points = node.clamped(score.points)
    score.value = score.points
    return score


def weighted_mean(kind, pairs):
    """pairs of (weight, x) in the order of the file; None when the mean does not exist."""
    total = 0.0
    for weight, _ in pairs:
        total += weight
    if total == 0:
        return None
    if kind != "arithmetic":
        if any(x < 0 and weight > 0 for weight, x in pairs):
            return None
        if any(x == 0 and weight > 0 for weight, x in pairs):
            return 0.0
    result = 0.0
    for weight, x in pairs:
        if kind == "arithmetic":
            result += weight * x
        elif weight > 0:
            result += weight * math.log(x) if kind == "geometric" else weight / x
    if kind == "arithmetic":
        return result / total
    return math.exp(result / total) if kind == "geometric" else total / result


def mean_score(node, below):
    score = Score(ZERO, node.max or ZERO)
    score.inexact = True
    for child in below:
        score.bonus += child.bonus
        score.deduction += child.deduction
    pairs = list(zip(node.children, below))
    present = [(child, at) for child, at in pairs if not at.is_na]
    if not present:
        score = Score()
        score.is_na, score.has_value = True, False
        return score
    if node.if_missing == "rescale":
        present = [(child, at) for child, at in present if not at.is_missing]
    mean = None
    if not any(at.is_missing for _, at in present):
        mean = weighted_mean(
            node.combine, [(float(child.weight), float(at.value)) for child, at in present]
        )
    if mean is None:
        score.is_missing, score.has_value = True, False
        return score
    score.value = decimal_meant(mean)
    if node.normalize is None:
        score.value = node.clamped(score.value)
    return score


def gives_points(node):
    """What the node above takes: its points on the grid, or (under a mean) its value."""
    raw = node.is_leaf and any(part.function == "value" for part in node.parts)
    carries_points = not raw and not node.is_mean and node.normalize is None
    return node.parent is None or node.parent.is_sum or carries_points


def finish(node, score, rules):
    """Roundings on the way up, after normalization and clamp."""
    score.points = round_half_away(score.value, rules.grid)
    amend_score(node, score, rules, not gives_points(node))
    if not gives_points(node):
        return
    if node.parent is rules.root and rules.rounding == "group":
        score.points = round_half_away(score.points, rules.decimals)
    if node.parent is not None:
        score.value = score.points


def weighted(score, weight):
    """A child of the root under another weight; deductions are counted as they were."""
    copied = copy.copy(score)
    for name in ("points", "assigned", "bonus", "passes"):
        setattr(copied, name, weight * getattr(score, name))
    return copied


def score_tree(rules, values, clusters, year, weights=None):
    """
    {code: [Score per unit]} and the root's list under None.
    values: Values of all units under this rule set; clusters: their cluster ids; weights:
    {top criterion: multiplier} of a root that adds up.
    """
    peers = {}
    for one, cluster in zip(values, clusters):
        peers.setdefault(cluster, []).append(one)
    scores = {}

    def visit(node):
        for child in node.children:
            visit(child)
        column = []
        for u, one in enumerate(values):
            if node.is_leaf:
                score = leaf_score(node, one, peers[clusters[u]], rules, year)
            else:
                below = [scores[child.code][u] for child in node.children]
                score = sum_score(node, below, rules) if node.is_sum else mean_score(node, below)
                score.inexact = score.inexact or any(child.inexact for child in below)
            column.append(score)
        if node.normalize is not None:
            normalize(node, column, clusters)
        for score in column:
            finish(node, score, rules)
        scores[node.code] = column

    for child in rules.root.children:
        visit(child)
    scores[None] = root_scores(rules, scores, weights)
    return scores


def root_scores(rules, scores, weights=None):
    """The root's list, from the lists of its children under other weights."""
    root, column = rules.root, []
    for below in zip(*(scores[child.code] for child in root.children)):
        if weights is not None:
            below = [weighted(score, weights.get(child.code, 1))
                     for child, score in zip(root.children, below)]
        score = sum_score(root, below, rules) if root.is_sum else mean_score(root, below)
        score.inexact = score.inexact or any(child.inexact for child in below)
        column.append(score)
    for u, total in enumerate(column):
        finish(root, total, rules)
        places = rules.decimals if root.is_mean or rules.rounding != "leaf" else rules.grid
        total.points = total.value
        if weights is None or places < rules.grid:
            total.points = round_half_away(total.value, places)
        if weights is not None and places < rules.grid:
            total.assigned = round_half_away(total.assigned, places)  # on the grid of totals too
        total.unranks = any(scores[code][u].unranks for code in scores if code is not None)
    return column
