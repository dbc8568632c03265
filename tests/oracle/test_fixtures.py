#!/usr/bin/env python3
"""Published figures through rule sets and the program: see tests/data/fixtures/README.md."""

import csv
import json
import os
import sys
import tempfile
from decimal import Decimal
from fractions import Fraction

import methods
import program
from decimals import round_half_away
from folders import Evaluation, simple_rules
from tap import Tap

HERE = os.path.dirname(os.path.abspath(__file__))
FIXTURES = os.path.join(os.path.dirname(HERE), "data", "fixtures")
PLACES = 6
METHODS = {  # method: (key of the fixture, further keys of `normalize`)
    "min-max": ("pymcdm.minmax_normalization", {}),
    "share-of-best": ("pymcdm.linear_normalization", {}),
    "percentile": ("plain.percent_rank", {"if_constant": 0}),
    "z-score": ("plain.zscore_ddof1_times_direction", {}),
}

tap = Tap()


def load(name):
    with open(os.path.join(FIXTURES, name), encoding="utf-8") as file:
        return json.load(file)


def decimal_of(x):
    return Decimal(repr(x)) if isinstance(x, float) else Decimal(x)


def rounded(x):
    """A published double at the decimals of the rule set."""
    return None if x is None else round_half_away(Fraction(x), PLACES)


def run(evaluation):
    with tempfile.TemporaryDirectory() as folder:
        evaluation.write(folder)
        return program.evaluate(folder)


def matrix_evaluation(matrix, leaf, **head):
    """One cluster; leaf(j, indicator, better) makes the criterion of a column."""
    evaluation = Evaluation()
    names = [f"x{j}" for j in range(len(matrix["criteria"]))]
    criteria = [leaf(j, name, "higher" if matrix["types"][j] > 0 else "lower")
                for j, name in enumerate(names)]
    evaluation.rules = {"": simple_rules(criteria, **{"decimals": PLACES, **head})}
    evaluation.clusters = [("c", "")]
    evaluation.units = [{"id": unit, "cluster": "c"} for unit in matrix["alternatives"]]
    evaluation.values = {"final": {
        unit: dict(zip(names, map(decimal_of, row)))
        for unit, row in zip(matrix["alternatives"], matrix["matrix"])}}
    return evaluation


def test_normalizations(name, matrix):
    for method, (key, more) in METHODS.items():
        def leaf(j, of, better):
            return {"code": of, "max": 1, "value": {"of": of, "better": better},
                    "normalize": dict({"method": method}, **more)}

        results = run(matrix_evaluation(matrix, leaf))
        got, expected = [], []
        for unit, row in zip(matrix["alternatives"], matrix["normalised"][key]):
            for j, x in enumerate(row):
                # No spread: the formula has no value, the rule language says 0.
                expected.append(rounded(0 if x is None else x))
                got.append(results[unit].points[f"x{j}"])
        tap.equal(list(map(float, got)), list(map(float, expected)), f"{name}: {method} as {key}")


def test_means(name, matrix):
    def weighted(low, high):
        def leaf(j, of, better):
            return {"code": of, "value": {"of": of, "better": better},
                    "weight": decimal_of(matrix["weights"][j]),
                    "normalize": {"method": "min-max", "range": [low, high]}}
        return leaf

    cases = [("arithmetic", 0, 1, matrix["scores"]["pymcdm.WSM(minmax)"]["score"], "WSM(minmax)")]
    for kind in ("arithmetic", "geometric", "harmonic"):
        if "means_of_minmax_1_100" in matrix:
            cases.append((kind, 1, 100, matrix["means_of_minmax_1_100"][kind],
                          f"{kind} mean of min-max on 1..100"))
    for kind, low, high, scores, text in cases:
        evaluation = matrix_evaluation(matrix, weighted(low, high), combine=kind, scale=high)
        results = run(evaluation)
        got = [float(results[unit].total) for unit in matrix["alternatives"]]
        tap.equal(got, [float(rounded(x)) for x in scores], f"{name}: {text}")


SCORES = {  # method: (key of the fixture, from its score to 0..100)
    "weighted-sum": ("pymcdm.WSM(minmax)", lambda x: x),
    "topsis": ("pymcdm.TOPSIS(vector)", lambda x: x),
    "topsis-min-max": ("pymcdm.TOPSIS(minmax)", lambda x: x),
    "vikor": ("pymcdm.VIKOR(v=.5)", lambda x: 1 - x),
    "promethee-ii": ("pymcdm.PROMETHEE_II(usual)", lambda x: (x + 1) / 2),
}


