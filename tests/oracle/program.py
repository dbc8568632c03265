"""Runs the program and reads its JSON; the only place that knows its shape."""

import json
import os
import re
import subprocess
from fractions import Fraction

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
BUILD = os.path.join(ROOT, os.environ.get("BUILD", "build"))
THIDUA = os.path.abspath(os.environ.get("THIDUA") or os.path.join(BUILD, "thidua"))
FINISHED = (0, 1)  # 1: with findings


class Failed(Exception):
    """The program refused, or died."""


class Unit:
    """Standing of one unit; figures are Fractions, None where there is none."""

    def __init__(self, given):
        self.id = given["id"]
        self.total = given["points"]
        self.assigned = given["assigned"]
        self.before_gates = given["before_gates"]
        self.bonus = given["bonus"]
        self.deduction = given["deduction"]
        self.share = given["share"]
        self.rank = given["rank"] or 0
        self.tied = given["tied"]
        self.state = given["state"]
        self.class_code = given["class"] and given["class"]["code"]
        self.points = given["criteria"]
        self.score = given.get("score")

    def key(self):
        """Everything but the name, to be compared."""
        figures = {name: value for name, value in vars(self).items() if name != "id"}
        return {name: show(value) for name, value in figures.items()}


class Explanation:
    """(step, running sum) of the additive lines, and the total that they lead to."""

    def __init__(self, given):
        self.total = given["total"]
        self.sum_of_steps = given["sum_of_steps"]
        lines = given["lines"]
        self.kinds = [line["kind"] for line in lines]
        self.steps = [(line["step"], line["running"]) for line in lines
                      if line.get("step") is not None]


def show(value):
    """Figures as a person reads them."""
    if isinstance(value, Fraction):
        return float(value)
    if isinstance(value, dict):
        return {key: show(one) for key, one in value.items()}
    return value


def run(arguments, **more):
    environment = dict(os.environ, LC_ALL="C.UTF-8")
    return subprocess.run([THIDUA] + arguments + ["--lang=en"], capture_output=True,
                          env=environment, timeout=120, check=False, **more)


def output(arguments):
    """Standard output as bytes; raises Failed with the words of the program."""
    done = run(arguments)
    if done.returncode not in FINISHED:
        lines = done.stderr.decode("utf-8", "replace").splitlines()
        words = "; ".join(line for line in lines if "warning:" not in line)
        raise Failed(f"thidua {' '.join(arguments)}: exit status {done.returncode}: {words[:900]}")
    return done.stdout


def read_json(text):
    return json.loads(text, parse_float=Fraction, parse_int=Fraction)


def evaluate(folder, *options):
    """{unit id: Unit}"""
    return read_standings(read_json(output(["evaluate", folder, "--format=json", *options])))


def read_standings(result):
    return {unit["id"]: Unit(unit)
            for cluster in result["clusters"] for unit in cluster["units"]}


def explain(folder, unit):
    return Explanation(read_json(output(["explain", folder, unit, "--format=json"])))


def without_hashes(text):
    """Output whose hashes of files are blanked: they name the bytes of the input."""
    return re.sub(rb'"(data_hash|hash)": *"[0-9a-f]{64}"', rb'"\1": ""', text)
