from __future__ import annotations

from dataclasses import replace
from itertools import product

import numpy as np
import pytest

from formulations.core.attainable_range import range_of
from formulations.core.indicator import CellTerm, Indicator
from formulations.core.problem import LayoutProblem, Limit, Options
from formulations.core.solution import SolveSettings, Termination, Watch
from formulations.exact.handover import program_of
from formulations.exact.highs import solve
from formulations.linked import rounds
from formulations.linked.cycle import CycleSide, cycle_model, side_of
from formulations.linked.cycle_plan import CycleFigures
from formulations.linked.rounds import solve_linked
from formulations.linked.siting import Siting
from formulations.solving import solve_without_sizes
from instances.rules.districts import Districts
from instances.units.grid import FloatArray
from tests.support.enumeration import layouts
from tests.support.made_cycles import made_cycle

SETTINGS = SolveSettings(gap=1e-6)
UNITS, VILLAGES = 6, 3


def land_problem(seed: int) -> tuple[LayoutProblem, Indicator, Districts]:
    """Six units of 100 ha or so in three villages, each forest, cropland or town: emissions by chance, and a
    limit on cropland."""
    rng = np.random.default_rng(seed)
    villages = Districts("villages", ("v0", "v1", "v2"), np.array([0, 0, 1, 1, 2, 2], dtype=np.int32))
    area, today = rng.uniform(50.0, 150.0, UNITS), np.full(UNITS, 1, dtype=np.uint8)
    unit = np.arange(UNITS)
    emissions = Indicator(
        "net_emissions", "tCO2e/yr", (CellTerm(area, unit, rng.normal(0.0, 0.6, (UNITS, 3))),)
    )
    table = np.tile([0.0, 1.0, 0.0], (UNITS, 1))
    cropland = Indicator("models.cycle", "ha", (CellTerm(area, unit, table),))
    least = np.array([0.3 * area.sum()])
    limit = Limit(cropland, Districts.whole(UNITS), least, np.array([np.inf]), "limits[0]")
    allowed = np.ones((UNITS, 3), dtype=bool)
    allowed[0, [0, 2]] = False
    options = Options(np.arange(UNITS, dtype=np.int32), allowed)
    problem = LayoutProblem(
        options, ((1.0, emissions),), (limit,), ("forest", "cropland", "town"), today, area
    )
    return problem, cropland, villages


def made(seed: int, **more: float) -> tuple[LayoutProblem, CycleSide]:
    """That problem, with a cycle of its three villages and two sites."""
    problem, cropland, villages = land_problem(seed)
    cycle = made_cycle(villages, seed, **more)  # type: ignore[arg-type]
    return problem, side_of(cycle, cropland, *range_of(cropland, villages, problem.options))


def best_of_plants(found: CycleSide, land_ha: FloatArray) -> float:
    """The least C beside so much land, every choice of plants tried: each leaves a linear program."""
    side, best = found.side, np.inf
    y = found.place[0].reshape(len(found.cycle.sites), -1)
    for kinds in product(range(-1, y.shape[1]), repeat=len(y)):
        program = side.at(land_ha).relaxed
        lower, upper = program.lower.copy(), program.upper.copy()
        upper[y.ravel()] = 0.0
        for site, kind in enumerate(kinds):
            if kind >= 0:
                lower[y[site, kind]] = upper[y[site, kind]] = 1.0
        fixed = type(program)(
            program.cost, program.offset, program.matrix, program.row_lower, program.row_upper, lower, upper,
            program.whole,
        )  # fmt: skip
        outcome = solve(fixed, SETTINGS, Watch())
        best = min(best, np.inf if outcome.objective is None else outcome.objective)
    return best


