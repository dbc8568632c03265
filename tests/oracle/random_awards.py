#!/usr/bin/env python3
"""
Random evaluations with award policies, small enough to look at every choice, with points so
coarse that equals are everywhere.

    python3 tests/oracle/random_awards.py SEED FOLDER        writes one
"""

import random
import sys
from decimal import Decimal

from folders import Evaluation, simple_rules

KINDS = ("tỉnh", "con")
CATEGORIES = ("xã", "phường", "đặc khu")
SCOPES = ("cluster", "group", "all")
RANKS = ("competition", "competition", "dense", "fractional")
METHODS = ("largest-remainder", "dhondt", "sainte-lague", "adams", "huntington-hill")
SHARES = ("1/2", "1/3", "2/3", Decimal("0.3"), Decimal("0.85"), Decimal("0.5"), 0, 1)
RATIOS = ("1/2", "2/3", Decimal("0.2"), Decimal("0.3"), Decimal("0.85"), "1/3", 0, 1)


class Shape:
    """What a family of evaluations has. most: units; all: bounds over everybody."""

    def __init__(self, most=10, clusters=5, awards=3, lower=0.0, shared=0.35, within_all=True,
                 gates=True):
        self.most, self.clusters, self.awards = most, clusters, awards
        self.lower, self.shared, self.within_all, self.gates = lower, shared, within_all, gates

    def scopes(self):
        return SCOPES if self.within_all else SCOPES[:2]


def rule_set(rng, kind, gates):
    basis = rng.choice(["points", "share"])
    head = {
        "code": f"rules-{kind}",
        "rank_by": basis,
        "ranks": rng.choice(RANKS),
        "ties": rng.choice([[], [{"criterion": "A"}]]),
        "classes": [{"code": "xs", "name": "XS", "from": 5},
                    {"code": "tot", "name": "Tốt", "from": Decimal("2.5")},
                    {"code": "kem", "name": "Kém", "from": 1}],
        "indicators": {"g": {"kind": "number"}},
        "not_applicable": "exclude" if basis == "share" else "zero",
    }
    if gates:
        head["gates"] = [
            {"code": "b", "reason": "b", "when": {"indicator": "g", "=": 1}, "effect": "bar",
             "awards": rng.choice([["*"], ["w0"], ["w1", "w2"]])},
            {"code": "d", "reason": "d", "when": {"indicator": "g", "=": 2},
             "effect": "deferred"},
            {"code": "u", "reason": "u", "when": {"indicator": "g", "=": 3},
             "effect": "unranked"},
            {"code": "m", "reason": "m", "when": {"indicator": "g", "=": 4}, "effect": "deduct",
             "points": Decimal("0.5")},
        ]
    return simple_rules([
        {"code": "A", "max": 3, "parts": [
            {"function": "direct", "of": "A"},
            {"function": "per-case", "effect": "deduct", "of": "x", "points": Decimal("0.5")}],
         "clamp": {"min": 0}},
        {"code": "B", "max": 3, "parts": [
            {"function": "direct", "of": "B"},
            {"function": "direct", "effect": "bonus", "of": "y", "cap": 1}]}], **head)


def people(rng, evaluation, shape):
    for c in range(rng.randint(1, shape.clusters)):
        evaluation.clusters.append((f"c{c}", rng.choice(KINDS)))
    groups = rng.choice([[], ["n0"], ["n0", "n1"], ["n0", "n1", ""]])
    kind_of = {}
    for cluster, kind in evaluation.clusters if groups else []:
        fitting = [one for one in groups if kind_of.setdefault(one, kind) == kind or not one]
        evaluation.groups[cluster] = rng.choice(fitting or [f"n{kind}"])
    rows = {}
    for u in range(rng.randint(1, shape.most)):
        unit, (cluster, _) = f"u{u}", rng.choice(evaluation.clusters)
        evaluation.units.append({"id": unit, "cluster": cluster,
                                 "category": rng.choice(CATEGORIES)})
        gate = rng.choice([0] * 9 + [1, 2, 3, 4]) if shape.gates else 0
        rows[unit] = {"A": rng.choice([1, 2, 3]), "B": rng.choice([1, 3]), "g": gate,
                      "x": rng.choice([0, 0, 0, 1]),
                      "y": rng.choice([0, 0, 0, Decimal("0.5")])}
        if rng.random() < 0.08:
            evaluation.not_applicable.append((unit, "B"))
        if rng.random() < 0.7:
            evaluation.votes[unit] = ballot(rng)
        for _ in range(rng.choice([0, 0, 1, 2, 3])):
            row = (unit, evaluation.year - rng.randint(0, 3), rng.choice(["w0", "old"]))
            if row not in evaluation.history:
                evaluation.history.append(row)
    used = {unit["cluster"] for unit in evaluation.units}
    evaluation.clusters = [one for one in evaluation.clusters if one[0] in used]
    evaluation.values = {"final": rows}


