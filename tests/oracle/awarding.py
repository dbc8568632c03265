"""Who may be a candidate (sections 13, 14) and how many (section 15), in exact fractions."""

import json
import os
from fractions import Fraction

import oracle
from choosing import ceil_of, fraction
from conditions import holds as gate_holds
from decimals import clean, parse_cell
from evalfolder import Folder

WORSE_THAN_ANY = Fraction(-1)


def as_list(given):
    return [given] if isinstance(given, str) else list(given)


class Year:
    """A folder, scored and ranked by the oracle, with what awards look at besides."""

    def __init__(self, path):
        self.folder = Folder(path)
        self.results = oracle.evaluate(path)
        name = self.folder.given.get("policy")
        self.policy = None
        if name is not None:
            with open(os.path.join(path, name), encoding="utf-8") as file:
                self.policy = json.load(file, parse_float=Fraction)
        self.units = [unit.id for unit in self.folder.units]
        self.unit = {unit.id: unit for unit in self.folder.units}
        self.groups = {}
        for row in self.folder._table("clusters.csv"):
            self.groups[clean(row["id"])] = clean(row.get("group", "")) or None
        self.votes = {clean(row["unit"]): row for row in self.folder._table("votes.csv")}

    def cluster(self, unit):
        return self.unit[unit].cluster

    def standing(self, unit):
        return self.results[unit].standing

    def is_ranked(self, unit):
        return self.standing(unit).state != "unranked"

    def region(self, within, unit):
        """Name of the place; None: no bound of this kind touches the unit."""
        cluster = self.cluster(unit)
        return {"cluster": cluster, "group": self.groups[cluster], "all": "all"}[within]

    def kind(self, within, where):
        """Kinds of cluster in a place."""
        return {self.folder.kinds[self.cluster(u)] for u in self.units
                if self.region(within, u) == where}

    def ranked_in_cluster(self, cluster):
        return [u for u in self.units if self.cluster(u) == cluster and self.is_ranked(u)]

    def is_leader(self, unit):
        """Rank 1 as shown: where fractional ranks share the first place as 1.5, nobody leads."""
        if not self.is_ranked(unit) or self.standing(unit).rank != 1:
            return False
        return len(self.ranked_in_cluster(self.cluster(unit))) >= 2

    def ballot(self, unit, *names):
        """A whole number from votes.csv, None when there is none."""
        row = self.votes.get(unit)
        if row is None:
            return None
        for name in names:
            value = parse_cell(row.get(name) or "")
            if value is not None:
                return value
        return None


