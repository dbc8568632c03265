#!/usr/bin/env python3
"""
Awards against the enumeration of every choice (tests/oracle/award_oracle.py), on small random
instances; on larger ones, properties: order of the input, seats, the greedy choice and the
integer programme give the same. Totals shared out against every seat vector.

Environment: THIDUA_PROPERTY_CASES (25: some thousands of choices), THIDUA, BUILD.
`python3 tests/property/test_awards.py FAMILY SEED FOLDER` writes one case and compares it.
"""

import os
import random
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "oracle"))

import apportioning  # noqa: E402
import award_program  # noqa: E402
import program  # noqa: E402
import random_awards  # noqa: E402
from folders import Evaluation, simple_rules  # noqa: E402
from tap import Tap  # noqa: E402

CASES = int(os.environ.get("THIDUA_PROPERTY_CASES", 25))
FAMILIES = {  # name: shape, how many for each of CASES
    "bounds over everybody": (random_awards.Shape(), 6),
    "many parts": (random_awards.Shape(most=8, parts=15, awards=4), 1),
    "lower bounds": (random_awards.Shape(most=9, lower=0.7), 6),
    "large": (random_awards.Shape(most=60, parts=3, awards=4), 1),
}

tap = Tap()


def family_test(name):
    shape, factor = FAMILIES[name]
    details, decisions, tied, infeasible = [], 0, 0, 0
    for seed in range(CASES * factor):
        with tempfile.TemporaryDirectory() as folder:
            random_awards.make(seed, shape).write(folder)
            try:
                found = award_program.Comparison(folder)
            except program.Failed as failed:
                details.append(f"seed {seed}: {failed}")
                continue
        decisions, tied = decisions + found.n_decisions, tied + found.n_tied
        infeasible += found.n_infeasible
        details += [f"seed {seed}: {text}" for text in found.differences[:2]]
    tap.check(not details, f"{name}: {CASES * factor} evaluations, {decisions} decisions as every "
              f"choice shows ({tied} tied, {infeasible} awards infeasible)",
              f"{len(details)} differ", *details[:12])


def for_seeds(text, name, factor, passes):
    details = []
    for seed in range(CASES * factor):
        try:
            wrong = passes(random_awards.make(seed, FAMILIES[name][0]), seed)
        except program.Failed as failed:
            wrong = str(failed)
        if wrong:
            details.append(f"seed {seed}: {wrong}")
    tap.check(not details, f"{text} ({name}, {CASES * factor} evaluations)",
              f"{len(details)} differ", *details[:8])


def awards_of(evaluation, **write):
    with tempfile.TemporaryDirectory() as folder:
        evaluation.write(folder, **write)
        return award_program.award(folder)


def first_difference(one, two):
    for code, units in one.awards.items():
        for unit, decision in units.items():
            if two.awards[code][unit] != decision:
                return f"{code} {unit}: {decision} became {two.awards[code][unit]}"
    for key, quota in one.quotas.items():
        for figure in ("limit", "used", "open", "over"):
            if two.quotas[key][figure] != quota[figure]:
                return f"{key} {figure}: {quota[figure]} became {two.quotas[key][figure]}"
    return None


def order_changes_nothing(evaluation, seed):
    rng = random.Random(seed)

    def shuffle(rows, _what):
        rows = list(rows)
        rng.shuffle(rows)
        return rows

    return first_difference(awards_of(evaluation), awards_of(evaluation, shuffle=shuffle))


def seats_are_conserved(evaluation, _seed):
    rules = evaluation.policy["awards"]
    if any(one.get("ties") == "include" for one in rules):
        return None
    for key, quota in awards_of(evaluation).quotas.items():
        if quota["used"] + quota["open"] > quota["limit"] or quota["over"]:
            return f"{key}: used {quota['used']}, open {quota['open']}, over {quota['over']} " \
                   f"of {quota['limit']}"
    return None


