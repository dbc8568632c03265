"""The scoring functions. Each takes a Place and gives a Fraction, or None when missing."""

from fractions import Fraction

from conditions import PartView, compared_indicators, holds
from decimals import floor_of, interval_holds, parse_interval


class Place:
    """A part of a leaf for one unit: its parameters, its unit, the unit's cluster."""

    def __init__(self, part, node, values, peers, year):
        self.part = part
        self.given = part.given
        self.node = node
        self.values = values
        self.peers = peers  # Values of all units of the cluster
        self.year = year
        self.points = self.given.get("points", node.max)

    def number_or_indicator(self, key, values=None):
        given = self.given[key]
        if isinstance(given, str):
            return (values or self.values).get(given)
        return given

    def of(self):
        return self.values.get(self.given.get("of", self.node.code))


def direct(place):
    value = place.of()
    if value is None:
        return None
    return abs(value) if place.part.effect == "deduct" else value


def value(place):
    return place.of()


def when(place):
    condition = place.given["if"]
    names = compared_indicators(condition)
    if names and all(place.values.get(name) is None for name in names):
        return None
    return place.points if holds(condition, PartView(place.values)) else Fraction(0)


def per_case(place):
    count = place.of()
    return None if count is None else count * place.points


def per_step(place):
    x = place.of()
    if x is None:
        return None
    step = place.given.get("step", Fraction(1))
    past = x - place.given["above"] if "above" in place.given else place.given["below"] - x
    return place.points * floor_of(past / step) if past > 0 else Fraction(0)


def ratio(place):
    actual = place.number_or_indicator("actual")
    target = place.number_or_indicator("target")
    if actual is None or target is None:
        return None
    most = place.given.get("cap_ratio", Fraction(1))
    if place.given.get("better", "higher") == "lower":
        share = most if actual == 0 else target / actual
    else:
        share = actual / target
    return place.points * (share if most is None else min(share, most))


def from_table(table, x):
    for text, points in table.items():
        if interval_holds(parse_interval(text), x):
            return points
    return None


def bands(place):
    x = place.of()
    table = place.given.get("table")
    if "by" in place.given:
        stratum = place.values.get(place.given["by"])
        if stratum is None:
            return None
        table = from_table(place.given["strata"], stratum) or {}
    if x is None:
        return None
    points = from_table(table, x)
    return place.given.get("otherwise", Fraction(0)) if points is None else points


def piecewise(place):
    x = place.of()
    if x is None:
        return None
    through = place.given["through"]
    if place.given.get("outside", "flat") == "flat":
        x = min(max(x, through[0][0]), through[-1][0])
    last = len(through) - 2
    segment = next((i for i in range(last) if x <= through[i + 1][0]), last)
    (x0, y0), (x1, y1) = through[segment], through[segment + 1]
    return y0 + (y1 - y0) * (x - x0) / (x1 - x0)


def excess(place, actual, target):
    if place.given.get("excess", "ratio") == "absolute":
        return actual - target
    return (actual - target) / target


def compared(place):
    """(A, T) of the units of the cluster that take part in the comparison."""
    leave_out = place.given.get("leave_out")
    for values in place.peers:
        actual = place.number_or_indicator("actual", values)
        if actual is None or values.is_na(place.node):
            continue
        if leave_out is not None and holds(leave_out, PartView(values)):
            continue
        yield actual, place.number_or_indicator("target", values) or Fraction(0)


def relative(place):
    actual = place.number_or_indicator("actual")
    if actual is None:
        return None
    target = place.number_or_indicator("target") or Fraction(0)
    full = place.points
    if target == 0:
        if actual == 0:
            return Fraction(0)
        largest = max((a for a, t in compared(place) if t == 0), default=None)
        # Nobody, or only zeros, to be measured against: the largest there is.
        return full * min(actual / largest, 1) if largest else full
    if actual <= target:
        return full / 2 * actual / target
    lead = max((excess(place, a, t) for a, t in compared(place) if 0 < t < a), default=None)
    if lead is None:
        return full
    return full / 2 + full / 2 * min(excess(place, actual, target) / lead, 1)


def award_held(place):
    first, last = place.given.get("years_back", [1, 1])
    listed = place.given["awards"]
    points = [
        listed[award]
        for award, year in place.values.unit.awards
        if award in listed and first <= place.year - year <= last
    ]
    if place.given.get("count", "highest") == "sum":
        return sum(points, Fraction(0))
    return max(points, default=Fraction(0))


def external(place):
    scores = sorted(
        score for score in map(place.values.get, place.given["of"]) if score is not None
    )
    if not scores or len(scores) < place.given.get("at_least", 1):
        return None
    combine = place.given.get("combine", "mean")
    if combine == "median":
        middle = len(scores) // 2
        scores = scores[middle : middle + 1] if len(scores) % 2 else scores[middle - 1 : middle + 1]
    elif combine == "trimmed-mean" and len(scores) >= 3:
        scores = scores[1:-1]
    return sum(scores, Fraction(0)) / len(scores)


BY_NAME = {
    "direct": direct,
    "value": value,
    "when": when,
    "per-case": per_case,
    "per-step": per_step,
    "ratio": ratio,
    "bands": bands,
    "piecewise": piecewise,
    "relative": relative,
    "award-held": award_held,
    "external": external,
}


def applies(place):
    """Do the part's `when` and `exempt` let it through?"""
    part, view = place.part, PartView(place.values)
    if part.when is not None and not holds(part.when, view):
        return False
    return part.exempt is None or not holds(part.exempt, view)


def part_points(place):
    """Points of one part after its `when`, `exempt` and cap; None when missing."""
    part = place.part
    if not applies(place):
        return Fraction(0)
    points = BY_NAME[part.function](place)
    if points is None or part.cap is None:
        return points
    return min(points, part.cap)
