from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.recount.bound import division
from planner.recount.bound.charges import Charged, Joined
from planner.recount.bound.cut import Open
from planner.recount.bound.division import least_cost

NONE = np.zeros(0, dtype=np.int64)
ONE_SET = np.array([[False], [True]])
TWO_SETS = np.array([[False, False], [False, True], [True, False]])


def random_costs(seed: int, sets: int, penalised: bool = False) -> Charged:
    """Two to six units with random costs, pairs and corridors on one set or on two that share no class."""
    rng = np.random.default_rng(seed)
    units = int(rng.integers(2, 7))
    inside = ONE_SET if sets == 1 else TWO_SETS[int(rng.random() < 0.2) :]
    cost = rng.normal(0, rng.choice([0.3, 1.0, 3.0]), (units, len(inside)))
    barred = rng.random(cost.shape) < 0.25
    barred[np.arange(units), rng.integers(0, len(inside), units)] = False
    cost[barred] = np.inf
    joined = []
    for number in range(sets):
        count = int(rng.integers(1, 2 * units + 1))
        ends = np.array([rng.choice(units, 2, replace=False) for _ in range(count)])
        pay = -rng.uniform(0, 1, count) * np.where(rng.random(count) < 0.3 * penalised, -1, 1)
        joined.append(Joined(number, pay, np.repeat(np.arange(count), 2), ends.ravel()))
        sizes = rng.integers(1, min(units, 4) + 1, 2)
        members = np.concatenate([rng.choice(units, size, replace=False) for size in sizes])
        joined.append(Joined(number, -rng.uniform(0, 3, 2), np.repeat(np.arange(2), sizes), members))
    return Charged(cost, inside, tuple(joined), NONE, np.zeros(units))


def cheapest(charged: Charged) -> float:
    """The least cost of all layouts, by trying every one."""
    units, states = charged.cost.shape
    best = np.inf
    for chosen in product(range(states), repeat=units):
        state = np.array(chosen)
        total = float(charged.cost[np.arange(units), state].sum())
        for one in charged.joined:
            lacking = ~charged.inside[state[one.unit], one.number]
            total += float(one.cost[np.bincount(one.piece[lacking], minlength=len(one.cost)) == 0].sum())
        best = min(best, total)
    return best


@given(st.integers(0, 2**32 - 1), st.integers(1, 2))
def test_the_division_found_proves_the_least_cost(seed: int, sets: int) -> None:
    """What is proven is what trying every layout gives, for pairs and corridors on one set or two."""
    charged = random_costs(seed, sets)
    assert least_cost(charged)[0] == pytest.approx(cheapest(charged), rel=1e-9, abs=1e-9)


@given(st.integers(0, 2**32 - 1), st.integers(1, 2))
def test_togetherness_that_costs_never_makes_the_bound_too_high(seed: int, sets: int) -> None:
    """Where some pairs cost instead of earning, what is proven is less than the least cost, never more."""
    charged = random_costs(seed, sets, penalised=True)
    proven, rounding = least_cost(charged)
    assert proven - rounding <= cheapest(charged) + 1e-9


@pytest.mark.parametrize("seed", range(20))
def test_nothing_of_the_flow_is_believed(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """However pieces are divided, the bound is below what every layout costs: that shares add up to what a
    piece earns is all that it takes."""
    charged = random_costs(seed, 1)
    rng = np.random.default_rng(seed)

    def wrong(*given: object) -> None:
        shares, opened = given[3], given[4]
        assert isinstance(shares, list)
        assert isinstance(opened, list)
        for total, one in zip(shares, opened, strict=True):
            assert isinstance(one, Open)
            part = rng.uniform(0, 1, len(one.reward))
            np.add.at(total, one.first, part * one.reward)
            np.add.at(total, one.second, (1 - part) * one.reward)
            np.add.at(total, one.units[np.unique(one.bundle, return_index=True)[1]], one.worth)

    monkeypatch.setattr(division, "improve", wrong)
    assert least_cost(charged)[0] <= cheapest(charged) + 1e-9


def grid(side: int, seed: int) -> Charged:
    """A grid of cells that are nearly undecided: neighbours decide them, far and wide."""
    rng = np.random.default_rng(seed)
    number = np.arange(side * side).reshape(side, side)
    ends = np.concatenate(
        [
            np.column_stack([number[:, :-1].ravel(), number[:, 1:].ravel()]),
            np.column_stack([number[:-1].ravel(), number[1:].ravel()]),
        ]
    )
    cost = np.column_stack([np.zeros(side * side), 2.0 + rng.normal(0, 1.0, side * side)])
    pay = -rng.uniform(0.9, 1.1, len(ends))
    joined = Joined(0, pay, np.repeat(np.arange(len(ends)), 2), ends.ravel())
    return Charged(cost, ONE_SET, (joined,), NONE, np.zeros(side * side))


def test_a_large_division_is_as_good_as_the_layout_that_it_proves() -> None:
    """On a grid where thousands of cells hang together, the bound is what the engine's own cut costs."""
    from formulations.column_generation.graph_cut import StateGraph, minimum_states
    from formulations.column_generation.persistency import Rewards, ties

    charged = grid(60, 1)
    (pairs,) = charged.joined
    units, ends = len(charged.cost), pairs.unit.reshape(-1, 2).astype(np.int32)
    graph = StateGraph(charged.cost[:, ::-1].copy(), [np.array([True, False])])
    none = np.zeros(0, dtype=np.int32)
    tied = ties(units, ends[:, 0].copy(), ends[:, 1].copy(), np.zeros(1, dtype=np.int64), none)
    graph.couple(tied, Rewards(-pairs.cost, np.zeros(units), np.zeros(0)))
    graph.persist()
    state, _, nodes = minimum_states(graph)
    inside = state == 0
    cost = charged.cost[inside, 1].sum() + pairs.cost[inside[ends[:, 0]] & inside[ends[:, 1]]].sum()
    assert nodes > 1000
    assert least_cost(charged)[0] == pytest.approx(float(cost), rel=1e-11)
