#!/usr/bin/env python3
"""Data of J3: clusters of units, points of items, weight vectors; and what its scripts share.

    bench/peers/vectors.py FILE [UNITS [ITEMS [VECTORS]]]     (100000, 20, 1000)
    bench/peers/vectors.py --folder FOLDER                    one cluster of 30, for thidua

FILE: int64 units, items, vectors, clusters, sizes [clusters]; double points [units * items] in whole
hundredths up to 5,000, weights [vectors * items] on a grid of 2^-20, shares uniform on the simplex.
Clusters have 5 to 25 units; three units in a thousand are copies of the one before. Sums of such
products are exact in double, so all programs must agree on every count.
"""

import json
import os
import subprocess
import sys
import tempfile
import time

import numpy as np


def make(n_units, n_items, n_vectors, size=None):
    random = np.random.default_rng(2025)
    sizes = np.full(n_units, size) if size else random.integers(5, 26, n_units // 5)
    sizes = sizes[:np.searchsorted(np.cumsum(sizes), n_units)]
    sizes = np.append(sizes, n_units - sizes.sum())
    points = np.floor(random.random((n_units, n_items)) * 5001)
    copies = np.flatnonzero(random.random(n_units) < 0.003)
    copies = copies[copies > 0]
    points[copies] = points[copies - 1]
    shares = random.dirichlet(np.ones(n_items), n_vectors)
    weights = np.floor(shares * n_items * 2.0**20 + 0.5) / 2.0**20
    return sizes.astype(np.int64), points, weights


def write(path, sizes, points, weights):
    with open(path, "wb") as file:
        np.array([*points.shape, len(weights), len(sizes)], np.int64).tofile(file)
        for part in (sizes, points, weights):
            part.tofile(file)


def read(path):
    with open(path, "rb") as file:
        n_units, n_items, n_vectors, n_clusters = np.fromfile(file, np.int64, 4)
        sizes = np.fromfile(file, np.int64, n_clusters)
        points = np.fromfile(file, np.float64, n_units * n_items).reshape(n_units, n_items)
        weights = np.fromfile(file, np.float64, n_vectors * n_items).reshape(n_vectors, n_items)
    return sizes, points, weights


def write_folder(folder):
    """The job with sampling as a user of thidua has it: 30 units, 20 criteria of 50 points."""
    _, points, _ = make(30, 20, 1, 30)
    items = [f"c{j + 1}" for j in range(20)]
    rules = {"thidua": "rule-set/1", "code": "j3", "name": "J3", "status": "illustration",
             "valid": {"from": "2025-01-01", "to": "2025-12-31"}, "scale": 1000,
             "criteria": [{"code": code, "max": 50, "direct": True} for code in items]}
    evaluation = {"thidua": "evaluation/1", "code": "j3", "name": "J3", "year": 2025,
                  "rules": "rules.json", "decimal_mark": "."}
    os.makedirs(folder, exist_ok=True)
    units = [f"u{i + 1}" for i in range(30)]
    files = {
        "rules.json": json.dumps(rules),
        "evaluation.json": json.dumps(evaluation),
        "clusters.csv": "id,name\nk,K\n",
        "units.csv": "id,name,cluster\n" + "".join(f"{u},{u},k\n" for u in units),
        "values-final.csv": ",".join(["unit"] + items) + "\n" + "".join(
            ",".join([u] + [f"{x / 100:.2f}" for x in row]) + "\n" for u, row in zip(units, points)),
    }
    for name, text in files.items():
        with open(os.path.join(folder, name), "w", encoding="utf-8") as file:
            file.write(text)


def run(job, peer, runs, work):
    """Times work() in one line; one run before is not counted."""
    work()
    elapsed = []
    for _ in range(runs):
        start = time.perf_counter()
        result = work()
        elapsed.append(time.perf_counter() - start)
    print("RESULT", job, peer, *(f"{s:.5f}" for s in elapsed), flush=True)
    return result


def ours(name, *arguments):
    program = os.path.join(os.environ.get("BUILD", "build"), "bench", name)
    print(subprocess.run([program, *arguments], check=True, text=True, stdout=subprocess.PIPE).stdout,
          end="", flush=True)


def beside(peer, count):
    """The kernel and count(sizes, points, weights) on the same data; says whether counts are equal."""
    sizes, points, weights = make(100000, 20, 1000)
    with tempfile.TemporaryDirectory() as folder:
        data, result = os.path.join(folder, "data"), os.path.join(folder, "counts")
        write(data, sizes, points, weights)
        ours("acceptability", "7", data, result)
        counts = np.fromfile(result, np.uint32)
    equal = np.array_equal(counts, run("J3", peer, 5, lambda: count(sizes, points, weights)))
    print(f"counts {'equal' if equal else 'DIFFER'}", flush=True)
    return 0 if equal else 1


def of_script(peer, count):
    """What a script does: [FILE [OUT [RUNS]]], or without FILE what beside() does."""
    if len(sys.argv) < 2:
        return beside(peer, count)
    data = read(sys.argv[1])
    runs = int(sys.argv[3]) if len(sys.argv) > 3 else 5
    counts = run("J3", peer, runs, lambda: count(*data))
    if len(sys.argv) > 2:
        counts.tofile(sys.argv[2])
    return 0


def main():
    if sys.argv[1] == "--folder":
        write_folder(sys.argv[2])
        return
    given = [int(x) for x in sys.argv[2:]]
    write(sys.argv[1], *make(*given, *[100000, 20, 1000][len(given):]))


if __name__ == "__main__":
    main()
