"""Compares the program's figures for a folder with the oracle's."""

from fractions import Fraction

import oracle
from decimals import round_half_away


class Comparison:
    """differences: texts; near: likewise, of inexact figures that are one quantum apart."""

    def __init__(self):
        self.mine = {}
        self.differences = []
        self.n_exact = 0
        self.n_inexact = 0
        self.near = []

    def figure(self, where, got, expected, inexact, quantum):
        """Exact figures are equal; those computed in floating point within one quantum."""
        if inexact:
            self.n_inexact += 1
        else:
            self.n_exact += 1
        if got == expected:
            return
        if inexact and got is not None and expected is not None and abs(got - expected) <= quantum:
            self.near.append(f"{where}: oracle {show(expected)}, program {show(got)}")
            return
        self.differences.append(f"{where}: oracle {show(expected)}, program {show(got)}")

    def same(self, where, got, expected):
        self.n_exact += 1
        if got != expected:
            self.differences.append(f"{where}: oracle {show(expected)}, program {show(got)}")


def show(x):
    return str(float(x)) if isinstance(x, Fraction) else str(x)


def expected_points(score):
    return None if score.is_na or score.is_missing else score.points


def compare_figures(found, unit, mine, theirs):
    rules, standing = mine.rules, mine.standing
    quantum = Fraction(1, 10**rules.grid)
    for node in reversed(rules.nodes):  # leaves before what is above them
        score = mine.scores[node.code]
        found.figure(f"{unit} {node.code}", theirs.points.get(node.code), expected_points(score),
                     score.inexact, quantum)
    if standing.lacks_value:
        found.same(f"{unit} total", theirs.total, None)
        if mine.standing.assigned == 0:
            found.same(f"{unit} assigned", theirs.assigned, 0)
        return
    decimals = Fraction(1, 10**rules.decimals)
    figures = (
        ("total", theirs.total, standing.total, decimals),
        ("before gates", theirs.before_gates, standing.before, decimals),
        ("assigned", theirs.assigned, standing.assigned, 0),
        ("bonus", theirs.bonus, standing.bonus, 0),
        ("deduction", theirs.deduction, standing.deductions, 0),
    )
    for name, got, expected, near in figures:
        found.figure(f"{unit} {name}", got, expected, standing.inexact and near > 0, near)


def compare_share(found, unit, mine, theirs):
    share = mine.standing.share()
    if share is not None:
        share = round_half_away(100 * share, mine.rules.share_decimals)
    found.same(f"{unit} share", theirs.share, share)


def compare_standing(found, unit, mine, theirs):
    standing = mine.standing
    found.same(f"{unit} state", theirs.state, standing.state)
    if not standing.lacks_value:
        compare_share(found, unit, mine, theirs)
    if standing.state != "unranked":
        found.same(f"{unit} class", theirs.class_code, oracle.class_code(mine))
    found.same(f"{unit} rank", theirs.rank, standing.rank)
    found.same(f"{unit} tied", theirs.tied, standing.tied)


def compare(folder, results):
    """results: of program.evaluate(folder)"""
    found = Comparison()
    found.mine = mine = oracle.evaluate(folder)
    found.same("units", sorted(results), sorted(mine))
    if found.differences:
        return found
    for unit, expected in mine.items():
        compare_figures(found, unit, expected, results[unit])
    # A quantum apart in a mean may turn a rank or a class: then only figures are compared.
    if not found.near:
        for unit, expected in mine.items():
            compare_standing(found, unit, expected, results[unit])
    return found
