#!/usr/bin/python3
"""Writes bench/RESULTS.md and the plots bench/results/*.svg of what run.py and run.sh left in
$BUILD/bench.

    bench/peers/report.py
"""

import glob
import json
import os
import re
import subprocess

import plot
from run import BENCH, BUILD, OURS, RIVALS, ROOT, SIZES, SMALL, STORE

NAMES = {"numba": "numba", "numpy": "numpy", "duckdb": "DuckDB", "polars": "polars",
         "datatable": "data.table", "pandas": "pandas", "sqlite": "SQLite"}
TABLES = ["duckdb", "polars", "datatable"]


def first_line(*command):
    try:
        return subprocess.run(command, text=True, capture_output=True).stdout.splitlines()[0].strip()
    except (OSError, IndexError):
        return "?"


def machine(rows):
    cpu = re.search(r"^model name\s*: (.*)$", open("/proc/cpuinfo").read(), re.M)
    total = int(re.search(r"MemTotal:\s*(\d+)", open("/proc/meminfo").read())[1])
    flags = open(os.path.join(BUILD, "flags")).read()
    compiler = re.sub(r"^ccache ", "", flags).split(" ")[0]
    system = re.search(r'PRETTY_NAME="(.*)"', open("/etc/os-release").read())[1]
    versions = {}
    for key, row in rows.items():
        if "version" in row:
            versions[NAMES.get(key.split("/")[2], key)] = row["version"]
    yield f"- processor: {cpu[1] if cpu else '?'}, {os.cpu_count()} cores seen"
    yield f"- memory: {total / 2**20:.0f} GB; system: {system}, Linux {os.uname().release}"
    yield (f"- program: {first_line(os.path.join(BUILD, 'thidua'), '--version')},"
           f" {first_line(compiler, '--version')}, {' '.join(re.findall(r'-O[0-9a-z]+', flags)[-1:])}")
    yield "- others: " + ", ".join(f"{name} {versions[name]}" for name in sorted(versions, key=str.lower))
    limit = {key: value for key, value in rows.get("limits", {}).items() if key != "at"}
    if limit:
        yield ("- limits measured beside them: " + "; ".join(
            f"{what} thread{'s' if what[-1] != '1' else ''} {value}" for what, value in limit.items()))


def time_of(row):
    if row is None:
        return "not measured"
    if "median" not in row:
        return f"not run ({row['skipped']})"
    scale, unit = (1, "s") if row["median"] >= 1 else (1e3, "ms")
    digits = lambda x: f"{scale * x:.3g}" if scale * x < 1000 else f"{scale * x:.0f}"
    return f"{digits(row['median'])} {unit} ({digits(row['fastest'])} to {digits(row['slowest'])})"


def against(ours, theirs):
    """How many times longer they take."""
    if not ours or not theirs or "median" not in ours or "median" not in theirs:
        return ""
    ratio = theirs["median"] / ours["median"]
    return f"{ratio:.3g}" if ratio < 1000 else f"{ratio:,.0f}"


def job_table(rows, job, size):
    ours = rows.get(f"{job}/{size}/{OURS}")
    alone = rows.get(f"{job}/{size}/{OURS} 1 thread")
    yield "| who | median (fastest to slowest) | times ours | peak MB |"
    yield "|---|---|---|---|"
    for name, row in [(f"{OURS}, 2 threads", ours), (f"{OURS}, 1 thread", alone)] + [
            (NAMES[who], rows.get(f"{job}/{size}/{who}")) for who in RIVALS.get(job, [])]:
        peak = f"{row['peak_mb']:.0f}" if row and "peak_mb" in row else ""
        yield f"| {name} | {time_of(row)} | {against(ours, row)} | {peak} |"


def ratio(rows, job, size, who_all):
    """The least of the ratios: against the best of them."""
    ours, found = rows.get(f"{job}/{size}/{OURS}", {}), []
    for who in who_all:
        row = rows.get(f"{job}/{size}/{who}", {})
        if "median" in row and "median" in ours:
            found.append(row["median"] / ours["median"])
    return f"{min(found):.3g}" if found else "?"


def share(rows, key):
    row = rows.get(key, {})
    return f"{100 * row['of_read']:.0f} %" if "of_read" in row else "?"


def rate(rows, key, amount):
    row = rows.get(key, {})
    return f"{amount / row['median']:.2g}" if "median" in row else "?"


def units_per_s(rows, key):
    row = rows.get(key, {})
    return f"{row['units'] / row['median'] / 1e6:.2f} million/s" if "units" in row else "?"


