"""J1 in numba: compiled loops over the rows of a cluster, two passes that stay in the first cache, vectors
across criteria; two threads over blocks of clusters. Compiling is not counted."""

import os
import sys

os.environ["NUMBA_NUM_THREADS"] = os.environ.get("THREADS", "2")
import numba
import numpy as np

from common import Data, run, save, starts_of

MOST = 64  # units of a cluster
BLOCK = 64  # clusters

data = Data(sys.argv[1])
# May reorder sums and fuse multiply-adds: equal rows still go the same way.
free = {"error_model": "numpy", "nogil": True,
        "fastmath": {"nnan", "ninf", "nsz", "reassoc", "contract"}}


@numba.njit(**free)
def score(row, factor, most, points, low, high):
    for j in range(row.shape[0]):
        x = min(max(row[j] * factor[j], 0.0), most[j])
        points[j] = x
        low[j] = min(low[j], x)
        high[j] = max(high[j], x)


@numba.njit(**free)
def add_up(points, low, scale):
    total = 0.0
    for j in range(points.shape[0]):
        total += (points[j] - low[j]) * scale[j]
    return total


@numba.njit(parallel=True, **free)
def solve(raw, starts, factor, most, total, rank, award):
    n_clusters, m = len(starts) - 1, raw.shape[1]
    for block in numba.prange((n_clusters + BLOCK - 1) // BLOCK):
        points = np.empty((MOST, m))
        low, high, scale = np.empty(m), np.empty(m), np.empty(m)
        for c in range(block * BLOCK, min(n_clusters, (block + 1) * BLOCK)):
            first, size = starts[c], starts[c + 1] - starts[c]
            low[:] = np.inf
            high[:] = -np.inf
            for i in range(size):
                score(raw[first + i], factor, most, points[i], low, high)
            for j in range(m):
                scale[j] = most[j] / (high[j] - low[j]) if high[j] > low[j] else 0.0
            own = total[first:first + size]
            for i in range(size):
                own[i] = add_up(points[i], low, scale)
            n_first = 0
            for i in range(size):
                place = 1
                for k in range(size):
                    place += own[k] > own[i]
                rank[first + i] = place
                n_first += place == 1
            last = n_first + (size + 4) // 5
            for i in range(size):
                place = rank[first + i]
                award[first + i] = 2 if place == 1 else (1 if place <= last else 0)


def job():
    total, rank, award = np.empty(data.n), np.empty(data.n, np.int32), np.empty(data.n, np.uint8)
    solve(data.raw, starts_of(data.cluster), data.points / data.target, data.points, total, rank,
          award)
    return total, rank, award


job()
save(*run("numba", numba.__version__, job))
