from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given

from formulations.core.problem import LayoutProblem
from formulations.core.solution import SolveSettings, Watch
from formulations.exact.model import solve_exact
from formulations.sensitivity import relaxation as relaxation_module
from formulations.sensitivity.edges import LOWER, NONE, UPPER, edges, step_beyond
from formulations.sensitivity.limit_prices import LimitPrices, limit_prices
from tests.formulations.sensitivity.test_price_ranges import terraces
from tests.support.enumeration import enumerate_best, layouts
from tests.support.random_problems import problems

TIGHT = SolveSettings(gap=1e-6)
OUTRAGEOUS = 573_271.0
"""What a solver may say that a hectare costs which does not exist."""


@pytest.fixture(params=["whole", "priced"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Both relaxations: one linear program, and prices by minimum cuts."""
    if request.param == "priced":
        monkeypatch.setattr(relaxation_module, "EXACT_UNITS", -1)
    return str(request.param)


def priced(problem: LayoutProblem, price: list[float]) -> LimitPrices:
    """What is told of the limits of a problem of which a solve left these prices."""
    layout = solve_exact(problem, TIGHT, Watch()).layout
    assert layout is not None
    return limit_prices(problem, problem.prices(np.array(price)), layout, TIGHT, Watch())


def both(crop: float, wood: float) -> LayoutProblem:
    """The terraces with hectares of cropland and hectares of wood asked for."""
    problem, other = terraces(crop), terraces(20 - wood, sense=-1.0).limits[0]
    wooded = replace(other, at_least=np.array([wood]), at_most=np.array([np.inf]))
    wooded = replace(wooded, indicator=replace(wooded.indicator, name="wood"))
    return replace(problem, limits=(*problem.limits, wooded))


def saved(problem: LayoutProblem, loosened: LayoutProblem) -> float:
    """What loosening saves, by the best plans of both."""
    one, other = (solve_exact(each, TIGHT, Watch()).objective for each in (problem, loosened))
    return one - other


@pytest.mark.usefixtures("way")
def test_where_all_land_is_asked_for_the_price_is_of_one_hectare_less() -> None:
    """Twenty of twenty hectares: there is no next one, and letting the dearest go saves 6."""
    found = priced(terraces(20.0), [OUTRAGEOUS])
    assert found.edges.tolist() == [LOWER]
    assert found.told.values == pytest.approx([6.0])
    assert saved(terraces(20.0), terraces(19.0)) == pytest.approx(6.0)
    (held,) = found.ranges
    assert held is not None
    assert held.high == 20.0
    assert held.low == pytest.approx(20.0 * (1 - 0.64))  # 10 x 6 + 2.8 x 4 is within a tenth of 12.8 x 6
    assert found.value == pytest.approx(0.0, abs=1e-6)


@pytest.mark.usefixtures("way")
def test_where_nothing_is_allowed_the_price_is_of_one_hectare_more() -> None:
    """At most no hectare of wood: less than nothing there is not, and allowing one saves 6."""
    found = priced(terraces(20.0, sense=-1.0), [-OUTRAGEOUS])
    assert found.edges.tolist() == [UPPER]
    assert found.told.values == pytest.approx([-6.0])


@pytest.mark.usefixtures("way")
def test_another_limit_may_be_what_leaves_no_next_hectare() -> None:
    """Twelve hectares of crops and eight of wood are all twenty: one less of crops saves 6."""
    found = priced(both(12.0, 8.0), [OUTRAGEOUS, OUTRAGEOUS / 2])
    assert found.edges[0] == LOWER
    assert (
        found.told.values[0] == pytest.approx(saved(both(12.0, 8.0), both(11.0, 8.0))) == pytest.approx(6.0)
    )


@pytest.mark.usefixtures("way")
def test_where_a_next_hectare_exists_its_price_is_told_as_before() -> None:
    """Nineteen of twenty: the last one can still be asked for, at 6."""
    found = priced(terraces(19.0), [6.0])
    assert found.edges.tolist() == [NONE]
    assert found.told.values == pytest.approx([6.0])
    assert found.prices.values == pytest.approx(found.told.values)


@pytest.mark.parametrize(("bound", "step"), [(100.0, 1.0), (10.0, 0.2), (0.0, 1.0), (-5.0, 0.1)])
def test_a_step_is_a_unit_or_a_fiftieth(bound: float, step: float) -> None:
    """Small bounds are asked for a little more only, nothing for one whole unit."""
    assert step_beyond(bound) == pytest.approx(step)


@pytest.mark.slow
@given(problems(rows=2, columns=3, classes=3))
def test_no_layout_goes_a_step_beyond_an_edge(problem: LayoutProblem) -> None:
    """Held against every layout: whatever the prices, what is called an edge is one, by the options alone or
    by the other limits; and prices prove no more than the best layout costs."""
    best = enumerate_best(problem)
    if best.layout is None:
        return
    prices = problem.prices(np.where(np.isfinite([row.lower for row in problem.rows]), 1.0, -1.0))
    values = np.array([problem.values(each) for each in layouts(problem)])
    for number, side in enumerate(edges(problem, problem.values(best.layout), prices)):
        row = problem.rows[number]
        bound = row.lower if side == LOWER else row.upper
        if side != NONE:
            assert (side * (values[:, number] - bound) < step_beyond(bound)).all()
    found = limit_prices(problem, prices, best.layout, TIGHT, Watch())
    assert found.value <= best.objective + 1e-6 * (1.0 + abs(best.objective))
    kept = np.array([problem.holds(each) for each in layouts(problem)])
    for number in np.flatnonzero(found.edges):
        row, side = problem.rows[number], found.edges[number]
        bound = row.lower if side == LOWER else row.upper
        assert (side * (values[kept, number] - bound) < step_beyond(bound) + 1e-9).all()
