#!/usr/bin/env python3
"""
Properties of evaluations that hold whatever the rules: order of rows and columns, threads,
spelling of numbers and further clusters change nothing; more is never less.

Environment: THIDUA_PROPERTY_CASES (seeds per property), THIDUA, BUILD.
"""

import copy
import os
import random
import sys
import tempfile
from decimal import Decimal

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "oracle"))

import program  # noqa: E402
import random_rules  # noqa: E402
from folders import OFFICE, Evaluation, simple_rules  # noqa: E402
from tap import Tap  # noqa: E402

CASES = int(os.environ.get("THIDUA_PROPERTY_CASES", 25))

tap = Tap()


def standings(evaluation, **write):
    with tempfile.TemporaryDirectory() as folder:
        evaluation.write(folder, **write)
        return {unit: one.key() for unit, one in program.evaluate(folder).items()}


def output_without_hashes(evaluation, **write):
    """JSON bytes; the hash of the files is left out, since it names their bytes."""
    with tempfile.TemporaryDirectory() as folder:
        evaluation.write(folder, **write)
        return program.without_hashes(program.output(["evaluate", folder, "--format=json"]))


def for_seeds(text, passes):
    """passes(seed): None, or what went wrong."""
    details = []
    for seed in range(CASES):
        try:
            wrong = passes(seed)
        except program.Failed as failed:
            wrong = str(failed)
        if wrong:
            details.append(f"seed {seed} (python3 tests/oracle/random_rules.py {seed} FOLDER): "
                           f"{wrong}")
    tap.check(not details, f"{text} ({CASES} rule sets)", *details[:5])


def first_difference(got, expected):
    for unit, one in expected.items():
        if got.get(unit) != one:
            return f"{unit}: {one} became {got.get(unit)}"
    return None


def shuffler(seed, keep=()):
    rng = random.Random(seed)

    def shuffle(rows, what):
        rows = list(rows)
        if what not in keep:
            rng.shuffle(rows)
        return rows

    return shuffle


def test_order():
    def passes(seed):
        evaluation, _ = random_rules.make(seed)
        return first_difference(standings(evaluation, shuffle=shuffler(seed)),
                                standings(evaluation))

    for_seeds("permuting clusters, units, rows and columns changes no result", passes)

    def same_bytes(seed):
        evaluation, _ = random_rules.make(seed)
        keep = ("clusters.csv", "units.csv")
        moved = output_without_hashes(evaluation, shuffle=shuffler(seed, keep))
        return None if moved == output_without_hashes(evaluation) else "other bytes"

    for_seeds("permuting rows of values, votes and history, and all columns, gives the same bytes",
              same_bytes)


def test_threads():
    def passes(seed):
        evaluation, _ = random_rules.make(seed)
        with tempfile.TemporaryDirectory() as folder:
            evaluation.write(folder)
            arguments = ["evaluate", folder, "--format=json"]
            one, two = (program.output(arguments + [f"--threads={n}"]) for n in (1, 2))
        return None if one == two else "other bytes"

    for_seeds("one thread and two give the same bytes", passes)


def test_office():
    def passes(seed):
        evaluation, _ = random_rules.make(seed)
        expected = standings(evaluation)
        evaluation.decimal_mark = ","
        return first_difference(standings(evaluation, style=OFFICE), expected)

    for_seeds("files as a Vietnamese spreadsheet saves them give the same results", passes)


def within_clusters(rules):
    """Nothing in these rules looks beyond the cluster."""
    for node in rules["criteria"]:
        if "normalize" in node:
            node["normalize"].pop("scope", None)
        within_clusters({"criteria": node.get("children", [])})


def test_further_cluster():
    def passes(seed):
        evaluation, _ = random_rules.make(seed)
        for rules in evaluation.rules.values():
            within_clusters(rules)
        expected = standings(evaluation)
        cluster, kind = evaluation.clusters[0]
        evaluation.clusters.insert(1, ("Z", kind))
        for unit in [one for one in evaluation.units if one["cluster"] == cluster]:
            twin = f"Z{unit['id']}"
            evaluation.units.insert(0, dict(unit, id=twin, cluster="Z"))
            for cells in evaluation.values.values():
                cells[twin] = dict(cells[unit["id"]])
            evaluation.not_applicable += [(twin, code) for other, code in
                                          list(evaluation.not_applicable) if other == unit["id"]]
            evaluation.history += [(twin, *row) for other, *row in list(evaluation.history)
                                   if other == unit["id"]]
            if unit["id"] in evaluation.votes:
                evaluation.votes[twin] = evaluation.votes[unit["id"]]
        got = standings(evaluation)
        twins = {f"Z{unit}": one for unit, one in expected.items() if f"Z{unit}" in got}
        return first_difference(got, expected) or first_difference(got, twins)

    for_seeds("a further cluster changes no other, and its twin gets the same", passes)


