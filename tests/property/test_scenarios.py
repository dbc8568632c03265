#!/usr/bin/env python3
"""
Properties of scenarios: another maximum is what an edited rule file gives where that can be
written; what changes nothing changes nothing; the order of the input does not matter.

Environment: THIDUA_PROPERTY_CASES (seeds per property), THIDUA, BUILD.
"""

import copy
import json
import os
import random
import sys
import tempfile
from decimal import Decimal

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "oracle"))

import program  # noqa: E402
import random_rules  # noqa: E402
from folders import Evaluation, simple_rules  # noqa: E402
from tap import Tap  # noqa: E402

CASES = int(os.environ.get("THIDUA_PROPERTY_CASES", 25))

tap = Tap()


def whatif(folder, *arguments):
    """{unit id: row of the table of units}"""
    text = program.output(["whatif", folder, "--format=json", *arguments])
    return {row["id"]: row for row in json.loads(text)["tables"]["units"]}


def written(evaluation, work, **write):
    with tempfile.TemporaryDirectory() as folder:
        evaluation.write(folder, **write)
        return work(folder)


def for_seeds(text, passes):
    """passes(seed): None, or what went wrong."""
    details = []
    for seed in range(CASES):
        try:
            wrong = passes(seed)
        except program.Failed as failed:
            wrong = str(failed)
        if wrong:
            details.append(f"seed {seed}: {wrong}")
    tap.check(not details, f"{text} ({CASES} rule sets)", *details[:5])


# ---- a rule file edited by hand ----

def direct_evaluation(seed):
    """A table of points that people give, in groups."""
    rng = random.Random(seed)
    groups = [{"code": f"G{g}", "children": [
        {"code": f"G{g}.{j}", "max": Decimal(rng.randint(1, 80)) / 4, "direct": True}
        for j in range(rng.randint(1, 5))]} for g in range(rng.randint(1, 5))]
    for group in groups:
        group["max"] = sum(leaf["max"] for leaf in group["children"])
    evaluation = Evaluation()
    evaluation.rules = {"": simple_rules(groups, rank_by=rng.choice(["points", "share"]))}
    evaluation.clusters = [("c", ""), ("d", "")]
    evaluation.units = [{"id": f"u{i}", "cluster": "cd"[i] if i < 2 else rng.choice("cd")}
                        for i in range(rng.randint(2, 14))]
    leaves = [leaf for group in groups for leaf in group["children"]]
    evaluation.values = {"final": {unit["id"]: {
        leaf["code"]: (leaf["max"] * rng.randint(0, 100) / 100).quantize(Decimal("0.01"))
        for leaf in leaves} for unit in evaluation.units}}
    return evaluation, rng


def stretch(evaluation, leaves, factor):
    """Maxima and values of these leaves times a whole factor, everything above following."""
    rules = evaluation.rules[""]
    for group in rules["criteria"]:
        for leaf in group["children"]:
            if leaf["code"] in leaves:
                leaf["max"] *= factor
        group["max"] = sum(leaf["max"] for leaf in group["children"])
    rules["scale"] = sum(group["max"] for group in rules["criteria"])
    for cells in evaluation.values["final"].values():
        for code in leaves:
            cells[code] *= factor


def test_edited():
    def passes(seed, whole_group):
        evaluation, rng = direct_evaluation(seed)
        factor = rng.choice([2, 3, 7])
        group = rng.choice(evaluation.rules[""]["criteria"])
        chosen = group if whole_group else rng.choice(group["children"])
        leaves = [leaf["code"] for leaf in group["children"]] if whole_group else [chosen["code"]]
        asked = written(evaluation, lambda folder: whatif(
            folder, f"--set={chosen['code']}={chosen['max'] * factor}"))
        edited = copy.deepcopy(evaluation)
        stretch(edited, leaves, factor)
        wanted = written(edited, program.evaluate)
        for unit, one in wanted.items():
            got = asked[unit]
            if (got["rank"], got["points"]) != (float(one.rank), float(one.total)):
                return f"{unit}: {got}, by hand {float(one.total)}, rank {one.rank}"
        return None

    for_seeds("another maximum of a leaf is the rule file edited by hand",
              lambda seed: passes(seed, False))
    for_seeds("another maximum of a group is the rule file edited by hand",
              lambda seed: passes(seed, True))


