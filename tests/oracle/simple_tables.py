"""Small random tables of points: two to four direct groups, ties, copies, N/A, gates, classes."""

import random
from decimal import Decimal
from fractions import Fraction

from folders import Evaluation, simple_rules


def half_points(rng, most):
    return Decimal(rng.randint(0, int(2 * most))) / 2


def head(rng, rules, names, plain):
    """Basis, ties, classes and gates."""
    scale = rules["scale"]
    if plain:
        rules["rank_by"] = rng.choice(["points", "share"])
        if rng.random() < 0.5:
            rules["ties"] = [rng.choice(["votes", {"criterion": rng.choice(names)}])]
        return
    rules["rank_by"] = rng.choice(["points", "share"])
    rules["ranks"] = rng.choice(["competition", "dense", "fractional"])
    rules["ties"] = rng.sample(["votes", "points", "share", "more-bonus", {"criterion": names[0]}],
                               rng.randint(0, 3))
    if rng.random() < 0.6:
        bounds = sorted({half_points(rng, scale) for _ in range(2)}, reverse=True)
        rules["classes"] = [{"code": f"c{i}", "name": f"C{i}", rng.choice(["from", "over"]): bound}
                            for i, bound in enumerate(bounds)] + [{"code": "z", "name": "Z"}]
        rules["rank_class_first"] = rng.random() < 0.3
    if rng.random() < 0.4:
        effect = rng.choice(["deduct", "bar", "unranked", "deferred"])
        gate = {"code": "g", "effect": effect, "reason": "Lý do",
                "when": {"points": "total", rng.choice(["<", ">="]): half_points(rng, scale)}}
        if rng.random() < 0.5:
            gate["when"] = {"points": names[0], "<": half_points(rng, scale / 4)}
        if effect == "deduct":
            gate["points"] = Decimal(rng.randint(1, 6)) / 2
        if effect == "bar":
            gate["awards"] = ["*"]
            if "classes" in rules:
                gate["classes"] = [rules["classes"][0]["code"]]
        rules["gates"] = [gate]


def values(rng, maxima, levels):
    return {code: Decimal(rng.randint(0, levels)) * most / levels for code, most in maxima.items()}


def write(seed, path, n_items=None, n_units=None, plain=False, same_maxima=False):
    """
    plain: ranks by points or shares, nothing else that moves; same_maxima: no N/A. Returns the
    random generator, to be drawn from further.
    """
    rng = random.Random(f"simple {seed}")
    count = n_items or rng.randint(2, 4)
    maxima = {f"I{i + 1}": Decimal(rng.choice([10, 20, 25, 30, 40])) for i in range(count)}
    criteria = [{"code": code, "name": code, "max": most, "direct": True}
                for code, most in maxima.items()]
    bonus = rng.random() < 0.4
    if bonus:
        criteria.append({"code": "T", "name": "T", "max": 0, "parts": [
            {"function": "per-case", "of": "t", "points": Decimal("0.5"), "effect": "bonus"}]})
    for one in criteria:
        one["not_applicable"] = "exclude"
    rules = simple_rules(criteria, decimals=2)
    rules["scale"] = sum(maxima.values())
    head(rng, rules, list(maxima), plain)
    evaluation = Evaluation(2025)
    evaluation.rules[""] = rules
    evaluation.clusters = [("C1", "")] + ([("C2", "")] if rng.random() < 0.3 else [])
    evaluation.values["final"] = {}
    levels = rng.choice([4, 5, 8, 20, 40])
    some_na = not same_maxima and rng.random() < 0.4
    for u in range(n_units or rng.randint(2, 6)):
        name = f"U{u + 1}"
        evaluation.units.append({"id": name, "cluster": rng.choice(evaluation.clusters)[0]})
        row = values(rng, maxima, levels)
        if u and rng.random() < 0.2:
            row = dict(evaluation.values["final"][f"U{rng.randint(1, u)}"])
        if bonus:
            row.setdefault("t", rng.choice([0, 0, 1, 3]))
        evaluation.values["final"][name] = row
        if some_na and rng.random() < 0.4:
            evaluation.not_applicable.append((name, rng.choice(list(maxima))))
        if rng.random() < 0.5:
            evaluation.votes[name] = rng.randint(0, 2)
    evaluation.clusters = [one for one in evaluation.clusters
                           if any(unit["cluster"] == one[0] for unit in evaluation.units)]
    evaluation.decimal_mark = "."
    evaluation.write(path)
    return rng


def random_share(rng):
    return Fraction(rng.randint(1, 10**6 - 1), 10**6)
