"""
`thidua whatif FOLDER --reach UNIT --to R`: what is said to do it does it, one step less does not,
and no value on the way does it earlier.
"""

from fractions import Fraction

import oracle
import program
from changing import Changes


def rank_with(folder, unit, values):
    changes = Changes(values={(unit, name): value for name, value in values.items()})
    return oracle.evaluate(folder, changes)[unit].standing.rank


def step_of(party, indicator):
    """The finest decimal of the column."""
    places = 0
    for one in party.values:
        value = one.get(indicator)
        while value is not None and (value * 10**places).denominator != 1:
            places += 1
    return Fraction(1, 10**places)


def check_alone(folder, party, unit, rank, row, tally):
    wrong, name = [], row["indicator"]
    now, to = Fraction(row["from"]), Fraction(row["to"])
    there = rank_with(folder, unit, {name: to})
    tally["alone"] += 1
    if there != row["rank"]:
        wrong.append(f"{name} at {to}: rank {row['rank']}, oracle {there}")
    if (row["reaches"] == "yes") != (0 < there <= rank):
        wrong.append(f"{row}: oracle has rank {there}")
    step = step_of(party, name) * (1 if to > now else -1)
    if row["reaches"] == "yes" and to != now:
        tally["steps"] += 1
        less = rank_with(folder, unit, {name: to - step})
        if 0 < less <= rank:
            wrong.append(f"{name}: one step less than {to} has rank {less} too")
    elif row["reaches"] == "no":
        for k in range(1, 5):
            x = now + (Fraction(row["best"]) - now) * k / 4
            if 0 < rank_with(folder, unit, {name: x}) <= rank:
                wrong.append(f"{name} at {x} does it after all")
    return wrong


def needed(party, unit, rank):
    """The least quanta more on the total that do it, others unchanged: tried one after another."""
    u = next(i for i, one in enumerate(party.units) if one.id == unit)
    whole = party.scores[None][u]
    official, quantum = whole.points, Fraction(1, 10**party.rules.grid)
    found = None
    cluster = party.units[u].cluster
    low, high = 0, int(4 * party.scale / quantum)
    while low < high:
        middle = (low + high) // 2
        whole.points = official + middle * quantum
        there = party.stand(cluster=cluster)[unit].rank
        if 0 < there <= rank:
            high, found = middle, middle * quantum
        else:
            low = middle + 1
    whole.points = official
    return found


def check_mix(folder, unit, rank, tables, monotone, tally):
    mix = tables.get("together", [])
    there = rank_with(folder, unit, {row["indicator"]: Fraction(row["to"]) for row in mix})
    if mix:
        tally["together"] += 1
        if (mix[-1]["reaches"] == "yes") != (0 < there <= rank) or (mix[-1]["rank"] or 0) != there:
            return [f"together rank {there}: {mix}"]
        if 0 < there <= rank:
            return []
    best = {row["indicator"]: Fraction(row["best"]) for row in tables["alone"]}
    there = rank_with(folder, unit, best)
    if monotone and 0 < there <= rank:
        return [f"everything at its best does it, but no mix is given: {best}"]
    return []


def compare(folder, party, rng, tally):
    unit = rng.choice(party.units).id
    standing = party.stand()[unit]
    rank = rng.choice([1, 1, 2])
    arguments = ["--reach", unit, f"--to={rank}"]
    done = program.run(["whatif", folder, "--format=json", *arguments])
    if done.returncode not in program.FINISHED:
        tally["refused"] += 1
        words = done.stderr.decode()
        true = standing.rank == 0 or "there is no rank" in words
        return [] if true else [f"{' '.join(arguments)}: {words[:400]}"]
    result = program.read_json(done.stdout)
    facts, tables = result["facts"], result["tables"]
    if 0 < standing.rank <= rank:
        tally["already"] += 1
        return []
    tally["asked"] += 1
    wrong = []
    monotone = not party.rules.gates
    points = needed(party, unit, rank)
    if monotone and facts.get("needed") != points:
        wrong.append(f"needs {facts.get('needed')}, oracle {points}")
    for row in tables["alone"]:
        wrong += check_alone(folder, party, unit, rank, row, tally)
    return [f"{' '.join(arguments)}: {text}"
            for text in wrong + check_mix(folder, unit, rank, tables, monotone, tally)]
