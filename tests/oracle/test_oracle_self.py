#!/usr/bin/env python3
"""The oracle against figures worked out by hand and published examples, without the program."""

import sys
import tempfile
from decimal import Decimal
from fractions import Fraction

from decimals import interval_holds, parse_cell, parse_interval, round_half_away
from folders import OFFICE, Evaluation, simple_rules
from oracle import class_code, evaluate
from tap import Tap

tap = Tap()


def D(text):
    return Decimal(text)


def one_cluster(criteria, rows, **head):
    """rows: {unit: {indicator: value}}"""
    evaluation = Evaluation()
    evaluation.rules = {"": simple_rules(criteria, **head)}
    evaluation.clusters = [("c", "")]
    evaluation.units = [{"id": unit, "cluster": "c"} for unit in rows]
    evaluation.values = {"final": rows}
    return evaluation


def run(evaluation, **write):
    with tempfile.TemporaryDirectory() as path:
        evaluation.write(path, **write)
        return evaluate(path)


def points(results, code):
    return [str(float(result.scores[code].points)) for result in results.values()]


def totals(results):
    return [float(result.standing.total) for result in results.values()]


def test_numbers():
    tap.equal(str(round_half_away(Fraction("2.675"), 2)), "67/25", "2.675 rounds to 2.68")
    tap.equal(str(round_half_away(Fraction("-2.675"), 2)), "-67/25", "-2.675 rounds to -2.68")
    tap.equal(float(round_half_away(Fraction("1.005"), 2)), 1.01, "1.005 rounds to 1.01")
    cells = ["- 0,5", "+ 0,1", "1.234,56", "1,234.56", "1 234 567", "95,5 %", "không", "x", ""]
    expected = ["-1/2", "1/10", "30864/25", "30864/25", "1234567", "191/2", "0", "1", "None"]
    tap.equal([str(parse_cell(cell)) for cell in cells], expected, "numbers as offices write them")
    held = [interval_holds(parse_interval(text), Fraction(95))
            for text in ("[95, 100)", "(95, 100]", "<95", "<=95", "95", ">95")]
    tap.equal(held, [True, False, False, True, True, False], "edges of intervals")


def test_relative():
    leaf = [{"code": "t", "max": 10, "relative": {"actual": "A", "target": "T"}}]
    pairs = [(120, 100), (60, 50), (80, 80), (60, 80), (150, 0), (100, 0), (75, None)]
    rows = {f"u{i}": {"A": a, "T": t} for i, (a, t) in enumerate(pairs)}
    tap.equal(points(run(one_cluster(leaf, rows)), "t"),
              ["10.0", "10.0", "5.0", "3.75", "10.0", "6.67", "5.0"],
              "relative: the worked example of the police table")
    leaf[0]["relative"]["excess"] = "absolute"
    tap.equal(points(run(one_cluster(leaf, rows)), "t")[:2], ["10.0", "7.5"],
              "relative: absolute excess")


def test_bands():
    table = {"100": 2, "[95, 100)": D("1.75"), "[80, 95)": D("1.5"), "<80": 0}
    leaf = [{"code": "b", "max": 2, "bands": {"of": "x", "table": table}}]
    rows = {f"u{i}": {"x": D(x)} for i, x in enumerate(["94.9", "95", "100", "79.99"])}
    tap.equal(points(run(one_cluster(leaf, rows)), "b"), ["1.5", "1.75", "2.0", "0.0"],
              "bands: 94.9 gives 1.5, 95 gives 1.75")


def test_award_and_total():
    held = {"function": "award-held", "effect": "bonus", "awards": {"city": 10, "government": 15}}
    leaf = [{"code": "h", "max": 100, "parts": [{"function": "direct", "of": "p"}, held]}]
    evaluation = one_cluster(leaf, {"u": {"p": 97}, "v": {"p": 90}})
    evaluation.history = [("u", 2024, "city"), ("v", 2024, "city"), ("v", 2024, "government")]
    tap.equal(totals(run(evaluation)), [107.0, 105.0], "award held: 97 + 10 = 107")


def test_share_and_na():
    criteria = [{"code": "a", "max": 15, "direct": True}, {"code": "b", "max": 5, "direct": True}]
    for policy, total, assigned in (("exclude", 13, 15), ("full", 18, 20), ("zero", 13, 20),
                                    ("redistribute", 17.33, 20)):
        evaluation = one_cluster(criteria, {"u": {"a": 13}}, rank_by="share", not_applicable=policy)
        evaluation.not_applicable = [("u", "b")]
        standing = run(evaluation)["u"].standing
        tap.equal((float(standing.total), standing.assigned), (total, assigned),
                  f"not applicable: {policy}")
        if policy == "exclude":
            share = round_half_away(100 * standing.share(), 2)
            tap.equal(float(share), 86.67, "13/15 is 86.67 %")


