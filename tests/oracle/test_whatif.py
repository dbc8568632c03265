#!/usr/bin/env python3
"""
What-if against the oracle, on random rule sets and data: scenarios of random changes, whose
every rank, total and class must be equal; and files of random weights, whose every rank must be.

    THIDUA_ORACLE_CASES=5000 tests/oracle/test_whatif.py      more cases
    tests/oracle/test_whatif.py SEED...                       these seeds only
"""

import json
import os
import random
import sys
import tempfile
from decimal import Decimal
from fractions import Fraction

import oracle
import program
import random_rules
from changing import Changes
from decimals import round_half_away
from folders import to_json
from rulefile import Rules
from tap import Tap

CASES = int(os.environ.get("THIDUA_ORACLE_CASES", 200))
BLOCK = 50
SHOWN = 5
REFUSED = 2  # exit status: the changes cannot be made


def random_changes(rng, evaluation):
    """Changes of one to three kinds; most of them can be made."""
    given = rng.choice(list(evaluation.rules.values()))
    rules = Rules(json.loads(to_json(given), parse_float=Fraction, parse_int=Fraction))
    step = Decimal(1).scaleb(-rules.decimals)
    nodes = [node for node in rules.nodes if node.max is not None and node.max > 0]
    changes = Changes()

    def points(most):
        return rng.randint(0, int(most / Fraction(step)) + 1) * step

    for _ in range(rng.randint(1, 3)):
        kind = rng.random()
        if kind < 0.45 and nodes:
            node = rng.choice(nodes)
            changes.set[node.code] = points(2 * node.max) + step
        elif kind < 0.65 and nodes:
            node = rng.choice(nodes)
            changes.cap[node.code] = points(node.max)
        elif kind < 0.85 and len(rules.nodes) > 1:
            node = rng.choice(rules.nodes)
            if node.parent is not None and len(node.parent.children) > 1:
                changes.drop.append(node.code)
        else:
            changes.na_policy = rng.choice(["exclude", "full", "zero", "redistribute"])
    return changes


def exact(changes):
    """Numbers as the oracle counts them."""
    return Changes({code: Fraction(x) for code, x in changes.set.items()},
                   {code: Fraction(x) for code, x in changes.cap.items()},
                   changes.drop, changes.na_policy, changes.values)


class Tally:
    def __init__(self):
        self.figures = self.near = self.refused = self.done = self.ranks = 0


def compare(folder, changes, tally):
    """Texts about what differs."""
    arguments = changes.arguments()
    done = program.run(["whatif", folder, "--format=json", "--part=units", *arguments])
    if done.returncode == REFUSED:
        tally.refused += 1
        return []
    if done.returncode not in program.FINISHED:
        return [f"{' '.join(arguments)}: exit status {done.returncode}: {done.stderr[:300]}"]
    tally.done += 1
    rows = {row["id"]: row for row in program.read_json(done.stdout)["tables"]["units"]}
    mine = oracle.evaluate(folder, exact(changes))
    wrong = []
    near = False
    for unit, result in mine.items():
        standing, row = result.standing, rows[unit]
        expected = None if standing.lacks_value else round_half_away(standing.total,
                                                                    result.rules.decimals)
        tally.figures += 1
        quantum = Fraction(1, 10**result.rules.decimals)
        if row["points"] == expected:
            continue
        if standing.inexact and None not in (row["points"], expected) and \
                abs(row["points"] - expected) <= quantum:
            near = True
            tally.near += 1
            continue
        wrong.append(f"{unit}: points {row['points']}, oracle {expected}")
    for unit, result in mine.items() if not near else ():
        standing, row = result.standing, rows[unit]
        tally.figures += 2
        if (row["rank"] or 0) != standing.rank:
            wrong.append(f"{unit}: rank {row['rank']}, oracle {standing.rank}")
        if standing.state != "unranked" and (row["class"] or None) != oracle.class_code(result):
            wrong.append(f"{unit}: class {row['class']}, oracle {oracle.class_code(result)}")
    return [f"{' '.join(arguments)}: {text}" for text in wrong]


# ---- weights ----

GRID = 2**20
N_VECTORS = 3


def random_maxima(rng, evaluation):
    """[{top criterion: maximum}]: of the first rule set, when its root adds up."""
    given = next(iter(evaluation.rules.values()))
    rules = Rules(json.loads(to_json(given), parse_float=Fraction, parse_int=Fraction))
    tops = [node for node in rules.root.children if node.max is not None and node.max > 0]
    if rules.root.is_mean or not tops or len(evaluation.rules) > 1:
        return []
    return [{node.code: Decimal(rng.randint(0, int(300 * node.max))) / 100 for node in tops}
            for _ in range(N_VECTORS)]


def multipliers(maxima, folder):
    rules = next(iter(oracle.Folder(folder).rules.values()))
    tops = {node.code: node.max for node in rules.root.children}
    return {code: round_half_away(Fraction(points) / tops[code] * GRID, 0) / GRID
            for code, points in maxima.items()}


def compare_weights(folder, vectors, tally):
    with tempfile.NamedTemporaryFile("w", suffix=".csv", encoding="utf-8") as file:
        codes = list(vectors[0])
        file.write(",".join(['"' + code + '"' for code in codes]) + "\n")
        for vector in vectors:
            file.write(",".join(str(vector[code]) for code in codes) + "\n")
        file.flush()
        done = program.run(["whatif", folder, "--format=json", "--part=vectors", "--weights",
                            file.name])
    if b"leave the exact range" in done.stderr:
        return []
    if done.returncode not in program.FINISHED:
        return [f"weights: exit status {done.returncode}: {done.stderr[:300]}"]
    rows = program.read_json(done.stdout)["tables"]["vectors"]
    ranks = {(int(row["vector"]), row["id"]): row["rank"] or 0 for row in rows}
    wrong = []
    for v, vector in enumerate(vectors):
        mine = oracle.evaluate(folder, weights=multipliers(vector, folder))
        if any(result.standing.inexact for result in mine.values()):
            return []
        for unit, result in mine.items():
            tally.ranks += 1
            if ranks[v + 1, unit] != result.standing.rank:
                wrong.append(f"weights {vector}, {unit}: rank {ranks[v + 1, unit]}, "
                             f"oracle {result.standing.rank}")
    return wrong


def one(seed, tally):
    rng = random.Random(f"what-if {seed}")
    evaluation, _ = random_rules.make(seed)
    changes = random_changes(rng, evaluation)
    with tempfile.TemporaryDirectory() as folder:
        random_rules.write(seed, folder)
        wrong = compare(folder, changes, tally)
        vectors = random_maxima(rng, evaluation)
        return wrong + (compare_weights(folder, vectors, tally) if vectors else [])


def main():
    tap, tally = Tap(), Tally()
    seeds = [int(word) for word in sys.argv[1:]] or list(range(CASES))
    for start in range(0, len(seeds), BLOCK):
        details = []
        for seed in seeds[start:start + BLOCK]:
            details += [f"seed {seed}: {text}" for text in one(seed, tally)]
        last = seeds[min(start + BLOCK, len(seeds)) - 1]
        tap.check(not details, f"scenarios and weights of the seeds {seeds[start]} to {last}", *details[:SHOWN])
    tap.check(len(sys.argv) > 1 or tally.done > tally.refused,
              "most scenarios can be made", f"{tally.done} made, {tally.refused} refused")
    print(f"# {tally.figures} figures of scenarios compared, {tally.near} of them one quantum apart; "
          f"{tally.ranks} ranks under other weights")
    return tap.end()


if __name__ == "__main__":
    sys.exit(main())