def bars(rows):
    """The jobs, what they have to reach and what they reach."""
    yield "| job | floor | goal | moonshot | here |"
    yield "|---|---|---|---|---|"
    for size in (1_000_000, 10_000_000):
        yield (f"| J1 in memory, 10^{len(str(size)) - 1} units | 40 % of reading | 6 × numba, 20 × numpy, 100 ×"
               f" best of DuckDB, polars, data.table | 70 % of reading |"
               f" {share(rows, f'J1/{size}/{OURS}')} of reading; {ratio(rows, 'J1', size, ['numba'])} × numba,"
               f" {ratio(rows, 'J1', size, ['numpy'])} × numpy, {ratio(rows, 'J1', size, TABLES)} × the best table |")
    j2 = rows.get(f"J2/1000000/{OURS}", {})
    memory = f", {j2['peak_mb']:.0f} MB" if "peak_mb" in j2 else ""
    yield ("| J2 CSV to CSV, 10^6 units | 10 × best table | 20 ×, memory below twice the input | 30 × |"
           f" {ratio(rows, 'J2', 1_000_000, TABLES)} ×{memory} |")
    yield (f"| J3 what-if | 10^9/s, 5 × numba | 2·10^9/s, 10 × numba, 19 × numpy | 2.8·10^9/s |"
           f" {rate(rows, 'J3/100000/thidua', 1e8)}/s, {ratio(rows, 'J3', 100_000, ['numba'])} × numba,"
           f" {ratio(rows, 'J3', 100_000, ['numpy'])} × numpy |")
    yield (f"| J3s one cluster, with sampling | 5 × numba | 10 × numba | 2·10^9/s |"
           f" {rate(rows, 'J3s/30/thidua', 3e7)}/s, {ratio(rows, 'J3s', 30, ['numba'])} × numba |")
    found = re.search(r"found (\d+)", rows.get("J4/script/j4_numpy.py", {}).get("text", ""))
    yield (f"| J4 sweep | 8 × numpy | 14 × numpy | 4·10^8 flips/s |"
           f" {rate(rows, 'J4/100000/thidua', float(found[1]) if found else 0)}/s,"
           f" {ratio(rows, 'J4', 100_000, ['numpy'])} × numpy |")
    yield f"| J5 the year | 50 ms | 20 ms | 10 ms | {time_of(rows.get(f'J5/168/{OURS}'))} |"
    last = max([int(key.split("/")[1]) for key in rows if key.startswith("J6/")] or [0])
    yield ("| J6 the rule mix | 1 million units/s | 2 million | one pass at half of reading |"
           f" {units_per_s(rows, f'J6/{last}/{OURS}')}, {share(rows, f'J6/{last}/{OURS}')} of reading |")


def scaling(rows):
    yield "| units | 1 thread, ns per unit | 2 threads | times faster | peak MB | of reading |"
    yield "|---|---|---|---|---|---|"
    for size in SIZES:
        one, two = (rows.get(f"J1/{size}/{who}", {}) for who in (f"{OURS} 1 thread", OURS))
        if "median" in one and "median" in two:
            yield (f"| {size:,} | {1e9 * one['median'] / size:.1f} | {1e9 * two['median'] / size:.1f} |"
                   f" {one['median'] / two['median']:.2f} | {two['peak_mb']:.0f} |"
                   f" {share(rows, f'J1/{size}/{OURS}') if size >= 100_000 else ''} |")


def plot_sizes(rows):
    folder = os.path.join(ROOT, "bench", "results")
    os.makedirs(folder, exist_ok=True)
    lines, reading = {}, {}
    for who, name in [(OURS, OURS)] + [(who, NAMES[who]) for who in RIVALS["J1"]]:
        line = {size: rows[f"J1/{size}/{who}"]["median"] for size in SIZES
                if "median" in rows.get(f"J1/{size}/{who}", {})}
        if line:
            lines[name] = line
    for size in SIZES:
        row = rows.get(f"J1/{size}/{OURS}", {})
        if "read" in row and size >= 1_000_000:
            reading[size] = 160 * size / (1e9 * row["read"])
    if lines:
        lines = {name: lines[name] for name in [OURS] + sorted(
            [n for n in lines if n != OURS], key=lambda n: -max(lines[n].values()))}
        text = plot.draw("Scoring, ranking and awards of 20 criteria, values in memory, 2 threads", "units",
                         lines, ("reading", reading) if len(reading) > 1 else None)
        with open(os.path.join(folder, "j1.svg"), "w") as file:
            file.write(text)


def agreement(rows):
    for job in RIVALS:
        found = {NAMES[key.split("/")[2]]: sum(row["wrong"]) for key, row in rows.items()
                 if key.startswith(f"{job}/agreement/")}
        if found:
            yield (f"{job}: " + ", ".join(f"{name} {n}" for name, n in sorted(found.items()))
                   + f" of {SMALL:,} units differ.")


def scripts(rows, job, title):
    """What the scripts of a job said, as they said it."""
    out = []
    for key in sorted(rows):
        if key.startswith(f"{job}/script/"):
            out += ["", f"`peers/{key.split('/')[2]}` said:", "", "```text", rows[key]["text"], "```"]
    return ["", f"## {job}: {title}", *out] if out else []


def main():
    with open(STORE) as file:
        rows = json.load(file)
    out = ["# Results", "", "Written by `make bench-peers` (`peers/report.py`); the method is in"
           " [README.md](README.md).", "", *machine(rows), "", "## Jobs", "", *bars(rows), "",
           "A ratio is their median over ours in one sitting. “Of reading”: the time of adding up a buffer as"
           " large as the values, in turn with the job, over the time of the job.", "",
           "## Agreement", "", *agreement(rows), "",
           "## J1: in memory, by size", "", "![time against size](results/j1.svg)", "", *scaling(rows)]
    for size in SIZES:
        if f"J1/{size}/{OURS}" in rows:
            out += ["", f"### {size:,} units", "", *job_table(rows, "J1", size)]
    for job, size, title in (("J2", 1_000_000, "J2: CSV to CSV"), ("J5", 168, "J5: the year"),
                             *(("J6", n, "J6: the rule mix") for n in SIZES)):
        if f"{job}/{size}/{OURS}" in rows:
            out += ["", f"## {title}, {size:,} units", "", *job_table(rows, job, size)]
        if job == "J2":
            out += scripts(rows, "J3", "what-if") + scripts(rows, "J4", "sweep")
    for path in sorted(glob.glob(os.path.join(BENCH, "*.md"))):
        out += ["", open(path).read().strip()]
    with open(os.path.join(ROOT, "bench", "RESULTS.md"), "w") as file:
        file.write("\n".join(out) + "\n")
    plot_sizes(rows)
    print("bench/RESULTS.md, bench/results/")


if __name__ == "__main__":
    main()
