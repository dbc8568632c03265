#!/usr/bin/env python3
"""Every weight at which two units change places, for every item of every cluster: numpy.

    bench/peers/j4_numpy.py [UNITS [ITEMS]]           (100000, 20) makes data, runs both, compares
    bench/peers/j4_numpy.py NUMBERS [FOUND]           what build/bench/sweep wrote

Standings are points over maxima, in memory, units by items. Along item j with weight w from 0 to 1
and the others in proportion, a unit has (1 - w) rest + w x, rest its total without j. Two units change
places strictly between 0 and 1 when one is ahead by rest and the other by x. Ties at an end, and
units that are equal all along, change nothing. Clusters of one size are one array; two threads share
the arrays, as numpy leaves the lock while it works. The answer is, per cluster and item, the
ascending list of places and the pairs in that order.

Differences of x and of rest are multiples of one quantum over a maximum, so that anything below 1e-9
is rounding and stands for 0.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor

import numpy as np

RUNS = int(os.environ.get("RUNS", "5"))
THREADS = int(os.environ.get("THREADS", "2"))
CELLS = int(os.environ.get("CELLS", "400000"))  # pairs times items of an array: stays in the cache
SMALL = 1e-9


def read(path):
    with open(path, "rb") as file:
        n_units, n_items, n_clusters = np.fromfile(file, np.int64, 3)
        sizes = np.fromfile(file, np.int64, n_clusters)
        weights = np.fromfile(file, np.float64, n_items)
        shares = np.fromfile(file, np.float64, n_units * n_items).reshape(n_units, n_items)
    return sizes, weights, shares


def pieces(sizes, n_items):
    """Clusters of one size, as many as fit into an array."""
    first = np.cumsum(sizes) - sizes
    for n in np.unique(sizes):
        if n < 2:
            continue
        which = np.flatnonzero(sizes == n)
        step = max(1, CELLS // int(n * (n - 1) // 2 * n_items))
        for at in range(0, len(which), step):
            part = which[at:at + step]
            yield int(n), part, first[part]


def sweep(piece, weights, shares):
    """Places [clusters, items, pairs], ascending, infinite where two units stay as they are; pairs in
    the same order; how many of a row are finite."""
    n, _, first = piece
    x = np.ascontiguousarray(shares[first[:, None] + np.arange(n)].transpose(0, 2, 1))
    parts = weights[:, None] * x
    rest = (parts.sum(axis=1, keepdims=True) - parts) / (1 - weights)[:, None]
    i, j = np.triu_indices(n, 1)
    by_rest = rest[:, :, i] - rest[:, :, j]
    by_x = x[:, :, i] - x[:, :, j]
    apart = (by_rest * by_x < 0) & (np.abs(by_rest) > SMALL) & (np.abs(by_x) > SMALL)
    by_x = np.subtract(by_rest, by_x, out=by_x)
    places = np.full(by_rest.shape, np.inf)
    np.divide(by_rest, by_x, out=places, where=apart)
    order = np.argsort(places, axis=2)
    return np.take_along_axis(places, order, 2), order, apart.sum(axis=2)


def run(sizes, weights, shares):
    work = list(pieces(sizes, len(weights)))
    with ThreadPoolExecutor(THREADS) as pool:
        return work, list(pool.map(lambda piece: sweep(piece, weights, shares), work))


def agree(work, found, path, n_clusters, n_items):
    """Every list of FOUND beside ours."""
    with open(path, "rb") as file:
        counts = np.fromfile(file, np.int64, n_clusters * n_items)
        places = np.fromfile(file, np.float64)
    first = (np.cumsum(counts) - counts).reshape(n_clusters, n_items)
    counts = counts.reshape(n_clusters, n_items)
    for (_, part, _), (ours, _, n) in zip(work, found):
        if not np.array_equal(counts[part], n):
            return False
        for c, cluster in enumerate(part):
            for item in range(n_items):
                own = ours[c, item, :n[c, item]]
                theirs = places[first[cluster, item]:][:len(own)]
                if np.abs(own - theirs).max(initial=0) > SMALL:
                    return False
    return True


def compare(numbers, found_path):
    sizes, weights, shares = read(numbers)
    elapsed = []
    for _ in range(RUNS):
        work = found = None
        start = time.perf_counter()
        work, found = run(sizes, weights, shares)
        elapsed.append(time.perf_counter() - start)
    n = sum(int(counts.sum()) for _, _, counts in found)
    total = sum(float(places[np.isfinite(places)].sum()) for places, _, _ in found)
    print("RESULT j4 numpy seconds", " ".join(f"{t:.5f}" for t in elapsed),
          f"median {sorted(elapsed)[RUNS // 2]:.5f}, {n / sorted(elapsed)[RUNS // 2]:.3g} crossings/s")
    print(f"RESULT j4 numpy found {n} sum {total:.4f}")
    if found_path is None:
        return True
    equal = agree(work, found, found_path, len(sizes), len(weights))
    print(f"lists {'equal' if equal else 'DIFFER'}")
    return equal


def write_year(folder, n_units, n_items):
    """Clusters of 5 to 25 units; ratios to a target that a fifth exceed, of maxima from 3 to 7 points;
    now and then a unit like the one before."""
    random = np.random.default_rng(2025)
    sizes = random.integers(5, 26, n_units // 5 + 1)
    sizes = sizes[:np.searchsorted(np.cumsum(sizes), n_units)]
    sizes = np.append(sizes, n_units - sizes.sum())
    values = np.round(np.maximum(random.normal(70, 35, (n_units, n_items)), 0), 2)
    copies = 1 + np.flatnonzero(random.random(n_units - 1) < 0.003)
    values[copies] = values[copies - 1]
    maxima = [3 + (7 * j) % 9 / 2 for j in range(n_items)]
    criteria = [{"code": f"c{j}", "max": most, "ratio": {"actual": f"a{j}", "target": 100}}
                for j, most in enumerate(maxima)]
    files = {
        "evaluation.json": json.dumps({"thidua": "evaluation/1", "code": "bench", "name": "Bench",
                                       "year": 2025, "rules": "rules.json"}),
        "rules.json": json.dumps({"thidua": "rule-set/1", "code": "bench", "name": "Bench",
                                  "status": "illustration", "valid": {"from": "2025-01-01"},
                                  "scale": sum(maxima), "channels": ["final"],
                                  "criteria": criteria}),
        "clusters.csv": "id,name\n" + "".join(f"k{c},K{c}\n" for c in range(len(sizes))),
        "units.csv": "id,name,cluster\n" + "".join(
            f"u{u},U{u},k{c}\n" for u, c in enumerate(np.repeat(np.arange(len(sizes)), sizes))),
        "values-final.csv": "unit," + ",".join(f"a{j}" for j in range(n_items)) + "\n" + "".join(
            f"u{u}," + ",".join(map("{:.2f}".format, row)) + "\n"
            for u, row in enumerate(values.tolist()))}
    os.mkdir(folder)
    for name, text in files.items():
        with open(os.path.join(folder, name), "w", encoding="utf-8") as file:
            file.write(text)


def make_and_compare(n_units, n_items):
    program = os.path.join(os.environ.get("BUILD", "build"), "bench", "sweep")
    with tempfile.TemporaryDirectory() as folder:
        year, numbers, found = [os.path.join(folder, x) for x in ("year", "numbers", "found")]
        write_year(year, n_units, n_items)
        subprocess.run([program, str(RUNS), year, str(THREADS), numbers, found], check=True)
        return compare(numbers, found)


def main():
    given = sys.argv[1:]
    if given and not given[0].isdigit():
        return compare(given[0], given[1] if len(given) > 1 else None)
    n_units, n_items = [int(x) for x in given] + [100000, 20][len(given):]
    return make_and_compare(n_units, n_items)


if __name__ == "__main__":
    sys.exit(0 if main() else 1)
