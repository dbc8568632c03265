"""What a scenario makes of a rule set and its data (engine/README.md, "What-if: scenarios")."""

from decimals import round_half_away


class Changes:
    """
    set, cap: {criterion: points}; drop: criteria; na_policy: a policy or None;
    values: {(unit, indicator): value}.
    """

    def __init__(self, set=None, cap=None, drop=(), na_policy=None, values=None):
        self.set = set or {}
        self.cap = cap or {}
        self.drop = list(drop)
        self.na_policy = na_policy
        self.values = values or {}

    def arguments(self):
        """The same for the command line."""
        words = []
        for code, points in self.set.items():
            words += ["--set", f"{code}={points}"]
        for code, points in self.cap.items():
            words += ["--cap", f"{code}={points}"]
        for code in self.drop:
            words += ["--drop", code]
        if self.na_policy is not None:
            words += ["--na-policy", self.na_policy]
        for (unit, indicator), value in self.values.items():
            words += ["--unit", f"{unit}:{indicator}={value}"]
        return words


def in_proportion(points, to, of, grid):
    return points if points is None or not of else round_half_away(points * to / of, grid)


class Amended:
    """
    Where the parts of a changed rule set differ from the file: node.max becomes the maximum by
    which the node is scored; `to` is the one it is taken to, `cap` what it gives at most.
    """

    def __init__(self):
        self.to = None
        self.cap = None


def amend(node, changes, rules):
    for child in node.children:
        amend(child, changes, rules)
    official = node.max
    node.amended = Amended()
    scored = official
    if node.is_sum and official is not None:
        for child in node.children:
            if child.max is not None:
                now = 0 if child.code in changes.drop else child.amended.to
                scored += now - child.amended.official
    to = scored
    below_mean = node.parent is not None and node.parent.is_mean
    if below_mean and scored is not None and scored > 0 and node.normalize is None:
        to = official
    if node.code in changes.set:
        if below_mean:
            node.weight = changes.set[node.code]
        else:
            to = changes.set[node.code]
    node.clamp_min = in_proportion(node.clamp_min, scored, official, rules.grid)
    node.clamp_max = in_proportion(node.clamp_max, scored, official, rules.grid)
    node.floor = in_proportion(node.floor, to, official, rules.grid)
    node.amended.official, node.amended.to = official, to
    node.amended.cap = changes.cap.get(node.code)
    node.max = scored


def drop(node, changes):
    node.children = [child for child in node.children if child.code not in changes.drop]
    for child in node.children:
        drop(child, changes)


def change_rules(rules, changes):
    """Changes a rule set that was just read."""
    if changes.na_policy is not None:
        for node in rules.nodes:
            node.not_applicable = changes.na_policy
    amend(rules.root, changes, rules)
    drop(rules.root, changes)
    rules.nodes = [node for node in rules.root.walk() if node is not rules.root]


def amend_score(node, score, rules, is_real):
    """After its clamp and normalization; is_real: an unrounded number for the mean above."""
    amended = getattr(node, "amended", None)
    if amended is None:
        return
    if node.max is not None and node.max > 0 and amended.to != node.max:
        def scaled(points):
            return round_half_away(points * amended.to / node.max, rules.grid)

        if not is_real:
            score.points = scaled(score.points)
        score.assigned, score.passes = scaled(score.assigned), scaled(score.passes)
        score.bonus, score.deduction = scaled(score.bonus), scaled(score.deduction)
    if amended.cap is not None and not (score.is_na or score.is_missing):
        if is_real:
            score.value = min(score.value, amended.cap)
            score.points = round_half_away(score.value, rules.grid)
        else:
            score.points = min(score.points, amended.cap)
