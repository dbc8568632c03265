"""Random heads: rounding, basis and ties of ranking, gates and classes with conditions."""

from decimal import Decimal

from random_parts import AWARDS


def walk(criteria):
    for node in criteria:
        yield node
        yield from walk(node.get("children", []))


class HeadMaker:
    def __init__(self, maker, rules, criteria):
        self.maker, self.rng, self.numbers = maker, maker.rng, maker.numbers
        self.rules, self.criteria = rules, criteria
        self.by_points = self._nodes_on_the_grid(criteria, maker.root_is_mean)
        self.number_name = maker.parts.new_indicator("gate", lambda n: n.raw(0, 10, 0), True)
        self.flag_name = maker.parts.flag("gate")
        self.date_name = maker.parts.new_indicator(
            "gate", lambda n: f"2025-{n.rng.randint(1, 12):02}-{n.rng.randint(1, 28):02}", True)
        maker.declared[self.number_name] = {"kind": "number"}
        maker.declared[self.date_name] = {"kind": "date"}
        self.late_name = f"{self.date_name}.late"
        maker.declared[self.late_name] = {"days_after": "2025-06-15", "of": self.date_name}

    def _nodes_on_the_grid(self, criteria, under_mean):
        """Criteria whose points are printed as they are used: not below a mean."""
        if under_mean:
            return []
        found = []
        for node in criteria:
            found.append(node)
            if node.get("combine", "sum") == "sum":
                found += self._nodes_on_the_grid(node.get("children", []), False)
        return found

    def floors(self):
        for node in self.by_points:
            if self.rng.random() < 0.1 and node["max"] > 0:
                node["floor"] = self.numbers.points(0, node["max"])

    def scale(self):
        return Decimal(self.rules["scale"])

    def comparison(self, code):
        if code == "total" or self.maker.root_is_mean:
            most = self.scale()
        else:
            most = next(node["max"] for node in self.by_points if node["code"] == code)
        return most

    def condition(self, depth=0):
        rng = self.rng
        draw = rng.random()
        if depth < 2 and draw < 0.2:
            return {rng.choice(["all", "any"]): [self.condition(depth + 1)
                                                 for _ in range(rng.randint(1, 3))]}
        if depth < 2 and draw < 0.25:
            return {"not": self.condition(depth + 1)}
        kinds = ["indicator", "date", "late", "absent", "channel", "category", "points"]
        if not self.maker.root_is_mean:
            kinds += ["points", "share", "share", "sums", "times", "lowest_share", "below_floor"]
        return getattr(self, rng.choice(kinds))()

    def indicator(self):
        return {"indicator": self.number_name, self.rng.choice(["<", ">=", "=", "!="]):
                self.rng.randint(2, 8)}

    def date(self):
        return {"indicator": self.date_name, self.rng.choice(["<=", ">"]): "2025-07-31"}

    def late(self):
        return {"indicator": self.late_name, self.rng.choice(["<", ">"]): self.rng.randint(-60, 90)}

    def absent(self):
        return {"indicator": self.rng.choice([self.flag_name, self.date_name]), "absent": True}

    def channel(self):
        return {"channel": self.rng.choice(["self", "final"]), "absent": True}

    def category(self):
        return {"category": self.rng.choice(["nhỏ", "lớn"])}

    def code(self):
        if not self.by_points or self.rng.random() < 0.3:
            return "total"
        return self.rng.choice(self.by_points)["code"]

    def points(self):
        code = self.code()
        return {"points": code, self.rng.choice(["<", "<=", ">", ">="]):
                self.numbers.points(0, self.comparison(code))}

    def share(self):
        return {"share": self.code(), self.rng.choice(["<", "<=", ">", ">="]):
                self.rng.choice([Decimal("0.5"), Decimal("0.85"), Decimal("0.6"), 1])}

    def sums(self):
        return {self.rng.choice(["deductions", "bonus"]): self.code(),
                self.rng.choice(["<", ">", "<=", ">="]): self.numbers.points(0, 3)}

    def times(self):
        return {"deductions": "total", self.rng.choice(["<=", ">"]):
                {"times": Decimal("0.5"), "bonus": "total"}}

    def lowest_share(self):
        return {"lowest_share": self.rng.choice(["groups", "leaves"]),
                self.rng.choice(["<", ">="]): self.rng.choice([Decimal("0.3"), Decimal("0.5"), 0])}

    def below_floor(self):
        floors = [node["code"] for node in self.by_points if "floor" in node]
        if not floors:
            return self.points()
        return {"below_floor": self.rng.choice(floors + ["any"])}

    def gates(self):
        gates = []
        for i in range(self.rng.choice([0, 0, 1, 2, 4])):
            effect = self.rng.choice(["deduct", "deduct", "bar", "bar", "unranked", "deferred"])
            gate = {"code": f"gate-{i}", "when": self.condition(), "effect": effect,
                    "reason": "Lý do"}
            if effect == "deduct":
                gate["points"] = self.numbers.points(self.numbers.quantum, 3)
            if effect == "bar":
                codes = [one["code"] for one in self.rules.get("classes", [])]
                if codes:
                    gate["classes"] = self.rng.sample(codes, self.rng.randint(1, len(codes)))
                gate["awards"] = ["*"]
            gates.append(gate)
        if gates:
            self.rules["gates"] = gates

    def classes(self):
        if self.rng.random() < 0.3:
            return
        by_share = not self.maker.root_is_mean and self.rng.random() < 0.4
        if by_share:
            self.rules["class_by"] = "share"
        if self.rng.random() < 0.2:
            self.rules["class_cap"] = True
        most = Decimal(100) if by_share else self.scale()
        bounds = sorted({self.numbers.points(most / 10, most) for _ in range(3)}, reverse=True)
        classes = []
        for i, bound in enumerate(bounds):
            one = {"code": f"loai-{i}", "name": f"Loại {i}",
                   self.rng.choice(["from", "from", "over"]): bound}
            if self.rng.random() < 0.3:
                one["when"] = self.condition()
            classes.append(one)
        if self.rng.random() < 0.6:
            classes.append({"code": "con-lai", "name": "Còn lại"})
        self.rules["classes"] = classes
        if self.rng.random() < 0.3:
            self.rules["rank_class_first"] = True

    def ties(self):
        keys = ["fewer-deductions", "more-bonus", "points", "votes",
                {"indicator": self.number_name},
                {"indicator": self.number_name, "better": "lower"},
                {"not_awarded": AWARDS[0], "years": self.rng.randint(1, 3)}]
        if not self.maker.root_is_mean:
            keys.append("share")
            keys += [{"criterion": node["code"]} for node in self.by_points[:3]]
        picked = self.rng.sample(keys, self.rng.choice([0, 1, 2, 3]))
        if picked:
            self.rules["ties"] = picked

    def basis(self):
        rng, rules = self.rng, self.rules
        rules["rounding"] = rng.choice(["leaf", "leaf", "group", "total"])
        if rules["rounding"] != "leaf" and rng.random() < 0.5:
            rules["carried_decimals"] = min(self.maker.decimals + rng.randint(1, 3), 8)
        if not self.maker.root_is_mean:
            rules["rank_by"] = rng.choice(["points", "points", "share", "rounded-share"])
        if rng.random() < 0.3:
            rules["share_decimals"] = rng.randint(0, 3)
        rules["ranks"] = rng.choice(["competition", "dense", "fractional"])
        if not self.maker.root_is_mean:
            self.maker.clamp(rules, self.scale())
            if "clamp" in rules and rng.random() < 0.6:
                del rules["clamp"]
        if rng.random() < 0.3:
            rules["channels"] = rng.sample(["final", "appraised", "cluster", "self"], 4)


def add_head(maker, rules, criteria):
    head = HeadMaker(maker, rules, criteria)
    head.basis()
    head.floors()
    head.classes()
    head.gates()
    head.ties()
    rules["indicators"] = maker.declared
