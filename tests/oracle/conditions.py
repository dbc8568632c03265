"""Conditions: two-valued logic in which a comparison with something blank is false."""

from decimals import day_number

COMPARE = {
    "=": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
}
SUBJECTS = (
    "indicator", "points", "share", "deductions", "bonus", "lowest_share",
)


def compared_indicators(condition):
    """Names of the indicators that a condition compares (not those only asked about by absent)."""
    if "all" in condition or "any" in condition:
        listed = condition.get("all", condition.get("any"))
        return [name for one in listed for name in compared_indicators(one)]
    if "not" in condition:
        return compared_indicators(condition["not"])
    compares = any(sign in condition for sign in COMPARE)
    return [condition["indicator"]] if "indicator" in condition and compares else []


def subject_value(condition, view):
    for subject in SUBJECTS:
        if subject in condition:
            return getattr(view, subject)(condition[subject])
    raise KeyError(f"no subject in {condition}")


def right_side(given, view):
    if isinstance(given, str):
        return day_number(given)
    if isinstance(given, dict):
        value = subject_value(given, view)
        return None if value is None else given["times"] * value
    return given


def holds(condition, view):
    """view answers indicator(name), points(code), share(code) ...; None for blank."""
    if "all" in condition:
        return all(holds(one, view) for one in condition["all"])
    if "any" in condition:
        return any(holds(one, view) for one in condition["any"])
    if "not" in condition:
        return not holds(condition["not"], view)
    if "below_floor" in condition:
        return view.below_floor(condition["below_floor"])
    if "category" in condition:
        return view.category() == condition["category"]
    if "channel" in condition:
        return view.channel_is_absent(condition["channel"]) == condition["absent"]
    left = subject_value(condition, view)
    if "absent" in condition:
        return (left is None) == condition["absent"]
    for sign, compare in COMPARE.items():
        if sign in condition:
            right = right_side(condition[sign], view)
            if left is None or right is None or not compare(left, right):
                return False
    return True


class PartView:
    """What conditions inside parts may look at."""

    def __init__(self, values):
        self.indicator = values.get
