"""An evaluation read once and weighed many times: the right side of the cut, in exact fractions."""

import oracle
from evalfolder import Folder, Values
from scoring import root_scores, score_tree
from standing import Standing, UnitView, rank


class Party:
    """All units of one rule set, scored."""

    def __init__(self, folder, rules):
        self.rules, self.year = rules, folder.year
        self.units = [unit for unit in folder.units if folder.rules[unit.cluster] is rules]
        self.values = [Values(unit, rules) for unit in self.units]
        clusters = [unit.cluster for unit in self.units]
        self.scores = score_tree(rules, self.values, clusters, folder.year)
        self.items = [child for child in rules.root.children if child.max]
        self.inexact = any(score.inexact for score in self.scores[None])
        self.scale = sum((item.max for item in self.items), 0)

    def official(self):
        """{item: share}"""
        return {item.code: item.max / self.scale for item in self.items}

    def multipliers(self, shares):
        return {item.code: shares[item.code] * self.scale / item.max for item in self.items}

    def swept(self, code, points):
        """Multipliers when one item gets so many points of the scale."""
        most = self.rules.by_code[code].max
        others = (self.scale - points) / (self.scale - most)
        return {item.code: points / most if item.code == code else others for item in self.items}

    def stand(self, weights=None, cluster=None):
        """{unit id: Standing} of one cluster, or of all; weights: {item: multiplier}."""
        scores = dict(self.scores)
        if weights is not None:
            scores[None] = root_scores(self.rules, self.scores, weights)
        found, by_cluster = {}, {}
        for u, unit in enumerate(self.units):
            if cluster in (None, unit.cluster):
                view = UnitView(self.rules, self.values[u], scores, u)
                found[unit.id] = Standing(self.rules, view, self.year)
                by_cluster.setdefault(unit.cluster, []).append(found[unit.id])
        for standings in by_cluster.values():
            rank(standings, self.rules.ranks)
        return found


def parties(path):
    """[Party] of a folder."""
    folder = Folder(path)
    return [Party(folder, rules) for rules in dict.fromkeys(folder.rules.values())]


def class_name(standing):
    if standing.class_index is None:
        return None
    name = standing.rules.classes[standing.class_index]["name"]
    return name if isinstance(name, str) else name["en"]


def against_oracle(path, weights):
    """Whether a party weighs as oracle.evaluate() does."""
    expected = oracle.evaluate(path, weights=weights)
    return all(standing.sort_key() == expected[unit].standing.sort_key()
               and standing.rank == expected[unit].standing.rank
               for party in parties(path) for unit, standing in party.stand(weights).items())
