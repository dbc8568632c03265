"""What the Python rivals share: data, timing, the row that run.py reads.

Data are a folder of make_data: criteria.csv, raw.f64, cluster.i32, wide.csv. A script is called

    SCRIPT DATA RUNS OUT     OUT "-": none
"""

import csv
import os
import resource
import sys
import time

import numpy as np

THREADS = int(os.environ.get("THREADS", "2"))
LIMIT_S = float(os.environ.get("LIMIT_S", "60"))


class Data:
    """criteria j: points[j], target[j]; units: cluster [n], raw [n, m] row by row."""

    def __init__(self, folder, raw=True):
        self.folder = folder
        with open(os.path.join(folder, "criteria.csv"), newline="") as file:
            rows = list(csv.DictReader(file))
        self.names = [row["name"] for row in rows]
        self.points = np.array([float(row["points"]) for row in rows])
        self.target = np.array([float(row["target"]) for row in rows])
        self.m = len(rows)
        if raw:
            self.cluster = np.fromfile(os.path.join(folder, "cluster.i32"), np.int32)
            self.n = len(self.cluster)
            self.raw = np.fromfile(os.path.join(folder, "raw.f64")).reshape(self.n, self.m)

    @property
    def wide(self):
        return os.path.join(self.folder, "wide.csv")


def starts_of(cluster):
    """First unit of every cluster, and the number of units behind the last."""
    return np.append(np.flatnonzero(np.r_[True, cluster[1:] != cluster[:-1]]), len(cluster))


def run(peer, version, job):
    """Calls job RUNS times after once that is not counted; ends early past LIMIT_S seconds."""
    runs, times, begin = int(sys.argv[2]), [], time.perf_counter()
    for i in range(runs + 1):
        result = None
        start = time.perf_counter()
        result = job()
        times.append(time.perf_counter() - start)
        if time.perf_counter() - begin > LIMIT_S:
            break
    counted = times[1:] or times
    peak = max(resource.getrusage(who).ru_maxrss / 1024
               for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    print(f"peer={peer} version={version} times={','.join(f'{t:.6f}' for t in counted)}"
          f" peak_mb={peak:.0f}", flush=True)
    return result


def save(total, rank, award):
    if sys.argv[3] != "-":
        with open(sys.argv[3], "wb") as file:
            np.asarray(total, "<f8").tofile(file)
            np.asarray(rank, "<i4").tofile(file)
            np.asarray(award, "<u1").tofile(file)
