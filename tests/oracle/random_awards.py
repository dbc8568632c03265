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
    """
    What a family of evaluations has: `parts` that no bound ties together (with one part, bounds
    over everybody too), at most `most` units in each; `lower`: how often awards have lower bounds.
    """

    def __init__(self, most=10, parts=1, awards=3, lower=0.0, shared=0.35):
        self.most, self.parts, self.awards = most, parts, awards
        self.lower, self.shared = lower, shared

    def scopes(self):
        return SCOPES if self.parts == 1 else SCOPES[:2]


def rule_set(rng, kind):
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
    head["gates"] = [
        {"code": "b", "reason": "b", "when": {"indicator": "g", "=": 1}, "effect": "bar",
         "awards": rng.choice([["*"], ["w0"], ["w1", "w2"]])},
        {"code": "d", "reason": "d", "when": {"indicator": "g", "=": 2}, "effect": "deferred"},
        {"code": "u", "reason": "u", "when": {"indicator": "g", "=": 3}, "effect": "unranked"},
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


def place_units(rng, evaluation, shape, part):
    """Clusters, some of them in groups of one kind, and who is in them."""
    clusters = [(f"c{part}-{c}", rng.choice(KINDS)) for c in range(rng.randint(1, 5))]
    groups = rng.choice([["n"], ["n", "m"], ["n", "m", ""]] if shape.parts > 1 else
                        [[], ["n"], ["n", "m"], ["n", "m", ""]])
    units = [(f"u{part}-{u}", rng.choice(clusters)) for u in range(rng.randint(1, shape.most))]
    used = [one for one in clusters if any(cluster == one for _, cluster in units)]
    kind_of = {"": None}
    for cluster, kind in used if groups else []:
        fitting = [g for g in groups if not g or kind_of.setdefault(g, kind) == kind]
        group = rng.choice(fitting or [kind])
        evaluation.groups[cluster] = f"{group}{part}" if group else ""
    evaluation.clusters += used
    evaluation.units += [{"id": unit, "cluster": cluster, "category": rng.choice(CATEGORIES)}
                         for unit, (cluster, _) in units]


def people(rng, evaluation, shape):
    for part in range(shape.parts):
        place_units(rng, evaluation, shape, part)
    rows = {}
    for unit in [one["id"] for one in evaluation.units]:
        rows[unit] = {"A": rng.choice([1, 2, 3]), "B": rng.choice([1, 3]),
                      "g": rng.choice([0] * 9 + [1, 2, 3, 4]), "x": rng.choice([0, 0, 0, 1]),
                      "y": rng.choice([0, 0, 0, Decimal("0.5")])}
        if rng.random() < 0.08:
            evaluation.not_applicable.append((unit, "B"))
        if rng.random() < 0.7:
            evaluation.votes[unit] = ballot(rng)
        for _ in range(rng.choice([0, 0, 1, 2, 3])):
            row = (unit, evaluation.year - rng.randint(0, 3), rng.choice(["w0", "old"]))
            if row not in evaluation.history:
                evaluation.history.append(row)
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
    def __init__(self, rng, shape, categories):
        self.rng, self.shape = rng, shape
        self.categories = categories  # those that units have
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
            lambda: {"category": self.some_categories()},
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

    def some_categories(self):
        most = min(len(self.categories), self.rng.choice([1, 1, 2]))
        return self.rng.sample(self.categories, most)

    def lower(self):
        rng = self.rng
        bound = {"category": self.some_categories(),
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
            award["distribute"] = {"total": rng.randint(0, 4), "method": rng.choice(METHODS),
                                   "by": rng.choice(["units", "ranked"])}
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
        if "limits" in policy:
            for one in policy["awards"]:  # the text leaves open what an empty seat means to others
                if one.get("ties") == "exclude":
                    one["ties"] = "council"
        for award in policy["awards"]:
            drop_the_impossible(award, policy.get("limits", []))
        return policy


def drop_the_impossible(award, shared):
    """Lower bounds above a count that holds in the same or a wider place: the linter's errors."""
    counts = award.get("limits", []) + [one for one in shared if award["code"] in one["awards"]]

    def can_be(bound):
        most = [one["count"] for one in counts if "count" in one and "only" not in one
                and SCOPES.index(one["within"]) >= SCOPES.index(bound["within"])]
        return bound.get("at_least", 0) <= min(most, default=99)

    if "lower" in award:
        award["lower"] = [bound for bound in award["lower"] if can_be(bound)]
        if not award["lower"]:
            del award["lower"]


def make(seed, shape=None):
    rng, shape = random.Random(f"awards {seed}"), shape or Shape()
    evaluation = Evaluation()
    people(rng, evaluation, shape)
    kinds = {kind for _, kind in evaluation.clusters}
    shared = rng.random() < 0.8
    same = rule_set(rng, "r")
    evaluation.rules = {kind: same if shared else rule_set(rng, f"r{kind}")
                        for kind in sorted(kinds)}
    categories = sorted({unit["category"] for unit in evaluation.units})
    evaluation.policy = PolicyMaker(rng, shape, categories).policy()
    if evaluation.policy["awards"][0].get("given") is None:  # nobody holds it before it is decided
        evaluation.history = [row for row in evaluation.history
                              if row[1:] != (evaluation.year, "w0")]
    evaluation.history = [row for row in evaluation.history
                          if row[1:] != (evaluation.year, "old")]
    return evaluation


if __name__ == "__main__":
    make(int(sys.argv[1])).write(sys.argv[2])