def enumerated(problem: LayoutProblem, found: CycleSide) -> float:
    """The least objective of all parts: every layout, and beside it every choice of plants."""
    known: dict[bytes, float] = {}
    best = np.inf
    for layout in layouts(problem):
        if problem.holds(layout):
            land = found.side.values(layout)
            key = land.round(6).tobytes()
            if key not in known:
                known[key] = best_of_plants(found, land)
            best = min(best, problem.objective.evaluate(layout) + known[key])
    return best


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("stacked", [True, False])
def test_three_villages_and_two_sites_are_as_enumerated(
    seed: int, stacked: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Layout and plants together: no bound lies above the best of all layouts and plants, and no plan below
    it; one program for both finds it, prices of the links come near and say how near."""
    problem, found = made(seed)
    if not stacked:
        monkeypatch.setattr(rounds, "choose", lambda problem: ("decompose", ""))
    solution, together = solve_linked(problem, [found.side], SETTINGS, Watch())
    best = enumerated(problem, found)
    assert together is not None
    assert together.bound <= best + 1e-6
    assert together.objective >= best - 1e-6
    assert together.objective == pytest.approx(solution.objective)
    if stacked:
        assert together.objective == pytest.approx(best, abs=0.01)
        assert together.objective - together.bound <= 0.02


def test_layout_first_and_siting_after_keeps_an_honest_bound() -> None:
    """Without the link the plan is no better than with it, and the bound still holds for both."""
    problem, found = made(1)
    linked = solve_linked(problem, [found.side], SETTINGS, Watch())[1]
    apart = solve_linked(problem, [found.side], SETTINGS, Watch(), link=False)[1]
    assert linked is not None
    assert apart is not None
    assert apart.objective >= linked.objective - 1e-6
    assert apart.bound <= linked.objective + 1e-6


@pytest.mark.parametrize("seed", range(4))
def test_no_choice_of_plants_is_below_the_bound_of_the_siting(seed: int) -> None:
    """Beside a given layout: whole plants are those of the best of all choices, the bound is below it."""
    problem, found = made(seed, budget=200.0 + 100 * seed, scale=0.5)
    land = found.side.values(problem.today)
    plan = Siting(found.side).whole(land, 1e-4, SETTINGS, Watch())
    best = best_of_plants(found, land)
    assert plan.objective == pytest.approx(best, abs=1e-3)
    assert plan.bound <= best + 1e-6


def test_mass_and_nitrogen_balance_and_the_objective_is_what_flows_amount_to() -> None:
    """Of a plan: what arises is collected or stays, plants take no more than they can, nitrogen kept comes
    back whole within what fields may take, and C is the sum of factors and amounts."""
    problem, found = made(2)
    cycle, land = found.cycle, found.side.values(problem.today)
    plan = Siting(found.side).whole(land, 1e-4, SETTINGS, Watch())
    figures = CycleFigures(cycle, found.plan(plan), land)
    assert figures.tco2e() == pytest.approx(plan.objective, abs=1e-3)
    assert figures.tco2e("low") <= figures.tco2e() <= figures.tco2e("high")
    assert (figures.collected <= figures.arises + 1e-6).all()
    kinds = figures.plan.kind
    assert (figures.load[kinds < 0] == 0).all()
    room = [cycle.plants[kind].capacity_t for kind in kinds[kinds >= 0]]
    assert (figures.load[kinds >= 0] <= np.array(room) + 1e-6).all()
    _, stream, site, technique = figures.plan.flow
    kept = np.array([cycle.figure("retained", name) for name in ("compost", "biogas")])[technique]
    taken = np.bincount(site, figures.plan.t * kept * cycle.by_stream("nitrogen")[stream], len(cycle.sites))
    assert np.bincount(figures.plan.back[1], figures.plan.kg, len(cycle.sites)) == pytest.approx(taken)
    assert (figures.brought_back <= 170.0 * land + 1e-6).all()


def test_a_linked_model_with_free_links_has_its_own_optimum() -> None:
    """Where no layout is better than another, the layout is the one that the cycle likes best."""
    problem, found = made(3)
    weightless = LayoutProblem(
        problem.options,
        ((0.0, problem.parts[0][1]),),
        (),
        problem.class_names,
        problem.today,
        problem.area_ha,
    )
    together = solve_linked(weightless, [found.side], SolveSettings(room=1e-4), Watch())[1]
    lands = {found.side.values(layout).tobytes(): found.side.values(layout) for layout in layouts(weightless)}
    assert together is not None
    assert together.objective == pytest.approx(
        min(best_of_plants(found, land) for land in lands.values()), abs=1e-3
    )


def test_strong_rows_are_those_of_the_algebra() -> None:
    """The matrix of strong rows and the Pyomo model's: the same program, row by row."""
    problem, found = made(0)
    low, high = range_of(found.side.indicator, found.cycle.villages, problem.options)
    model = cycle_model(found.cycle, low, high, strong=True)
    given = program_of(model)
    rows = [number for number, row in enumerate(given.constraints) if row.name.startswith("strong")]
    assert len(rows) == found.side.strong.shape[0]
    assert (given.program.matrix[rows].toarray() == found.side.strong.toarray()).all()
    assert (given.program.row_upper[rows] == 0).all()


def test_every_row_of_the_cycle_says_its_equation() -> None:
    """Each constraint and the objective carry an equation with a unit in ``doc``."""
    import pyomo.environ as pyo

    _, found = made(0, budget=500.0)
    land = np.full(VILLAGES, 100.0)
    model = cycle_model(found.cycle, land, land, strong=True)
    parts = list(model.component_objects((pyo.Constraint, pyo.Objective)))
    assert len(parts) == 9
    for part in parts:
        assert part.doc is not None
        assert "[" in part.doc


def test_a_layout_linked_with_nothing_is_the_layout_alone() -> None:
    """Where villages give off nothing the cycle costs nothing: objective, bound and layout are to the digit
    those of the layout by itself."""
    problem, cropland, villages = land_problem(5)
    cycle = made_cycle(villages, 5, scale=0.0)
    nothing = replace(cycle.factors["straw", "", ""], value=0.0)
    idle = replace(cycle, factors={**cycle.factors, ("straw", "", ""): nothing})
    found = side_of(idle, cropland, *range_of(cropland, villages, problem.options))
    alone = solve_without_sizes(problem, SETTINGS, Watch())
    solution, together = solve_linked(problem, [found.side], SETTINGS, Watch())
    assert together is not None
    assert solution.layout is not None
    assert alone.layout is not None
    assert (solution.layout == alone.layout).all()
    assert solution.objective == alone.objective
    assert solution.bound == alone.bound


def test_the_ending_is_that_of_all_parts() -> None:
    """Land alone is at its bound, land and plants one after the other are not near theirs: what is told is
    why all parts together ended."""
    problem, found = made(1)
    narrow = replace(SETTINGS, room=1e-9)
    alone = solve_without_sizes(problem, narrow, Watch())
    apart, together = solve_linked(problem, [found.side], narrow, Watch(), link=False)
    assert together is not None
    assert together.objective - together.bound > 1.0
    assert (alone.termination, apart.termination) == (Termination.GAP, Termination.EXHAUSTED)
    near, _ = solve_linked(problem, [found.side], replace(SETTINGS, room=1e6), Watch())
    assert near.termination is Termination.GAP
