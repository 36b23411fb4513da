from __future__ import annotations

from dataclasses import replace
from itertools import product

import numpy as np
import pytest

from formulations.core.attainable_range import range_of
from formulations.core.indicator import CellTerm, Indicator
from formulations.core.problem import LayoutProblem, Options
from formulations.core.solution import SolveSettings, Watch
from formulations.exact.highs import solve
from formulations.linked import rounds
from formulations.linked.claims import Asked, held_to
from formulations.linked.cycle import CycleSide, side_of
from formulations.linked.rounds import solve_linked
from formulations.linked.side import Claimed
from instances.materials import claims
from instances.materials.claims import claim_of
from instances.units.grid import FloatArray
from tests.formulations.linked.test_linked import land_problem
from tests.support.enumeration import layouts
from tests.support.made_cycles import made_cycle

SETTINGS = SolveSettings(gap=1e-6)
TOWN = np.array([False, False, True])
ASKED = np.array([0, 0, 1, 1, 1]), np.array([0, 2, 2, 3, 5])
"""The first site asks units 0 and 2 to be town, the second 2, 3 and 5."""


def made(seed: int) -> tuple[LayoutProblem, CycleSide, CycleSide]:
    """Six units in three villages, a cycle whose two sites ask some of them to be town, and the same cycle
    whose sites ask nothing."""
    problem, cropland, villages = land_problem(seed)
    cycle = made_cycle(villages, seed, scale=3.0)
    between = range_of(cropland, villages, problem.options)
    free = side_of(cycle, cropland, *between)
    claim = claim_of("site_classes", TOWN, ASKED, problem.today, "models.cycle.site_classes")
    assert problem.area_ha is not None
    table = np.tile(TOWN.astype(float), (len(problem), 1))
    indicator = Indicator("claimed", "ha", (CellTerm(problem.area_ha, np.arange(len(problem)), table),))
    low, high = range_of(indicator, claim.parts, problem.options)
    area = claim.parts.total(problem.area_ha)
    asked = Asked((Claimed(indicator, claim.parts, TOWN),), (area,), (low,), (high,))
    return problem, side_of(replace(cycle, claims=(claim,)), cropland, *between, asked), free


def best_of_plants(free: CycleSide, land_ha: FloatArray, able: tuple[bool, ...]) -> float:
    """The least C beside so much land, every choice of plants at the sites that are able tried."""
    y, best = free.place[0].reshape(2, -1), np.inf
    for kinds in product(*(range(-1, y.shape[1]) if may else (-1,) for may in able)):
        program = free.side.at(land_ha).relaxed
        lower, upper = program.lower.copy(), program.upper.copy()
        upper[y.ravel()] = 0.0
        for site, kind in enumerate(kinds):
            if kind >= 0:
                lower[y[site, kind]] = upper[y[site, kind]] = 1.0
        outcome = solve(replace(program, lower=lower, upper=upper), SETTINGS, Watch())
        best = min(best, np.inf if outcome.objective is None else outcome.objective)
    return best


def enumerated(problem: LayoutProblem, free: CycleSide) -> float:
    """The least objective of all parts: every layout, and plants where their ground is town."""
    known: dict[tuple[bytes, tuple[bool, ...]], float] = {}
    best, (site, unit) = np.inf, ASKED
    for layout in layouts(problem):
        if problem.holds(layout):
            town = TOWN[layout[unit]]
            able = (bool(town[site == 0].all()), bool(town[site == 1].all()))
            land = free.side.values(layout)
            key = land.round(6).tobytes(), able
            if key not in known:
                known[key] = best_of_plants(free, land, able)
            best = min(best, problem.objective.evaluate(layout) + known[key])
    return best


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize(("stacked", "one_each"), [(True, 1_000), (False, 1_000), (False, 0)])
def test_plants_stand_only_on_ground_of_their_class_as_enumerated(
    seed: int, stacked: bool, one_each: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Land, and plants where all of their ground is town: no bound lies above the best of all layouts and
    plants, and no plan below it, nor without its ground; one program for both finds it."""
    monkeypatch.setattr(claims, "ONE_EACH", one_each)
    problem, found, free = made(seed)
    if not stacked:
        monkeypatch.setattr(rounds, "choose", lambda problem: ("decompose", ""))
    solution, together = solve_linked(problem, [found.side], SETTINGS, Watch())
    best = enumerated(problem, free)
    assert together is not None
    assert solution.layout is not None
    assert together.bound <= best + 1e-6
    assert together.objective >= best - 1e-6
    site, unit = ASKED
    for place in np.flatnonzero(found.plan(together.plans[0]).kind >= 0):
        assert TOWN[together.layout[unit[site == place]]].all()
    if stacked:
        assert together.objective == pytest.approx(best, abs=0.01)


def test_a_site_whose_ground_no_layout_gives_has_no_plant() -> None:
    """Where unit 2 can never be town, both sites stay empty, and the bound is that of no plants at all."""
    problem, _, _ = made(0)
    allowed = problem.options.allowed.copy()
    allowed[2, 2] = False
    problem = replace(problem, options=Options(problem.options.kind, allowed))
    _, found, _ = made(0)
    claim = found.side.claims[0]
    low, high = range_of(claim.indicator, claim.parts, problem.options)
    asked = Asked((claim,), (claim.parts.total(problem.areas),), (low,), (high,))
    between = range_of(found.side.indicator, found.side.districts, problem.options)
    barred = side_of(found.cycle, found.side.indicator, *between, asked)
    _, together = solve_linked(problem, [barred.side], SETTINGS, Watch())
    assert together is not None
    assert (barred.plan(together.plans[0]).kind == -1).all()


def test_options_are_held_to_what_sites_ask_unit_by_unit() -> None:
    """Units 1 and 2 of one kind: the one that is asked keeps the classes that will do, the other all."""
    options = Options(np.array([0, 0, 0, 1], dtype=np.int32), np.array([[True] * 3, [True, False, True]]))
    units = np.array([False, True, False, True])
    held = held_to(options, [(TOWN, units)])
    every, town = [True] * 3, [False, False, True]
    assert held.allowed[held.kind].tolist() == [every, town, every, town]
