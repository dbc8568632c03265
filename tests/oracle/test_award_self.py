#!/usr/bin/env python3
"""The award oracle alone, against figures worked out by hand and published apportionments."""

import sys
from fractions import Fraction

from apportioning import METHODS, apportion, outcomes
from choosing import Lower, Upper, choose, choose_in_steps, smallest_conflict
from tap import Tap

tap = Tap()
# Candidates 0 to 3, best first but 1 and 2 equal; 0 and 1 of one cluster, 2 and 3 of another.
LEVELS = [0b0001, 0b0110, 0b1000]
FIRST, SECOND, ALL = 0b0011, 0b1100, 0b1111


def states(found):
    return None if found is None else (bin(found.proposed), bin(found.tied))


def test_choices():
    tap.equal(states(choose(LEVELS, [Upper(ALL, 2)])), ("0b1", "0b110"), "one seat for two equals")
    tap.equal(states(choose(LEVELS, [Upper(ALL, 2), Upper(FIRST, 1)])), ("0b101", "0b0"),
              "a full cluster leaves the seat to the other")
    tap.equal(states(choose(LEVELS, [Upper(ALL, 3)])), ("0b111", "0b0"), "all equals fit")
    bounds = [Upper(ALL, 2), Lower(SECOND, ALL, count=1)]
    tap.equal(states(choose(LEVELS, bounds)), ("0b101", "0b0"), "a lower bound breaks the tie")
    bounds = [Upper(ALL, 3), Lower(0b1000, ALL, share=Fraction(1, 3))]
    tap.equal(states(choose(LEVELS, bounds)), ("0b1001", "0b110"),
              "ceil(1/3 of 3): the last comes in, equals meet at one seat")
    tap.equal(states(choose(LEVELS, [Upper(SECOND, 0), Lower(SECOND, ALL, count=1)])), None,
              "bounds that conflict leave no choice")
    lowers = [Lower(FIRST, ALL, count=1), Lower(SECOND, ALL, count=1), Lower(0b1, ALL, count=1)]
    tap.equal(smallest_conflict(LEVELS, [Upper(ALL, 1)], lowers), 2, "two of three bounds conflict")
    seats = choose(LEVELS, [Upper(ALL, 2)]).open_seats
    tap.equal((seats(ALL), seats(FIRST)), ((1, 1), (0, 1)), "one open seat, in either cluster")


def test_ties():
    for ties, proposed in (("include", "0b111"), ("exclude", "0b1")):
        tap.equal(states(choose_in_steps(LEVELS, [Upper(ALL, 2)], ties)), (proposed, "0b0"),
                  f"ties {ties}")
    bounds = [Upper(0b0110, 1), Upper(ALL, 2)]
    tap.equal(states(choose_in_steps(LEVELS, bounds, "exclude")), ("0b1001", "0b0"),
              "the seat stays empty where the equals met")


def test_sharing():
    tap.equal(apportion("largest-remainder", 5, [16, 16, 18]), ([1, 1, 2], [True, True, False], 1),
              "16, 16 and 18 share five seats: one is tied")
    tap.equal(sorted(outcomes("largest-remainder", 5, [16, 16, 18])), [(1, 2, 2), (2, 1, 2)],
              "which are two outcomes")
    published = {"dhondt": [4, 3, 1, 0], "sainte-lague": [3, 3, 1, 1]}
    for method, seats in published.items():
        tap.equal(apportion(method, 8, [100000, 80000, 30000, 20000])[0], seats,
                  f"{method}: eight seats of the textbook")
    for total, seats in ((10, [4, 4, 2]), (11, [5, 5, 1])):
        tap.equal(apportion("largest-remainder", total, [6, 6, 2])[0], seats,
                  f"Alabama: {total} seats for 6, 6, 2")
    for method in METHODS:
        wrong = [(total, weights) for total in range(7)
                 for weights in ([1, 2, 3], [4, 4, 1], [0, 5, 5])
                 if sum(apportion(method, total, weights)[0]) +
                 apportion(method, total, weights)[2] != total]
        tap.check(not wrong, f"{method}: certain and open seats make the total", wrong)


if __name__ == "__main__":
    test_choices()
    test_ties()
    test_sharing()
    sys.exit(tap.end())
