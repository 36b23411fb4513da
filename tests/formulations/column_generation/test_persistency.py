"""States that the work-list drops are never needed, and it drops all that passes over all units would."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from formulations.column_generation.graph_cut import BARRED, StateGraph, minimum_states
from formulations.column_generation.persistency import Rewards, ties

ONE_SET = [np.array([True, False])]
DISJOINT = [np.array([True, False, False]), np.array([False, False, True])]
NESTED = [np.array([True, False, False]), np.array([True, True, False])]


def random_graph(
    seed: int, units: int, members: list[np.ndarray], bundles: int = 1, whole: bool = False
) -> StateGraph:
    """Random costs, pairs and bundles; whole numbers make ties."""
    rng = np.random.default_rng(seed)
    states = len(members[0])
    cost = rng.integers(-3, 4, (units, states)) * (1.0 if whole else 1.37)
    cost = np.where(rng.random(cost.shape) < 0.2, BARRED, cost)
    cost[np.arange(units), rng.integers(0, states, units)] = 1.0
    graph = StateGraph(cost, members)
    for _ in members:
        pairs = 0 if units < 2 else 2 * units
        first = rng.integers(0, units, pairs).astype(np.int32)
        second = ((first + rng.integers(1, max(2, units), pairs)) % units).astype(np.int32)
        tied = [rng.choice(units, min(units, 3), replace=False) for _ in range(bundles)]
        start = np.concatenate([[0], np.cumsum([len(each) for each in tied])]).astype(np.int64)
        joined = np.concatenate([np.zeros(0, dtype=np.int32), *tied]).astype(np.int32)
        pay = Rewards(
            rng.integers(0, 3, pairs).astype(float),
            rng.integers(0, 2, units).astype(float),
            rng.integers(0, 4, bundles).astype(float),
        )
        graph.couple(ties(units, first, second, start, joined), pay)
    return graph


def value(graph: StateGraph, state: np.ndarray) -> float:
    """Cost less rewards of one state a unit, written out."""
    total = float(graph.cost[np.arange(len(state)), state].sum())
    for member, tied, pay in zip(graph.members, graph.ties, graph.rewards, strict=True):
        inside = member[state]
        total -= float(pay.sure[inside].sum())
        total -= float(pay.weight[inside[tied.first] & inside[tied.second]].sum())
        for number, reward in enumerate(pay.reward):
            total -= float(reward) * inside[tied.units[tied.start[number] : tied.start[number + 1]]].all()
    return total


def passes(graph: StateGraph) -> np.ndarray:
    """(units, states) what is left when every unit is looked at again and again, in plain Python."""
    possible = graph.possible.copy()
    for _ in range(possible.size + 1):
        before = possible.copy()
        for unit in range(len(possible)):
            ranges = []
            for member, tied, pay in zip(graph.members, graph.ties, graph.rewards, strict=True):
                may, must = possible[:, member].any(axis=1), ~possible[:, ~member].any(axis=1)
                low, hope = pay.sure[unit], 0.0
                for one, two, weight in zip(tied.first, tied.second, pay.weight, strict=True):
                    if unit in (one, two):
                        other = two if unit == one else one
                        low += weight if must[other] else 0.0
                        hope += weight if may[other] and not must[other] else 0.0
                for number, reward in enumerate(pay.reward):
                    inside = tied.units[tied.start[number] : tied.start[number + 1]]
                    hope += reward if unit in inside and may[inside].all() else 0.0
                ranges.append((low, low + hope))
            for state, other in product(range(possible.shape[1]), repeat=2):
                if state == other or not (possible[unit, state] and possible[unit, other]):
                    continue
                best, worst = graph.cost[unit, state], graph.cost[unit, other]
                for member, (low, high) in zip(graph.members, ranges, strict=True):
                    best -= high if member[state] and not member[other] else 0.0
                    worst -= low if member[other] and not member[state] else 0.0
                if best > worst or (best == worst and state > other):
                    possible[unit, state] = False
        if (possible == before).all():
            break
    return possible


@pytest.mark.parametrize("members", [ONE_SET, DISJOINT, NESTED], ids=["one set", "disjoint", "nested"])
@given(seed=st.integers(0, 10**6), units=st.integers(1, 6), bundles=st.integers(0, 2), whole=st.booleans())
def test_an_optimum_is_left_and_the_cut_finds_it(
    members: list[np.ndarray], seed: int, units: int, bundles: int, whole: bool
) -> None:
    """Of all states that could be chosen, enumerated, the best value is among those left; the cut has it."""
    graph = random_graph(seed, units, members, bundles, whole)
    everything = [np.flatnonzero(row) for row in graph.possible]
    best = min(value(graph, np.array(state)) for state in product(*everything))
    graph.persist()
    kept = min(value(graph, np.array(s)) for s in product(*[np.flatnonzero(row) for row in graph.possible]))
    state, loss, _ = minimum_states(graph)
    assert kept == pytest.approx(best)
    assert value(graph, state) == pytest.approx(best, abs=1e-9 + loss)


@pytest.mark.parametrize("members", [ONE_SET, DISJOINT, NESTED], ids=["one set", "disjoint", "nested"])
@given(seed=st.integers(0, 10**6), units=st.integers(1, 12), bundles=st.integers(0, 3))
def test_it_drops_what_passes_over_all_units_drop(
    members: list[np.ndarray], seed: int, units: int, bundles: int
) -> None:
    """The work-list ends where plain passes end: costs that never tie leave one end only."""
    graph = random_graph(seed, units, members, bundles)
    graph.cost[:] += np.random.default_rng(seed + 1).random(graph.cost.shape) * 1e-3
    expected = passes(graph)
    graph.persist()
    assert (graph.possible == expected).all()


@given(seed=st.integers(0, 10**6), units=st.integers(1, 40))
def test_where_nothing_is_open_nothing_changes(seed: int, units: int) -> None:
    """Units with one state each keep it."""
    graph = random_graph(seed, units, DISJOINT)
    graph.possible[:] = False
    graph.possible[np.arange(units), np.random.default_rng(seed).integers(0, 3, units)] = True
    before = graph.possible.copy()
    graph.persist()
    assert (graph.possible == before).all()
    state, loss, decided = minimum_states(graph)
    assert (state == before.argmax(axis=1)).all()
    assert (loss, decided) == (0.0, 0)


def test_a_loss_runs_along_a_row_of_units() -> None:
    """In a row where each unit joins only between two that do, the first one's loss empties it: by hand, cost
    1 of joining and 0.6 for a pair."""
    units = 50
    cost = np.tile([1.0, 0.0], (units, 1))
    cost[0, 0] = BARRED
    graph = StateGraph(cost, ONE_SET)
    first = np.arange(units - 1, dtype=np.int32)
    none = np.zeros(0, dtype=np.int32)
    graph.couple(
        ties(units, first, first + 1, np.zeros(1, dtype=np.int64), none),
        Rewards(np.full(units - 1, 0.6), np.zeros(units), np.zeros(0)),
    )
    graph.persist()
    assert (graph.possible == [False, True]).all()