def scaled(evaluation, factor):
    evaluation = copy.deepcopy(evaluation)
    for rules in evaluation.rules.values():
        rules["scale"] *= factor
        for node in rules["criteria"]:
            node["max"] *= factor
    for cells in evaluation.values["final"].values():
        for name in cells:
            cells[name] *= factor
    return evaluation


def direct_evaluation(seed):
    rng = random.Random(seed)
    criteria = [{"code": f"c{j}", "max": Decimal(rng.randint(1, 200)) / 4, "direct": True}
                for j in range(rng.randint(1, 30))]
    evaluation = Evaluation()
    evaluation.rules = {"": simple_rules(criteria)}
    evaluation.clusters = [("c", "")]
    evaluation.units = [{"id": f"u{i}", "cluster": "c"} for i in range(rng.randint(1, 12))]
    evaluation.values = {"final": {
        unit["id"]: {one["code"]: (one["max"] * rng.randint(0, 100) / 100).quantize(Decimal("0.01"))
                     for one in criteria} for unit in evaluation.units}}
    return evaluation


def test_scaling():
    def passes(seed):
        evaluation = direct_evaluation(seed)
        with tempfile.TemporaryDirectory() as folder:
            evaluation.write(folder)
            small = program.evaluate(folder)
        with tempfile.TemporaryDirectory() as folder:
            scaled(evaluation, 10).write(folder)
            large = program.evaluate(folder)
        for unit, one in small.items():
            if (large[unit].total, large[unit].rank) != (10 * one.total, one.rank):
                return f"{unit}: {one.total}, rank {one.rank} became {large[unit].total}, " \
                       f"rank {large[unit].rank}"
        return None

    for_seeds("ten times the maxima and the points give ten times the total", passes)


RISING = {  # function of x, never falling; P = 10
    "direct": {"direct": "x"},
    "per-case": {"parts": [{"function": "per-case", "of": "x", "points": Decimal("0.35"),
                            "cap": 10}]},
    "per-step": {"parts": [{"function": "per-step", "of": "x", "above": Decimal("2.5"),
                            "step": Decimal("0.7"), "points": Decimal("0.45"), "cap": 10}]},
    "ratio": {"ratio": {"actual": "x", "target": 7}},
    "ratio without cap": {"ratio": {"actual": "x", "target": Decimal("3.3"), "cap_ratio": None}},
    "bands": {"bands": {"of": "x", "table": {"<2": 0, "[2, 5)": Decimal("1.75"),
                                             "[5, 9.95)": 4, ">=9.95": 10}}},
    "piecewise": {"piecewise": {"of": "x", "through": [[1, 0], [4, Decimal("2.25")], [9, 10]],
                                "outside": "extend"}},
    "relative": {"relative": {"actual": "x", "target": 5}},
    "relative, absolute": {"relative": {"actual": "x", "target": 5, "excess": "absolute"}},
    "relative without target": {"relative": {"actual": "x", "target": "none"}},
    "start and fewer deductions": {"parts": [{"function": "per-step", "effect": "deduct", "of": "x",
                                              "below": 8, "points": Decimal("0.3")}]},
}


def sweep(name, leaf):
    """The same leaf for rising x: one cluster each, beside two fixed units."""
    whole = name == "per-case"
    evaluation = Evaluation()
    leaf = dict({"code": "a", "max": 10}, **leaf)
    indicators = {"none": {"kind": "number"}, "x": {"kind": "count" if whole else "number"}}
    if name == "direct":
        indicators["x"] = {"kind": "points"}
    evaluation.rules = {"": simple_rules([leaf], indicators=indicators)}
    rows = {}
    xs = [Decimal(i) if whole else Decimal(i) * 7 / 40 for i in range(58)]
    for i, x in enumerate(xs):
        evaluation.clusters.append((f"c{i}", ""))
        for unit, value in ((f"x{i}", x), (f"p{i}", Decimal(6)), (f"q{i}", Decimal(4))):
            evaluation.units.append({"id": unit, "cluster": f"c{i}"})
            rows[unit] = {"x": min(value, Decimal(10)), "none": None}
    evaluation.values = {"final": rows}
    with tempfile.TemporaryDirectory() as folder:
        evaluation.write(folder)
        results = program.evaluate(folder)
    return [results[f"x{i}"].points["a"] for i in range(len(xs))]


def test_monotone():
    for name, leaf in RISING.items():
        try:
            points = sweep(name, leaf)
        except program.Failed as failed:
            tap.check(False, f"{name}: more is never less", str(failed))
            continue
        falls = [i for i in range(1, len(points)) if points[i] < points[i - 1]]
        tap.check(not falls and points[0] < points[-1], f"{name}: more is never less",
                  f"{[float(one) for one in points]}")


def main():
    test_order()
    test_threads()
    test_office()
    test_further_cluster()
    test_scaling()
    test_monotone()
    return tap.end()


if __name__ == "__main__":
    sys.exit(main())
