"""
`thidua whatif FOLDER --exact`: the simplex of two or three shares, cut into cells by all lines on
which two units are level; ranks at the centre of each cell, measured in fractions.
"""

from collections import defaultdict
from fractions import Fraction
from itertools import combinations

import program
from corners import Cluster

HALF = Fraction(1, 2)


def lift(point):
    """Shares of a point given by all but the last."""
    return [*point, 1 - sum(point)]


def value(row, point):
    return sum(a * b for a, b in zip(row, lift(point)))


def cut(cell, row):
    """The parts of a convex cell where row is <= 0 and >= 0; None where they have no inside."""
    sides = ([], [])
    ends = list(zip(cell, cell[1:] + cell[:1])) if len(cell) > 2 else [(cell[0], cell[1])]
    for a, b in ends:
        x, y = value(row, a), value(row, b)
        for side, sign in zip(sides, (-1, 1)):
            if sign * x >= 0:
                side.append(a)
            if x * y < 0:
                t = x / (x - y)
                side.append(tuple(p + t * (q - p) for p, q in zip(a, b)))
            if len(cell) == 2 and sign * y >= 0:
                side.append(b)
    return [side if side and size(side) > 0 else None for side in sides]


def size(cell):
    if len(cell[0]) == 1:
        return abs(cell[-1][0] - cell[0][0])
    return abs(sum(a[0] * b[1] - a[1] * b[0] for a, b in zip(cell, cell[1:] + cell[:1]))) * HALF


def centre(cell):
    """Centre of gravity."""
    if len(cell[0]) == 1:
        return ((cell[0][0] + cell[-1][0]) * HALF,)
    whole, sums = Fraction(0), [Fraction(0), Fraction(0)]
    for a, b in zip(cell[1:], cell[2:]):
        part = size([cell[0], a, b])
        whole += part
        for i in range(2):
            sums[i] += part * (cell[0][i] + a[i] + b[i]) / 3
    return tuple(one / whole for one in sums)


def cells(cluster, limits):
    """Every cell of the shares that keep the limits (rows that are to be >= 0)."""
    n = len(cluster.items)
    zero, one = Fraction(0), Fraction(1)
    parts = [[(zero,), (one,)] if n == 2 else [(zero, zero), (one, zero), (zero, one)]]
    for row in limits:
        parts = [side for cell in parts for side in [cut(cell, row)[1]] if side]
    for u, v in combinations(cluster.units, 2):
        row = cluster.lead(u, v)
        parts = [side for cell in parts for side in (cut(cell, row) if any(row) else [cell]) if side]
    return parts


class Acceptability:
    """Everything that --exact says about a cluster."""

    def __init__(self, cluster, limits=()):
        self.cluster = cluster
        self.ranks = {u: defaultdict(Fraction) for u in cluster.units}
        self.pairs = {u: defaultdict(Fraction) for u in cluster.units}
        self.sums = {u: [Fraction(0)] * len(cluster.items) for u in cluster.units}
        parts = cells(cluster, limits)
        self.whole = sum(size(cell) for cell in parts)
        for cell in parts:
            self._add(lift(centre(cell)), size(cell) / self.whole)

    def _add(self, w, part):
        there = self.cluster.party.stand(self.cluster.multipliers(w), self.cluster.cluster)
        for u in self.cluster.units:
            rank = there[u].rank
            self.ranks[u][rank] += part
            if rank == min(one.rank for one in there.values() if one.rank):
                self.sums[u] = [a + part * b for a, b in zip(self.sums[u], w)]
            for v in self.cluster.units:
                self.pairs[u][v] += part * (rank < there[v].rank)

    def centre(self, u):
        share = sum(self.sums[u])
        return [x / share for x in self.sums[u]] if share else None

    def leading(self, u):
        """How often it is first, alone or tied."""
        return sum(self.sums[u])


