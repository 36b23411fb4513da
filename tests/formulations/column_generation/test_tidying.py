"""Tidying: changes are undone where nothing is lost by it, recounted by plain code."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from formulations.column_generation.graph_cut_structure import outside_structure
from formulations.column_generation.least_difference import least_difference
from formulations.column_generation.reversion import Reversion, pieces_of_change
from formulations.column_generation.tidying import tidied
from formulations.core.indicator import CellTerm, Indicator, PairTerm
from formulations.core.problem import LayoutProblem, Limit, Options
from formulations.core.rows import Prices
from formulations.nearest import nearest_problem
from instances.rules.districts import Districts
from instances.units.grid import Layout
from tests.support.enumeration import layouts
from tests.support.random_problems import problems


def recounted(problem: LayoutProblem, layout: Layout) -> tuple[float, list[float]]:
    """The objective and the limited indicators of a layout, term by term in plain loops."""

    def count(indicator: Indicator, inside: set[int]) -> float:
        total = 0.0
        for cell in indicator.cells:
            total += sum(float(cell.scale[i] * cell.table[cell.group[i], layout[i]]) for i in inside)
        for pair in indicator.pairs:
            for i, j, weight in zip(
                pair.first.tolist(), pair.second.tolist(), pair.weight.tolist(), strict=True
            ):
                if {i, j} <= inside and pair.classes[layout[i]] and pair.classes[layout[j]]:
                    total += weight
        for bundle in indicator.bundles:
            for c, reward in enumerate(bundle.reward.tolist()):
                units = bundle.units[bundle.start[c] : bundle.start[c + 1]].tolist()
                if set(units) <= inside and all(bundle.classes[layout[i]] for i in units):
                    total += reward
        return total if indicator.per is None else total / sum(float(indicator.per[i]) for i in inside)

    everything = set(range(len(problem)))
    values = []
    for row in problem.rows:
        limit = problem.limits[row.limit]
        values.append(
            count(limit.indicator, set(np.flatnonzero(limit.districts.member == row.position).tolist()))
        )
    whole = sum(weight * count(part, everything) for weight, part in problem.parts)
    return whole, values


def strip(weight: float) -> LayoutProblem:
    """Six cells of 1 ha in a row, field or wood; wood costs 1 a cell and ``weight`` is paid for each pair of
    woods."""
    units = 6
    ones, group = np.ones(units), np.zeros(units, np.int32)
    wood = Indicator("area.wood", "ha", (CellTerm(ones, group, np.array([[0.0, 1.0]])),))
    number = np.arange(units - 1, dtype=np.int32)
    edges = Indicator(
        "edges", "km", pairs=(PairTerm(number, number + 1, np.ones(units - 1), np.array([False, True])),)
    )
    limit = Limit(wood, Districts.whole(units), np.array([2.0]), np.array([np.inf]))
    options = Options(group, np.array([[True, True]]))
    today = np.array([1, 1, 0, 0, 0, 0], dtype=np.uint8)
    return LayoutProblem(options, ((1.0, wood), (-weight, edges)), (limit,), ("field", "wood"), today)


def test_a_trade_is_undone_that_no_single_change_could_be() -> None:
    """Wood moved from one end of the strip to the other costs the same: both moves are undone together, as
    either alone would break the limit or cost more."""
    problem = strip(0.5)
    moved = np.array([0, 0, 0, 0, 1, 1], dtype=np.uint8)
    found = tidied(problem, moved, problem.today, problem.objective.evaluate(moved))
    assert found.tolist() == problem.today.tolist()
    assert pieces_of_change(problem, moved, problem.today) == 2
    assert pieces_of_change(problem, found, problem.today) == 0


def test_a_change_that_pays_stays() -> None:
    """Where each pair of woods is worth 3, wood everywhere costs 6 - 15 = -9, and nothing may return."""
    problem = strip(3.0)
    everywhere = np.ones(6, dtype=np.uint8)
    assert problem.objective.evaluate(everywhere) == -9.0
    assert tidied(problem, everywhere, problem.today, -9.0).tolist() == [1] * 6
    # With 2 to lose, one cell of the end may: wood on five costs 5 - 12 = -7.
    assert tidied(problem, everywhere, problem.today, -7.0).tolist() == [1, 1, 1, 1, 1, 0]


def test_what_red_lines_forbid_does_not_return() -> None:
    """A cell that may not be what it is today stays as planned."""
    problem = strip(0.5)
    allowed = np.array([[True, True], [True, False]])
    barred = LayoutProblem(
        Options(np.array([1, 0, 0, 0, 0, 0], np.int32), allowed),
        problem.parts,
        problem.limits,
        problem.class_names,
        problem.today,
    )
    moved = np.array([0, 0, 0, 0, 1, 1], dtype=np.uint8)
    found = tidied(barred, moved, problem.today, barred.objective.evaluate(moved))
    assert barred.holds(found)
    assert found[0] == 0


@settings(max_examples=200, deadline=None)
@given(problem=problems(), seed=st.integers(0, 2**32 - 1))
def test_effects_are_the_differences_of_recounts(problem: LayoutProblem, seed: int) -> None:
    """Any group of units, returning alone, changes objective and limits by what a recount of both layouts
    says; sets of units that are tied to no other add up."""
    random = np.random.default_rng(seed)
    listed = list(layouts(problem))
    layout, other = (listed[int(random.integers(len(listed)))] for _ in range(2))
    back = Reversion(problem, layout, other)
    if not len(back):
        return
    before, values = recounted(problem, layout)
    group = random.integers(0, 3, len(back))
    for groups, count in ((group, 3), back.components(), back.pieces()):
        effect = back.effects(groups, count).toarray()
        for number in range(count):
            after, then = recounted(problem, back.returned(groups == number))
            np.testing.assert_allclose(effect[number, -1], after - before, rtol=1e-9, atol=1e-7)
            np.testing.assert_allclose(
                effect[number, :-1], np.array(then) - np.array(values), rtol=1e-9, atol=1e-7
            )
    tied, count = back.components()
    some = random.random(count) < 0.5
    after, _ = recounted(problem, back.returned(some[tied]))
    np.testing.assert_allclose(
        back.effects(tied, count).toarray()[some, -1].sum(), after - before, rtol=1e-9, atol=1e-7
    )


@pytest.mark.slow
@settings(max_examples=200, deadline=None)
@given(problem=problems(), seed=st.integers(0, 2**32 - 1))
def test_tidying_never_worsens_and_never_goes_farther(problem: LayoutProblem, seed: int) -> None:
    """By a recount in plain loops: no limit is missed that held, the objective is no higher, every unit has a
    class that it may have, and no more land differs. What is proven to differ at least, does."""
    random = np.random.default_rng(seed)
    good = [layout for layout in layouts(problem) if problem.holds(layout)]
    if not good:
        return
    layout, other = good[int(random.integers(len(good)))], problem.today
    cost, _ = recounted(problem, layout)
    found = tidied(problem, layout, other, problem.objective.evaluate(layout))
    after, values = recounted(problem, found)
    assert after <= cost + 1e-9 * max(1.0, abs(cost))
    for row, value in zip(problem.rows, values, strict=True):
        room = 2e-6 * max(1.0, abs(row.lower if np.isfinite(row.lower) else row.upper))
        assert row.lower - room <= value <= row.upper + room
    assert problem.options.permits(found).all()
    apart = (found != other).sum()
    assert apart <= (layout != other).sum()
    nearest = nearest_problem(problem, other, problem.objective.evaluate(layout))
    if outside_structure(nearest):
        return
    least = least_difference(nearest, (layout,), Prices(), 1.0, lambda: False)
    best = min((each != other).sum() for each in good if recounted(problem, each)[0] <= cost + 1e-9)
    assert least.bound <= best + 1e-6
