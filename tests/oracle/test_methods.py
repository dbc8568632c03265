#!/usr/bin/env python3
"""
Other methods of the program against their definitions (methods.py), on random tables: costs, ties,
items that are not applicable, bonuses beside the table, deductions of gates, weights of zero.

    THIDUA_ORACLE_CASES=20000 tests/oracle/test_methods.py
    tests/oracle/test_methods.py SEED...

A score is a double rounded to 6 decimals, so one that lies on a half may round the other way; such
are counted, and hardly ever occur.
"""

import os
import random
import sys
import tempfile
from decimal import Decimal
from fractions import Fraction

import methods
import program
from decimals import round_half_away
from folders import Evaluation, simple_rules
from tap import Tap

CASES = int(os.environ.get("THIDUA_ORACLE_CASES", 400)) // 8
PLACES = 6
QUANTUM = Fraction(1, 10**PLACES)
NEAR_LIMIT = 0.0005


class Table:
    """One cluster: values, weights, what stands beside, and the folder that says so."""

    def __init__(self, rng):
        self.rng = rng
        self.units = [f"u{i}" for i in range(rng.choice([1, 2, 3, 5, 8]))]
        self.n_items = rng.randint(1, 6)
        self.beside = {unit: Fraction(0) for unit in self.units}
        self.evaluation = Evaluation()
        self.evaluation.clusters = [("c", "")]
        self.evaluation.units = [{"id": unit, "cluster": "c"} for unit in self.units]
        self.evaluation.decimal_mark = "."
        self.cells = {unit: {} for unit in self.units}
        self.lower = [False] * self.n_items
        self.evaluation.values = {"final": self.cells}
        self.scale = Fraction(1)
        self.has_costs = False

    def number(self, most, places):
        """A value with few digits now and then, so that there are ties."""
        coarse = self.rng.random() < 0.4
        steps = most * (1 if coarse else 10**places)
        return Decimal(self.rng.randint(0, steps)) / (1 if coarse else 10**places)


def table_of_values(rng):
    """Raw indicators of both directions under a mean."""
    t = Table(rng)
    t.lower = [rng.random() < 0.4 for _ in range(t.n_items)]
    t.weights = [Decimal(rng.choice([0, 1, 1, 2, 3, 5])) / rng.choice([1, 10]) for _ in t.lower]
    t.weights[0] = t.weights[0] or Decimal("0.2")
    criteria = [{"code": f"k{k}", "weight": w,
                 "value": {"of": f"k{k}", "better": "lower" if t.lower[k] else "higher"}}
                for k, w in enumerate(t.weights)]
    t.scale = Fraction(rng.choice([1, 10]))
    rules = simple_rules(criteria, combine=rng.choice(["arithmetic", "geometric"]),
                         scale=int(t.scale), missing="to-parent", if_missing="rescale")
    t.evaluation.rules = {"": rules}
    t.has_costs = any(less and w > 0 for less, w in zip(t.lower, t.weights))
    t.matrix = []
    for unit in t.units:
        row = [t.number(rng.choice([3, 40]), 3) for _ in t.lower]
        absent = [rng.random() < 0.1 for _ in row]
        if all(a or w == 0 for a, w in zip(absent, t.weights)):
            absent = [False] * len(row)
        row = [None if a else x for a, x in zip(absent, row)]
        t.cells[unit].update({f"k{k}": x for k, x in enumerate(row)})
        t.matrix.append([None if x is None else Fraction(x) / (1 if t.has_costs else t.scale)
                         for x in row])
    return t


def table_of_points(rng):
    """Points that add up: shares of the maximum; a group of bonuses; a gate that takes points."""
    t = Table(rng)
    maxima = [rng.randint(1, 30) for _ in t.lower]
    t.scale = Fraction(sum(maxima))
    t.weights = [Decimal(m) for m in maxima]
    criteria = [{"code": f"k{k}", "max": m, "direct": True} for k, m in enumerate(maxima)]
    criteria.append({"code": "plus", "max": 0, "parts": [
        {"effect": "bonus", "function": "direct", "of": "plus", "cap": 5}]})
    gate = {"code": "g", "reason": "g", "when": {"indicator": "late", "=": 1}, "effect": "deduct",
            "points": Decimal("1.25")}
    t.evaluation.rules = {"": simple_rules(criteria, gates=[gate], rank_by="share",
                                           indicators={"late": {"kind": "flag", "blank": 0}})}
    t.matrix = []
    for unit in t.units:
        row = [t.number(m, 2) for m in maxima]
        t.cells[unit].update({f"k{k}": x for k, x in enumerate(row)})
        plus, late = t.number(5, 2), rng.random() < 0.2
        t.cells[unit].update({"plus": plus, "late": int(late)})
        t.beside[unit] = Fraction(plus) - (Fraction(5, 4) if late else 0)
        row = [Fraction(x) / m for x, m in zip(row, maxima)]
        for k in range(1, len(row)):
            if rng.random() < 0.15:
                t.evaluation.not_applicable.append((unit, f"k{k}"))
                t.cells[unit][f"k{k}"] = None
                row[k] = None
        t.matrix.append(row)
    return t


def is_own(table, method):
    """The rule set does it anyway."""
    combine = table.evaluation.rules[""].get("combine", "sum")
    own = {"sum": "weighted-sum", "arithmetic": "weighted-sum", "geometric": "geometric-mean"}
    return own[combine] == method and not table.has_costs


def rank_of(score, scores):
    return None if score is None else 1 + sum(other > score for other in scores)


def check(table, method, results, wrong):
    """(number of scores, how many of them round the other way); adds texts to wrong."""
    near = 0
    merits = methods.merits_of(method, table.matrix, [Fraction(w) for w in table.weights],
                               table.lower)
    scores = [results[unit].score for unit in table.units]
    for unit, merit, score in zip(table.units, merits, scores):
        if is_own(table, method):
            if score is not None:
                wrong.append(f"{method}: {unit} has a score where the rule set's own method ranks")
            continue
        share = table.beside[unit] / table.scale
        expected = round_half_away(100 * (Fraction(merit) + share), PLACES)
        if score is None or abs(score - expected) > QUANTUM:
            wrong.append(f"{method}: {unit} {score and float(score)}, by definition "
                         f"{float(expected)}")
        elif score != expected:
            near += 1
        elif results[unit].rank != rank_of(score, scores):
            wrong.append(f"{method}: {unit} has rank {results[unit].rank}")
    return len(scores), near


def main():
    seeds = [int(one) for one in sys.argv[1:]] or range(CASES)
    tap, n_scores, n_near, n_tables = Tap(), 0, 0, 0
    wrong = []
    for seed in seeds:
        for make in (table_of_values, table_of_points):
            table = make(random.Random(f"methods-{seed}"))
            with tempfile.TemporaryDirectory() as folder:
                table.evaluation.write(folder)
                for method in methods.METHODS:
                    results = program.evaluate(folder, f"--method={method}")
                    found = []
                    n, near = check(table, method, results, found)
                    n_scores += n
                    n_near += near
                    wrong += [f"seed {seed}, {make.__name__}: {text}" for text in found]
            n_tables += 1
    tap.equal(wrong[:5], [], f"{n_scores} scores of {n_tables} tables are those of the definitions")
    tap.check(n_near <= NEAR_LIMIT * n_scores, f"scores hardly ever round another way ({n_near})")
    return tap.end()


if __name__ == "__main__":
    sys.exit(main())
