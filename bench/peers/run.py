#!/usr/bin/python3
"""Runs the jobs of README.md here and in other programs, one after another, and keeps what came out.

    bench/peers/run.py [JOB[:SIZE]...] [--who NAME,NAME] [--again] [--runs N]

Without arguments everything that is not yet known is run: answers are kept in
$BUILD/bench/results.json, so that a run that was cut short goes on where it stopped. --again runs
even what is known. report.py makes RESULTS.md and its plots of it.

Ours goes first and last, the others between; each loads its data, computes once without being timed,
then RUNS times. On the small case (10,000 units) all answers are compared first.
"""

import argparse
import array
import csv
import json
import os
import re
import shutil
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
BUILD = os.path.join(ROOT, os.environ.get("BUILD", "build"))
BENCH = os.path.join(BUILD, "bench")
STORE = os.path.join(BENCH, "results.json")
DATA = os.path.join(BENCH, "data")

LIMIT_S = 60  # a rival that needs longer for one run at the next size is not run there
SMALL = 10_000
SIZES = [1_000, 10_000, 100_000, 1_000_000, 10_000_000]
OURS = "thidua"

# Totals are points of 100. Ours are rounded to 10^-6 in every one of the 20 criteria.
TOTAL_BAND = 20 * 0.5e-6 + 1e-9

PYTHON, R, NODE = "/usr/bin/python3", "Rscript", "node"
RIVALS = {
    "J1": {"numba": "py", "numpy": "py", "duckdb": "mjs", "polars": "mjs", "datatable": "R",
           "pandas": "py", "sqlite": "py"},
    "J2": {"datatable": "R", "polars": "mjs", "duckdb": "mjs", "pandas": "py", "sqlite": "py"},
}


class Store:
    """What is known: rows by "JOB/SIZE/WHO"."""

    def __init__(self):
        self.rows = {}
        if os.path.exists(STORE):
            with open(STORE) as file:
                self.rows = json.load(file)

    def keep(self, key, row):
        row["at"] = time.strftime("%Y-%m-%d %H:%M")
        self.rows[key] = row
        with open(STORE + ".new", "w") as file:
            json.dump(self.rows, file, indent=1, sort_keys=True)
        os.replace(STORE + ".new", STORE)


def program(name):
    return os.path.join(BENCH, name)


def data(size, parts):
    """The folder of data of so many units, made when it is not there."""
    folder = os.path.join(DATA, f"units-{size}")
    done = os.path.join(folder, "parts")
    had = open(done).read() if os.path.exists(done) else ""
    if not set(parts) <= set(had):
        parts = "".join(sorted(set(parts) | set(had)))
        shutil.rmtree(folder, ignore_errors=True)
        os.makedirs(folder)
        subprocess.run([program("make_data"), folder, str(size), parts], check=True)
        with open(done, "w") as file:
            file.write(parts)
    return folder


def rows_of(command, timeout=None):
    """The key=value rows that a bench or a rival prints; None when it fails, with why."""
    try:
        ran = subprocess.run(command, text=True, capture_output=True, timeout=timeout,
                             env={**os.environ, "LIMIT_S": str(LIMIT_S / 2)})
    except FileNotFoundError:
        return None, "not installed"
    except subprocess.TimeoutExpired:
        return None, f"longer than {timeout} s"
    rows = [dict(field.split("=", 1) for field in line.split(" ") if "=" in field)
            for line in ran.stdout.splitlines() if "=" in line]
    if ran.returncode != 0 or not rows:
        return None, (ran.stderr.strip().splitlines() or ["no answer"])[-1][:200]
    return rows, None


def spread(times):
    times = sorted(times)
    middle = len(times) // 2
    median = times[middle] if len(times) % 2 else (times[middle - 1] + times[middle]) / 2
    return {"median": median, "fastest": times[0], "slowest": times[-1], "runs": len(times)}


def rival_command(job, who, folder, runs, out):
    name = f"{job.lower()}_{who}.{RIVALS[job][who]}"
    source = os.path.join(HERE, name)
    if name.endswith(".mjs"):  # beside the modules that it imports
        place = os.path.join(BUILD, "peers")
        for file in os.listdir(HERE):
            if file.endswith(".mjs"):
                shutil.copy(os.path.join(HERE, file), place)
        return [NODE, os.path.join(place, name), folder, str(runs), out]
    return [R if name.endswith(".R") else PYTHON, source, folder, str(runs), out]


