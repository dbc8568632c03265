"""Random parts of leaves: every function with every effect, on the grid of the rule set."""

from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

FUNCTIONS = (
    "direct", "when", "per-case", "per-step", "ratio", "bands", "bands", "strata",
    "piecewise", "relative", "relative", "award-held", "external",
)
AWARDS = ("co-tinh", "co-tp", "bang-khen")


class Indicator:
    """draw: function of the random generator; may_blank: no leaf refuses a blank."""

    def __init__(self, draw, may_blank=True):
        self.draw = draw
        self.may_blank = may_blank
        self.only_if = None  # name of the flag without which nobody needs it


class Numbers:
    """Random decimals: points on the grid, raw values with halves on purpose."""

    def __init__(self, rng, decimals):
        self.rng, self.decimals = rng, decimals
        self.quantum = Decimal(1).scaleb(-decimals)

    def points(self, low, high):
        """On the grid, often a round figure."""
        low, high = Decimal(low), Decimal(high)
        step = self.rng.choice([Decimal(1), Decimal("0.5"), Decimal("0.25"), self.quantum])
        if step < self.quantum or step % self.quantum or high - low < step:
            step = self.quantum
        first = int((low / step).to_integral_value(ROUND_CEILING))
        last = int((high / step).to_integral_value(ROUND_FLOOR))
        if first > last:
            return low
        return step * self.rng.randint(first, last)

    def raw(self, low, high, places=None):
        """A value with few distinct digits, so that halves and ties occur."""
        places = self.rng.choice([0, 0, 1, 2, self.decimals + 1]) if places is None else places
        step = Decimal(1).scaleb(-places)
        whole = self.rng.randint(int(Decimal(low) / step), int(Decimal(high) / step))
        x = whole * step
        if places == self.decimals + 1 and places > 0:
            x = (whole // 10 * 10 + 5) * step
            x = min(x, Decimal(high))
        return x


class PartMaker:
    """Makes parts of one leaf; registers the indicators that they need."""

    def __init__(self, rng, numbers, indicators, declared):
        self.rng, self.numbers = rng, numbers
        self.indicators, self.declared = indicators, declared

    def new_indicator(self, code, draw, may_blank):
        name = f"{code}.{len(self.indicators)}"
        self.indicators[name] = Indicator(draw, may_blank)
        return name

    def number_of(self, code, may_blank, low=0, high=100):
        """A raw number: mostly a new indicator, sometimes one used elsewhere already."""
        shared = [name for name, one in self.indicators.items()
                  if getattr(one, "shared", None) == (low, high)]
        if shared and self.rng.random() < 0.15:
            name = self.rng.choice(shared)
            self.indicators[name].may_blank &= may_blank
            self.indicators[name].only_if = None
            return name
        name = self.new_indicator(code, lambda n: n.raw(low, high), may_blank)
        self.indicators[name].shared = (low, high)
        if low == 0 and self.rng.random() < 0.06:
            self.declared[name] = {"kind": "number", "blank": self.rng.choice([0, 7, 50])}
        return name

    def flag(self, code):
        """A flag for conditions; a blank is allowed, and false."""
        name = self.new_indicator(code, lambda n: n.rng.randint(0, 1), True)
        self.declared[name] = {"kind": "flag"}
        return name

    def condition(self, code, depth=0):
        draw = self.rng.random()
        if depth < 2 and draw < 0.15:
            kind = self.rng.choice(["all", "any"])
            return {kind: [self.condition(code, depth + 1) for _ in range(self.rng.randint(1, 3))]}
        if depth < 2 and draw < 0.22:
            return {"not": self.condition(code, depth + 1)}
        if draw < 0.6:
            return {"indicator": self.flag(code), "=": self.rng.randint(0, 1)}
        name = self.new_indicator(code, lambda n: n.raw(0, 20, 0), True)
        self.declared[name] = {"kind": "number"}
        if draw < 0.66:
            return {"indicator": name, "absent": self.rng.random() < 0.5}
        if draw < 0.8:
            low = self.rng.randint(0, 10)
            return {"indicator": name, ">=": low, "<": low + self.rng.randint(1, 10)}
        return {"indicator": name, self.rng.choice(["<", "<=", ">", ">=", "!="]): 7}

    def make(self, code, most, effect, may_blank):
        """most: the leaf's maximum, > 0 for scores."""
        name = self.rng.choice(FUNCTIONS)
        maker = getattr(self, name.replace("-", "_"))
        reach = most if most > 0 else Decimal(2)
        part = {} if effect == "score" and self.rng.random() < 0.5 else {"effect": effect}
        part.update(maker(code, reach, effect, may_blank))
        own_points = part.pop("points", None)
        if own_points is not None:
            part["points"] = own_points
        elif "points_default" in part:
            del part["points_default"]
            if most == 0 or self.rng.random() < 0.5:
                part["points"] = self.numbers.points(self.numbers.quantum, reach)
        if name == "external":
            self._external_scores(part, code, most, may_blank)
        if "cap" not in part and self.rng.random() < 0.3:
            part["cap"] = self.numbers.points(0, reach)
        return part

    def direct(self, code, reach, effect, may_blank):
        part = {"function": "direct"}
        high = reach
        if effect != "score":
            part["cap"] = high = self.numbers.points(self.numbers.quantum, reach)
        if self.rng.random() < 0.2:
            part["all_or_nothing"] = True
            part["of"] = self.new_indicator(
                code, lambda n: n.rng.choice([Decimal(0), high]), may_blank)
            return part
        sign = self.rng.choice([1, -1]) if effect == "deduct" else 1
        part["of"] = self.new_indicator(code, lambda n: sign * n.raw(0, high), may_blank)
        self.declared[part["of"]] = {"kind": "points"}
        return part

    def when(self, code, reach, effect, may_blank):
        condition = {"indicator": self.new_indicator(code, lambda n: n.rng.randint(0, 1),
                                                     may_blank), "=": 1}
        if self.rng.random() < 0.4:
            name = self.number_of(code, may_blank)
            other = {"indicator": name, self.rng.choice(["<", ">="]): self.numbers.raw(0, 100)}
            condition = {self.rng.choice(["all", "any"]): [condition, other]}
        elif self.rng.random() < 0.15:
            condition = {"any": [condition, {"indicator": self.flag(code), "absent": True}]}
        return {"function": "when", "if": condition, "points_default": True}

    def per_case(self, code, reach, effect, may_blank):
        of = self.new_indicator(code, lambda n: n.rng.choice([0, 0, 1, 1, 2, 3, 7]), may_blank)
        if self.rng.random() < 0.2:
            self.declared[of] = {"kind": "count", "blank": 0}
            self.indicators[of].may_blank = True
        return {"function": "per-case", "of": of,
                "points": self.numbers.points(self.numbers.quantum, reach)}

    def per_step(self, code, reach, effect, may_blank):
        part = {"function": "per-step", "of": self.number_of(code, may_blank),
                self.rng.choice(["above", "below"]): self.numbers.raw(20, 90),
                "points": self.numbers.points(self.numbers.quantum, max(reach / 4,
                                                                        self.numbers.quantum))}
        if self.rng.random() < 0.6:
            part["step"] = Decimal(self.rng.choice(["0.5", "0.1", "3", "10"]))
        return part

    def ratio(self, code, reach, effect, may_blank):
        lower = self.rng.random() < 0.4
        part = {"function": "ratio", "points_default": True,
                "better": "lower" if lower else "higher"}
        if self.rng.random() < 0.5:
            part["cap_ratio"] = self.rng.choice([1, Decimal("1.2"), Decimal("1.005"), 2, None])
        least = 1 if lower and part.get("cap_ratio", 1) is None else 0
        part["actual"] = self.new_indicator(code, lambda n: max(n.raw(0, 130), least), may_blank)
        if self.rng.random() < 0.6:
            part["target"] = self.new_indicator(code, lambda n: n.raw(1, 120), may_blank)
        else:
            part["target"] = self.rng.choice([Decimal(80), Decimal("33.3"), Decimal(7)])
        return part

    def table(self, reach, effect, whole_line):
        """Intervals side by side; whole_line: no x without an interval."""
        edges = sorted({self.numbers.raw(5, 98) for _ in range(self.rng.randint(1, 4))})
        low = self.numbers.quantum * -3 if effect == "score" and self.rng.random() < 0.1 else 0
        points = [self.numbers.points(low, reach) for _ in range(len(edges) + 1)]
        closed = self.rng.random() < 0.7  # edges belong to the interval above
        table = {}
        for i, (a, b) in enumerate(zip(edges, edges[1:])):
            table[f"[{a}, {b})" if closed else f"({a}, {b}]"] = points[i + 1]
        last = f">={edges[-1]}" if closed else f">{edges[-1]}"
        if whole_line or self.rng.random() < 0.5 or not table:
            table[last] = points[-1]
        if whole_line or self.rng.random() < 0.5:
            table[f"<{edges[0]}" if closed else f"<={edges[0]}"] = points[0]
        return table

    def bands(self, code, reach, effect, may_blank):
        otherwise = self.rng.random() < 0.4
        whole_line = effect == "score" and not otherwise
        part = {"function": "bands", "of": self.number_of(code, may_blank),
                "table": self.table(reach, effect, whole_line)}
        if otherwise:
            part["otherwise"] = self.numbers.points(0, reach)
        return part

    def strata(self, code, reach, effect, may_blank):
        part = self.bands(code, reach, effect, may_blank)
        whole_line = effect == "score" and "otherwise" not in part
        del part["table"]
        part["by"] = self.new_indicator(code, lambda n: n.raw(0, 3000, 0), may_blank)
        part["strata"] = {key: self.table(reach, effect, whole_line)
                          for key in ("<1000", "[1000, 2000)", ">=2000")}
        return part

    def piecewise(self, code, reach, effect, may_blank):
        xs = sorted({self.numbers.raw(0, 100) for _ in range(self.rng.randint(2, 5))} | {100})
        if len(xs) < 2:
            xs = [0, 100]
        part = {"function": "piecewise", "of": self.number_of(code, may_blank, 0, 110),
                "through": [[x, self.numbers.points(0, reach)] for x in xs]}
        if effect == "score" and self.rng.random() < 0.3:
            part["outside"] = "extend"
        return part

    def relative(self, code, reach, effect, may_blank):
        part = {"function": "relative", "points_default": True,
                "actual": self.new_indicator(code, lambda n: n.raw(0, 160), may_blank)}
        def target(n):
            return n.rng.choice([None, 0, 0, 50, 80, 80, 100, n.raw(1, 120)])
        if self.rng.random() < 0.8:
            part["target"] = self.new_indicator(code, target, True)
        else:
            part["target"] = self.rng.choice([Decimal(70), Decimal("99.5")])
        if self.rng.random() < 0.5:
            part["excess"] = self.rng.choice(["ratio", "absolute"])
        if self.rng.random() < 0.3:
            part["leave_out"] = {"indicator": self.flag(code), "=": 1}
        return part

    def award_held(self, code, reach, effect, may_blank):
        picked = self.rng.sample(AWARDS, self.rng.randint(1, 3))
        part = {"function": "award-held",
                "awards": {award: self.numbers.points(0, reach) for award in picked}}
        if self.rng.random() < 0.5:
            part["count"] = self.rng.choice(["highest", "sum"])
        if self.rng.random() < 0.5:
            first = self.rng.randint(0, 2)
            part["years_back"] = [first, first + self.rng.randint(0, 3)]
        return part

    def external(self, code, reach, effect, may_blank):
        part = {"function": "external", "points_default": True, "of": []}
        if self.rng.random() < 0.8:
            part["combine"] = self.rng.choice(["mean", "median", "trimmed-mean"])
        if self.rng.random() < 0.5:
            part["at_least"] = self.rng.randint(1, 3)
        return part

    def _external_scores(self, part, code, most, may_blank):
        """Scores lie in [0, P], which is known only now."""
        top = Decimal(part.get("points", most))
        count = self.rng.randint(max(2, part.get("at_least", 1)), 6)
        part["of"] = [self.new_indicator(code, lambda n: n.raw(0, top), may_blank)
                      for _ in range(count)]
