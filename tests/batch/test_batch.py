#!/usr/bin/env python3
"""`thidua batch` killed and interrupted in the middle, on a terminal, and with many threads.

Prints one TAP line per check.
"""

import json
import os
import pty
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
THIDUA = os.path.abspath(os.environ.get("THIDUA", os.path.join(os.environ.get("BUILD", "build"), "thidua")))
SAMPLE = os.path.join(ROOT, "datasets/samples/hcmc-2025")
N = 64  # long enough for progress to be said

failed = 0


def check(name, fine, why=""):
    global failed
    failed += not fine
    print(f"{'ok' if fine else 'not ok'} - {name}")
    if not fine:
        print("# " + str(why)[:500].replace("\n", "\n# "))
    sys.stdout.flush()


def copy_sample(folder):
    """The sample, whose rule set and policy stay where they are."""
    shutil.copytree(SAMPLE, folder)
    path = os.path.join(folder, "evaluation.json")
    with open(path, encoding="utf-8") as file:
        evaluation = json.load(file)
    for key in ("rules", "policy"):
        evaluation[key] = os.path.normpath(os.path.join(SAMPLE, evaluation[key]))
    with open(path, "w", encoding="utf-8") as file:
        json.dump(evaluation, file)


def command(out, *options):
    return [THIDUA, "batch", "in", f"--output-dir={out}", "--summary-format=csv", *options]


def run(out, *options):
    return subprocess.run(command(out, *options), capture_output=True, text=True, check=False)


def results(out):
    """Every file but the journal, with its bytes."""
    found = {}
    for folder, _, names in os.walk(out):
        for name in names:
            if name != "thidua-batch.journal":
                path = os.path.join(folder, name)
                with open(path, "rb") as file:
                    found[os.path.relpath(path, out)] = file.read()
    return found


def statuses(summary):
    return [line.split(",")[11] for line in summary.splitlines()[1:]]


def alike(summary):
    """A summary but for what was done before."""
    return re.sub(r",(ok|findings|skipped),", ",done,", summary)


def begun(out, n, process):
    """Waits until n results are in place; False when the run ended first."""
    while process.poll() is None:
        names = os.listdir(out) if os.path.isdir(out) else []
        if len([name for name in names if re.fullmatch(r"e\d+\.json", name)]) >= n:
            return True
        time.sleep(0.002)
    return False


def killed(number, after, whole, summary, *options):
    out = f"killed-{number}-{after}"
    with subprocess.Popen(command(out, *options), stdout=subprocess.PIPE,
                          stderr=subprocess.DEVNULL, text=True) as process:
        in_time = begun(out, after, process)
        process.send_signal(number)
        said = process.communicate()[0]
    name = f"{signal.Signals(number).name} after {after} of {N}"
    check(f"{name}: comes in the middle", in_time and len(set(whole) - set(results(out))) > 0,
          f"{len(results(out))} of {len(whole)} files")
    left = {n: b for n, b in results(out).items() if re.search(r"\.json$", n)}
    check(f"{name}: what is there is whole", all(whole.get(n) == b for n, b in left.items()))
    if number == signal.SIGINT:
        rows = statuses(said)
        check(f"{name}: exit status 130", process.returncode == 130, process.returncode)
        check(f"{name}: the summary so far", 0 < len(rows) < N and
              all(line in summary.splitlines() for line in said.splitlines()), said)
        check(f"{name}: no temporary file", left == results(out), sorted(results(out)))
    again = run(out, "--resume", *options)
    check(f"{name}: resumed to the same bytes", results(out) == whole,
          set(results(out)) ^ set(whole))
    check(f"{name}: and the same summary", alike(again.stdout) == alike(summary), again.stdout)
    skipped = statuses(again.stdout).count("skipped")
    # Each thread may have put a result in place that it had not yet written down.
    check(f"{name}: what was done is skipped", after - (os.cpu_count() or 1) <= skipped < N, skipped)


def on_terminal(*options):
    """What standard error says when it is a terminal."""
    shutil.rmtree("terminal", ignore_errors=True)
    ours, theirs = pty.openpty()
    with subprocess.Popen(command("terminal", *options), stdout=subprocess.DEVNULL,
                          stderr=theirs) as process:
        os.close(theirs)
        said = b""
        try:
            while chunk := os.read(ours, 4096):
                said += chunk
        except OSError:  # Linux says so at the end
            pass
        process.wait()
    os.close(ours)
    return said.decode()


def main():
    scratch = tempfile.mkdtemp()
    os.chdir(scratch)
    try:
        for i in range(N):
            copy_sample(f"in/e{i:02}")
        one, two = run("whole", "--threads=1"), run("two", "--threads=2")
        whole = results("whole")
        check("all are evaluated", len(statuses(one.stdout)) == N and
              set(statuses(one.stdout)) <= {"ok", "findings"}, one.stdout)
        check("two threads: the same files", results("two") == whole)
        check("two threads: the same summary", one.stdout == two.stdout)
        seven = run("seven", "--threads=7")
        check("seven threads: the same files and summary",
              results("seven") == whole and seven.stdout == one.stdout)
        few = run("few", "--threads=32")
        check("more threads than evaluations: the same files and summary",
              results("few") == whole and few.stdout == one.stdout)
        for after in (1, N // 2):
            killed(signal.SIGKILL, after, whole, one.stdout, "--threads=2")
        killed(signal.SIGINT, N // 3, whole, one.stdout, "--threads=2")
        said = on_terminal("--lang=en", "--threads=1")
        check("progress on a terminal", re.search(
            rf"\r\d+ of {N} evaluations \(\d+ %\), [0-9.]+ per second, \d+:\d\d left", said), said)
        check("progress is taken away", re.search(r"left *\r +\r", said), said)
        check("no progress with --quiet", "\r" not in on_terminal("--quiet").replace("\r\n", ""))
        check("no progress without a terminal", "\r" not in one.stderr, one.stderr)
    finally:
        os.chdir(ROOT)
        shutil.rmtree(scratch)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
