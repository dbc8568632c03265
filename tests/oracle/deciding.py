"""
`thidua whatif FOLDER --importance` of tables that add up: shares in the variance and covariance
in fractions, and what changes when everybody has the mean share of an item.
"""

import copy
from fractions import Fraction
from itertools import combinations

import program
from decimals import round_half_away
from scoring import root_scores
from standing import Standing, UnitView, rank

NEAR = Fraction(1, 10**5)  # printed with six decimals


def mean(values):
    return sum(values, Fraction(0)) / len(values)


def covariance(xs, ys):
    a, b = mean(xs), mean(ys)
    return sum(((x - a) * (y - b) for x, y in zip(xs, ys)), Fraction(0))


def levelled(party, code, members, ranked):
    """
    Standings of the units of a cluster after everybody's points of an item became the mean share
    of those that are ranked, rounded as points are.
    """
    column = [copy.copy(score) for score in party.scores[code]]
    counted = [column[u] for u in members if ranked[u].rank]
    points = sum((score.points for score in counted), Fraction(0))
    assigned = sum((score.assigned for score in counted), Fraction(0))
    level = points / (assigned or len(counted) or 1)
    for u in members:
        mine = level * column[u].assigned if assigned else level
        column[u].points = column[u].value = round_half_away(mine, party.rules.grid)
    scores = {**party.scores, code: column}
    scores[None] = root_scores(party.rules, scores, {})
    return standings(party, scores, members)


def standings(party, scores, members):
    found, by_cluster = {}, {}
    for u in members:
        unit = party.units[u]
        found[u] = Standing(party.rules, UnitView(party.rules, party.values[u], scores, u), party.year)
        by_cluster.setdefault(unit.cluster, []).append(found[u])
    for one in by_cluster.values():
        rank(one, party.rules.ranks)
    return found


def order(one, other):
    return (one.rank > other.rank) - (one.rank < other.rank)


def changed(party, code, members):
    """(pairs, of, ranks, leaders) in the clusters of some units."""
    pairs = of = ranks = led = 0
    for name in {party.units[u].cluster for u in members}:
        units = [u for u, unit in enumerate(party.units) if unit.cluster == name]
        before = standings(party, party.scores, units)
        after = levelled(party, code, units, before)
        for u, v in combinations(units, 2):
            of += bool(before[u].rank and before[v].rank)
            if before[u].rank and before[v].rank and after[u].rank and after[v].rank:
                pairs += order(before[u], before[v]) != order(after[u], after[v])
        ranks += sum(before[u].rank != after[u].rank for u in units)
        led += leaders(before, units) != leaders(after, units)
    return pairs, of, ranks, led


def leaders(given, units):
    ranks = [given[u].rank for u in units if given[u].rank]
    return {u for u in units if given[u].rank and given[u].rank == min(ranks)}


def compare_row(party, row, members, codes, tally):
    wrong = []
    columns = {code: [party.scores[code][u].points for u in members] for code in codes}
    totals = [sum(points) for points in zip(*columns.values())]
    values, code = columns[row["code"]], row["code"]

    def same(what, got, expected):
        tally["figures"] += 1
        if expected is None or got is None:
            if got is not expected:
                wrong.append(f"{what}: {got}, oracle {expected}")
        elif abs(got - expected) > NEAR:
            wrong.append(f"{what}: {float(got)}, oracle {float(expected)}")

    variances = [covariance(column, column) for column in columns.values()]
    if sum(variances):
        part = 100 * covariance(values, values) / sum(variances)
        same("first", row["first_percent"], part)
        if row["total_percent"] is not None:  # left out where it is the same
            same("total", row["total_percent"], part)
    spread = covariance(totals, totals)
    if spread:
        same("covariance", row["covariance_percent"], 100 * covariance(values, totals) / spread)
    same("lowest", row["lowest"], min(values))
    same("highest", row["highest"], max(values))
    pairs, of, ranks, led = changed(party, code, members)
    same("pairs", row["pairs"], pairs)
    if of:
        same("pairs percent", row["pairs_percent"], Fraction(100 * pairs, of))
    same("ranks", row["ranks"], ranks)
    same("leaders", row["leaders"], led)
    return [f"{row['cluster'] or 'all'}, {code}: {text}" for text in wrong]


def compare(folder, party, tally):
    done = program.run(["whatif", folder, "--importance", "--format=json"])
    if done.returncode not in program.FINISHED:
        return [done.stderr.decode()[:400]]
    wrong = []
    codes = [child.code for child in party.rules.root.children]
    ranked = party.stand()
    for row in program.read_json(done.stdout)["tables"]["items"]:
        members = [u for u, unit in enumerate(party.units)
                   if row["cluster"] in ("", unit.cluster) and ranked[unit.id].rank]
        tally["rows"] += 1
        wrong += [] if len(members) < 2 else compare_row(party, row, members, codes, tally)
    return wrong