def run_rival(store, job, size, who, folder, runs, out="-"):
    """Keeps times of one rival, or why there are none."""
    before = store.rows.get(f"{job}/{size // 10}/{who}", {})
    expected = 10 * before.get("median", 0)
    if expected > LIMIT_S:
        row = {"skipped": f"about {expected:.0f} s expected"}
    else:
        rows, why = rows_of(rival_command(job, who, folder, runs, out), timeout=20 * LIMIT_S)
        row = {"skipped": why or before.get("skipped", "no answer")}
        if rows:
            row = spread([float(t) for t in rows[-1]["times"].split(",")])
            row.update(name=rows[-1]["peer"], version=rows[-1]["version"],
                       peak_mb=float(rows[-1]["peak_mb"]))
    store.keep(f"{job}/{size}/{who}", row)
    tell(f"{job} {size:>9} {who:<10}", row)
    return row


def tell(name, row):
    if "median" in row:
        print(f"{name} {row['median']:.5f} s ({row['fastest']:.5f} to {row['slowest']:.5f})",
              flush=True)
    else:
        print(f"{name} not run: {row['skipped']}", flush=True)


# ---- ours -----------------------------------------------------------------------------


def merge(old, new):
    """Two turns of the same: the first and the last of a sitting."""
    if not old:
        return new
    return {**new, "median": (old["median"] + new["median"]) / 2, "runs": old["runs"] + new["runs"],
            "fastest": min(old["fastest"], new["fastest"]),
            "slowest": max(old["slowest"], new["slowest"])}


def ours_in_memory(folder, runs, out="-"):
    """Rows of bench/outline by number of threads."""
    rows, why = rows_of([program("outline"), str(runs), folder, out])
    if why:
        sys.exit(f"outline: {why}")
    found = {}
    for row in rows[1:]:
        numbers = {key: float(row[key]) for key in row}
        found[int(numbers["threads"])] = {**numbers, "runs": runs}
    return found


def ours_timed(command, runs):
    """Whole runs of the program by bench/timer."""
    ran = subprocess.run([program("timer"), str(runs), *command], text=True, capture_output=True)
    if ran.returncode != 0:
        return {"skipped": (ran.stderr.strip().splitlines() or ["no answer"])[-1][:200]}
    median, fastest, slowest, quartiles, peak_mb = map(float, ran.stdout.split())
    return {"median": median, "fastest": fastest, "slowest": slowest, "quartiles": quartiles,
            "peak_mb": peak_mb, "runs": runs}


def stream_command(folder, out, threads):
    """One wide CSV to a CSV of results."""
    return [os.path.join(BUILD, "thidua"), "batch", os.path.join(folder, "wide.csv"),
            "--rules", os.path.join(folder, "rules.json"),
            "--policy", os.path.join(folder, "policy.json"),
            "--year=2025", "-o", out, f"--threads={threads}", "--quiet"]


def turn_in_memory(store, job, size, folder, runs, old, out="-"):
    found = ours_in_memory(folder, runs, out)
    for threads, row in found.items():
        who = OURS if threads == 2 else f"{OURS} {threads} thread"
        row = merge(old.get(threads), row)
        store.keep(f"{job}/{size}/{who}", row)
        tell(f"{job} {size:>9} {who:<10}", row)
        found[threads] = row
    return found


# ---- agreement ------------------------------------------------------------------------


def answers(path, n, scale):
    """total, rank, award of n units as a rival writes them."""
    total, rank, award = array.array("d"), array.array("i"), array.array("B")
    with open(path, "rb") as file:
        for part in (total, rank, award):
            part.fromfile(file, n)
    return [round(t * scale, 6) if scale < 1 else t for t in total], rank, award


def answers_of_csv(path, n):
    total, rank, award = [0.0] * n, [0] * n, [0] * n
    codes = {"flag": 2, "certificate": 1}
    with open(path, newline="") as file:
        for row in csv.DictReader(file):
            unit = int(row["unit"]) - 1
            total[unit] = float(row.get("total") or row["points"])
            rank[unit] = int(float(row["rank"]))
            award[unit] = max([0] + [code for name, code in codes.items()
                                     if name in (row.get("award") or row.get("awards") or "")])
    return total, rank, award