def limits_of(rng, cluster):
    """(rows, arguments): a lower bound, or an order of two items."""
    n, kind = len(cluster.items), rng.random()
    if kind < 0.6:
        return [], []
    k = rng.randrange(n)
    row = [Fraction(0)] * n
    if kind < 0.8:
        low = rng.randint(0, 40)
        row = [-Fraction(low, 100)] * n
        row[k] += 1
        return [row], [f"--limit={cluster.items[k]}>={low}%"]
    other = rng.choice([i for i in range(n) if i != k])
    factor = rng.choice([1, 2])
    row[k], row[other] = Fraction(1), -Fraction(factor)
    return [row], [f"--limit={cluster.items[k]}>={factor}*{cluster.items[other]}"]


def compare_cluster(found, tables, tally):
    wrong, name = [], found.cluster.cluster
    rows = {key: [row for row in tables[key] if row["cluster"] == name]
            for key in ("exact-units", "exact-ranks", "exact-centres", "exact-pairs")}

    def same(what, got, expected):
        tally["figures"] += 1
        if got != expected:
            wrong.append(f"{what}: {got}, oracle {expected}")

    ranks = {(row["id"], row["rank"]): Fraction(row["probability"]) for row in rows["exact-ranks"]
             if Fraction(row["probability"])}
    same("ranks", ranks, {(u, rank): part for u, row in found.ranks.items()
                          for rank, part in row.items() if part})
    for row in rows["exact-units"]:
        u = row["id"]
        if u not in found.ranks:
            same(f"{u} rank", row["rank_official"], None)
            continue
        official = found.cluster.today[u].rank
        same(f"{u} rank", row["rank_official"], official)
        same(f"{u} keeps", Fraction(row["keeps"]), found.ranks[u].get(official, 0))
        same(f"{u} first", Fraction(row["first"]), found.leading(u))
        mean = row["expected_rank"]
        same(f"{u} mean", Fraction(mean["exact"]) if isinstance(mean, dict) else mean,
             sum(rank * part for rank, part in found.ranks[u].items()))
        same(f"{u} best", row["best_rank"], min(found.ranks[u]))
        same(f"{u} worst", row["worst_rank"], max(found.ranks[u]))
    centres = {(row["id"], row["code"]): Fraction(row["weight"]) for row in rows["exact-centres"]}
    same("centres", centres, {(u, code): x for u in found.cluster.units if found.centre(u)
                              for code, x in zip(found.cluster.items, found.centre(u))})
    for row in rows["exact-pairs"]:
        same(f"{row['id']} before {row['other_id']}", Fraction(row["probability"]),
             found.pairs[row["id"]][row["other_id"]])
    return wrong


def compare(folder, party, rng, tally):
    clusters = [Cluster(party, name) for name in sorted({unit.cluster for unit in party.units})]
    rows, arguments = limits_of(rng, clusters[0]) if len(party.items) in (2, 3) else ([], [])
    done = program.run(["whatif", folder, "--exact", "--format=json", *arguments])
    words = done.stderr.decode() + done.stdout.decode()
    tables = {} if done.returncode not in program.FINISHED else \
        program.read_json(done.stdout)["tables"]
    wrong = []
    for cluster in clusters:
        if not any(row["cluster"] == cluster.cluster for row in tables.get("exact-units", [])):
            tally["refused"] += 1
            wrong += refused(cluster, words)
            continue
        tally["clusters"] += 1
        wrong += compare_cluster(Acceptability(cluster, rows), tables, tally)
    return [f"{' '.join(arguments)}: {text}" for text in wrong]


def refused(cluster, words):
    rules = cluster.party.rules
    reasons = {"the exact method takes 1 to 3": len(cluster.items) > 3,
               "ranks by class first": rules.rank_class_first,
               "looks at the total": bool(rules.gates),
               "differ from those of the others": not cluster.is_linear,
               "tie key that separates": cluster.keys_move or bool(rules.ties)}
    if not cluster.units or any(text in words and true for text, true in reasons.items()):
        return []
    return [f"{cluster.cluster} is left out: {words[-600:]}"]
