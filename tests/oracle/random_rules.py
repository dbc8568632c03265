#!/usr/bin/env python3
"""
Random evaluations: rule sets that use the whole language, and data with halves, ties,
blanks and criteria that do not apply. The same seed gives the same folder.

    python3 tests/oracle/random_rules.py SEED FOLDER
"""

import random
import sys
from decimal import Decimal

from folders import MACHINE, OFFICE, Evaluation
from random_data import fill
from random_heads import add_head
from random_parts import Indicator, Numbers, PartMaker


class RulesMaker:
    def __init__(self, rng):
        self.rng = rng
        self.decimals = rng.choice([2, 2, 2, 2, 0, 1, 3, 4])
        self.numbers = Numbers(rng, self.decimals)
        self.indicators, self.declared = {}, {}
        self.parts = PartMaker(rng, self.numbers, self.indicators, self.declared)
        self.nodes = []  # (given, parent given or None, effective policies)
        self.rank_policy = rng.choice(["exclude", "exclude", "full", "zero", "redistribute"])
        self.missing = rng.choice(["error", "error", "zero", "zero", "unranked"])
        self.uses_redistribution = rng.random() < 0.5
        if not self.uses_redistribution and self.rank_policy == "redistribute":
            self.rank_policy = "exclude"
        self.root_is_mean = rng.random() < 0.06

    def policies(self, given, inherited):
        """Own `missing` and `not_applicable` of a node; what its children inherit."""
        missing, not_applicable = inherited
        if self.rng.random() < 0.2:
            given["missing"] = missing = self.rng.choice(["error", "zero", "unranked"])
        if self.rng.random() < 0.2:
            choices = ["exclude", "full", "zero"]
            if self.uses_redistribution:
                choices += ["redistribute"] * 2
            given["not_applicable"] = not_applicable = self.rng.choice(choices)
        return missing, not_applicable

    def clamp(self, given, most, inner_mean=False):
        if self.rng.random() > 0.25:
            return
        clamp = {}
        if self.rng.random() < 0.7:
            clamp["min"] = self.rng.choice([Decimal(0), -self.numbers.points(0, 2),
                                            self.numbers.points(0, most / 2)])
        if not clamp or self.rng.random() < 0.6:
            clamp["max"] = self.numbers.points(max(most / 2, clamp.get("min", 0)), most + 2)
        if not inner_mean and self.rng.random() < 0.5:
            clamp["bonus"] = self.rng.choice(["inside", "outside"])
        given["clamp"] = clamp

    def normalization(self, given, most, under_mean, chance):
        if self.rng.random() > chance:
            return
        methods = ["min-max", "z-score", "share-of-best", "percentile"]
        if most > 0 and "max" in given:
            methods.append("share-of-max")
        normalize = {"method": self.rng.choice(methods)}
        if self.rng.random() < 0.5:
            normalize["scope"] = self.rng.choice(["cluster", "all"])
        if normalize["method"] in ("min-max", "percentile") and self.rng.random() < 0.4:
            normalize["if_constant"] = self.rng.choice([0, Decimal("0.5"), Decimal("0.125"), 1])
        if normalize["method"] == "z-score":
            if self.rng.random() < 0.7:
                normalize["mean"] = self.numbers.points(0, most)
                normalize["spread"] = self.numbers.points(0, 3)
        elif self.rng.random() < 0.4:
            low = self.numbers.points(0, most)
            normalize["range"] = [low, self.numbers.points(low, most + 1)]
        given["normalize"] = normalize

    def leaf(self, code, parent, most, under_mean, inherited):
        given = {"code": code, "name": f"Tiêu chí {code}"}
        missing, not_applicable = self.policies(given, inherited)
        if under_mean and self.rng.random() < 0.15:
            given["missing"] = missing = "to-parent"
        may_blank = missing != "error"
        if under_mean and self.rng.random() < 0.6:
            self.value_leaf(given, code, may_blank)
            most = Decimal(10)
        else:
            given["max"] = most
            if not under_mean and most > 0 and self.rng.random() < 0.06:
                self.value_leaf(given, code, may_blank)
            else:
                self.parts_leaf(given, code, most, may_blank)
        chance = 0.07 if "value" not in given else 0.6 if under_mean else 1
        self.normalization(given, most, under_mean, chance)
        if "normalize" in given and not_applicable in ("full", "zero"):
            # What N/A in full means on another scale is not written anywhere.
            given["not_applicable"] = not_applicable = "exclude"
        if "value" not in given:
            self.clamp(given, most)
        self.nodes.append((given, parent, (missing, not_applicable)))
        return given

    def value_leaf(self, given, code, may_blank):
        given["value"] = {"of": self.parts.number_of(code, may_blank, *self.rng.choice(
            [(0, 100), (0, 1000), (1, 5), (-3, 3)]))}
        if self.rng.random() < 0.4:
            given["value"]["better"] = "lower"

    def parts_leaf(self, given, code, most, may_blank):
        if most > 0 and self.rng.random() < 0.15 and self.short_form(given, code, most, may_blank):
            return
        effects = [self.rng.choice(["score", "bonus", "deduct"])
                   for _ in range(self.rng.choice([1, 1, 2, 2, 3, 4]))]
        if most == 0:
            effects = ["bonus" if effect == "score" else effect for effect in effects]
        parts = []
        for effect in effects:
            before = set(self.indicators)
            part = self.parts.make(code, most, effect, may_blank)
            self.conditions_of_part(part, code, before)
            parts.append(part)
        if len(parts) > 1 and self.rng.random() < 0.3:
            for part in self.rng.sample(parts, 2):
                part["group"] = "g"
                no_negative_points(part)
        given["parts"] = parts
        if "score" not in effects and self.rng.random() < 0.3:
            given["start"] = self.numbers.points(0, most)
        for key in ("deduction_cap", "bonus_cap"):
            if self.rng.random() < 0.3:
                given[key] = self.numbers.points(0, max(most, Decimal(1)))

    def conditions_of_part(self, part, code, before):
        if self.rng.random() < 0.2:
            if self.rng.random() < 0.5:
                own = set(self.indicators) - before
                name = self.parts.flag(code)
                part["when"] = {"indicator": name, "=": 1}
                for one in own:
                    self.indicators[one].only_if = name
            else:
                part["when"] = self.parts.condition(code)
        if self.rng.random() < 0.15:
            part["exempt"] = self.parts.condition(code)

    def short_form(self, given, code, most, may_blank):
        kind = self.rng.choice(["direct", "pass", "pass-points", "deduct", "ratio"])
        new = self.parts.new_indicator
        if kind == "direct":
            given["direct"] = True
            self.indicators[code] = Indicator(lambda n: n.raw(0, most), may_blank)
            if self.rng.random() < 0.5:
                given["direct"] = new(code, self.indicators.pop(code).draw, may_blank)
        elif kind == "pass":
            given["pass"] = new(code, lambda n: n.rng.randint(0, 1), may_blank)
        elif kind == "pass-points":
            given["pass"] = "points"
            self.indicators[code] = Indicator(lambda n: n.rng.choice([Decimal(0), most]), may_blank)
        elif kind == "deduct":
            given["deduct"] = {
                new(code, lambda n: n.rng.choice([0, 1, 2]), may_blank):
                    self.numbers.points(self.numbers.quantum, most)
                for _ in range(self.rng.randint(1, 3))}
        else:
            part = self.parts.ratio(code, most, "score", may_blank)
            part = {key: value for key, value in part.items()
                    if key not in ("function", "points_default")}
            given["ratio"] = part
        return True

    def inner(self, code, parent, depth, under_mean, is_mean, inherited, siblings):
        given = {"code": code, "name": f"Nhóm {code}"}
        inherited = self.policies(given, inherited)
        if is_mean:
            # A mean has no maximum to hand over: redistribution below it is left out.
            given["combine"] = self.rng.choice(["arithmetic", "geometric", "harmonic"])
            given["if_missing"] = self.rng.choice(["missing", "rescale"])
        given["children"] = self.children(code, given, depth, is_mean, inherited)
        total = sum((child.get("max", Decimal(0)) for child in given["children"]), Decimal(0))
        most = total
        if is_mean:
            most = self.numbers.points(1, 20)
            if not under_mean or self.rng.random() < 0.5:
                given["max"] = most
        elif not under_mean or self.rng.random() < 0.8:
            given["max"] = total
        if is_mean and self.rng.random() < 0.7:
            pass
        else:
            self.clamp(given, most, inner_mean=is_mean)
        self.normalization(given, most, under_mean, 0.08)
        self.nodes.append((given, parent, inherited))
        return given

    def children(self, code, parent, depth, is_mean, inherited):
        count = self.rng.randint(1 if depth else 2, 4)
        children = []
        for i in range(count):
            below = f"{code}.{i + 1}" if code else "I II III IV V".split()[i]
            if depth < 3 and self.rng.random() < (0.75, 0.3, 0.15)[depth]:
                child = self.inner(below, parent, depth + 1, is_mean,
                                   self.rng.random() < (0.35 if is_mean else 0.08),
                                   inherited, count)
            else:
                most = self.numbers.points(1, 10)
                # Bonus-only criteria, where redistribution cannot divide by zero.
                if not is_mean and i and not self.uses_redistribution and self.rng.random() < 0.1:
                    most = Decimal(0)
                child = self.leaf(below, parent, most, is_mean, inherited)
            if is_mean and self.rng.random() < 0.6:
                child["weight"] = self.rng.choice([1, 2, Decimal("0.5"), Decimal("0.3"), 3])
            if is_mean and i and self.rng.random() < 0.1:
                child["weight"] = 0
            children.append(child)
        return children

    def make(self):
        rules = {
            "thidua": "rule-set/1", "code": "random", "name": "Bảng điểm ngẫu nhiên",
            "status": "illustration", "valid": {"from": "2025-01-01", "to": "2025-12-31"},
            "decimals": self.decimals, "missing": self.missing,
            "not_applicable": self.rank_policy, "reasons": "optional",
        }
        inherited = (self.missing, self.rank_policy)
        criteria = self.children("", None, 0, self.root_is_mean, inherited)
        if self.root_is_mean:
            rules["combine"] = self.rng.choice(["arithmetic", "geometric"])
            rules["if_missing"] = self.rng.choice(["missing", "rescale"])
            rules["scale"] = 100
        else:
            rules["scale"] = sum((one["max"] for one in criteria), Decimal(0))
        add_head(self, rules, criteria)
        rules["criteria"] = criteria
        return rules


