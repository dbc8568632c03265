#!/usr/bin/env python3
"""
Award policies in a second language: sections 12 to 19 of criteria/README.md by definition.

    python3 tests/oracle/award_oracle.py FOLDER        states of every unit and award as JSON

Every set of candidates is looked at, so keep what bounds tie together below twenty candidates.
"""

import json
import sys

from apportioning import apportion
from awarding import Awarding, Year, as_list
from choosing import Lower, Upper, choose, choose_in_steps, fraction, mask, smallest_conflict

SCOPES = ("cluster", "group", "all")


class Quota:
    """A bound in one place. limit None: it does not hold there. open: fewest, most."""

    def __init__(self, pointer, within, where, limit, members):
        self.pointer, self.within, self.where = pointer, within, where
        self.limit, self.members = limit, members
        self.used, self.open = 0, (0, 0)

    def left(self):
        """What the council may still fill is nobody else's."""
        return max(self.limit - self.used - self.open[1], 0)


class AwardResult:
    """
    state: unit -> proposed, tied, outside, or the set of reasons that keep it from being a
    candidate (any of which may be shown). quotas: those that touched the award. feasible: false
    when no choice meets the lower bounds. settled: false when it, or an award before it, hangs on
    seats that the council has still to fill.
    """

    def __init__(self):
        self.state, self.merit, self.quotas, self.feasible = {}, {}, [], True
        self.settled = True
        self.conflict = 0  # lower bounds in a smallest set that cannot be kept
        self.candidates = []


