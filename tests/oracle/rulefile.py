"""Reads a rule set into plain objects, with the defaults of the specification filled in."""

import json
from fractions import Fraction

FUNCTIONS = (
    "direct", "value", "when", "per-case", "per-step", "ratio", "bands",
    "piecewise", "relative", "award-held", "external",
)


class Part:
    """One function with its effect; everything else stays in `given`."""

    def __init__(self, given):
        self.given = given
        self.function = given["function"]
        self.effect = given.get("effect", "score")
        self.cap = given.get("cap")
        self.when = given.get("when")
        self.exempt = given.get("exempt")
        self.group = given.get("group")


class Node:
    """A criterion. `parent` is None for the root, which is a node too."""

    def __init__(self, given, parent, missing, not_applicable):
        self.given = given
        self.parent = parent
        self.code = given.get("code")
        self.max = given.get("max")
        self.floor = given.get("floor")
        self.weight = given.get("weight", Fraction(1))
        self.missing = given.get("missing", missing)
        self.not_applicable = given.get("not_applicable", not_applicable)
        self.normalize = given.get("normalize")
        self.combine = given.get("combine", "sum")
        self.if_missing = given.get("if_missing", "missing")
        clamp = given.get("clamp") or {}
        self.clamp_min = clamp.get("min")
        self.clamp_max = clamp.get("max")
        self.bonus_outside = clamp.get("bonus", "inside") == "outside"
        self.deduction_cap = given.get("deduction_cap")
        self.bonus_cap = given.get("bonus_cap")
        self.children = []
        self.parts = []

    @property
    def is_leaf(self):
        return not self.children

    @property
    def is_sum(self):
        return bool(self.children) and self.combine == "sum"

    @property
    def is_mean(self):
        return bool(self.children) and self.combine != "sum"

    def clamped(self, points):
        if self.clamp_min is not None and points < self.clamp_min:
            points = self.clamp_min
        if self.clamp_max is not None and points > self.clamp_max:
            points = self.clamp_max
        return points

    def walk(self):
        yield self
        for child in self.children:
            yield from child.walk()


def short_forms(given):
    """The parts of a leaf, its short forms spelled out."""
    if "parts" in given:
        return given["parts"]
    code = given["code"]
    if "pass" in given:
        if given["pass"] == "points":
            return [{"function": "direct", "of": code, "all_or_nothing": True}]
        of = code if given["pass"] is True else given["pass"]
        return [{"function": "when", "if": {"indicator": of, "=": Fraction(1)}}]
    if "deduct" in given:
        return [
            {"effect": "deduct", "function": "per-case", "of": of, "points": points}
            for of, points in given["deduct"].items()
        ]
    if "direct" in given and not isinstance(given["direct"], dict):
        of = code if given["direct"] is True else given["direct"]
        return [{"function": "direct", "of": of}]
    for name in FUNCTIONS:
        if name in given:
            return [dict(given[name], function=name)]
    return []


class Rules:
    def __init__(self, given):
        self.given = given
        self.code = given["code"]
        self.scale = given["scale"]
        self.decimals = int(given.get("decimals", 2))
        self.rounding = given.get("rounding", "leaf")
        carried = min(self.decimals + 4, 8)
        if self.rounding == "leaf":
            self.grid = self.decimals
        else:
            self.grid = int(given.get("carried_decimals", carried))
        self.rank_by = given.get("rank_by", "points")
        self.share_decimals = int(given.get("share_decimals", 2))
        self.rank_class_first = given.get("rank_class_first", False)
        self.ranks = given.get("ranks", "competition")
        self.ties = given.get("ties", [])
        self.channels = given.get("channels", ["final", "appraised", "cluster", "self"])
        self.indicators = given.get("indicators", {})
        self.gates = given.get("gates", [])
        self.classes = given.get("classes", [])
        self.class_by = given.get("class_by", "points")
        self.class_cap = given.get("class_cap", False)
        self.root = self._tree()
        self.nodes = [node for node in self.root.walk() if node is not self.root]
        self.by_code = {node.code: node for node in self.nodes}

    def _tree(self):
        head = {
            key: self.given[key]
            for key in ("combine", "if_missing", "clamp", "missing", "not_applicable")
            if key in self.given
        }
        root = Node(dict(head, max=self.scale), None, "error", "exclude")
        listed = self.given["criteria"]
        below = {}
        for given in listed:
            below.setdefault(given.get("parent"), []).append(given)
        self._grow(root, below.get(None, []), below)
        return root

    def _grow(self, parent, listed, below):
        for given in listed:
            node = Node(given, parent, parent.missing, parent.not_applicable)
            parent.children.append(node)
            self._grow(node, given.get("children", []) + below.get(node.code, []), below)
            if node.is_leaf:
                node.parts = [Part(part) for part in short_forms(given)]


def load_rules(path):
    with open(path, encoding="utf-8-sig") as file:
        return Rules(json.load(file, parse_float=Fraction, parse_int=Fraction))