class Awarding:
    """One policy applied to one year; `state` and `outcomes` grow award by award."""

    def __init__(self, year):
        self.year = year
        self.rules = {award["code"]: award for award in year.policy["awards"]}
        self.holders = {}  # award -> units that hold it this year
        self.undecided = set()  # awards with seats that the council has still to fill

    # ---- the past ----

    def held_in(self, unit, award, years_ago):
        if years_ago == 0 and unit in self.holders.get(award, ()):
            return True
        return (award, self.year.folder.year - years_ago) in self.year.unit[unit].awards

    def times_held(self, unit, awards, years_back):
        return sum(self.held_in(unit, award, ago) for award in set(as_list(awards))
                   for ago in range(years_back[0], years_back[1] + 1))

    # ---- conditions ----

    def meets(self, need, unit):
        for name in ("rank_at_most", "leader", "class_at_least", "share_at_least",
                     "points_at_least", "lowest_share", "holds", "not_holds", "held_every_year",
                     "held", "votes_at_least", "category", "cluster_size_at_least", "any", "all",
                     "not"):
            if name in need:
                return getattr(self, "_" + name)(need, unit, need[name])
        raise KeyError(f"no condition in {need}")

    def _rank_at_most(self, _need, unit, most):
        return self.year.is_ranked(unit) and self.year.standing(unit).rank <= most

    def _leader(self, _need, unit, expected):
        return self.year.is_leader(unit) == expected

    def _class_at_least(self, _need, unit, code):
        result = self.year.results[unit]
        codes = [one["code"] for one in result.rules.classes]
        index = result.standing.class_index
        return index is not None and index <= codes.index(code)

    def _share_at_least(self, need, unit, least):
        standing = self.year.standing(unit)
        code = need.get("criterion")
        share = standing.share() if code is None else standing.view.share(code)
        return share is not None and share >= fraction(least)

    def _points_at_least(self, need, unit, least):
        standing = self.year.standing(unit)
        code = need.get("criterion")
        points = standing.total if code is None else standing.view.points(code)
        return points is not None and points >= Fraction(least)

    def _lowest_share(self, need, unit, which):
        share = self.year.standing(unit).view.lowest_share(which)
        return share is not None and share >= fraction(need["at_least"])

    def _holds(self, _need, unit, award):
        return unit in self.holders[award]

    def _not_holds(self, _need, unit, award):
        return unit not in self.holders[award]

    def _held_every_year(self, need, unit, awards):
        first, last = need["years_back"]
        return all(any(self.held_in(unit, award, ago) for award in as_list(awards))
                   for ago in range(first, last + 1))

    def _held(self, need, unit, awards):
        times = self.times_held(unit, awards, need["years_back"])
        return need.get("at_least", times) <= times <= need.get("at_most", times)

    def _votes_at_least(self, need, unit, ratio):
        votes = self.year.ballot(unit, "votes")
        cluster = self.year.cluster(unit)
        base = {
            "units": Fraction(sum(self.year.cluster(u) == cluster for u in self.year.units)),
            "present": self.year.ballot(unit, "present"),
            "council": self.year.ballot(unit, "base", "council"),
        }[need["of"]]
        if votes is None or base is None:
            return False
        return votes >= ceil_of(fraction(ratio) * base)

    def _category(self, _need, unit, names):
        return self.year.unit[unit].category in as_list(names)

    def _cluster_size_at_least(self, _need, unit, least):
        return len(self.year.ranked_in_cluster(self.year.cluster(unit))) >= least

    def _any(self, _need, unit, needs):
        return any(self.meets(one, unit) for one in needs)

    def _all(self, _need, unit, needs):
        return all(self.meets(one, unit) for one in needs)

    def _not(self, _need, unit, need):
        return not self.meets(need, unit)

    # ---- candidates ----

    def obstacles(self, award, unit):
        """Every reason why the unit is no candidate; the text does not say which comes first."""
        standing = self.year.standing(unit)
        rule = self.rules[award]
        found = set()
        if standing.state == "unranked":
            return {"unranked"}
        for gate in standing.rules.gates:
            if not gate_holds(gate["when"], standing.view):
                continue
            if gate["effect"] == "bar" and {"*", award} & set(gate.get("awards", [])):
                found.add("barred")
            if gate["effect"] == "deferred":
                found.add("deferred")
        if any(unit in self.holders[one] for one in as_list(rule.get("exclusive_with", []))):
            found.add("excluded")
        if not all(self.meets(need, unit) for need in rule.get("conditions", [])):
            found.add("not-eligible")
        return found

    # ---- limits ----

    def limit(self, bound, where, candidates, exclusive=()):
        """How many the bound allows in this place; None: it does not hold there."""
        year = self.year
        if "only" in bound and year.kind(bound["within"], where) != {bound["only"]}:
            return None
        if "count" in bound:
            return bound["count"]
        here = [u for u in year.units if year.region(bound["within"], u) == where]
        n = self.denominator(bound["of"], here, candidates, exclusive)
        exact = fraction(bound["share"]) * n
        rounding = bound.get("rounding", "floor")
        if rounding == "ceil":
            return ceil_of(exact)
        if rounding == "nearest":
            exact += Fraction(1, 2)
        return exact.numerator // exact.denominator

    def denominator(self, of, here, candidates, exclusive):
        year = self.year
        if isinstance(of, dict):
            return sum(u in self.holders[of["holders"]] for u in here)
        if of == "leaders":
            return len({year.cluster(u) for u in here if year.is_leader(u)})
        return {
            "units": len(here),
            "ranked": sum(map(year.is_ranked, here)),
            "eligible": len(set(here) & set(candidates)),
            "remaining": sum(year.is_ranked(u) and
                             not any(u in self.holders[one] for one in exclusive) for u in here),
        }[of]

    def depends_on_the_council(self, rule):
        """Denominators that count holders of an award with open seats: left to other tests."""
        ofs = [bound.get("of") for bound in rule.get("limits", [])]
        counted = {of["holders"] for of in ofs if isinstance(of, dict)}
        if "remaining" in ofs:
            counted |= set(as_list(rule.get("exclusive_with", [])))
        return bool(counted & self.undecided)

    # ---- merit ----

    def merit(self, rule, unit):
        """Larger is better."""
        return tuple(self._merit(key, unit) for key in rule.get("merit", ["rank", "share"]))

    def _merit(self, key, unit):
        standing = self.year.standing(unit)
        if key == "rank":
            return -standing.rank
        if key == "share":
            return standing.share() or Fraction(0)
        if key == "points":
            return standing.total
        if key == "class":
            index = standing.class_index
            return -len(standing.rules.classes) if index is None else -index
        if key == "votes":
            return self.year.ballot(unit, "votes") or Fraction(0)
        if key == "fewer-deductions":
            return -standing.deductions
        if key == "more-bonus":
            return standing.bonus
        if "criterion" in key:
            share = standing.view.share(key["criterion"])
            return WORSE_THAN_ANY if share is None else share
        if "held" in key:
            return self.times_held(unit, key["held"], key["years_back"])
        return -self.times_held(unit, key["not_held"], key["years_back"])
