"""Random data for random rule sets: several clusters and channels, blanks, N/A, history."""

from random_parts import AWARDS

CHANNELS = ("final", "appraised", "cluster", "self")


def leaves_below(node):
    children = node.get("children", [])
    if not children:
        return [node]
    return [leaf for child in children for leaf in leaves_below(child)]


def add_units(rng, evaluation, kinds):
    for c in range(rng.randint(len(kinds), 4)):
        cluster = f"C{c + 1}"
        evaluation.clusters.append((cluster, kinds[c % len(kinds)]))
        for _ in range(rng.choice([1, 2, 3, 5, 5, 8])):
            category = rng.choice(["nhỏ", "lớn", ""])
            evaluation.units.append({"cluster": cluster, "category": category})
    # Units of a cluster need not be adjacent in the file.
    rng.shuffle(evaluation.units)
    for i, unit in enumerate(evaluation.units):
        unit["id"] = f"U{i + 1:02}"


def add_values(rng, evaluation, unit, maker, channels):
    """Draws every indicator of one unit; a cell may be filled in several channels."""
    drawn = {}
    blank_rate = rng.choice([0, 0.03, 0.15])
    absent = rng.choice(channels) if len(channels) > 1 and rng.random() < 0.15 else None
    open_channels = [channel for channel in channels if channel != absent]
    for name, indicator in maker.indicators.items():
        if "days_after" in maker.declared.get(name, {}):
            continue
        is_blank = indicator.may_blank and rng.random() < blank_rate
        only_if = indicator.only_if
        if only_if is not None and drawn.get(only_if) != 1 and rng.random() < 0.4:
            is_blank = True
        if is_blank:
            continue
        filled = [channel for channel in open_channels if rng.random() < 0.4]
        if not filled:
            filled = [rng.choice(open_channels)]
        for channel in filled:
            value = indicator.draw(maker.numbers)
            evaluation.values[channel][unit["id"]][name] = value
        order = evaluation.rules[unit["kind"]].get("channels", CHANNELS)
        counted = min(filled, key=order.index)
        drawn[name] = evaluation.values[counted][unit["id"]][name]


def copy_values(rng, evaluation, unit):
    """The values of an earlier unit of the cluster, so that there are ties to break."""
    earlier = [one for one in evaluation.units[: evaluation.units.index(unit)]
               if one["cluster"] == unit["cluster"]]
    if not earlier:
        return
    model = rng.choice(earlier)["id"]
    keep_gates = rng.random() < 0.5
    for cells in evaluation.values.values():
        own = cells[unit["id"]]
        kept = {name: value for name, value in own.items() if name.startswith("gate.")}
        own.clear()
        own.update(cells[model])
        if keep_gates:
            own.update(kept)
    unit["copied"] = model


def flags_first(maker):
    """Flags that decide whether a value is needed are drawn before it."""
    names = {one.only_if for one in maker.indicators.values() if one.only_if}
    first = {name: one for name, one in maker.indicators.items() if name in names}
    first.update(maker.indicators)
    maker.indicators = first


def may_be_na(node, parents, policies, taken):
    """False where criteria/README.md does not say what would happen."""
    for leaf in leaves_below(node):
        policy = policies[leaf["code"]][1]
        if policy in ("full", "zero"):
            if "max" not in leaf:
                return False
            above = leaf
            while above is not None:
                if "normalize" in above:
                    return False
                above = parents[above["code"]]
    above, whole = parents[node["code"]], node
    while above is not None:
        rest = [leaf["code"] for leaf in leaves_below(above)]
        left = set(rest) - taken - {leaf["code"] for leaf in leaves_below(whole)}
        if not left and above.get("combine", "sum") != "sum":
            return False
        above = parents[above["code"]]
    return True


def add_not_applicable(rng, evaluation, unit, maker):
    parents = {given["code"]: parent for given, parent, _ in maker.nodes}
    policies = {given["code"]: policy for given, _, policy in maker.nodes}
    taken = set()
    everything = {leaf["code"] for given, _, _ in maker.nodes for leaf in leaves_below(given)}
    wanted = [rng.choice(maker.nodes)[0] for _ in range(rng.randint(1, 3))]
    if rng.random() < 0.05:
        wanted = [given for given, parent, _ in maker.nodes if parent is None]
    for node in wanted:
        codes = {leaf["code"] for leaf in leaves_below(node)}
        if codes & taken or not may_be_na(node, parents, policies, taken):
            continue
        if maker.root_is_mean and taken | codes == everything:
            continue
        taken |= codes
        evaluation.not_applicable.append((unit["id"], node["code"]))


def fill(rng, evaluation, makers):
    kinds = list(makers)
    add_units(rng, evaluation, kinds)
    kind_of = dict(evaluation.clusters)
    channels = rng.sample(CHANNELS, rng.choice([1, 1, 2, 3, 4]))
    for channel in channels:
        evaluation.values[channel] = {unit["id"]: {} for unit in evaluation.units}
    for maker in makers.values():
        flags_first(maker)
    some_na = rng.random() < 0.5
    some_votes = rng.random() < 0.4
    for unit in evaluation.units:
        unit["kind"] = kind_of[unit["cluster"]]
        maker = makers[unit["kind"]]
        add_values(rng, evaluation, unit, maker, channels)
        if rng.random() < 0.2:
            copy_values(rng, evaluation, unit)
        if some_na and rng.random() < 0.4 and "copied" not in unit:
            add_not_applicable(rng, evaluation, unit, maker)
        if "copied" in unit:
            evaluation.not_applicable += [(unit["id"], code)
                                          for other, code in evaluation.not_applicable
                                          if other == unit["copied"]]
        if some_votes and rng.random() < 0.7:
            evaluation.votes[unit["id"]] = rng.randint(0, 6)
        for _ in range(rng.choice([0, 0, 1, 2])):
            row = (unit["id"], evaluation.year - rng.randint(0, 4), rng.choice(AWARDS))
            if row not in evaluation.history:
                evaluation.history.append(row)
    if some_votes and not evaluation.votes:
        evaluation.votes[evaluation.units[0]["id"]] = 0
    for channel in channels:
        # A column that no unit fills still has to exist.
        first = evaluation.values[channel][evaluation.units[0]["id"]]
        for maker in makers.values():
            for name in maker.indicators:
                if "days_after" not in maker.declared.get(name, {}):
                    first.setdefault(name, None)