# ---- what changes nothing ----

FIGURES = ("rank", "points", "share", "class", "awards")


def nodes_of(rules):
    def walk(nodes):
        for node in nodes:
            yield node
            yield from walk(node.get("children", []))

    yield from walk(rules["criteria"])


def is_mean(node):
    return node.get("combine", "sum") != "sum"


def below_means(rules):
    """Codes of the children of means: --set is a weight there."""
    means = {node["code"] for node in nodes_of(rules) if is_mean(node)}
    found = {node["code"] for node in nodes_of(rules) if node.get("parent") in means}
    for node in nodes_of(rules):
        if is_mean(node):
            found |= {child["code"] for child in node.get("children", [])}
    if is_mean(rules):
        found |= {node["code"] for node in rules["criteria"] if "parent" not in node}
    return found


def option(node, weighed):
    """--set of a criterion to what it is, None where it has no maximum."""
    value = node.get("weight", 1) if node["code"] in weighed else node.get("max", 0)
    if node["code"] not in weighed and value <= 0:
        return None
    text = format(Decimal(value).normalize(), "f")
    reads_two_ways = len(text.partition(".")[2]) == 3  # 1.234
    return f"--set={node['code']}={text}{'0' if reads_two_ways else ''}"


def test_no_effect():
    def passes(seed):
        evaluation, _ = random_rules.make(seed)
        arguments = [option(node, below_means(rules)) for rules in evaluation.rules.values()
                     for node in nodes_of(rules)]
        arguments = [one for one in arguments if one is not None]
        if len(evaluation.rules) > 1:
            return None  # one code may stand for criteria of several maxima
        rows = written(evaluation, lambda folder: whatif(folder, *arguments[:100]))
        for unit, row in rows.items():
            for figure in FIGURES:
                if row[figure] != row[f"{figure}_official"]:
                    return f"{unit}: {row}"
        return None

    for_seeds("every criterion set to its own maximum gives the official result", passes)

    def same_bytes(seed):
        evaluation, _ = random_rules.make(seed)
        top = next(iter(evaluation.rules.values()))["criteria"][0]["code"]

        def between(folder):
            arguments = ["evaluate", folder, "--format=json"]
            before = program.output(arguments)
            program.run(["whatif", folder, f"--drop={top}"])
            return before == program.output(arguments)

        return None if written(evaluation, between) else "the official result changed"

    for_seeds("a scenario leaves the files alone", same_bytes)


# ---- order ----

def shuffled(seed):
    rng = random.Random(seed)

    def shuffle(rows, _what):
        rows = list(rows)
        rng.shuffle(rows)
        return rows

    return shuffle


def test_order():
    def passes(seed):
        evaluation, _ = random_rules.make(seed)
        rng = random.Random(seed)
        codes = [node["code"] for rules in evaluation.rules.values() for node in nodes_of(rules)]
        arguments = [f"--cap={code}={rng.randint(0, 5)}" for code in rng.sample(codes, 1)]
        arguments += [f"--na-policy={rng.choice(['exclude', 'zero', 'full', 'redistribute'])}"]

        def rows(folder):
            return whatif(folder, *arguments), whatif(folder, *reversed(arguments))

        once, turned = written(evaluation, rows)
        moved, _ = written(evaluation, rows, shuffle=shuffled(seed))
        if once != turned:
            return "the order of the changes matters"
        for unit, row in once.items():
            if moved[unit] != row:
                return f"{unit}: {row} became {moved[unit]}"
        return None

    for_seeds("permuting changes, clusters, units, rows and columns changes no result", passes)


def main():
    test_edited()
    test_no_effect()
    test_order()
    return tap.end()


if __name__ == "__main__":
    sys.exit(main())
