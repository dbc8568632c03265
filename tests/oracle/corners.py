"""A cluster as linear functions of the shares: what every unit has when one item is everything."""

from fractions import Fraction
from itertools import combinations


class Cluster:
    """
    total[u][k], assigned[u][k]: of unit u when item k has the whole scale; at shares w they are
    sums of w[k] times that. keys[u]: tie keys that do not depend on weights.
    """

    def __init__(self, party, cluster):
        self.party, self.cluster = party, cluster
        self.items = [item.code for item in party.items]
        self.shares = [party.official()[code] for code in self.items]
        corners = [party.stand(party.multipliers(self.corner(k)), cluster)
                   for k in range(len(self.items))]
        today = party.stand(self.multipliers(self.shares), cluster)
        self.today = today
        self.units = [unit for unit in today if today[unit].state != "unranked"]
        self.total = {u: [corner[u].total for corner in corners] for u in self.units}
        self.assigned = {u: [corner[u].assigned for corner in corners] for u in self.units}
        self.keys = {u: [today[u].tie_value(key) for key in party.rules.ties] for u in self.units}
        moving = any(key in ("share", "points", "more-bonus") for key in party.rules.ties)
        self.halves = party.rules.ranks == "fractional"
        self.by_share = party.rules.rank_by == "share"
        same = all(self.assigned[u] == self.assigned[self.units[0]] for u in self.units)
        self.is_linear = not self.by_share or same
        self.keys_move = moving and not same
        self.says_keys_move = moving  # what the documents leave out
        self.adds_up = all(today[u].total == self.at(self.total[u], self.shares)
                           for u in self.units) and not any(
            (corner[u].state == "unranked") != (today[u].state == "unranked")
            for corner in corners for u in today)

    def corner(self, k):
        return {code: Fraction(int(i == k)) for i, code in enumerate(self.items)}

    def multipliers(self, w):
        return self.party.multipliers(dict(zip(self.items, w)))

    @staticmethod
    def at(row, w):
        return sum((a * b for a, b in zip(row, w)), Fraction(0))

    def figure(self, unit, w):
        """What ranks, when keys and classes do not."""
        total = self.at(self.total[unit], w)
        if not self.by_share or self.is_linear:
            return total
        assigned = self.at(self.assigned[unit], w)
        return (1, total / assigned) if assigned > 0 else (0, Fraction(0))

    def before(self, unit, w):
        """Rivals before the unit, by figure and fixed keys; equal ones, where they cost half a rank."""
        mine = (self.figure(unit, w), self.keys[unit])
        rivals = [(self.figure(v, w), self.keys[v]) for v in self.units if v != unit]
        return sum(one > mine or (self.halves and one == mine) for one in rivals)

    def lead(self, rival, unit):
        """Rival's total less the unit's, at the corners."""
        return [a - b for a, b in zip(self.total[rival], self.total[unit])]

    def wins_ties(self, rival, unit):
        return self.keys[rival] > self.keys[unit] or \
            (self.halves and self.keys[rival] == self.keys[unit])


def solve(rows, right):
    """The one solution of a square system, or None."""
    n = len(rows)
    rows = [list(row) + [value] for row, value in zip(rows, right)]
    for k in range(n):
        pivot = next((i for i in range(k, n) if rows[i][k] != 0), None)
        if pivot is None:
            return None
        rows[k], rows[pivot] = rows[pivot], rows[k]
        rows[k] = [x / rows[k][k] for x in rows[k]]
        for i in range(n):
            if i != k and rows[i][k] != 0:
                rows[i] = [x - rows[i][k] * y for x, y in zip(rows[i], rows[k])]
    return [row[n] for row in rows]


def vertices(planes, n):
    """Points of the simplex where n - 1 of the planes (row, value) meet."""
    found = set()
    for chosen in combinations(planes, n - 1):
        point = solve([[Fraction(1)] * n] + [row for row, _ in chosen],
                      [Fraction(1)] + [value for _, value in chosen])
        if point is not None and all(x >= 0 for x in point):
            found.add(tuple(point))
    return found


def unit_row(k, n):
    return [Fraction(int(i == k)) for i in range(n)]
