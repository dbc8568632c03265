"""
Sections 17 and 18 by definition: every set of candidates is looked at.

A choice is a set of candidates that keeps every bound. The better one has more of the best
equals, then more of the next, and so on. A candidate is proposed when every best choice has it,
tied when some have it, outside when none has.
"""

from fractions import Fraction
from itertools import combinations


def ceil_of(x):
    return -(-x.numerator // x.denominator)


class Upper:
    """At most `limit` of these candidates (a bit mask)."""

    def __init__(self, members, limit):
        self.members, self.limit = members, limit

    def allows(self, chosen):
        return (chosen & self.members).bit_count() <= self.limit


class Lower:
    """At least so many of `members`, or a share of the chosen of `region`, rounded up."""

    def __init__(self, members, region, count=None, share=None):
        self.members, self.region, self.count, self.share = members, region, count, share

    def allows(self, chosen):
        have = (chosen & self.members).bit_count()
        if self.share is None:
            return have >= self.count
        return have >= ceil_of(self.share * (chosen & self.region).bit_count())


class Outcome:
    """proposed, tied: bit masks; best: every best choice."""

    def __init__(self, proposed, tied, best):
        self.proposed, self.tied, self.best = proposed, tied, best

    def open_seats(self, members):
        """Seats among `members` that the council fills: fewest, most."""
        counts = [(one & self.tied & members).bit_count() for one in self.best]
        return min(counts), max(counts)


def mask(candidates):
    return sum(1 << i for i in candidates)


def subsets(of):
    """Every subset of a bit mask."""
    one = of
    while True:
        yield one
        if one == 0:
            return
        one = (one - 1) & of


def best_choices(levels, bounds):
    """levels: masks of equals, the best first. [] when no choice keeps the bounds."""
    everybody = 0
    for level in levels:
        everybody |= level
    best, counts = [], None
    for chosen in subsets(everybody):
        if not all(bound.allows(chosen) for bound in bounds):
            continue
        mine = [(chosen & level).bit_count() for level in levels]
        if counts is None or mine > counts:
            best, counts = [chosen], mine
        elif mine == counts:
            best.append(chosen)
    return best


def outcome_of(best):
    in_all, in_some = best[0], 0
    for chosen in best:
        in_all &= chosen
        in_some |= chosen
    return Outcome(in_all, in_some & ~in_all, best)


def choose(levels, bounds):
    """The council decides ties; None when no choice keeps the bounds."""
    best = best_choices(levels, bounds)
    return outcome_of(best) if best else None


def choose_in_steps(levels, uppers, ties):
    """
    Ties include or exclude, upper bounds only (the narrowest first). Level by level: equals with
    no seat left stay outside; the rest is proposed whole, or, where ties are excluded and more of
    them than seats meet at a bound, is left out there and the bound is closed.
    """
    proposed = 0
    closed = [False] * len(uppers)
    for level in levels:
        left = [0 if shut else upper.limit - (proposed & upper.members).bit_count()
                for upper, shut in zip(uppers, closed)]
        for upper, seats in zip(uppers, left):
            if seats <= 0:
                level &= ~upper.members
        for i, (upper, seats) in enumerate(zip(uppers, left)):
            if ties == "exclude" and (level & upper.members).bit_count() > seats:
                level &= ~upper.members
                closed[i] = True
        proposed |= level
    return Outcome(proposed, 0, [proposed])


def smallest_conflict(levels, uppers, lowers):
    """How many lower bounds there are in the smallest set that no choice can keep; 0: none."""
    for size in range(1, len(lowers) + 1):
        for some in combinations(lowers, size):
            if not best_choices(levels, uppers + list(some)):
                return size
    return 0


def fraction(given):
    """"2/3" or a decimal."""
    return Fraction(str(given))
