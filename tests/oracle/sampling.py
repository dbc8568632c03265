"""
`thidua whatif FOLDER --sample N` against draws of our own: ranks, pairs, central weights and
deviations, under uniform weights, weights around the official ones, and limits.
"""

import math
from collections import Counter, defaultdict
from fractions import Fraction

import program
from corners import Cluster

DRAWS = 1200
VECTORS = 4000
ERRORS = 5.5  # standard errors; some hundred thousand figures are compared
GRID = 2**16


def fractions(shares):
    """Shares that add up to 1 exactly."""
    head = [Fraction(round(x * GRID), GRID) for x in shares[:-1]]
    return [*head, 1 - sum(head)]


class Law:
    """A distribution of shares: how to draw, the program's arguments, deviations where stated."""

    def __init__(self, rng, official):
        self.rng, self.official = rng, official
        self.arguments, self.deviations = [], None
        self.alphas, self.keep = [1.0] * len(official), lambda w: True
        getattr(self, rng.choice(["uniform", "spread", "lower", "limits"]))()

    def uniform(self, part=1.0):
        n = len(self.official)
        self.deviations = [part * math.sqrt((n - 1) / (n * n * (n + 1)))] * n

    def spread(self):
        heaviest = float(max(self.official))
        percent = self.rng.randint(5, 40)
        if percent / 100 >= math.sqrt((1 - heaviest) / heaviest):
            return self.uniform()
        self.arguments = [f"--spread={percent}"]
        total = (1 - heaviest) / (heaviest * (percent / 100) ** 2) - 1
        self.alphas = [total * float(share) for share in self.official]
        self.deviations = [math.sqrt(float(s * (1 - s)) / (total + 1)) for s in self.official]
        return None

    def lower(self):
        n = len(self.official)
        self.least = [self.rng.randint(0, 60 // n) for _ in range(n)]
        codes = self.codes = [f"{{{k}}}" for k in range(n)]
        self.arguments = [f"--limit={code}>={low}%" for code, low in zip(codes, self.least)]
        self.keep = lambda w: all(100 * x >= low for x, low in zip(w, self.least))
        self.uniform(1 - sum(self.least) / 100)

    def limits(self):
        k, other = self.rng.sample(range(len(self.official)), 2)
        high = self.rng.randint(51, 90)
        self.arguments = [f"--limit={{{k}}}>={{{other}}}", f"--limit={{{k}}}<={high}%"]
        self.keep = lambda w: w[k] >= w[other] and 100 * w[k] <= high

    def named(self, codes):
        return [argument.format(*codes) for argument in self.arguments]

    def draw(self):
        while True:
            parts = [self.rng.gammavariate(alpha, 1) for alpha in self.alphas]
            w = [part / sum(parts) for part in parts]
            if self.keep(w):
                return fractions(w)


class Drawn:
    """What our own draws say about a party."""

    def __init__(self, party, law, draws):
        self.draws, codes = draws, [item.code for item in party.items]
        self.ranks, self.pairs = defaultdict(Counter), Counter()
        self.first = defaultdict(list)
        clusters = {unit.id: unit.cluster for unit in party.units}
        for _ in range(draws):
            w = law.draw()
            there = party.stand(party.multipliers(dict(zip(codes, w))))
            best = {}
            for unit, one in there.items():
                if one.rank:
                    best[clusters[unit]] = min(best.get(clusters[unit], one.rank), one.rank)
            for unit, one in there.items():
                self.ranks[unit][one.rank] += 1
                if one.rank and one.rank == best[clusters[unit]]:
                    self.first[unit].append([float(x) for x in w])


def near(count, n, mine, m):
    """Whether two counts may have the same probability."""
    pooled = (count + mine) / (n + m)
    error = math.sqrt(pooled * (1 - pooled) * (1 / n + 1 / m))
    return abs(count / n - mine / m) <= ERRORS * error + 2 / m


def mean_and_error(values):
    mean = sum(values) / len(values)
    spread = sum((x - mean) ** 2 for x in values) / max(len(values) - 1, 1)
    return mean, math.sqrt(spread / len(values))


def compare_ranks(tables, drawn, tally):
    wrong = []
    n = VECTORS
    for row in tables["places"]:
        tally["ranks"] += 1
        mine = drawn.ranks[row["id"]][row["rank"]]
        p = float(row["count"]) / n
        if not near(row["count"], n, mine, drawn.draws):
            wrong.append(f"{row['id']} rank {row['rank']}: {p}, oracle {mine / drawn.draws}")
        if abs(float(row["probability"]) - 100 * p) > 1e-5 or \
                abs(float(row["error"]) - 100 * math.sqrt(p * (1 - p) / n)) > 1e-5:
            wrong.append(f"probability or error of {row}")
    given = {(row["id"], row["rank"]) for row in tables["places"]}
    for unit, ranks in drawn.ranks.items():
        for rank, mine in ranks.items():
            if rank and (unit, rank) not in given and not near(0, n, mine, drawn.draws):
                wrong.append(f"{unit} rank {rank} is missing, oracle {mine}")
    return wrong


def quantile(counts, part):
    """The first rank with so much of the ranked vectors at or before it."""
    whole, seen = sum(counts.values()), 0
    for rank in sorted(counts):
        seen += counts[rank]
        if seen >= part * whole:
            return rank
    return None


def compare_units(tables, drawn, tally):
    wrong, n = [], VECTORS
    counts = defaultdict(dict)
    for row in tables["places"]:
        counts[row["id"]][row["rank"]] = row["count"]
    for row in tables["ranks"]:
        unit = row["id"]
        tally["units"] += 1
        ranked = sum(counts[unit].values())
        expected = [quantile(counts[unit], part) for part in (Fraction(1, 20), Fraction(1, 2),
                                                              Fraction(19, 20))]
        if [row["p5"], row["p50"], row["p95"]] != expected:
            wrong.append(f"{row}: quantiles {expected}")
        kept = 100 * float(counts[unit].get(row["official"], 0)) / n
        if row["official"] and abs(float(row["kept"]) - kept) > 1e-5:
            wrong.append(f"{row}: kept {kept}")
        if abs(float(row["unranked"] or 0) - 100 * float(n - ranked) / n) > 1e-5:
            wrong.append(f"{row}: unranked {n - ranked}")
        first = float(row["first"] or 0) / 100 * n
        if not near(first, n, len(drawn.first[unit]), drawn.draws):
            wrong.append(f"{row}: first {len(drawn.first[unit]) / drawn.draws}")
    return wrong


def compare_central(tables, party, drawn, tally):
    wrong, codes = [], [item.code for item in party.items]
    for row in tables["central"]:
        values = [w[codes.index(row["item"])] for w in drawn.first[row["id"]]]
        if len(values) < 30 or row["error"] is None:
            continue
        tally["central"] += 1
        mean, error = mean_and_error(values)
        width = ERRORS * math.hypot(error, float(row["error"]) / 100) + 1e-6
        if abs(float(row["share"]) / 100 - mean) > width:
            wrong.append(f"{row}: oracle {mean} +- {error}")
        share = 100 * float(party.official()[row["item"]])
        if abs(float(row["official_share"]) - share) > 1e-5:
            wrong.append(f"{row}: official share {share}")
    return wrong


def compare_deviations(tables, law, tally):
    wrong = []
    rows = [row for row in tables["weights"] if row["deviation"] is not None]
    if law.deviations is None:
        return wrong
    for row, deviation in zip(rows, law.deviations):
        tally["deviations"] += 1
        if abs(float(row["deviation"]) - 100 * deviation) > 1e-5:
            wrong.append(f"{row}: deviation {100 * deviation}")
    return wrong


def confident(tables, party, tally):
    """Confidence: first under its central weights, or not; asked where it is clear."""
    wrong = []
    for name in sorted({unit.cluster for unit in party.units}):
        cluster = Cluster(party, name)
        for row in tables["ranks"]:
            w = [Fraction(one["share"]) / 100 for one in tables["central"]
                 if one["id"] == row["id"] and one["item"] in cluster.items]
            if row["cluster"] != name or row["confidence"] is None or len(w) != len(cluster.items):
                continue
            tally["confidence"] += 1
            w = [*w[:-1], 1 - sum(w[:-1])]
            there = party.stand(cluster.multipliers(w), name)
            best = min(one.rank for one in there.values() if one.rank)
            level = max(one.total for one in there.values()) - there[row["id"]].total
            if (row["confidence"] == 100) != (there[row["id"]].rank == best) and \
                    abs(level) > party.scale / 1000:
                wrong.append(f"{row}: rank {there[row['id']].rank} under its central weights")
    return wrong


def compare(folder, party, rng, tally, draws=DRAWS):
    official = party.official()
    codes = [item.code for item in party.items]
    law = Law(rng, [official[code] for code in codes])
    arguments = [f"--sample={VECTORS}", f"--seed={rng.randint(1, 999)}", "--no-awards",
                 *law.named(codes)]
    done = program.run(["whatif", folder, "--format=json", *arguments])
    if done.returncode not in program.FINISHED:
        return [f"{arguments}: {done.stderr.decode()[:400]}"]
    tables = program.read_json(done.stdout)["tables"]
    tally["folders"] += 1
    drawn = Drawn(party, law, draws)
    wrong = compare_ranks(tables, drawn, tally) + compare_units(tables, drawn, tally)
    wrong += compare_central(tables, party, drawn, tally) + compare_deviations(tables, law, tally)
    wrong += confident(tables, party, tally)
    return [f"{' '.join(arguments)}: {text}" for text in wrong]