def programme_chooses_the_same(evaluation, _seed):
    """A share of 0 bounds nothing, but sends the award through the integer programme."""
    for award in evaluation.policy["awards"]:
        award.pop("lower", None)
        if "given" not in award:
            award["ties"] = "council"
    greedy = awards_of(evaluation)
    category = evaluation.units[0]["category"]
    for award in evaluation.policy["awards"]:
        if "given" not in award:
            award["lower"] = [{"category": [category], "within": "all", "share": 0}]
    return first_difference(greedy, awards_of(evaluation))


def a_larger_total_takes_nothing(evaluation, _seed):
    """One more seat for everybody together, for the only award: whoever was proposed still is."""
    award = next((one for one in evaluation.policy["awards"] if "given" not in one), None)
    counts = [one for one in (award or {}).get("limits", [])
              if "count" in one and one["within"] == "all"]
    if not counts:
        return None
    evaluation.policy = dict(evaluation.policy, awards=[
        one for one in evaluation.policy["awards"] if one is award or one.get("given")])
    evaluation.policy.pop("limits", None)
    award.update(ties="council")
    award.pop("lower", None)
    before = awards_of(evaluation).awards[award["code"]]
    for one in counts:
        one["count"] += 1
    after = awards_of(evaluation).awards[award["code"]]
    fell = [unit for unit, (state, *_) in before.items()
            if state == "proposed" and after[unit][0] != "proposed"]
    return f"{fell} fell" if fell else None


def sharing_evaluation(rng, method):
    """Clusters of 1 to 9 units share a total; the bound of each cluster shows what it got."""
    evaluation = Evaluation()
    sizes = [rng.choice([1, 2, 2, 3, 3, 4, 6, 9]) for _ in range(rng.randint(1, 4))]
    evaluation.rules = {"": simple_rules([{"code": "A", "max": 10, "direct": True}])}
    rows = {}
    for c, size in enumerate(sizes):
        evaluation.clusters.append((f"c{c}", ""))
        for u in range(size):
            evaluation.units.append({"id": f"u{c}-{u}", "cluster": f"c{c}"})
            rows[f"u{c}-{u}"] = {"A": rng.randint(1, 10)}
    evaluation.values = {"final": rows}
    total = rng.randint(0, 9)
    evaluation.policy = {
        "thidua": "policy/1", "code": "p", "name": "P", "valid": {"from": "2025-01-01"},
        "awards": [{"code": "w", "name": "W",
                    "distribute": {"total": total, "by": "units", "method": method}}]}
    return evaluation, sizes, total


def test_sharing():
    for method in apportioning.METHODS:
        details = []
        for seed in range(CASES * 2):
            rng = random.Random(f"{method} {seed}")
            evaluation, sizes, total = sharing_evaluation(rng, method)
            certain, _, open_seats = apportioning.apportion(method, total, sizes)
            quotas = awards_of(evaluation).quotas
            got = [int(quotas["/awards/0", f"Cụm c{c}"]["limit"]) for c in range(len(sizes))]
            if got != certain:
                details.append(f"seed {seed}: {total} over {sizes}: got {got}, certain {certain}, "
                               f"{open_seats} open")
        tap.check(not details, f"{method}: every seat vector agrees ({CASES * 2} totals)",
                  *details[:5])


def main():
    for name in FAMILIES:
        if name != "large":
            family_test(name)
    for name in ("bounds over everybody", "many parts", "lower bounds"):
        factor = 1 if name == "many parts" else 2
        for_seeds("order of the input changes nothing", name, factor, order_changes_nothing)
        for_seeds("seats used and open are within the bounds", name, factor, seats_are_conserved)
    for_seeds("one more seat for all takes nothing from anybody", "bounds over everybody", 3,
              a_larger_total_takes_nothing)
    for_seeds("the integer programme chooses as the greedy way", "bounds over everybody", 2,
              programme_chooses_the_same)
    for_seeds("the integer programme chooses as the greedy way", "large", 1,
              programme_chooses_the_same)
    test_sharing()
    return tap.end()


def show_one(name, seed, folder):
    random_awards.make(int(seed), FAMILIES[name][0]).write(folder)
    for text in award_program.Comparison(folder).differences or ["as the oracle"]:
        print(text)


if __name__ == "__main__":
    sys.exit(show_one(*sys.argv[1:]) if len(sys.argv) > 1 else main())
