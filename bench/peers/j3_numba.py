#!/usr/bin/env python3
"""J3 in numba: how often each unit has each rank, in double.

    bench/peers/j3_numba.py                       data, the kernel, numba: are all counts equal? Then
                                                  --sample
    bench/peers/j3_numba.py FILE [OUT [RUNS]]     FILE of vectors.py; OUT: uint32 counts
    bench/peers/j3_numba.py --sample              J3s: one cluster of 30 under 1,000,000 vectors, the
                                                  drawing included, by thidua and by numba

Loops over vectors are innermost, so that the compiler vectorizes them; a block of vectors and the
totals of a cluster stay in the cache; ranks are counted by comparing all with all; two threads.
Compilation is not timed. Random numbers are numba's own, exponentials as -log(u).
"""

import os

THREADS = 2
os.environ["NUMBA_NUM_THREADS"] = str(THREADS)

import sys
import tempfile

import numba
import numpy as np

import vectors

BLOCK = 512  # vectors
FAST = dict(fastmath=True, nogil=True, cache=False)


@numba.njit(**FAST)
def add_times(total, weights, points):
    for v in range(total.shape[0]):
        total[v] += points * weights[v]


@numba.njit(**FAST)
def add_larger(rank, other, own):
    for v in range(rank.shape[0]):
        rank[v] += np.uint8(other[v] > own[v])


@numba.njit(**FAST)
def how_many(rank, wanted):
    n = np.int32(0)
    for v in range(rank.shape[0]):
        n += np.int32(rank[v] == wanted)
    return n


@numba.njit(**FAST)
def count_block(points, weights, totals, ranks, counts):
    """points: units x items; weights: items x vectors; counts: units * units, added to."""
    n, n_vectors = points.shape[0], weights.shape[1]
    for i in range(n):
        totals[i, :] = 0
        ranks[i, :] = 0
        for k in range(points.shape[1]):
            add_times(totals[i, :n_vectors], weights[k], points[i, k])
    for i in range(n):
        for j in range(n):
            if j != i:
                add_larger(ranks[i, :n_vectors], totals[j, :n_vectors], totals[i, :n_vectors])
        for r in range(n):
            counts[i * n + r] += how_many(ranks[i, :n_vectors], np.uint8(r))


@numba.njit(parallel=True, **FAST)
def count_all(first, first_count, points, blocks, n_vectors, n_tasks):
    """blocks: blocks x items x BLOCK weights. Clusters are dealt out in n_tasks parts."""
    counts = np.zeros(first_count[-1], np.uint32)
    for task in numba.prange(n_tasks):
        totals = np.empty((64, BLOCK))
        ranks = np.empty((64, BLOCK), np.uint8)
        for c in range(task, first.shape[0] - 1, n_tasks):
            for b in range(blocks.shape[0]):
                width = min(BLOCK, n_vectors - b * BLOCK)
                count_block(points[first[c]:first[c + 1]], blocks[b][:, :width], totals, ranks,
                            counts[first_count[c]:first_count[c + 1]])
    return counts


@numba.njit(parallel=True, **FAST)
def sample(points, n_blocks):
    """Shares uniform on the simplex: exponentials; a common factor changes no rank."""
    n, n_items = points.shape
    counts = np.zeros((THREADS, n * n), np.uint32)
    for task in numba.prange(THREADS):
        np.random.seed(task)
        totals = np.empty((64, BLOCK))
        ranks = np.empty((64, BLOCK), np.uint8)
        weights = np.empty((n_items, BLOCK))
        for _ in range(task, n_blocks, THREADS):
            for k in range(n_items):
                for v in range(BLOCK):
                    weights[k, v] = np.random.random()
                for v in range(BLOCK):
                    weights[k, v] = -np.log(1 - weights[k, v])
            count_block(points, weights, totals, ranks, counts[task])
    return counts.sum(0)


def in_blocks(weights):
    n = -(-len(weights) // BLOCK)
    padded = np.zeros((n * BLOCK, weights.shape[1]))
    padded[:len(weights)] = weights
    return np.ascontiguousarray(padded.reshape(n, BLOCK, -1).transpose(0, 2, 1))


def count(sizes, points, weights):
    first = np.concatenate(([0], np.cumsum(sizes)))
    first_count = np.concatenate(([0], np.cumsum(sizes**2)))
    return count_all(first, first_count, points, in_blocks(weights), len(weights), 64)


def beside_with_drawing():
    with tempfile.TemporaryDirectory() as folder:
        vectors.write_folder(folder)
        vectors.ours("whatif", "large-sample", "7", folder)
    _, points, _ = vectors.make(30, 20, 1, 30)
    vectors.run("J3s", "numba", 5, lambda: sample(points, -(-1000000 // BLOCK)))


def main():
    status = 0 if sys.argv[1:] == ["--sample"] else vectors.of_script("numba", count)
    if sys.argv[1:] in ([], ["--sample"]):
        beside_with_drawing()
    return status


if __name__ == "__main__":
    sys.exit(main())
