#!/usr/bin/env python3
"""Rank counts of many clusters under many weight vectors: numpy beside the kernel.

    bench/peers/j3_numpy.py [UNITS [ITEMS [VECTORS]]]     (100000, 20, 1000)

Makes data (clusters of 5 to 25 units, points of two decimals, shares uniform on the simplex), runs
build/bench/acceptability on them, counts the same in numpy with matrix products and comparisons, and
says whether all counts are equal. Both do exact arithmetic on whole quanta, so they must be.
"""

import os
import subprocess
import sys
import tempfile
import time

import numpy as np

RUNS = 5


def make(n_units, n_items, n_vectors):
    random = np.random.default_rng(2025)
    sizes = random.integers(5, 26, n_units // 5)
    sizes = sizes[:np.searchsorted(np.cumsum(sizes), n_units)]
    sizes = np.append(sizes, n_units - sizes.sum())
    points = np.floor(random.random((n_units, n_items)) * 5001)
    copies = np.flatnonzero(random.random(n_units) < 0.003)
    copies = copies[copies > 0]
    points[copies] = points[copies - 1]
    shares = random.dirichlet(np.ones(n_items), n_vectors)
    weights = np.floor(shares * n_items * 2.0**20 + 0.5) / 2.0**20
    return sizes.astype(np.int64), points, weights


def count(sizes, points, weights):
    counts, first, across = [], 0, np.ascontiguousarray(weights.T)
    for n in sizes:
        totals = points[first:first + n] @ across
        ranks = np.zeros(totals.shape, np.uint8)
        for other in totals:
            ranks += other > totals
        counts.append(np.array([np.bincount(row, minlength=n) for row in ranks], np.uint32).ravel())
        first += n
    return np.concatenate(counts)


def main():
    given = [int(x) for x in sys.argv[1:]]
    n_units, n_items, n_vectors = given + [100000, 20, 1000][len(given):]
    sizes, points, weights = make(n_units, n_items, n_vectors)
    program = os.path.join(os.environ.get("BUILD", "build"), "bench", "acceptability")
    with tempfile.TemporaryDirectory() as folder:
        data, result = os.path.join(folder, "in"), os.path.join(folder, "out")
        with open(data, "wb") as file:
            np.array([n_units, n_items, n_vectors, len(sizes)], np.int64).tofile(file)
            for part in (sizes, points, weights):
                part.tofile(file)
        print(subprocess.run([program, str(RUNS), data, result], check=True, text=True,
                             stdout=subprocess.PIPE).stdout, end="")
        ours = np.fromfile(result, np.uint32)
    elapsed = []
    for _ in range(3):
        start = time.perf_counter()
        counts = count(sizes, points, weights)
        elapsed.append(time.perf_counter() - start)
    print(f"numpy {np.__version__}: {sorted(elapsed)[1]:.3f} s,"
          f" {n_units * n_vectors / sorted(elapsed)[1]:.3g} unit-scenarios/s")
    equal = np.array_equal(ours, counts)
    print(f"counts {'equal' if equal else 'DIFFER'}")
    return 0 if equal else 1


if __name__ == "__main__":
    sys.exit(main())