def test_leaf_formula():
    parts = [
        {"effect": "deduct", "function": "per-case", "of": "x", "points": D("0.2"), "cap": 1},
        {"effect": "deduct", "function": "per-case", "of": "y", "points": D("0.5")},
        {"effect": "bonus", "function": "per-step", "of": "z", "above": 92, "points": D("0.1")},
    ]
    leaf = {"code": "a", "max": 3, "deduction_cap": D("1.5"), "parts": parts,
            "clamp": {"min": 0, "max": 3, "bonus": "outside"}}
    rows = {"u": {"x": 9, "y": 2, "z": D("94.99")}, "v": {"x": 1, "y": 0, "z": 92}}
    results = run(one_cluster([leaf], rows))
    tap.equal(points(results, "a"), ["1.7", "2.8"], "start, deductions with caps, bonus outside")
    tap.equal(float(results["u"].scores["a"].deduction), 1.5, "deduction after the leaf's cap")


def test_means_and_normalization():
    def leaf(code, **more):
        return dict({"code": code, "value": {"of": code},
                     "normalize": {"method": "min-max", "range": [1, 100]}}, **more)

    criteria = [{"code": "m", "max": 100, "combine": "geometric",
                 "children": [leaf("x", weight=2), leaf("y", weight=4),
                              leaf("z", value={"of": "z", "better": "lower"})]}]
    rows = {"PE": (7, 5, 35), "JN": (5, 4, 26), "AA": (5, 6, 28), "FX": (3, 4, 36),
            "MM": (1, 7, 30), "GN": (5, 8, 30)}
    rows = {unit: dict(zip("xyz", row)) for unit, row in rows.items()}
    tap.equal(points(run(one_cluster(criteria, rows)), "m"),
              ["33.56", "6.42", "58.49", "2.74", "21.22", "82.99"],
              "geometric mean of min-max on 1..100: published figures of the stocks example")


def test_classes_gates_ranks():
    criteria = [{"code": "I", "max": 60, "direct": True}, {"code": "II", "max": 40, "direct": True}]
    head = {
        "gates": [{"code": "weak", "when": {"share": "I", "<": D("0.85")}, "effect": "bar",
                   "classes": ["xs"], "reason": "."},
                  {"code": "late", "when": {"indicator": "late", "=": 1}, "effect": "deduct",
                   "points": 8, "reason": "."}],
        "classes": [{"code": "xs", "from": 90}, {"code": "tot", "over": 80}, {"code": "het"}],
        "indicators": {"late": {"kind": "flag", "blank": 0}},
        "ties": [{"criterion": "I"}, "votes"],
    }
    rows = {"a": {"I": 51, "II": 39}, "b": {"I": D("50.99"), "II": D("39.01")},
            "c": {"I": 58, "II": 40, "late": 1}, "d": {"I": 40, "II": 40},
            "e": {"I": 40, "II": 40}}
    evaluation = one_cluster(criteria, rows, **head)
    results = run(evaluation)
    tap.equal([class_code(result) for result in results.values()],
              ["xs", "tot", "xs", "het", "het"],
              "classes: barred under 85 %, over excludes the edge")
    tap.equal([int(result.standing.rank) for result in results.values()], [2, 3, 1, 4, 4],
              "ranks: the tie key decides, what is equal stays tied")
    evaluation.votes = {"e": 3}
    tap.equal([int(result.standing.rank) for result in run(evaluation).values()], [2, 3, 1, 5, 4],
              "ranks: votes decide last, no votes count as 0")


def test_styles():
    criteria = [{"code": "a", "max": 10, "direct": True}, {"code": "b", "max": 5, "direct": True}]
    rows = {"u": {"a": D("9.25"), "b": D("0.5")}, "v": {"a": D("8.75"), "b": D("4.5")}}
    evaluation = one_cluster(criteria, rows)
    tap.equal(totals(run(evaluation)), totals(run(evaluation, style=OFFICE)),
              "office files read as machine files")


def main():
    test_numbers()
    test_relative()
    test_bands()
    test_award_and_total()
    test_share_and_na()
    test_leaf_formula()
    test_means_and_normalization()
    test_classes_gates_ranks()
    test_styles()
    return tap.end()


if __name__ == "__main__":
    sys.exit(main())
