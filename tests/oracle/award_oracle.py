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
from choosing import Lower, Upper, choose, choose_in_steps, fraction, mask

SCOPES = ("cluster", "group", "all")


class Quota:
    """A bound in one place. limit None: it does not hold there. open: fewest, most."""

    def __init__(self, awards, within, where, limit, members):
        self.awards, self.within, self.where = awards, within, where
        self.limit, self.members = limit, members
        self.used, self.open = 0, (0, 0)

    def left(self):
        """What the council may still fill is nobody else's."""
        return max(self.limit - self.used - self.open[1], 0)


class AwardResult:
    """
    state: unit -> proposed, tied, outside, or the set of reasons that keep it from being a
    candidate (any of which may be shown). quotas: those that touched the award.
    feasible: false when no choice meets the lower bounds.
    """

    def __init__(self):
        self.state, self.merit, self.quotas, self.feasible = {}, {}, [], True
        self.candidates = []


class Policy:
    def __init__(self, year):
        self.year = year
        self.awarding = Awarding(year)
        self.shared = []  # quotas over several awards, kept from award to award
        self.results = {}
        for bound in year.policy.get("limits", []):
            self.shared += self.quotas_of(bound, bound["awards"], [])
        for rule in year.policy["awards"]:
            self.results[rule["code"]] = self.decide(rule)

    def places(self, within):
        found = (self.year.region(within, unit) for unit in self.year.units)
        return [where for where in dict.fromkeys(found) if where is not None]

    def members(self, within, where):
        return {u for u in self.year.units if self.year.region(within, u) == where}

    def quotas_of(self, bound, awards, candidates, exclusive=()):
        return [Quota(awards, bound["within"], where,
                      self.awarding.limit(bound, where, candidates, exclusive),
                      self.members(bound["within"], where))
                for where in self.places(bound["within"])]

    def seats_of(self, rule):
        """Bounds from a total shared out; open seats are nobody's."""
        shared = rule.get("distribute")
        if shared is None:
            return []
        clusters = list(self.year.folder.kinds)
        here = [self.members("cluster", one) for one in clusters]
        ranked = shared["by"] == "ranked"
        weights = [sum(not ranked or self.year.is_ranked(u) for u in units) for units in here]
        seats, _, _ = apportion(shared["method"], shared["total"], weights)
        return [Quota([rule["code"]], "cluster", cluster, n, units)
                for cluster, n, units in zip(clusters, seats, here)]

    def decide(self, rule):
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
        exclusive = as_list(rule.get("exclusive_with", []))
        for bound in rule.get("limits", []):
            result.quotas += self.quotas_of(bound, [code], result.candidates, exclusive)
        result.quotas += self.seats_of(rule)
        result.quotas += [quota for quota in self.shared if code in quota.awards]
        self.choose(rule, result)
        self.awarding.holders[code] = {u for u, s in result.state.items() if s == "proposed"}
        return result

    # ---- choosing, one connected part after another ----

    def choose(self, rule, result):
        parts = parts_of(result.candidates, [q.members for q in result.quotas
                                             if q.limit is not None] + self.lower_regions(rule))
        outcomes = [self.choose_part(rule, result, part) for part in parts]
        if any(outcome is None for outcome in outcomes) or not self.empty_parts_hold(rule, result):
            result.feasible = False
            result.state.update(dict.fromkeys(result.candidates, "outside"))
            return
        for part, (proposed, tied, kept) in zip(parts, outcomes):
            for i, unit in enumerate(part):
                result.state[unit] = ("proposed" if proposed >> i & 1 else
                                      "tied" if tied >> i & 1 else "outside")
            for quota, used, kept_open in kept:
                quota.used += used
                quota.open = tuple(map(sum, zip(quota.open, kept_open)))

    def lower_regions(self, rule):
        return [self.members(bound["within"], where) for bound in rule.get("lower", [])
                for where in self.places(bound["within"])]

    def empty_parts_hold(self, rule, result):
        """A place without candidates cannot have at least one of them."""
        return not any("at_least" in bound and bound["at_least"] > 0 and
                       not self.members(bound["within"], where) & set(result.candidates)
                       for bound in rule.get("lower", []) for where in self.places(bound["within"]))

    def choose_part(self, rule, result, part):
        merits = sorted({result.merit[u] for u in part}, reverse=True)
        levels = [mask(i for i, u in enumerate(part) if result.merit[u] == one) for one in merits]
        quotas = [q for q in result.quotas if q.limit is not None and q.members & set(part)]
        quotas.sort(key=lambda q: (SCOPES.index(q.within), q.left()))
        masks = [mask(i for i, u in enumerate(part) if u in q.members) for q in quotas]
        uppers = [Upper(m, q.left()) for q, m in zip(quotas, masks)]
        ties = rule.get("ties", "council")
        if ties != "council" and "lower" not in rule:
            proposed = choose_in_steps(levels, uppers, ties)
            return proposed, 0, [(q, (proposed & m).bit_count(), (0, 0))
                                 for q, m in zip(quotas, masks)]
        found = choose(levels, uppers + self.lowers(rule, part))
        if found is None:
            return None
        return found.proposed, found.tied, [
            (q, (found.proposed & m).bit_count(), found.open_seats(m)) for q, m in zip(quotas, masks)]

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
