"""J1 in numpy: clusters of one size form a block [clusters, size, criteria] that stays in the cache, so
that minima, maxima and comparisons within clusters are plain reductions; two threads share the blocks
(numpy lets go of the interpreter's lock)."""

import sys
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from common import THREADS, Data, run, save, starts_of

BLOCK_ROWS = 4096

data = Data(sys.argv[1])
factor = data.points / data.target


def plan():
    """(size, first units of some clusters of that size), about BLOCK_ROWS units each."""
    starts = starts_of(data.cluster)
    sizes = np.diff(starts)
    order = np.argsort(sizes, kind="stable")
    cuts = np.flatnonzero(np.diff(sizes[order])) + 1
    for group in np.split(order, cuts):
        size = sizes[group[0]]
        for at in range(0, len(group), BLOCK_ROWS // size):
            yield size, starts[group[at:at + BLOCK_ROWS // size]]


def solve(size, first, total, rank, award):
    units = first[:, None] + np.arange(size)
    points = data.raw[units]
    points *= factor
    np.maximum(points, 0, out=points)
    np.minimum(points, data.points, out=points)
    low = points.min(axis=1, keepdims=True)
    spread = points.max(axis=1, keepdims=True)
    spread -= low
    scale = np.divide(data.points, spread, out=np.zeros_like(spread), where=spread > 0)
    points -= low
    sums = np.matmul(points, scale.transpose(0, 2, 1))[:, :, 0]
    ranks = np.empty(sums.shape, np.int32)
    for i in range(size):
        ranks[:, i] = (sums > sums[:, i:i + 1]).sum(axis=1)
    ranks += 1
    n_first = (ranks == 1).sum(axis=1, keepdims=True)
    total[units] = sums
    rank[units] = ranks
    award[units] = np.where(ranks == 1, 2, ranks <= n_first + -(-size // 5))


def job():
    total, rank, award = np.empty(data.n), np.empty(data.n, np.int32), np.empty(data.n, np.uint8)
    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(lambda block: solve(*block, total, rank, award), plan()))
    return total, rank, award


save(*run("numpy", np.__version__, job))
