"""From scores to standings: gates, classes, the basis of ranking, tie keys, ranks."""

from fractions import Fraction

from conditions import holds
from decimals import round_half_away
from scoring import Score

ZERO = Fraction(0)

# What a scenario took out of the table: it applies to nobody.
DROPPED = Score()
DROPPED.is_na, DROPPED.has_value = True, False


class UnitView:
    """What conditions of gates and classes may look at, for one unit."""

    def __init__(self, rules, values, scores, u):
        self.rules = rules
        self.values = values
        self.scores = scores
        self.u = u
        self.indicator = values.get
        self.channel_is_absent = values.channel_is_absent

    def at(self, code):
        column = self.scores.get(None if code == "total" else code)
        return DROPPED if column is None else column[self.u]

    def points(self, code):
        """None, as for a blank, where the criterion does not apply or has no value."""
        score = self.at(code)
        return None if score.is_na or score.is_missing else score.points

    def share(self, code):
        points, assigned = self.points(code), self.at(code).assigned
        return points / assigned if points is not None and assigned > 0 else None

    def deductions(self, code):
        return self.at(code).deduction

    def bonus(self, code):
        return self.at(code).bonus

    def lowest_share(self, which):
        nodes = self.rules.root.children
        if which == "leaves":
            nodes = [node for node in self.rules.nodes if node.is_leaf]
        shares = [self.share(node.code) for node in nodes]
        return min((share for share in shares if share is not None), default=None)

    def below_floor(self, code):
        nodes = self.rules.nodes if code == "any" else [self.rules.by_code[code]]
        return any(
            node.floor is not None
            and (self.points(node.code) or ZERO) < node.floor
            and not self.at(node.code).is_na
            for node in nodes
        )

    def category(self):
        return self.values.unit.category


def share_or_worst(share):
    """To be compared: larger is better; where nothing is assigned there is no share."""
    return (0, ZERO) if share is None else (1, share)


class Standing:
    def __init__(self, rules, view, year):
        self.rules, self.view, self.year = rules, view, year
        self.unit = view.values.unit
        whole = view.at("total")
        self.before = whole.points
        self.assigned = whole.assigned
        self.bonus = whole.bonus
        self.deductions = whole.deduction
        self.total = whole.points
        self.inexact = whole.inexact
        self.lacks_value = whole.is_missing or whole.is_na
        self.state = "ranked"
        self.barred = set()
        if whole.is_missing or whole.is_na or whole.unranks:
            self.state = "unranked"
        self._pass_gates()
        self.class_index = self._class()
        self.rank, self.tied = 0, 0

    def _pass_gates(self):
        for gate in self.rules.gates:
            if not holds(gate["when"], self.view):
                continue
            if gate["effect"] == "deduct":
                self.total -= gate["points"]
                self.deductions += gate["points"]
            elif gate["effect"] == "bar":
                self.barred.update(gate.get("classes", []))
            elif gate["effect"] == "unranked":
                self.state = "unranked"
            elif self.state == "ranked":
                self.state = "deferred"

    def share(self):
        return self.total / self.assigned if self.assigned > 0 else None

    def _reaches(self, one):
        if "from" not in one and "over" not in one:
            return True
        measure = min(self.total, self.rules.scale) if self.rules.class_cap else self.total
        if self.rules.class_by == "share":
            if self.assigned == 0:
                return False
            measure = 100 * measure / self.assigned
        return measure > one["over"] if "over" in one else measure >= one["from"]

    def _class(self):
        for index, one in enumerate(self.rules.classes):
            if one["code"] in self.barred or "*" in self.barred:
                continue
            if self._reaches(one) and ("when" not in one or holds(one["when"], self.view)):
                return index
        return None

    def basis(self):
        if self.rules.rank_by == "points":
            return self.total
        share = self.share()
        if share is not None and self.rules.rank_by == "rounded-share":
            share = round_half_away(100 * share, self.rules.share_decimals)
        return share_or_worst(share)

    def tie_value(self, key):
        """Larger is better."""
        if key == "fewer-deductions":
            return -self.deductions
        if key == "more-bonus":
            return self.bonus
        if key == "points":
            return self.total
        if key == "share":
            return share_or_worst(self.share())
        if key == "votes":
            return self.unit.votes
        if "criterion" in key:
            points = self.view.points(key["criterion"])
            return (0, ZERO) if points is None else (1, points)
        if "indicator" in key:
            x = self.view.indicator(key["indicator"])
            if x is None:
                return (0, ZERO)
            return (1, -x if key.get("better", "higher") == "lower" else x)
        held = any(
            award == key["not_awarded"] and 1 <= self.year - year <= key.get("years", 1)
            for award, year in self.unit.awards
        )
        return 0 if held else 1

    def sort_key(self):
        first = []
        if self.rules.rank_class_first:
            last = len(self.rules.classes)
            first = [-(last if self.class_index is None else self.class_index)]
        return tuple(first + [self.basis()] + [self.tie_value(key) for key in self.rules.ties])


def rank(standings, ranks):
    """Ranks the units of one cluster in place."""
    ranked = [one for one in standings if one.state != "unranked"]
    keys = {id(one): one.sort_key() for one in ranked}
    for one in ranked:
        key = keys[id(one)]
        better = [keys[id(other)] for other in ranked if keys[id(other)] > key]
        one.tied = sum(1 for other in ranked if keys[id(other)] == key)
        if ranks == "dense":
            one.rank = Fraction(len(set(better)) + 1)
        elif ranks == "fractional":
            one.rank = len(better) + Fraction(one.tied + 1, 2)
        else:
            one.rank = Fraction(len(better) + 1)
