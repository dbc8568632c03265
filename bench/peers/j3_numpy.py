#!/usr/bin/env python3
"""J3 in numpy: how often each unit has each rank.

    bench/peers/j3_numpy.py                       data, the kernel, numpy: are all counts equal?
    bench/peers/j3_numpy.py FILE [OUT [RUNS]]     FILE of vectors.py; OUT: uint32 counts

Clusters of one size together: one matrix product for many of them, ranks by comparing all units
with each in turn, in pieces that stay in the cache; two threads, numpy releases the lock.
"""

import os

os.environ["OPENBLAS_NUM_THREADS"] = "1"

import sys
from concurrent.futures import ThreadPoolExecutor

import numpy as np

import vectors

THREADS = 2
PIECE = 400000  # totals at once


def ranks_of(totals):
    """totals: clusters x units x vectors."""
    ranks = np.zeros(totals.shape, np.uint8)
    larger = np.empty(totals.shape, bool)
    for unit in range(totals.shape[1]):
        np.greater(totals[:, unit:unit + 1, :], totals, out=larger)
        ranks += larger.view(np.uint8)
    return ranks


def count(sizes, points, weights):
    across = np.ascontiguousarray(weights.T)
    first = np.cumsum(sizes) - sizes
    first_count = np.cumsum(sizes**2) - sizes**2
    counts = np.zeros((sizes**2).sum(), np.uint32)

    def count_piece(clusters):
        n = sizes[clusters[0]]
        rows = points[first[clusters][:, None] + np.arange(n)]
        ranks = ranks_of((rows.reshape(-1, points.shape[1]) @ across).reshape(len(clusters), n, -1))
        for rank in range(n):
            places = first_count[clusters][:, None] + np.arange(n) * n + rank
            counts[places] = np.count_nonzero(ranks == rank, axis=2)

    pieces = []
    for n in np.unique(sizes):
        of_size = np.flatnonzero(sizes == n)
        step = max(1, PIECE // int(n * len(weights)))
        pieces += [of_size[i:i + step] for i in range(0, len(of_size), step)]
    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(count_piece, pieces))
    return counts


if __name__ == "__main__":
    sys.exit(vectors.of_script("numpy", count))
