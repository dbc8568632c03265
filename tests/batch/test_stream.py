#!/usr/bin/env python3
"""`thidua batch` on one large file: from a pipe, in bounded memory, interrupted and resumed.

    tests/batch/test_stream.py           a file of some 40 MB
    tests/batch/test_stream.py --large   one of 400 MB, within 300 MB of address space

Prints one TAP line per check.
"""

import filecmp
import os
import random
import resource
import signal
import subprocess
import sys
import tempfile
import time

THIDUA = os.path.abspath(os.environ.get("THIDUA", os.path.join(os.environ.get("BUILD", "build"), "thidua")))
N_COLUMNS = 20
RULES = """{"thidua": "rule-set/1", "code": "large", "name": "L", "status": "illustration",
 "valid": {"from": "2025-01-01"}, "scale": 20, "decimals": 4, "channels": ["final"], "criteria": [%s]}""" % ",\n".join(
    '{"code": "c%d", "max": 1, "normalize": {"method": "min-max"},'
    ' "piecewise": {"of": "c%d", "through": [[0, 0], [%d, 1]]}}' % (i, i, 100 + i) for i in range(N_COLUMNS))
POLICY = """{"thidua": "policy/1", "code": "p", "name": "P", "status": "illustration",
 "valid": {"from": "2025-01-01"}, "awards": [{"code": "flag", "name": "F", "conditions": [{"leader": true}]}]}"""

failed = 0


def check(name, fine, why=""):
    global failed
    failed += not fine
    print(f"{'ok' if fine else 'not ok'} - {name}")
    if not fine:
        print("# " + str(why)[:500].replace("\n", "\n# "))
    sys.stdout.flush()


def write_file(path, n_bytes):
    """Rows of a thousand kinds, each unit once, in clusters of eleven."""
    draw = random.Random(1)
    tails = [",".join(f"{draw.randrange(13000) / 100:.2f}" for _ in range(N_COLUMNS)) for _ in range(1000)]
    with open(path, "w", encoding="ascii") as out:
        out.write("unit,cluster," + ",".join(f"c{i}" for i in range(N_COLUMNS)) + "\n")
        size = unit = 0
        while size < n_bytes:
            lines = [f"u{u},k{u // 11},{tails[u * 7 % 1000]}\n" for u in range(unit, unit + 10000)]
            unit += len(lines)
            text = "".join(lines)
            size += len(text)
            out.write(text)
    return unit


def command(out, *options):
    return [THIDUA, "batch", *options, "--rules=r.json", "--policy=p.json", "-o", out, "-q"]


def run(arguments, stdin=None, limit=None):
    """Exit status, standard error, and the most memory it held, in bytes."""
    def restrict():
        if limit is not None:
            resource.setrlimit(resource.RLIMIT_AS, (limit, limit))

    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(arguments, stdin=stdin, stderr=said, preexec_fn=restrict)
        _, status, usage = os.wait4(process.pid, 0)
        said.seek(0)
        return os.waitstatus_to_exitcode(status), said.read().decode(), usage.ru_maxrss * 1024


def interrupted(out, *options):
    """Interrupts runs, each a little later, until one was stopped in the midst."""
    for step in range(1, 200):
        for name in (out, out + ".part", out + ".journal"):
            if os.path.exists(name):
                os.remove(name)
        process = subprocess.Popen(command(out, "w.csv", "--threads=1", *options), stderr=subprocess.DEVNULL)
        time.sleep(0.005 * step)
        process.send_signal(signal.SIGINT)
        if process.wait() == 130 and os.path.exists(out + ".journal"):
            return True
        if process.returncode == 0:
            return False
    return False


def same(a, b):
    return os.path.exists(b) and filecmp.cmp(a, b, shallow=False)


def main():
    large = "--large" in sys.argv
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        for name, text in (("r.json", RULES), ("p.json", POLICY)):
            with open(name, "w", encoding="utf-8") as out:
                out.write(text)
        n = write_file("w.csv", 400e6 if large else 40e6)
        limit = 300 << 20 if large else None
        status, said, most = run(command("whole.csv", "w.csv", "--threads=2"), limit=limit)
        with open("whole.csv", encoding="utf-8") as result:
            rows = sum(1 for _ in result)
        check("a large file", status == 0 and rows == n + 1, (status, said, rows, n))
        bound = (40 << 20) + 80 * n
        check("memory: blocks, and some bytes a unit", most < bound, (most, bound))
        if large:
            return
        with open("w.csv", "rb") as pipe, subprocess.Popen(["cat"], stdin=pipe, stdout=subprocess.PIPE) as cat:
            status, said, _ = run(command("pipe.csv", "-", "--threads=3"), stdin=cat.stdout)
            cat.stdout.close()
        check("a pipe gives the same bytes", status == 0 and same("whole.csv", "pipe.csv"), said)
        for threads, block in ((1, 1000), (4, 3000000)):
            status, said, _ = run(command("other.csv", "w.csv", f"--threads={threads}", f"--block-bytes={block}"))
            check(f"{threads} threads, blocks of {block}", status == 0 and same("whole.csv", "other.csv"), said)
        os.environ["TMPDIR"] = folder
        status, said, _ = run(command("group.csv", "w.csv", "--group"))
        check("grouping what is grouped changes nothing", status == 0 and same("whole.csv", "group.csv"), said)
        was = interrupted("cut.csv")
        check("an interrupted run leaves a journal, and no result", was and not os.path.exists("cut.csv"))
        status, said, _ = run(command("cut.csv", "w.csv", "--resume"))
        check("resumed, the result is the same", status == 0 and same("whole.csv", "cut.csv"), said)
        check("and nothing is left beside it", not os.path.exists("cut.csv.part") and not os.path.exists("cut.csv.journal"))
        was = interrupted("cut.csv")
        os.utime("w.csv")
        status, said, _ = run(command("cut.csv", "w.csv", "--resume"))
        check("a file that has changed is done from the start", was and status == 0 and same("whole.csv", "cut.csv"), said)


main()
sys.exit(failed > 0)
