from __future__ import annotations

import numpy as np

from planner.recount.bound.cut import Open, improve

NONE = np.zeros(0, dtype=np.int64)


def pairs(first: list[int], second: list[int], reward: list[float]) -> Open:
    """Open pairs without corridors."""
    ends = np.array(first, dtype=np.int64), np.array(second, dtype=np.int64)
    return Open(*ends, np.array(reward), NONE, NONE, np.zeros(0))


def test_what_one_unit_has_too_much_of_goes_to_the_other() -> None:
    """Of an edge worth 2 the unit that is blue-green anyway keeps next to nothing; the one that lacks 1.5
    gets as much as it needs."""
    cost = np.array([[0.0, -0.4], [0.0, 1.5]])
    given = [np.zeros(2)]
    improve(cost, np.ones((2, 2), dtype=bool), np.array([[False], [True]]), given, [pairs([0], [1], [2.0])])
    assert given[0].sum() == 2.0
    assert np.minimum(0.0, cost[:, 1] - given[0]).sum() == -0.9
    assert given[0][1] >= 1.5 - 1e-9


def test_shares_are_handed_on_over_several_units() -> None:
    """A row of three: what the first has too much of reaches the last through the one between."""
    cost = np.array([[0.0, -1.0], [0.0, 1.5], [0.0, 1.5]])
    given = [np.zeros(3)]
    row = pairs([0, 1], [1, 2], [1.5, 1.5])
    improve(cost, np.ones((3, 2), dtype=bool), np.array([[False], [True]]), given, [row])
    proven = np.minimum(0.0, cost[:, 1] - given[0]).sum()
    assert abs(proven - -1.0) < 1e-9  # all three together cost -1 + 3 - 3, the first alone -1
    assert abs(given[0].sum() - 3.0) < 1e-12


def test_the_same_pair_twice_is_one() -> None:
    """Parcels that touch in two places, or a corridor of two cells that are neighbours as well."""
    cost = np.array([[0.0, -0.5], [0.0, 2.5]])
    given = [np.zeros(2)]
    twice = pairs([0, 1], [1, 0], [1.0, 2.0])
    improve(cost, np.ones((2, 2), dtype=bool), np.array([[False], [True]]), given, [twice])
    assert abs(np.minimum(0.0, cost[:, 1] - given[0]).sum() - -1.0) < 1e-9
    assert abs(given[0].sum() - 3.0) < 1e-12


def test_units_between_two_sets_take_part_in_both() -> None:
    """Blue-green or built: an edge of one set and one of the other meet in a unit that can have one only."""
    inside = np.array([[False, False], [False, True], [True, False]])
    cost = np.array([[0.0, np.inf, 0.0], [0.0, 0.2, 0.3], [0.0, 0.0, np.inf]])
    possible = np.isfinite(cost)
    given = [np.zeros(3), np.zeros(3)]
    improve(cost, possible, inside, given, [pairs([0], [1], [1.0]), pairs([1], [2], [1.0])])
    left = cost.copy()
    left[:, inside[:, 0]] -= given[0][:, None]
    left[:, inside[:, 1]] -= given[1][:, None]
    assert abs(left.min(axis=1).sum() - -0.8) < 1e-9
