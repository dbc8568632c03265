"""`thidua whatif FOLDER --flip UNIT --to R`: the smallest change, among all vertices or on a grid."""

from fractions import Fraction
from itertools import product

import program
from corners import Cluster, unit_row, vertices

NEAR = Fraction(1, 10**5)  # percent: printed with six decimals
QUANTUM_PART = Fraction(1, 4)  # by as much a rival may be kept off when weights are rounded
STEPS = {2: 400, 3: 40, 4: 16}


def distance(cluster, w):
    return 100 * sum(abs(a - b) for a, b in zip(w, cluster.shares))


def within(w, bounds):
    return all(low <= x <= high for x, (low, high) in zip(w, bounds))


def smallest(cluster, unit, rank, bounds, gap):
    """
    The least change by which all but rank - 1 rivals are behind the unit by a gap; without a gap,
    or level with it. None: no weights do.
    """
    n = len(cluster.shares)
    leads = [(cluster.lead(v, unit), cluster.wins_ties(v, unit))
             for v in cluster.units if v != unit]
    planes = [(row, -gap) for row, _ in leads]
    for k in range(n):
        planes += [(unit_row(k, n), value)
                   for value in {Fraction(0), cluster.shares[k], *bounds[k]}]
    best = None
    for w in vertices(planes, n):
        before = sum(cluster.at(row, w) > -gap if any(row) else wins for row, wins in leads)
        if before < rank and within(w, bounds):
            if best is None or distance(cluster, w) < best:
                best = distance(cluster, w)
    return best


def grid(n):
    steps = STEPS[n]
    for head in product(range(steps + 1), repeat=n - 1):
        if sum(head) <= steps:
            yield [Fraction(x, steps) for x in (*head, steps - sum(head))]


def smallest_on_grid(cluster, unit, rank, bounds):
    found = [distance(cluster, w) for w in grid(len(cluster.shares))
             if within(w, bounds) and cluster.before(unit, w) < rank
             and all(cluster.at(cluster.assigned[v], w) > 0 for v in cluster.units)]
    return min(found, default=None)


def check_proof(cluster, unit, rank, rivals):
    """Whether the mix, or each of the rivals, is before the unit at every corner."""
    wins = [cluster.wins_ties(row["unit"], unit) for row in rivals]
    leads = [cluster.lead(row["unit"], unit) for row in rivals]
    if any(cluster.by_share and cluster.assigned[row["unit"]] != cluster.assigned[unit]
           for row in rivals):
        return ["a rival with other maxima in a proof by share"]
    if rank > 1 or len(rivals) == rank:
        if len(rivals) >= rank and all(min(lead) > 0 or (min(lead) == 0 and first)
                                       for lead, first in zip(leads, wins)):
            return []
        return [f"{len(rivals)} rivals do not dominate: {leads}"]
    mix = [sum(row["parts"] * lead[k] for row, lead in zip(rivals, leads))
           for k in range(len(cluster.items))]
    if min(mix) > 0 or (min(mix) == 0 and any(wins)):
        return []
    return [f"the mix does not hold: {mix}, {wins}"]


def check_weights(cluster, unit, facts, rows, bounds):
    """The weights reported do what is said of them."""
    given = {row["item"]: row for row in rows}
    rules = cluster.party.rules
    wrong = []
    multipliers = {code: Fraction(float(given[code]["multiplier"])) for code in cluster.items}
    if any((value * 2**20).denominator != 1 for value in multipliers.values()):
        wrong.append(f"multipliers off the grid: {multipliers}")
    there = cluster.party.stand(multipliers, cluster.cluster)[unit].rank
    if there != facts["rank_there"]:
        wrong.append(f"rank {facts['rank_there']} is said, oracle {there}")
    w = [multipliers[code] * share for code, share in zip(cluster.items, cluster.shares)]
    slack = Fraction(len(w), 2**20)
    if abs(sum(w) - 1) > slack:
        wrong.append(f"shares add up to {float(sum(w))}")
    if not within(w, [(low - slack, high + slack) for low, high in bounds]):
        wrong.append(f"limits {bounds} are not kept: {[float(x) for x in w]}")
    if abs(distance(cluster, w) - facts["distance"]) > NEAR:
        wrong.append(f"distance {float(facts['distance'])}, oracle {float(distance(cluster, w))}")
    for code, share in zip(cluster.items, w):
        if abs(given[code]["share_there"] - 100 * share) > NEAR or \
                abs(given[code]["points_there"] - multipliers[code] * rules.by_code[code].max) > NEAR:
            wrong.append(f"{given[code]} does not fit its multiplier")
    return wrong


