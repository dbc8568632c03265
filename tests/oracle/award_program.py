"""Runs `thidua award` and compares what it says with the oracle."""

import re

import award_oracle
import program

INFEASIBLE = 6


class Awards:
    """
    awards: code -> {unit: (state, place, reserve)}; quotas: (pointer, place) -> its figures;
    named: code -> how many lower bounds are said to conflict.
    """

    def __init__(self, text, words=""):
        given = program.read_json(text)
        self.awards = {one["code"]: {unit["unit"]: (unit["state"], unit["place"], unit["reserve"])
                                     for unit in one["units"]} for one in given["awards"]}
        self.infeasible = {one["code"] for one in given["awards"] if one["infeasible"]}
        said = re.findall(r"/lower/\d+: award (\w+): the lower bound", words)
        self.named = {code: said.count(code) for code in self.infeasible}
        self.quotas = {(one["bound"], one["place"]): one for one in given["quotas"]}


def award(folder):
    """Awards; raises program.Failed."""
    done = program.run(["award", folder, "--format=json"])
    if done.returncode not in (*program.FINISHED, INFEASIBLE):
        words = done.stderr.decode("utf-8", "replace").splitlines()
        words = "; ".join(line for line in words if "warning:" not in line)
        raise program.Failed(f"thidua award {folder}: exit status {done.returncode}: {words[:900]}")
    return Awards(done.stdout, done.stderr.decode("utf-8"))


class Comparison:
    def __init__(self, folder):
        self.differences = []
        self.n_decisions = self.n_tied = self.n_infeasible = 0
        self.theirs = award(folder)
        year = award_oracle.Year(folder)
        mine = award_oracle.Policy(year).results
        for rule in year.policy["awards"]:
            self.rule = rule
            result = mine[rule["code"]]
            if not result.settled or self.differences:
                break
            self.compare(rule, result, year)

    def differ(self, text):
        self.differences.append(f"{self.rule['code']}: {text}")

    def compare(self, rule, result, year):
        code = rule["code"]
        feasible = code not in self.theirs.infeasible
        self.n_infeasible += not feasible
        if feasible != result.feasible:
            self.differ(f"oracle feasible {result.feasible}, program {feasible}")
        elif not feasible and self.theirs.named[code] != result.conflict:
            self.differ(f"{self.theirs.named[code]} lower bounds named, {result.conflict} conflict")
        for unit, expected in result.state.items():
            state = self.theirs.awards[code][unit][0]
            shown = "outside" if state == "reserve" else state
            fits = shown in expected if isinstance(expected, set) else shown == expected
            self.n_decisions += 1
            self.n_tied += shown == "tied"
            if not fits:
                self.differ(f"{unit}: oracle {expected}, program {state}")
        if not self.differences and result.feasible and not rule.get("given"):
            self.compare_order(rule, result, year)
            if rule.get("ties") != "include":
                self.check_seats(result)
        if not self.differences and result.feasible:
            for quota in result.quotas:
                self.compare_quota(quota)

    def compare_order(self, rule, result, year):
        """Places and the reserve list: how many of the same scope have more merit."""
        theirs = self.theirs.awards[rule["code"]]
        wanted = rule.get("reserve", 0)
        scope = rule.get("scope", "cluster")
        for unit, merit in result.merit.items():
            above = [u for u, other in result.merit.items() if other > merit
                     and year.region(scope, u) == year.region(scope, unit)]
            left_out = sum(result.state[u] == "outside" for u in above)
            listed = result.state[unit] == "outside" and \
                (wanted == "all" or left_out < wanted)
            _, place, reserve = theirs[unit]
            if place != len(above) + 1:
                self.differ(f"{unit}: oracle place {len(above) + 1}, program {place}")
            if reserve != (left_out + 1 if listed else None):
                self.differ(f"{unit}: reserve {reserve}, {left_out} above on the list")

    def figures(self, quota):
        place = {"cluster": f"Cụm {quota.where}", "group": quota.where, "all": ""}[quota.within]
        return self.theirs.quotas.get((quota.pointer, place))

    def check_seats(self, result):
        """Nobody takes more seats than there are, those that stay open included."""
        for quota in result.quotas:
            theirs = self.figures(quota)
            if theirs and theirs["used"] + theirs["open"] > theirs["limit"] + theirs["over"]:
                self.differ(f"{quota.pointer} {quota.where}: {theirs['used']} used and "
                            f"{theirs['open']} open of {theirs['limit']}")

    def compare_quota(self, quota):
        theirs = self.figures(quota)
        where = f"{quota.pointer} {quota.where}"
        if theirs is None or quota.limit is None:
            if theirs is not None or quota.limit is not None:
                self.differ(f"{where}: oracle {quota.limit}, program {theirs}")
            return
        if quota.pointer.startswith("/limits"):  # counts on with the awards after this one
            return
        fewest, most = quota.open
        if theirs["limit"] != quota.limit or theirs["used"] != quota.used or \
                theirs["over"] != max(0, quota.used - quota.limit) or \
                not fewest <= theirs["open"] <= most:
            expected = {"limit": quota.limit, "used": quota.used, "open": quota.open}
            self.differ(f"{where}: oracle {expected}, program " +
                        str({key: int(theirs[key]) for key in ("limit", "used", "open", "over")}))