def ballot(rng):
    council = rng.choice([7, 9])
    present = rng.randint(4, council)
    votes = rng.randint(1, present)
    row = {"votes": votes, "council": council, "present": present,
           "blank": rng.randint(0, present - votes)}
    for name in ("council", "present"):
        if rng.random() < 0.15:
            row[name] = None
    return row


class PolicyMaker:
    def __init__(self, rng, shape):
        self.rng, self.shape = rng, shape
        self.before = []  # codes of awards that may be named
        self.given = False

    def condition(self, depth=0):
        rng = self.rng
        forms = [
            lambda: {"rank_at_most": rng.randint(1, 3)},
            lambda: {"leader": rng.random() < 0.7},
            lambda: {"class_at_least": rng.choice(["xs", "tot", "kem"])},
            lambda: {"share_at_least": rng.choice(SHARES)},
            lambda: {"points_at_least": rng.choice([1, Decimal("2.5"), 4])},
            lambda: {"criterion": rng.choice("AB"), "share_at_least": rng.choice(SHARES)},
            lambda: {"criterion": rng.choice("AB"), "points_at_least": rng.choice([1, 2])},
            lambda: {"lowest_share": rng.choice(["groups", "leaves"]),
                     "at_least": rng.choice(SHARES)},
            lambda: {"held": ["old"], "years_back": [1, rng.randint(1, 3)],
                     rng.choice(["at_least", "at_most"]): rng.choice([1, 2])},
            lambda: {"held_every_year": ["old"] + (["w0"] if self.given else []),
                     "years_back": rng.choice([[1, 1], [1, 2], [0, 1]] if self.given
                                              else [[1, 1], [1, 2]])},
            lambda: {"votes_at_least": rng.choice(["2/3", "1/2", Decimal("0.8")]),
                     "of": rng.choice(["units", "present", "council"])},
            lambda: {"category": rng.sample(CATEGORIES, rng.randint(1, 2))},
            lambda: {"cluster_size_at_least": rng.randint(1, 4)},
        ]
        if self.before:
            forms += [lambda: {rng.choice(["holds", "not_holds"]): rng.choice(self.before)}] * 2
        if depth < 2 and rng.random() < 0.3:
            inner = [self.condition(depth + 1) for _ in range(rng.randint(1, 3))]
            return rng.choice([{"any": inner}, {"all": inner}, {"not": inner[0]}])
        return rng.choice(forms)()

    def bound(self, ofs):
        rng = self.rng
        bound = {"within": rng.choice(self.shape.scopes())}
        if rng.random() < 0.6:
            bound["count"] = rng.choice([0, 1, 1, 1, 2, 2, 3, 4])
        else:
            bound["share"] = rng.choice(RATIOS)
            bound["of"] = rng.choice(ofs)
            bound["rounding"] = rng.choice(["floor", "nearest", "ceil"])
        if bound["within"] != "all" and rng.random() < 0.2:
            bound["only"] = rng.choice(KINDS)
        return bound

    def merit(self):
        rng = self.rng
        keys = ["rank", "share", "points", "class", "votes", "fewer-deductions", "more-bonus",
                {"criterion": rng.choice("AB")}, {"held": ["old"], "years_back": [1, 3]},
                {"not_held": ["old"], "years_back": [1, 1]}]
        return rng.sample(keys, rng.choice([1, 1, 2, 3]))

    def lower(self):
        rng = self.rng
        bound = {"category": rng.sample(CATEGORIES, rng.choice([1, 1, 2])),
                 "within": rng.choice(self.shape.scopes())}
        if rng.random() < 0.5:
            bound["at_least"] = rng.choice([1, 1, 2])
        else:
            bound["share"] = rng.choice(["1/2", "1/3", Decimal("0.3"), "2/3"])
        return bound

    def award(self, code):
        rng = self.rng
        award = {"code": code, "name": code.upper()}
        if rng.random() < 0.6:
            award["conditions"] = [self.condition() for _ in range(rng.choice([1, 1, 2]))]
        ofs = ["units", "ranked", "leaders", "eligible", "remaining"]
        ofs += [{"holders": one} for one in self.before]
        award["limits"] = [self.bound(ofs) for _ in range(rng.choice([1, 1, 2, 3]))]
        if rng.random() < 0.8:
            award["merit"] = self.merit()
        if self.before and rng.random() < 0.5:
            award["exclusive_with"] = rng.sample(self.before, rng.randint(1, len(self.before)))
            named = str(award.get("conditions"))
            if any(f"'holds': '{one}'" in named for one in award["exclusive_with"]):
                del award["exclusive_with"]
        award["ties"] = rng.choice(["council", "council", "include", "exclude"])
        award["reserve"] = rng.choice([0, 0, 1, 2, "all"])
        award["scope"] = rng.choice(SCOPES)
        if rng.random() < self.shape.lower:
            award["ties"] = "council"
            award["lower"] = [self.lower() for _ in range(rng.choice([1, 1, 2]))]
        elif rng.random() < 0.12:
            award["limits"] = [one for one in award["limits"]
                               if one["within"] != "cluster" or "count" not in one]
            if not award["limits"]:
                del award["limits"]
            award["distribute"] = {"total": rng.randint(0, 4), "by": rng.choice(["units", "ranked"]),
                                   "method": rng.choice(METHODS)}
        return award

    def policy(self):
        rng = self.rng
        policy = {"thidua": "policy/1", "code": "p", "name": "P",
                  "valid": {"from": "2025-01-01", "to": "2025-12-31"}, "awards": []}
        for w in range(rng.randint(1, self.shape.awards)):
            code = f"w{w}"
            if w == 0 and rng.random() < 0.3:
                policy["awards"].append({"code": code, "name": code.upper(), "given": True})
                self.given = True
            else:
                policy["awards"].append(self.award(code))
            self.before.append(code)
        mine = [one["code"] for one in policy["awards"] if "given" not in one]
        if len(mine) > 1 and rng.random() < self.shape.shared:
            policy["limits"] = [
                dict(self.bound(["units", "ranked", "leaders"]),
                     awards=rng.sample(mine, rng.randint(2, len(mine)))) for _ in range(2)]
            for one in policy["awards"]:  # the text leaves open what an empty seat means to others
                if one.get("ties") == "exclude":
                    one["ties"] = "council"
        return policy


def make(seed, shape=None):
    rng, shape = random.Random(f"awards {seed}"), shape or Shape()
    evaluation = Evaluation()
    people(rng, evaluation, shape)
    kinds = {kind for _, kind in evaluation.clusters}
    shared = rng.random() < 0.8
    same = rule_set(rng, "r", shape.gates)
    evaluation.rules = {kind: same if shared else rule_set(rng, f"r{kind}", shape.gates)
                        for kind in sorted(kinds)}
    evaluation.policy = PolicyMaker(rng, shape).policy()
    if evaluation.policy["awards"][0].get("given") is None:  # nobody holds it before it is decided
        evaluation.history = [row for row in evaluation.history
                              if row[1:] != (evaluation.year, "w0")]
    evaluation.history = [row for row in evaluation.history
                          if row[1:] != (evaluation.year, "old")]
    return evaluation


if __name__ == "__main__":
    make(int(sys.argv[1])).write(sys.argv[2])