def differences(ours, theirs, cluster):
    """Units that differ by more than the rounding allows: totals, ranks, awards."""
    wrong, n, first = [0, 0, 0], len(cluster), 0
    while first < n:
        end = first
        while end < n and cluster[end] == cluster[first]:
            end += 1
        units = range(first, end)
        totals = sorted(ours[0][u] for u in units)
        clear = all(b - a > 2 * TOTAL_BAND or a == b for a, b in zip(totals, totals[1:]))
        for u in units:
            wrong[0] += abs(ours[0][u] - theirs[0][u]) > TOTAL_BAND
            near = any(v != u and 0 < abs(ours[0][v] - ours[0][u]) <= 2 * TOTAL_BAND for v in units)
            wrong[1] += ours[1][u] != theirs[1][u] and not near
            wrong[2] += ours[2][u] != theirs[2][u] and clear
        first = end
    return wrong


def check_agreement(store, job, who_all):
    """All of them on the small case; ends the program when one disagrees with ours."""
    folder = data(SMALL, "ywb")
    cluster = array.array("i")
    with open(os.path.join(folder, "cluster.i32"), "rb") as file:
        cluster.fromfile(file, SMALL)
    out = os.path.join(folder, "answer")
    ours_in_memory(os.path.join(folder, "year"), 1, out)
    ours = answers(out, SMALL, 1e-6)
    failed = False
    if job == "J2" and who_all:
        subprocess.run(stream_command(folder, out, 2), check=True)
        failed = answers_of_csv(out, SMALL) != tuple(list(part) for part in ours)
        print(f"J2 agreement of {OURS} with J1: {'DIFFERS' if failed else 'the same'}")
    for who in who_all:
        rows, why = rows_of(rival_command(job, who, folder, 1, out))
        if why:
            print(f"{job} agreement with {who}: not checked, {why}")
            continue
        theirs = answers(out, SMALL, 1) if job == "J1" else answers_of_csv(out, SMALL)
        wrong = differences(ours, theirs, cluster)
        store.keep(f"{job}/agreement/{who}", {"wrong": wrong, "units": SMALL})
        print(f"{job} agreement with {who}: {sum(wrong)} of {SMALL} units differ")
        failed = failed or any(wrong)
    if failed:
        sys.exit("answers differ: nothing is timed")


# ---- jobs -----------------------------------------------------------------------------


def wanted(store, options, job, size, names):
    return [who for who in names if (not options.who or who in options.who)
            and (options.again or f"{job}/{size}/{who}" not in store.rows)]


def job_1(store, options, size):
    rivals = wanted(store, options, "J1", size, RIVALS["J1"])
    if not wanted(store, options, "J1", size, [OURS]) and not rivals:
        return
    folder = data(size, "ywb")
    runs = options.runs or (21 if size <= 100_000 else 7 if size <= 1_000_000 else 3)
    year = os.path.join(folder, "year")
    first = turn_in_memory(store, "J1", size, year, runs, {})
    for who in rivals:
        run_rival(store, "J1", size, who, folder, runs)
    if rivals:
        turn_in_memory(store, "J1", size, year, runs, first)
    if size > 1_000_000:
        shutil.rmtree(folder)  # some gigabytes


def job_2(store, options, size):
    rivals = wanted(store, options, "J2", size, RIVALS["J2"])
    if not wanted(store, options, "J2", size, [OURS]) and not rivals:
        return
    folder, runs = data(size, "ywb"), options.runs or 5
    out = os.path.join(folder, "result.csv")
    rows = {}
    for threads in (1, 2):
        rows[threads] = ours_timed(stream_command(folder, out, threads), runs)
    for who in rivals:
        run_rival(store, "J2", size, who, folder, runs, out)
    for threads in (1, 2):
        who = OURS if threads == 2 else f"{OURS} 1 thread"
        again = ours_timed(stream_command(folder, out, threads), runs) if rivals else {}
        row = merge(again, rows[threads]) if "median" in again else rows[threads]
        store.keep(f"J2/{size}/{who}", row)
        tell(f"J2 {size:>9} {who:<10}", row)


def generated(name, policy, *options):
    """A folder of `thidua generate` that names a policy."""
    folder = os.path.join(DATA, name)
    if not os.path.isdir(folder):
        subprocess.run([os.path.join(BUILD, "thidua"), "generate", folder + ".new", *options, "--quiet"],
                       check=True)
        path = os.path.join(folder + ".new", "evaluation.json")
        with open(path) as file:
            text = file.read()
        with open(path, "w") as file:
            file.write(text.replace('"rules":', f'"policy": "{policy}",\n  "rules":', 1))
        os.rename(folder + ".new", folder)
    return folder


