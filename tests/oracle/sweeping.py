"""
`thidua whatif FOLDER --sweep ITEM`: every weight of one item where ranks, classes or states of a
cluster change, found here by trying all places where any two figures meet.
"""

from fractions import Fraction
from itertools import combinations

import program
from lines import equal_products, through
from weighing import class_name

CLOSE = Fraction(1, 10**9)  # of the scale: irrational places are printed as doubles


def numbers(thing):
    """All numbers in conditions."""
    if isinstance(thing, dict):
        return {one for value in thing.values() for one in numbers(value)}
    if isinstance(thing, list):
        return {one for value in thing for one in numbers(value)}
    return {Fraction(thing)} if isinstance(thing, (int, Fraction)) else set()


def deductions(rules):
    """Everything that gates may take off together."""
    sums = {Fraction(0)}
    for gate in rules.gates:
        if gate["effect"] == "deduct":
            sums |= {one + gate["points"] for one in sums}
    return sums


class Swept:
    """One unit along the scale."""

    def __init__(self, low, high, scale):
        self.total = through(low.before, high.before, scale)
        self.assigned = through(low.assigned, high.assigned, scale)
        self.bonus = through(low.bonus, high.bonus, scale)
        self.fixed = high.view.at("total").deduction


class Sweep:
    def __init__(self, party, item, cluster):
        self.party, self.item, self.cluster = party, item, cluster
        self.seen = {}

    def at(self, m):
        if m not in self.seen:
            weights = self.party.swept(self.item, m)
            self.seen[m] = {
                unit: (one.rank, class_name(one) if one.state != "unranked" else None, one.state)
                for unit, one in self.party.stand(weights, self.cluster).items()}
        return self.seen[m]

    def ends(self):
        scale = self.party.scale
        return [self.party.stand(self.party.swept(self.item, m), self.cluster)
                for m in (Fraction(0), scale)]

    def places(self):
        """[(place, is exact)] between 0 and the scale, both ends among them."""
        rules, scale = self.party.rules, self.party.scale
        low, high = self.ends()
        units = {unit: Swept(low[unit], high[unit], scale) for unit in low}
        given = [rules.classes, [gate["when"] for gate in rules.gates]]
        constants = numbers(given) | {rules.scale, Fraction(0)}
        taken, found = deductions(rules), []
        for one in units.values():
            found += one.assigned.zero() + (one.bonus.times(Fraction(1, 2)) - one.fixed).zero()
            for number in constants:
                found += (one.bonus - number).zero()
                for less in taken:
                    rest = one.total - less
                    found += (rest - number).zero() + (rest - one.assigned.times(number)).zero()
                    found += (rest - one.assigned.times(number / 100)).zero()
        for one, other in combinations(units.values(), 2):
            found += (one.bonus - other.bonus).zero()
            for less in taken:
                for more in taken:
                    a, b = one.total - less, other.total - more
                    found += (a - b).zero()
                    found += equal_products(a, other.assigned, b, one.assigned)
        kept = dict(sorted((place, exact) for place, exact in found if 0 <= place <= scale))
        return sorted({**kept, Fraction(0): True, scale: True}.items())

    def pieces(self):
        """[(place, is exact, standings below, at, above)]; at is None at an irrational place."""
        places = self.places()
        mids = [self.at((one + two) / 2) for (one, _), (two, _) in zip(places, places[1:])]
        rows = []
        for i, (place, exact) in enumerate(places):
            here = self.at(place) if exact else None
            rows.append((place, exact, mids[i - 1] if i else here, here,
                         mids[i] if i < len(mids) else here))
        return rows

    def events(self):
        """[(place, is exact, {unit: (below, at, above)})] of the units that change."""
        found = []
        for place, exact, below, here, above in self.pieces():
            changed = {
                unit: (below[unit], here and here[unit], above[unit]) for unit in below
                if below[unit] != above[unit] or (here and here[unit] != below[unit])}
            if changed:
                found.append((place, exact, changed))
        return found

    def runs(self, look):
        """[(value, from, to, has from, has to)] of what look(standings) says along the scale."""
        steps = []
        pieces = self.pieces()
        for i, (place, exact, _, here, above) in enumerate(pieces):
            if exact:
                steps.append((look(here), place, place, True, True))
            if i + 1 < len(pieces):
                steps.append((look(above), place, pieces[i + 1][0], False, False))
        joined = steps[:1]
        for step in steps[1:]:
            last = joined[-1]
            if step[0] == last[0]:
                joined[-1] = (*last[:2], step[2], last[3], step[4])
            else:
                joined.append(step)
        return joined


def leaders(standings):
    ranks = [one[0] for one in standings.values() if one[0]]
    return {unit for unit, one in standings.items() if one[0] and one[0] == min(ranks)}


def ranking(standings):
    return {unit: one[0] for unit, one in standings.items()}


def number(value):
    return Fraction(value["exact"]) if isinstance(value, dict) else value


def same_place(got, expected, is_exact, scale):
    got = number(got)
    return got is not None and (got == expected if is_exact else abs(got - expected) < CLOSE * scale)


