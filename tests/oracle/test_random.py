#!/usr/bin/env python3
"""
The program against the oracle, on random rule sets and data, and on the samples.

    THIDUA_ORACLE_CASES=20000 tests/oracle/test_random.py      more cases
    tests/oracle/test_random.py SEED...                        these seeds only

A failed seed is written by `random_rules.py SEED FOLDER` for a closer look. Also checks that
the steps of every explanation add up to the total.
"""

import glob
import os
import sys
import tempfile
from fractions import Fraction

import program
import random_rules
from comparing import compare
from tap import Tap

CASES = int(os.environ.get("THIDUA_ORACLE_CASES", 400))
BLOCK = 50  # seeds per TAP line
EXPLAINED = 20  # every so many cases, all units are explained too
# Means in floating point may round the other way on a half; more often would be a fault.
NEAR_LIMIT = 0.002
SHOWN = 5


class Totals:
    def __init__(self):
        self.exact = self.inexact = self.near = 0


def check_steps(folder, results, mine):
    """Texts about units whose explanation does not add up."""
    wrong = []
    for unit, result in results.items():
        if result.total is None:
            continue
        explained = program.explain(folder, unit)
        running = Fraction(0)
        if mine[unit].rules.root.is_mean and explained.steps:
            # A mean is no sum: the steps (gates) start from it.
            step, printed = explained.steps[0]
            running = printed - step
        for step, printed in explained.steps:
            running += step
            if running != printed:
                break
        sums = [running, explained.total, explained.sum_of_steps]
        if not explained.steps:
            sums[0] = explained.total
        if sums != [result.total] * 3:
            wrong.append(f"{unit}: total {program.show(result.total)}, explained: steps add up to "
                         f"{program.show(sums[0])}, total {program.show(sums[1])}, "
                         f"sum of steps {program.show(sums[2])}")
    return wrong


def one_seed(seed, totals):
    """Texts about what is wrong, with the figures of both."""
    with tempfile.TemporaryDirectory() as folder:
        random_rules.write(seed, folder)
        try:
            results = program.evaluate(folder)
            found = compare(folder, results)
            if seed % EXPLAINED == 0:
                found.differences += check_steps(folder, results, found.mine)
        except program.Failed as failed:
            return [str(failed).replace(folder, "FOLDER")]
    totals.exact += found.n_exact
    totals.inexact += found.n_inexact
    totals.near += len(found.near)
    return found.differences


def test_seeds(tap, seeds):
    totals = Totals()
    for start in range(0, len(seeds), BLOCK):
        block = seeds[start : start + BLOCK]
        details = []
        for seed in block:
            wrong = one_seed(seed, totals)
            if wrong:
                details.append(f"seed {seed}: python3 tests/oracle/random_rules.py {seed} FOLDER")
                details += [line for text in wrong[:SHOWN] for line in text.split("\n")]
                if len(wrong) > SHOWN:
                    details.append(f"... and {len(wrong) - SHOWN} more")
        tap.check(not details, f"random rule sets {block[0]}..{block[-1]}", *details)
    tap.note(f"{totals.exact} figures equal exactly, {totals.inexact} in floating point, "
             f"{totals.near} of them one quantum apart")
    tap.check(totals.near <= NEAR_LIMIT * max(totals.inexact, 500),
              "means and z-scores hardly ever round another way",
              f"{totals.near} of {totals.inexact}")


def test_samples(tap):
    samples = os.environ.get("SAMPLES", os.path.join(program.ROOT, "datasets", "samples"))
    for head in sorted(glob.glob(os.path.join(samples, "*", "evaluation.json"))):
        folder = os.path.dirname(head)
        name = os.path.basename(folder)
        try:
            results = program.evaluate(folder)
            found = compare(folder, results)
            tap.check(not found.differences, f"sample {name}", *found.differences[:SHOWN])
            wrong = check_steps(folder, results, found.mine)
            tap.check(not wrong, f"sample {name}: steps add up to the total", *wrong[:SHOWN])
        except program.Failed as failed:
            tap.check(False, f"sample {name}", str(failed))


def main():
    tap = Tap()
    if sys.argv[1:]:
        test_seeds(tap, list(map(int, sys.argv[1:])))
    else:
        test_samples(tap)
        test_seeds(tap, list(range(CASES)))
    return tap.end()


if __name__ == "__main__":
    sys.exit(main())