class Policy:
    def __init__(self, year):
        self.year = year
        self.awarding = Awarding(year)
        self.shared = []  # quotas over several awards, kept from award to award
        self.results = {}
        for i, bound in enumerate(year.policy.get("limits", [])):
            self.shared.append((bound["awards"], self.quotas_of(f"/limits/{i}", bound, [])))
        for w, rule in enumerate(year.policy["awards"]):
            self.results[rule["code"]] = self.decide(f"/awards/{w}", rule)

    def places(self, within):
        found = (self.year.region(within, unit) for unit in self.year.units)
        return [where for where in dict.fromkeys(found) if where is not None]

    def members(self, within, where):
        return {u for u in self.year.units if self.year.region(within, u) == where}

    def quotas_of(self, pointer, bound, candidates, exclusive=()):
        return [Quota(pointer, bound["within"], where,
                      self.awarding.limit(bound, where, candidates, exclusive),
                      self.members(bound["within"], where))
                for where in self.places(bound["within"])]

    def seats_of(self, pointer, rule):
        """Bounds from a total shared out; open seats are nobody's."""
        shared = rule.get("distribute")
        if shared is None:
            return []
        clusters = list(self.year.folder.kinds)
        here = [self.members("cluster", one) for one in clusters]
        ranked = shared["by"] == "ranked"
        weights = [sum(not ranked or self.year.is_ranked(u) for u in units) for units in here]
        seats, _, _ = apportion(shared["method"], shared["total"], weights)
        return [Quota(pointer, "cluster", cluster, n, units)
                for cluster, n, units in zip(clusters, seats, here)]

    def decide(self, pointer, rule):
        code, result, year = rule["code"], AwardResult(), self.year
        if rule.get("given"):
            given = {u for u in year.units if (code, year.folder.year) in year.unit[u].awards}
            result.state = {u: "given" if u in given else "not-given" for u in year.units}
            self.awarding.holders[code] = given
            return result
        for unit in year.units:
            obstacles = self.awarding.obstacles(code, unit)
            if obstacles:
                result.state[unit] = obstacles
            else:
                result.candidates.append(unit)
                result.merit[unit] = self.awarding.merit(rule, unit)
        result.settled = not self.awarding.depends_on_the_council(rule) and \
            all(one.settled for one in self.results.values())
        exclusive = as_list(rule.get("exclusive_with", []))
        for i, bound in enumerate(rule.get("limits", [])):
            result.quotas += self.quotas_of(f"{pointer}/limits/{i}", bound, result.candidates,
                                            exclusive)
        result.quotas += self.seats_of(pointer, rule)
        for awards, quotas in self.shared:
            result.quotas += quotas if code in awards else []
        self.choose(rule, result)
        self.awarding.holders[code] = {u for u, s in result.state.items() if s == "proposed"}
        if "tied" in result.state.values():
            self.awarding.undecided.add(code)
        return result

    # ---- choosing, one connected part after another ----

    def choose(self, rule, result):
        parts = parts_of(result.candidates, [q.members for q in result.quotas
                                             if q.limit is not None] + self.lower_regions(rule))
        outcomes = [self.choose_part(rule, result, part) for part in parts]
        empty = not self.empty_parts_hold(rule, result)
        if any(outcome is None for outcome in outcomes) or empty:
            result.feasible = False
            sizes = [self.conflict_of(rule, result, part)
                     for part, outcome in zip(parts, outcomes) if outcome is None]
            result.conflict = min(sizes + [1] * empty)
            result.state.update(dict.fromkeys(result.candidates, "outside"))
            return
        for part, outcome in zip(parts, outcomes):
            self.record(rule, result, part, outcome)

    def record(self, rule, result, part, outcome):
        for i, unit in enumerate(part):
            result.state[unit] = ("proposed" if outcome.proposed >> i & 1 else
                                  "tied" if outcome.tied >> i & 1 else "outside")
        for quota in result.quotas:
            here = mask(i for i, u in enumerate(part) if u in quota.members)
            quota.used += (outcome.proposed & here).bit_count()
            quota.open = tuple(map(sum, zip(quota.open, outcome.open_seats(here))))

    def lower_regions(self, rule):
        return [self.members(bound["within"], where) for bound in rule.get("lower", [])
                for where in self.places(bound["within"])]

    def empty_parts_hold(self, rule, result):
        """A place without candidates cannot have at least one of them."""
        return not any("at_least" in bound and bound["at_least"] > 0 and
                       not self.members(bound["within"], where) & set(result.candidates)
                       for bound in rule.get("lower", []) for where in self.places(bound["within"]))

    def uppers_of(self, result, part):
        """Merit levels of one part, and its bounds with what is left of them, narrow ones first."""
        merits = sorted({result.merit[u] for u in part}, reverse=True)
        levels = [mask(i for i, u in enumerate(part) if result.merit[u] == one) for one in merits]
        quotas = [q for q in result.quotas if q.limit is not None and q.members & set(part)]
        quotas.sort(key=lambda q: (SCOPES.index(q.within), q.left()))
        return levels, [Upper(mask(i for i, u in enumerate(part) if u in q.members), q.left())
                        for q in quotas]

    def choose_part(self, rule, result, part):
        levels, uppers = self.uppers_of(result, part)
        ties = rule.get("ties", "council")
        if ties != "council" and "lower" not in rule:
            return choose_in_steps(levels, uppers, ties)
        return choose(levels, uppers + self.lowers(rule, part))

    def conflict_of(self, rule, result, part):
        levels, uppers = self.uppers_of(result, part)
        return smallest_conflict(levels, uppers, self.lowers(rule, part))

    def lowers(self, rule, part):
        found = []
        for bound in rule.get("lower", []):
            names = as_list(bound["category"])
            for where in self.places(bound["within"]):
                region = self.members(bound["within"], where)
                if not region & set(part):
                    continue
                inside = mask(i for i, u in enumerate(part) if u in region)
                fit = mask(i for i, u in enumerate(part)
                           if u in region and self.year.unit[u].category in names)
                share = fraction(bound["share"]) if "share" in bound else None
                found.append(Lower(fit, inside, bound.get("at_least"), share))
        return found


def parts_of(units, links):
    """Units that some bound ties together, directly or by others."""
    parts = [{unit} for unit in units]
    for link in links:
        touched = [part for part in parts if part & link]
        if len(touched) > 1:
            parts = [part for part in parts if not part & link] + [set().union(*touched)]
    order = {unit: i for i, unit in enumerate(units)}
    return [sorted(part, key=order.get) for part in parts]


def award(path):
    """{award: AwardResult} of an evaluation folder with a policy."""
    return Policy(Year(path)).results


def main():
    shown = {code: {unit: sorted(state) if isinstance(state, set) else state
                    for unit, state in result.state.items()}
             for code, result in award(sys.argv[1]).items()}
    json.dump(shown, sys.stdout, ensure_ascii=False, indent=1)
    print()


if __name__ == "__main__":
    main()
