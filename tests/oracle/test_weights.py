#!/usr/bin/env python3
"""
What-if about weights against the oracle, on random tables: sweep, flip, reach, sample, exact,
importance (engine/README.md).

    THIDUA_ORACLE_CASES=2000 tests/oracle/test_weights.py     more cases
    tests/oracle/test_weights.py QUESTION SEED...             these seeds of one question only
"""

import os
import random
import sys
import tempfile
from collections import Counter

import accepting
import deciding
import flipping
import random_rules
import reaching
import sampling
import simple_tables
import sweeping
import weighing
from tap import Tap

CASES = int(os.environ.get("THIDUA_ORACLE_CASES", 40))
BLOCK = 20
SHOWN = 5


def sweep_simple(seed, folder, tally):
    rng = simple_tables.write(seed, folder)
    party, = weighing.parties(folder)
    return sweeping.compare(folder, party, rng.choice(party.items).code, rng, tally)


def sweep_random(seed, folder, tally):
    random_rules.write(seed, folder)
    rng = random.Random(f"weights {seed}")
    every = weighing.parties(folder)
    party = every[0]
    if len(every) > 1 or party.inexact and not party.rules.root.is_mean:
        return []
    return sweeping.compare(folder, party, rng.choice(party.items).code, rng, tally)


def flip(seed, folder, tally):
    rng = simple_tables.write(f"flip {seed}", folder, plain=seed % 3 > 0)
    party, = weighing.parties(folder)
    return flipping.compare(folder, party, rng, tally)


def exact(seed, folder, tally):
    rng = simple_tables.write(f"exact {seed}", folder, plain=seed % 4 > 0,
                              n_items=2 + seed % 2 if seed % 10 else None)
    party, = weighing.parties(folder)
    return accepting.compare(folder, party, rng, tally)


def sample(seed, folder, tally):
    rng = simple_tables.write(f"sample {seed}", folder)
    party, = weighing.parties(folder)
    return sampling.compare(folder, party, rng, tally)


def importance(seed, folder, tally):
    simple_tables.write(f"importance {seed}", folder, plain=seed % 3 > 0, same_maxima=True)
    party, = weighing.parties(folder)
    return deciding.compare(folder, party, tally)


def reach(seed, folder, tally):
    rng = simple_tables.write(f"reach {seed}", folder)
    party, = weighing.parties(folder)
    return reaching.compare(folder, party, rng, tally)


QUESTIONS = {"sweep": sweep_simple, "sweep-random": sweep_random, "flip": flip, "reach": reach,
             "exact": exact, "sample": sample, "importance": importance}


def run(tap, name, seeds):
    tally = Counter()
    for start in range(0, len(seeds), BLOCK):
        details = []
        for seed in seeds[start:start + BLOCK]:
            with tempfile.TemporaryDirectory() as folder:
                found = QUESTIONS[name](seed, folder, tally)
            details += [f"{name} {seed}: {text}" for text in found]
        last = seeds[min(start + BLOCK, len(seeds)) - 1]
        tap.check(not details, f"{name}, seeds {seeds[start]} to {last}", *details[:SHOWN])
    tap.note(f"{name}: " + ", ".join(f"{count} {what}" for what, count in sorted(tally.items())))


def main():
    tap = Tap()
    if sys.argv[1:]:
        run(tap, sys.argv[1], [int(word) for word in sys.argv[2:]] or list(range(CASES)))
    else:
        for name in QUESTIONS:
            run(tap, name, list(range(CASES // 4 if name == "sample" else CASES)))
    return tap.end()


if __name__ == "__main__":
    sys.exit(main())
