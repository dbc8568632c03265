#!/usr/bin/env python3
"""
The rule language in a second language: an executable form of criteria/README.md.

    python3 tests/oracle/oracle.py FOLDER        standings and points as JSON

Figures are exact fractions; only means and z-scores are computed in floating point.
"""

import json
import sys

from changing import change_rules
from evalfolder import Folder, Values
from scoring import score_tree
from standing import Standing, UnitView, rank


class UnitResult:
    """Everything about one unit: its standing, and a Score by code of criterion."""

    def __init__(self, rules, standing, scores):
        self.rules = rules
        self.standing = standing
        self.scores = scores


def evaluate(path, changes=None, weights=None):
    """
    {unit id: UnitResult} in the order of the files; changes: changing.Changes; weights: {top
    criterion: multiplier}.
    """
    folder = Folder(path)
    results = {}
    for rules in dict.fromkeys(folder.rules.values()):
        if changes is not None:
            change_rules(rules, changes)
        units = [unit for unit in folder.units if folder.rules[unit.cluster] is rules]
        values = [Values(unit, rules, changes and changes.values) for unit in units]
        clusters = [unit.cluster for unit in units]
        scores = score_tree(rules, values, clusters, folder.year, weights)
        by_cluster = {}
        for u, unit in enumerate(units):
            view = UnitView(rules, values[u], scores, u)
            standing = Standing(rules, view, folder.year)
            by_cluster.setdefault(unit.cluster, []).append(standing)
            column = {code: scores[code][u] for code in scores if code is not None}
            results[unit.id] = UnitResult(rules, standing, column)
        for standings in by_cluster.values():
            rank(standings, rules.ranks)
    return {unit.id: results[unit.id] for unit in folder.units}


def class_code(result):
    index = result.standing.class_index
    return None if index is None else result.rules.classes[index]["code"]


def as_json(results):
    return {
        unit: {
            "total": str(result.standing.total),
            "assigned": str(result.standing.assigned),
            "rank": str(result.standing.rank),
            "tied": result.standing.tied,
            "class": class_code(result),
            "state": result.standing.state,
            "points": {code: str(score.points) for code, score in result.scores.items()},
        }
        for unit, result in results.items()
    }


if __name__ == "__main__":
    json.dump(as_json(evaluate(sys.argv[1])), sys.stdout, ensure_ascii=False, indent=1)
    print()