def test_methods(name, matrix):
    """Raw values of either direction under a mean: the other methods need no normalization."""
    def leaf(j, of, better):
        return {"code": of, "value": {"of": of, "better": better},
                "weight": decimal_of(matrix["weights"][j])}

    evaluation = matrix_evaluation(matrix, leaf, combine="arithmetic", scale=1,
                                   decimals=0)  # raw values have up to 13 digits
    units, scores = matrix["alternatives"], matrix["scores"]

    def run_by(method):
        with tempfile.TemporaryDirectory() as folder:
            evaluation.write(folder)
            results = program.evaluate(folder, f"--method={method}")
        return [float(results[unit].score) for unit in units]

    for method, (key, to_merit) in SCORES.items():
        published = scores[key]["score"]
        if published is None:  # VIKOR and an item that tells nobody apart: it counts nothing
            values = [[Fraction(decimal_of(x)) for x in row] for row in matrix["matrix"]]
            expected = methods.merits_of(method, values,
                                         [Fraction(decimal_of(w)) for w in matrix["weights"]],
                                         [better < 0 for better in matrix["types"]])
        else:
            expected = [to_merit(Fraction(x)) for x in published]
        tap.equal(run_by(method), [float(rounded(100 * Fraction(x))) for x in expected],
                  f"{name}: {method} as {key}")
    product = scores["pymcdm.WPM(sum)"]["score"]
    got = run_by("geometric-mean")
    factor = max(got) / max(product)
    tap.equal([round(x, 4) for x in got], [round(factor * x, 4) for x in product],
              f"{name}: geometric-mean as pymcdm.WPM(sum) but for a factor")


def ranks_evaluation(vectors, ranks):
    """Direct points, one cluster per vector. Values are moved so that none is negative."""
    evaluation = Evaluation()
    rules = simple_rules([{"code": "p", "max": 100, "direct": True}], ranks=ranks,
                         missing="unranked")
    evaluation.rules = {"": rules}
    evaluation.values = {"final": {}}
    for cluster, values in vectors.items():
        evaluation.clusters.append((cluster, ""))
        lowest = min(x for x in values if x is not None)
        for i, x in enumerate(values):
            unit = f"{cluster}-{i}"
            evaluation.units.append({"id": unit, "cluster": cluster})
            moved = None if x is None else decimal_of(x) - min(decimal_of(lowest), Decimal(0))
            evaluation.values["final"][unit] = {"p": moved}
    return evaluation


def test_ranks():
    data = load("ranks_ties.json")["data"]
    # 0.30000000000000004 is no decimal of 15 digits: refused below instead of ranked.
    vectors = {name: one["values"] for name, one in data.items() if name != "float_noise"}
    for ranks, key in (("competition", "min_desc"), ("dense", "dense_desc"),
                       ("fractional", "average_desc")):
        results = run(ranks_evaluation(vectors, ranks))
        for name, values in vectors.items():
            got = [float(results[f"{name}-{i}"].rank) for i in range(len(values))]
            tap.equal(got, list(map(float, data[name]["ranks"][key])), f"{name}: {ranks} ranks")
    noise = ranks_evaluation({"float_noise": data["float_noise"]["values"]}, "competition")
    with tempfile.TemporaryDirectory() as folder:
        noise.write(folder)
        status = program.run(["evaluate", folder, "--format=json"]).returncode
    tap.equal(status, 5, "0.30000000000000004 has too many digits and is refused")


def test_partitioned():
    with open(os.path.join(FIXTURES, "partitioned_ranks_nulls.csv"), encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    vectors = {}
    for row in rows:
        value = float(row["value"]) if row["value"] else None
        vectors.setdefault(row["cluster"], []).append(value)
    results = run(ranks_evaluation(vectors, "competition"))
    next_in = dict.fromkeys(vectors, 0)
    got, expected = [], []
    for row in rows:
        one = results[f"{row['cluster']}-{next_in[row['cluster']]}"]
        next_in[row["cluster"]] += 1
        wanted = row["rank_desc_null_excluded_min"]
        expected.append((int(wanted), "ranked") if wanted else (0, "unranked"))
        got.append((one.rank, one.state))
    tap.equal(got, expected, "ranks inside clusters, missing values unranked and left out")


def main():
    for name, matrix in load("norm_weights_small.json")["data"].items():
        test_normalizations(name, matrix)
        test_means(name, matrix)
        test_methods(name, matrix)
    test_ranks()
    test_partitioned()
    return tap.end()


if __name__ == "__main__":
    sys.exit(main())