def no_negative_points(part):
    """Whether a part that does not apply (0 points) beats a negative one is left open."""
    for table in [part.get("table", {}), *part.get("strata", {}).values()]:
        for interval, points in table.items():
            table[interval] = max(points, Decimal(0))


def as_flat_list(rules):
    """The same table written with `parent` instead of nested children."""
    flat = []

    def visit(node, parent):
        children = node.pop("children", [])
        if parent:
            node["parent"] = parent
        flat.append(node)
        for child in children:
            visit(child, node["code"])

    for node in rules["criteria"]:
        visit(node, None)
    rules["criteria"] = flat


def make(seed):
    """(Evaluation, Style) of a seed."""
    rng = random.Random(f"thidua {seed}")
    evaluation = Evaluation(2025)
    kinds = ["xã", "phòng"] if rng.random() < 0.25 else [""]
    makers = {}
    for kind in kinds:
        makers[kind] = RulesMaker(rng)
        evaluation.rules[kind] = makers[kind].make()
    fill(rng, evaluation, makers)
    for rules in evaluation.rules.values():
        if rng.random() < 0.15:
            as_flat_list(rules)
    return evaluation, MACHINE if rng.random() < 0.8 else OFFICE


def write(seed, path):
    evaluation, style = make(seed)
    evaluation.decimal_mark = style.mark
    evaluation.write(path, style)


if __name__ == "__main__":
    write(int(sys.argv[1]), sys.argv[2])
