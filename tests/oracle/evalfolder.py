"""Reads an evaluation folder: units, clusters, and the value of every cell and channel."""

import csv
import glob
import json
import os
from fractions import Fraction

from decimals import clean, parse_cell
from rulefile import load_rules


def read_table(path):
    """The rows of a CSV file as dictionaries; the separator comes from the header line."""
    with open(path, encoding="utf-8-sig", newline="") as file:
        text = file.read()
    header = text.split("\n", 1)[0]
    separator = max(",;\t", key=header.count)
    rows = list(csv.reader(text.splitlines(keepends=True), delimiter=separator))
    while rows and not any(clean(cell) for cell in rows[-1]):
        rows.pop()
    names = [clean(name) for name in rows[0]]
    return [dict(zip(names, row)) for row in rows[1:]]


class Unit:
    def __init__(self, row):
        self.id = clean(row["id"])
        self.cluster = clean(row["cluster"])
        self.category = clean(row.get("category", "")) or None
        self.by_channel = {}  # channel -> {indicator: value}, blanks left out
        self.not_applicable = set()
        self.votes = Fraction(0)
        self.awards = set()  # (award, year)


class Folder:
    def __init__(self, path):
        self.path = path
        with open(os.path.join(path, "evaluation.json"), encoding="utf-8-sig") as file:
            self.given = json.load(file)
        self.year = self.given["year"]
        self.mark = self.given.get("decimal_mark")
        self.kinds = {
            clean(row["id"]): clean(row.get("kind", ""))
            for row in self._table("clusters.csv")
        }
        self.units = [Unit(row) for row in self._table("units.csv")]
        self.by_id = {unit.id: unit for unit in self.units}
        self._read_values()
        self._read_extras()
        self.rules = self._read_rules()

    def _table(self, name):
        path = os.path.join(self.path, name)
        return read_table(path) if os.path.exists(path) else []

    def _read_values(self):
        for path in sorted(glob.glob(os.path.join(self.path, "values*.csv"))):
            stem = os.path.basename(path)[: -len(".csv")].split("-")
            channel = stem[1] if len(stem) > 1 else "final"
            for row in read_table(path):
                unit = self.by_id[clean(row.pop("unit"))]
                cells = unit.by_channel.setdefault(channel, {})
                for name, text in row.items():
                    value = parse_cell(text, self.mark)
                    if value is not None:
                        cells[name] = value

    def _read_extras(self):
        for row in self._table("not-applicable.csv"):
            self.by_id[clean(row["unit"])].not_applicable.add(clean(row["criterion"]))
        for row in self._table("votes.csv"):
            self.by_id[clean(row["unit"])].votes = parse_cell(row["votes"]) or Fraction(0)
        for row in self._table("history.csv"):
            unit = self.by_id.get(clean(row["unit"]))
            if unit is not None:
                unit.awards.add((clean(row["award"]), int(row["year"])))

    def _read_rules(self):
        """Rule set of each cluster; clusters of one kind share one object."""
        named = self.given["rules"]
        if isinstance(named, str):
            named = {kind: named for kind in set(self.kinds.values())}
        loaded = {}
        for path in set(named.values()):
            rules = load_rules(os.path.join(self.path, path))
            rules.channels = self.given.get("channels", rules.channels)
            loaded[path] = rules
        return {cluster: loaded[named[kind]] for cluster, kind in self.kinds.items()}


class Values:
    """Indicators of one unit under one rule set: channels, blanks and computed ones."""

    def __init__(self, unit, rules, changed=None):
        self.unit = unit
        self.rules = rules
        self.changed = changed or {}  # {(unit, indicator): value} of a scenario

    def get(self, name):
        """The value, or None when it is missing."""
        declared = self.rules.indicators.get(name, {})
        value = self._raw(name, declared)
        return declared.get("blank") if value is None else value

    def _raw(self, name, declared):
        if "days_after" in declared:
            day = self.get(declared["of"])
            return None if day is None else day - parse_cell(declared["days_after"])
        if (self.unit.id, name) in self.changed:
            return self.changed[self.unit.id, name]
        for channel in self.rules.channels:
            value = self.unit.by_channel.get(channel, {}).get(name)
            if value is not None:
                return value
        return None

    def channel_is_absent(self, channel):
        return not self.unit.by_channel.get(channel)

    def is_na(self, node):
        while node is not None and node.parent is not None:
            if node.code in self.unit.not_applicable:
                return True
            node = node.parent
        return False