def job_5(store, options, size):
    if not wanted(store, options, "J5", size, [OURS]):
        return
    policy = os.path.join(ROOT, "criteria", "policies", "province-2025.json")
    folder = generated(f"year-{size}", policy, f"--n-units={size}", "--n-criteria=100",
                       "--cluster-min=10", "--cluster-max=12", "--seed=5", "--na-share=0")
    # The second as people run it: the program itself takes one thread for so little.
    for who, threads in ((f"{OURS} 1 thread", ["--threads=1"]), (OURS, [])):
        command = [os.path.join(BUILD, "thidua"), "evaluate", folder, "--format=json"]
        row = ours_timed([*command, *threads], options.runs or 51)
        store.keep(f"J5/{size}/{who}", row)
        tell(f"J5 {size:>9} {who:<10}", row)


def job_6(store, options, size):
    if not wanted(store, options, "J6", size, [OURS]):
        return
    rules = os.path.join(ROOT, "criteria", "sets", "quang-tri-police-2025.json")
    policy = os.path.join(data(SMALL, "ywb"), "policy.json")
    folder = generated(f"police-{size}", policy, "--rules", rules, f"--n-units={size}", "--year=2025",
                       "--seed=6")
    turn_in_memory(store, "J6", size, folder, options.runs or (5 if size > 10_000 else 21), {})


def printed_rows(line):
    """Keys and times of a line of a script: "RESULT job who [seconds] t t t" of a rival or of ours, or
    what bench/acceptability and bench/whatif print."""
    found = re.match(r"RESULT [jJ](\w+) (\S+)(?: seconds)?((?: \d+\.\d+)+)", line)
    if found:
        job = "J" + found[1]
        times = spread([float(t) for t in found[3].split()])
        return f"{job}/{30 if job == 'J3s' else 100_000}/{found[2]}", times
    found = re.match(r"(.*): (\S+) (m?s) \((\S+) to (\S+)\)", line)
    key = found and (f"J3s/30/{OURS}" if "1,000,000 random" in found[1] else
                     f"J3/100000/{OURS}" if "unit-scenarios" in line else None)
    if not key:
        return None, None
    scale = 1e-3 if found[3] == "ms" else 1
    return key, dict(zip(("median", "fastest", "slowest"), (scale * float(found[i]) for i in (2, 4, 5))))


def job_by_script(store, options, job):
    """Jobs whose scripts make data, run ours and theirs and compare: what they say is kept, and the
    times in it."""
    for name in SCRIPTED[job]:
        key, path = f"{job}/script/{name}", os.path.join(HERE, name)
        if not os.path.exists(path) or (key in store.rows and not options.again):
            continue
        ran = subprocess.run([PYTHON, path], text=True, capture_output=True, cwd=ROOT)
        print(ran.stdout, end="", flush=True)
        if ran.returncode != 0:
            sys.exit(f"{name} failed\n{ran.stderr}")
        for line in ran.stdout.splitlines():
            who, times = printed_rows(line)
            if who:
                store.keep(who, times)
        store.keep(key, {"text": ran.stdout.strip()})


def limits(store, options):
    if "limits" in store.rows and (options.jobs or not options.again):
        return
    text = subprocess.run([program("limits")], check=True, text=True, capture_output=True).stdout
    rows = [line.split("\t") for line in text.splitlines()]
    store.keep("limits", {f"{what}, {threads}": f"{value} {unit}".strip()
                          for what, threads, value, unit in rows})
    print(text, end="", flush=True)


JOBS = {"J1": (job_1, SIZES), "J2": (job_2, [1_000_000]), "J5": (job_5, [168]),
        "J6": (job_6, [10_000, 100_000, 1_000_000])}
SCRIPTED = {"J3": ["j3_numba.py", "j3_numpy.py"], "J4": ["j4_numpy.py"]}


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("jobs", nargs="*")
    parser.add_argument("--who", type=lambda text: text.split(","))
    parser.add_argument("--again", action="store_true")
    parser.add_argument("--runs", type=int)
    options = parser.parse_args()
    os.makedirs(DATA, exist_ok=True)
    store = Store()
    limits(store, options)
    for text in options.jobs or sorted([*JOBS, *SCRIPTED]):
        job, _, size = text.partition(":")
        if job in SCRIPTED:
            job_by_script(store, options, job)
            continue
        function, sizes = JOBS[job]
        if job in RIVALS:
            unchecked = [who for who in RIVALS[job] if f"{job}/agreement/{who}" not in store.rows]
            check_agreement(store, job, RIVALS[job] if options.again and not options.who else unchecked)
        for size in [int(size)] if size else sizes:
            function(store, options, size)


if __name__ == "__main__":
    main()
