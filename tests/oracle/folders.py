"""Writes evaluation folders from plain values, in machine style or as an office saves them."""

import csv
import io
import json
import os
from decimal import Decimal


def to_json(thing):
    """JSON in which a Decimal is written with the digits that it has."""
    if isinstance(thing, Decimal):
        return format(thing, "f")
    if isinstance(thing, dict):
        pairs = (f"{json.dumps(key, ensure_ascii=False)}: {to_json(value)}"
                 for key, value in thing.items())
        return "{" + ", ".join(pairs) + "}"
    if isinstance(thing, (list, tuple)):
        return "[" + ", ".join(map(to_json, thing)) + "]"
    return json.dumps(thing, ensure_ascii=False)


class Style:
    """How CSV files are written: as by a program, or as by a Vietnamese spreadsheet."""

    def __init__(self, separator=",", mark=".", bom=False, newline="\n"):
        self.separator, self.mark, self.bom, self.newline = separator, mark, bom, newline

    def cell(self, value):
        if value is None:
            return ""
        if isinstance(value, (int, Decimal)):
            return format(value, "f" if isinstance(value, Decimal) else "d").replace(".", self.mark)
        return str(value)


MACHINE = Style()
OFFICE = Style(";", ",", True, "\r\n")


class Evaluation:
    """
    What a folder holds. rules: {kind: rule set}; clusters: [(id, kind)]; groups: {cluster: group};
    units: [{"id", "cluster", "category"}]; values: {channel: {unit: {indicator: value}}};
    values are int, Decimal, str or None (blank); votes: {unit: votes, or one number by column}.
    """

    def __init__(self, year=2025):
        self.year = year
        self.rules = {}
        self.clusters = []
        self.groups = {}
        self.policy = None
        self.units = []
        self.values = {}
        self.not_applicable = []  # (unit, criterion)
        self.votes = {}
        self.history = []  # (unit, year, award)
        self.decimal_mark = None
        self.channels = None

    def indicator_names(self, channel):
        names = {}
        for cells in self.values[channel].values():
            names.update(dict.fromkeys(cells))
        return list(names)

    def head(self):
        rules = {kind: f"rules-{i}.json" for i, kind in enumerate(self.rules)}
        one = len(rules) == 1
        head = {
            "thidua": "evaluation/1",
            "code": "oracle",
            "name": "Đánh giá thử",
            "year": self.year,
            "rules": next(iter(rules.values())) if one else rules,
        }
        if self.decimal_mark:
            head["decimal_mark"] = self.decimal_mark
        if self.channels:
            head["channels"] = self.channels
        if self.policy:
            head["policy"] = "policy.json"
        return head

    def write(self, path, style=MACHINE, shuffle=lambda rows, what: rows):
        """shuffle(rows, what) may reorder rows (what: a file name) or columns ("columns")."""
        os.makedirs(path, exist_ok=True)
        self._put(path, "evaluation.json", to_json(self.head()))
        for i, rules in enumerate(self.rules.values()):
            self._put(path, f"rules-{i}.json", to_json(rules))
        if self.policy:
            self._put(path, "policy.json", to_json(self.policy))

        def table(name, header, rows):
            rows = shuffle(list(rows), name)
            order = header[:1] + shuffle(header[1:], "columns")
            picked = [[row[header.index(column)] for column in order] for row in rows]
            self._put(path, name, csv_text(order, picked, style))

        group = ["group"] if self.groups else []
        table("clusters.csv", ["id", "name", "kind"] + group,
              [[cluster, f"Cụm {cluster}", kind] + [self.groups.get(cluster, "") for _ in group]
               for cluster, kind in self.clusters])
        table("units.csv", ["id", "name", "cluster", "category"],
              [[unit["id"], f"Đơn vị {unit['id']}", unit["cluster"], unit.get("category", "")]
               for unit in self.units])
        for channel in self.values:
            names = self.indicator_names(channel)
            rows = [[unit] + [cells.get(name) for name in names]
                    for unit, cells in self.values[channel].items()]
            table(f"values-{channel}.csv", ["unit"] + names, rows)
        if self.not_applicable:
            table("not-applicable.csv", ["unit", "criterion", "approved_by"],
                  [[unit, code, "Hội đồng"] for unit, code in self.not_applicable])
        if self.votes:
            ballots = {unit: row if isinstance(row, dict) else {"votes": row}
                       for unit, row in self.votes.items()}
            names = list(dict.fromkeys(name for row in ballots.values() for name in row))
            table("votes.csv", ["unit"] + names,
                  [[unit] + [row.get(name) for name in names] for unit, row in ballots.items()])
        if self.history:
            table("history.csv", ["unit", "year", "award"], [list(row) for row in self.history])

    @staticmethod
    def _put(path, name, text):
        with open(os.path.join(path, name), "w", encoding="utf-8", newline="") as file:
            file.write(text)


def csv_text(header, rows, style):
    out = io.StringIO()
    writer = csv.writer(out, delimiter=style.separator, lineterminator=style.newline)
    writer.writerow(header)
    for row in rows:
        writer.writerow([style.cell(value) for value in row])
    return ("\ufeff" if style.bom else "") + out.getvalue()


def simple_rules(criteria, **head):
    """A rule set around criteria; the scale is the sum of their maxima where they have one."""
    scale = sum((Decimal(one["max"]) for one in criteria if "max" in one and "parent" not in one),
                Decimal(0))
    rules = {
        "thidua": "rule-set/1",
        "code": "oracle",
        "name": "Bảng điểm thử",
        "status": "in-force",
        "valid": {"from": "2025-01-01"},
        "scale": scale or 1,
        "reasons": "optional",
    }
    rules.update(head)
    rules["criteria"] = criteria
    return rules