def compare_events(sweep, rows, tally):
    wrong, scale = [], sweep.party.scale
    expected = [(place, exact, unit, states) for place, exact, changed in sweep.events()
                for unit, states in changed.items()]
    rows = list(rows)
    for place, exact, unit, states in expected:
        row = next((row for row in rows if row["unit"] == unit
                    and same_place(row["at"], place, exact, scale)), None)
        tally["events"] += 1
        if row is None:
            wrong.append(f"no event at {place} ({float(place)}) for {unit}: {states}")
            continue
        rows.remove(row)
        ranks = [(state[0] or None) if state else None for state in states]
        got = [row["rank_below"], row["rank_at"], row["rank_above"]]
        classes = [states[0][1], states[2][1]]
        kept = [row[key] and row[key]["en"] for key in ("class_below", "class_above")]
        if exact != (row["is_exact"] == "yes") or got != ranks or kept != classes:
            wrong.append(f"at {float(place)} {unit}: {row}, oracle {states}")
    return wrong + [f"superfluous: {row}" for row in rows]


def compare_leaders(sweep, tables, tally):
    runs = sweep.runs(leaders)
    rows = [row for row in tables["leaders"] if row["cluster"] == sweep.cluster]
    wrong = []
    if len(rows) != len(runs):
        wrong.append(f"{len(rows)} rows of leaders, oracle {len(runs)}")
    for row, run in zip(rows, runs):
        tally["leaders"] += 1
        got = (set(row["leaders"].split()), round(float(number(row["from"])), 7),
               round(float(number(row["to"])), 7), row["has_from"] == "yes", row["has_to"] == "yes")
        if got != (run[0], round(float(run[1]), 7), round(float(run[2]), 7), *run[3:]):
            wrong.append(f"leaders {got}, oracle {run}")
    summary = next(row for row in tables["clusters"] if row["cluster"] == sweep.cluster)
    today = sweep.party.rules.by_code[sweep.item].max
    for name, look in (("leader", leaders), ("ranking", ranking)):
        run = next(run for run in sweep.runs(look) if run[1] <= today <= run[2]
                   and (today != run[1] or run[3]) and (today != run[2] or run[4]))
        for key, place in ((f"{name}_from", run[1]), (f"{name}_to", run[2])):
            if abs(float(number(summary[key])) - float(place)) > 1e-7:
                wrong.append(f"{key} {summary[key]}, oracle {place}")
    if summary["events"] != len(sweep.events()):
        wrong.append(f"{summary['events']} places, oracle {len(sweep.events())}")
    return wrong


def compare(folder, party, item, rng, tally):
    """Texts about what differs between the program and the oracle, for all clusters of a party."""
    done = program.run(["whatif", folder, "--sweep", item, "--format=json", "--no-awards"])
    words = done.stderr.decode()
    if done.returncode not in program.FINISHED:
        tally["refused"] += 1
        return refused(party, words)
    tables = program.read_json(done.stdout)["tables"]
    wrong = []
    for cluster in sorted({unit.cluster for unit in party.units}):
        sweep = Sweep(party, item, cluster)
        if not any(row["cluster"] == cluster for row in tables["clusters"]):
            tally["left out"] += 1
            wrong += left_out(sweep, words)
            continue
        tally["swept"] += 1
        rows = [row for row in tables["events"] if row["cluster"] == cluster]
        found = compare_events(sweep, rows, tally) + compare_leaders(sweep, tables, tally)
        for _ in range(3):
            m = Fraction(rng.randint(0, 10**6), 10**6) * party.scale
            place = max(piece for piece in sweep.pieces() if piece[0] <= m)
            if m != place[0] and sweep.at(m) != place[4]:
                found.append(f"the oracle missed a place before {m}")
        wrong += [f"--sweep {item}, {cluster}: {text}" for text in found]
    return wrong


def refused(party, words):
    """The reason of a refusal has to be true."""
    rules = party.rules
    reasons = {"takes a mean of its groups": rules.root.is_mean,
               "rounds totals": rules.rounding != "leaf",
               "ranks by the rounded share": rules.rank_by == "rounded-share",
               "is the whole scale": len(party.items) == 1}
    return [] if any(text in words and true for text, true in reasons.items()) else [words[:400]]


def left_out(sweep, words):
    """A cluster left out: totals are not linear, or the numbers are too large."""
    scale = sweep.party.scale
    (low, high), scores = sweep.ends(), sweep.party.scores
    if "more than 128 bits" in words:
        return []
    for k in range(1, 64):
        m = scale * k / 64
        middle = sweep.party.stand(sweep.party.swept(sweep.item, m), sweep.cluster)
        for unit, one in middle.items():
            line = through(low[unit].before, high[unit].before, scale)
            if one.before != line.start + line.slope * m:
                return []
    below = [scores[child.code] for child in sweep.party.rules.root.children]
    if "redistributed" in words and any(one.is_na and one.passes for column in below
                                        for one in column):
        return []
    return [f"--sweep {sweep.item}, {sweep.cluster}: left out although linear: {words[:300]}"]