def check_least(cluster, unit, rank, bounds, facts):
    """No smaller change does it; nothing much smaller than the one reported."""
    answer, wrong = facts["answer"], []
    reached = answer == "reached"
    if not cluster.is_linear or cluster.keys_move:
        least = smallest_on_grid(cluster, unit, rank, bounds)
        if least is not None and not reached:
            wrong.append(f"{answer}, but the grid has {float(least)}")
        if least is not None and reached and facts["least"] > least + NEAR:
            wrong.append(f"least {float(facts['least'])}, but the grid has {float(least)}")
        return wrong
    low = smallest(cluster, unit, rank, bounds, Fraction(0))
    gap = QUANTUM_PART / 10**cluster.party.rules.decimals
    high = smallest(cluster, unit, rank, bounds, gap)
    if reached and low is None:
        return [f"reached, but no weights do: {facts}"]
    if not reached and high is not None:
        wrong.append(f"{answer}, but {float(high)} % do")
    provable = rank == 1 and bounds == free(cluster) and not cluster.says_keys_move
    if low is None and answer != "impossible" and provable:
        wrong.append(f"{answer}, but there must be a proof")
    if reached and facts["least"] > low + NEAR:
        wrong.append(f"least {float(facts['least'])}, oracle {float(low)}")
    if reached and high is not None and facts["distance"] > high + Fraction(1, 2000):
        wrong.append(f"distance {float(facts['distance'])}, oracle {float(high)}")
    return wrong


def free(cluster):
    return [(Fraction(0), Fraction(1))] * len(cluster.shares)


def random_bounds(rng, cluster):
    """(bounds, arguments) of one item; today's weights keep them."""
    bounds, k = free(cluster), rng.randrange(len(cluster.shares))
    percent = int(100 * cluster.shares[k])
    low, high = rng.randint(0, percent), rng.randint(percent + 1, 100)
    bounds[k] = (Fraction(low, 100), Fraction(high, 100))
    code = cluster.items[k]
    return bounds, [f"--limit={code}>={low}%", f"--limit={code}<={high}%"]


def compare(folder, party, rng, tally):
    unit = rng.choice(party.units)
    cluster = Cluster(party, unit.cluster)
    rank = rng.choice([1, 1, 1, 2, 3])
    bounds, limits = random_bounds(rng, cluster) if rng.random() < 0.3 else (free(cluster), [])
    arguments = ["--flip", unit.id, f"--to={rank}", *limits]
    done = program.run(["whatif", folder, "--format=json", *arguments])
    words = done.stderr.decode()
    if done.returncode not in program.FINISHED:
        tally["refused"] += 1
        return refused(cluster, unit.id, rank, words)
    result = program.read_json(done.stdout)
    facts, tables = result["facts"], result["tables"]
    tally[facts["answer"]] += 1
    wrong = [] if cluster.adds_up else ["totals are not linear, but it answers"]
    already = cluster.today[unit.id].rank <= rank
    if already != (facts["answer"] == "already"):
        wrong.append(f"{facts}, today's rank {cluster.today[unit.id].rank}")
    if facts["answer"] == "already" or wrong:
        return wrong
    if tables["weights"]:
        wrong += check_weights(cluster, unit.id, facts, tables["weights"], bounds)
    wrong += check_least(cluster, unit.id, rank, bounds, facts)
    if tables.get("rivals"):
        tally["proofs"] += 1
        wrong += check_proof(cluster, unit.id, rank, tables["rivals"])
    return [f"{' '.join(arguments)}: {text}" for text in wrong]


def refused(cluster, unit, rank, words):
    """The reason of a refusal has to be true."""
    rules = cluster.party.rules
    reasons = {"ranks by class before points": rules.rank_class_first,
               "depending on the total": bool(rules.gates),
               "is unranked": unit not in cluster.units,
               "there is no rank": rank > len(cluster.units)}
    return [] if any(text in words and true for text, true in reasons.items()) else [words[:400]]
