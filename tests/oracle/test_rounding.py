#!/usr/bin/env python3
"""
Rounding as a spreadsheet rounds: more than a million decimals, halves included, through the
library's fractions, against decimal.ROUND_HALF_UP (which rounds halves away from zero).

Environment: BUILD, CC, CFLAGS, LDFLAGS, THIDUA_LIB (default $BUILD/libthidua.a),
THIDUA_ORACLE_ROUNDINGS.
"""

import os
import random
import shlex
import subprocess
import sys
import tempfile
from decimal import ROUND_HALF_UP, Context, Decimal

from tap import Tap

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
BUILD = os.path.join(ROOT, os.environ.get("BUILD", "build"))
LIBRARY = os.environ.get("THIDUA_LIB", os.path.join(BUILD, "libthidua.a"))
MAX_PLACES = 15  # digits after the mark that the library keeps
EXACT = Context(prec=60)
KNOWN = [  # (value, places, quanta): halves that a binary rounding gets wrong
    ("2.675", 2, 268), ("1.005", 2, 101), ("-2.675", 2, -268), ("0.285", 2, 29),
    ("1.255", 2, 126), ("4.35", 1, 44), ("-0.5", 0, -1), ("0.5", 0, 1), ("2.5", 0, 3),
    ("2.385", 2, 239), ("0.045", 2, 5), ("8.345", 2, 835), ("-8.345", 2, -835),
    ("0.0000005", 6, 1), ("99999999999.9995", 3, 100000000000000), ("0.4999999999999", 0, 0),
    ("123456789012.345", 2, 12345678901235), ("999999999999999", 0, 999999999999999),
    ("0.000000000000001", 6, 0), ("35.005", 2, 3501), ("-0.005", 2, -1), ("0", 2, 0),
]


def build(folder):
    driver = os.path.join(folder, "rounding_driver")
    command = shlex.split(os.environ.get("CC", "cc"))
    command += ["-std=gnu17", "-D_GNU_SOURCE", "-O2", f"-I{ROOT}"]
    command += shlex.split(os.environ.get("CFLAGS", ""))
    command += [os.path.join(HERE, "rounding_driver.c"), LIBRARY]
    command += shlex.split(os.environ.get("LDFLAGS", "")) + ["-lm", "-o", driver]
    subprocess.run(command, check=True)
    return driver


def halves(rng, count):
    """m.5 at the last place that is kept, on both sides of zero, small and large."""
    for _ in range(count):
        places = rng.randint(0, 6)
        digits = rng.randint(1, 14)
        whole = rng.randint(0, 10**digits - 1) * 10 + 5
        yield Decimal(rng.choice([whole, -whole])).scaleb(-places - 1), places


def near_halves(rng, count):
    """One unit of the 15th digit above or below a half."""
    for value, places in halves(rng, count):
        exponent = value.as_tuple().exponent
        room = min(15 - len(value.as_tuple().digits), MAX_PLACES + exponent)
        if room > 0:
            step = Decimal(rng.choice([1, -1])).scaleb(exponent - room)
            value += step
        yield value, places


def any_decimals(rng, count):
    for _ in range(count):
        digits, places = rng.randint(1, 15), rng.randint(0, 15)
        whole = rng.randint(0, 10**digits - 1)
        yield Decimal(rng.choice([whole, -whole])).scaleb(-places), rng.randint(0, 6)


def quanta(value, places):
    """The expected answer; None beyond 2^53."""
    rounded = value.scaleb(places, EXACT).quantize(Decimal(1), ROUND_HALF_UP, EXACT)
    return None if abs(rounded) >= 2**53 else int(rounded)


def run(driver, cases):
    text = "".join(f"{value:f} {places}\n" for value, places in cases)
    done = subprocess.run([driver], input=text, capture_output=True, text=True, check=True)
    return [None if line == "-" else int(line) for line in done.stdout.split("\n")[:-1]]


def main():
    tap = Tap()
    rng = random.Random(2675)
    count = int(os.environ.get("THIDUA_ORACLE_ROUNDINGS", 1050000))
    with tempfile.TemporaryDirectory() as folder:
        driver = build(folder)
        got = run(driver, [(Decimal(value), places) for value, places, _ in KNOWN])
        for one, (value, places, expected) in zip(got, KNOWN):
            tap.equal(one, expected, f"{value} to {places} decimals")
        for name, make in (("halves", halves), ("near halves", near_halves),
                           ("any decimals", any_decimals)):
            cases = list(make(rng, count // 3))
            got = run(driver, cases)
            expected = [quanta(*case) for case in cases]
            wrong = [i for i in range(len(cases)) if got[i] != expected[i]]
            detail = ", ".join(
                f"{cases[i][0]:f} to {cases[i][1]}: got {got[i]}, expected {expected[i]}"
                for i in wrong[:3])
            tap.check(len(got) == len(cases) and not wrong,
                      f"{len(cases)} {name} round as decimal.ROUND_HALF_UP",
                      f"{len(wrong)} differ, seed 2675: {detail}")
    return tap.end()


if __name__ == "__main__":
    sys.exit(main())
