from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, given

from formulations.core.indicator import CellTerm, Indicator, PairTerm
from formulations.core.lagrangian import lagrangian
from formulations.core.problem import LayoutProblem, Limit, Options
from formulations.core.rows import Prices
from formulations.core.solution import SolveSettings, Watch
from formulations.core.unit_types import rows_of
from formulations.exact.model import solve_exact
from formulations.sensitivity.opportunity_cost import opportunities, without
from instances.rules.districts import Districts
from tests.support.enumeration import enumerate_best, layouts
from tests.support.made_lines import lined_problems, released

TIGHT = SolveSettings(gap=1e-9)
CROP, WOOD, TOWN = range(3)


def strip(reward: float = 0.0, at_least: float = 2.0) -> LayoutProblem:
    """Four hectares in a row, all cropland, of which two must stay so; wood saves 10, 8, 6 and 4 tCO2e/yr.

    The line `farmland` keeps the first two as cropland; neighbours that are both wood earn ``reward``.
    """
    group = np.arange(4)
    saved = np.zeros((4, 3))
    saved[:, WOOD] = [-10.0, -8.0, -6.0, -4.0]
    saved[:, TOWN] = 100.0
    emissions = Indicator("net_emissions", "tCO2e/yr", (CellTerm(np.ones(4), group, saved),))
    wood = np.array([False, True, False])
    edges = PairTerm(np.array([0, 1, 2], np.int32), np.array([1, 2, 3], np.int32), np.ones(3), wood)
    connected = Indicator("blue_green_compactness", "km", pairs=(edges,))
    land = CellTerm(np.ones(4), np.zeros(4, dtype=np.int64), np.array([[1.0, 0.0, 0.0]]))
    crop = Indicator("area.cropland", "ha", (land,))
    limit = Limit(crop, Districts.whole(4), np.array([at_least]), np.array([np.inf]), "limits[0]")
    kept, free = [True, False, False], [True, True, False]
    allowed = np.array([kept, free])
    options = Options(np.array([0, 0, 1, 1], np.int32), allowed, {"farmland": np.array([free, free])})
    parts = ((1.0, emissions), *(((-reward, connected),) if reward else ()))
    return LayoutProblem(options, parts, (limit,), ("crop", "wood", "town"), np.zeros(4, np.uint8))


def test_the_cost_of_a_cell_is_what_releasing_it_gains_on_paper() -> None:
    """With three cells of cropland asked for, the third becomes wood (-6) and a hectare is worth 6; released
    alone, the first cell would gain 10 in its place: 4 more, the second 2 more."""
    problem = strip(at_least=3.0)
    solution = solve_exact(problem, TIGHT, Watch())
    assert solution.objective == pytest.approx(-6.0)
    prices = problem.prices(np.array([6.0]))
    (found,) = opportunities(problem, prices, solution.layout)
    assert found.cost == pytest.approx([4.0, 2.0, 0.0, 0.0])
    assert found.ceiling == pytest.approx([4.0, 2.0, 0.0, 0.0])
    assert list(found.becomes[:2]) == [WOOD, WOOD]
    for unit, gain in ((0, 4.0), (1, 2.0)):
        freed = replace(
            problem,
            options=Options(
                np.array([2 if i == unit else problem.options.kind[i] for i in range(4)], np.int32),
                np.vstack([problem.options.allowed, [True, True, False]]),
            ),
        )
        assert solution.objective - solve_exact(freed, TIGHT, Watch()).objective == pytest.approx(gain)


def test_neighbours_count_as_they_are_planned_and_the_ceiling_as_they_could_be() -> None:
    """The second cell beside planned wood earns the shared edge, the first beside cropland none; were both
    released, each would earn the edge between them."""
    problem = strip(reward=3.0, at_least=0.0)
    layout = np.array([CROP, CROP, WOOD, WOOD], dtype=np.uint8)
    (found,) = opportunities(problem, Prices(), layout)
    assert found.cost == pytest.approx([10.0, 11.0, 0.0, 0.0])
    assert found.ceiling == pytest.approx([13.0, 14.0, 0.0, 0.0])


def test_a_line_lifted_leaves_every_other_rule() -> None:
    """Without the line its units may become what the other rules leave, and nothing else changes."""
    problem = strip()
    free = without(problem, "farmland")
    assert (free.options.allowed == [[True, True, False], [True, True, False]]).all()
    assert free.limits == problem.limits
    with pytest.raises(KeyError):
        without(problem, "ecology")


@given(lined_problems())
def test_releasing_cells_gains_no_more_than_gap_and_ceilings(problem: LayoutProblem) -> None:
    """No release, of one cell, several or the whole line, gains more than plan - L(mu) + ceilings; checked on
    enumerated problems. A cell's cost is within its ceiling."""
    assume(max(len(rows_of(problem)), 1) <= 6)
    solution = solve_exact(problem, TIGHT, Watch())
    assume(solution.layout is not None)
    priced = lagrangian(problem, solution.prices)
    best = enumerate_best(problem).objective
    bound = min(priced.evaluate(layout) for layout in layouts(problem)) + _support(problem, solution.prices)
    room = solution.objective - bound
    slack = 1e-6 * (1.0 + abs(best) + abs(bound))
    for found in opportunities(problem, solution.prices, solution.layout):
        assert (found.cost <= found.ceiling + slack).all()
        told = np.flatnonzero(found.ceiling > 0)
        for chosen in (told[:1], told[-2:], np.arange(len(problem))):
            freed = released(problem, found.line, chosen)
            gained = best - enumerate_best(freed).objective
            assert gained <= room + found.ceiling[chosen].sum() + slack


@given(lined_problems(rows=2, columns=2))
def test_where_the_line_bars_nothing_that_pays_it_costs_nothing(problem: LayoutProblem) -> None:
    """Units on which the line bars no class, and classes that would not win, have no opportunity cost."""
    layout = problem.today
    for found in opportunities(problem, Prices(), layout):
        extra = (problem.options.without[found.line] & ~problem.options.allowed).any(axis=1)
        assert (found.cost[~extra] == 0).all()
        assert (found.ceiling[~extra] == 0).all()
        assert (found.cost >= 0).all()
        moved = found.becomes != layout
        assert (found.cost[moved] > 0).all()


def _support(problem: LayoutProblem, prices: Prices) -> float:
    """What the bounds are worth at the prices."""
    worth = 0.0
    for row in problem.rows:
        price = prices.get(row.key) or 0.0
        worth += price * (row.lower if price > 0 else row.upper) if price else 0.0
    return worth
