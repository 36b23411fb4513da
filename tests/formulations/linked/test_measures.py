from __future__ import annotations

from dataclasses import replace
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pyomo.environ as pyo
import pytest
from hypothesis import given
from hypothesis import strategies as st

from formulations.core.attainable_range import range_of
from formulations.core.indicator import Indicator
from formulations.core.solution import SolveSettings, Watch
from formulations.linked.measures import MeasuresSide, measures_model, side_of
from formulations.linked.measures_plan import MeasuresFigures
from formulations.linked.rounds import solve_linked
from formulations.linked.siting import Siting
from instances.materials.factors import read_plain_factors
from instances.materials.measures import GRID, Measure, Measures
from instances.rules.districts import Districts
from instances.study.findings import Findings
from instances.study.model_tables import ModelTable
from instances.units.grid import FloatArray
from tests.formulations.linked.test_linked import land_problem
from tests.support.enumeration import layouts

EXACT = SolveSettings(room=1e-7)
ANY = Measure("any", "power", "MW", 1.0, 0.5, 2.0, False, 1.0, np.inf, 0.0, False, -1, "")


def made(lines: list[Measure], districts: Districts, **table: Any) -> Measures:
    """Measures of some districts."""
    told = {"kind": "measures", "by": "d", "of": "roofs", "measures": "m.csv", **table}
    factors = read_plain_factors(GRID, None, Path(), "", Findings())
    xy = np.zeros((len(districts), 2))
    return Measures("m", ModelTable.model_validate(told), districts, "roofs", tuple(lines), xy, factors)


def parts(count: int) -> Districts:
    """Districts of one unit each."""
    return Districts("d", tuple(f"d{k}" for k in range(count)), np.arange(count, dtype=np.int32))


def best(measures: Measures, room: FloatArray) -> MeasuresFigures:
    """What is best done beside so much room (districts,)."""
    side = side_of(measures, Indicator("roofs", "ha"), room, room)
    plan = Siting(side.side).whole(room, 1e-7, EXACT, Watch())
    figures = MeasuresFigures(measures, side.plan(plan), room)
    assert figures.tco2e() == pytest.approx(plan.objective, abs=1e-5)
    assert plan.bound <= plan.objective + 1e-6
    return figures


def test_roofs_and_money_by_hand() -> None:
    """Two districts with 3 and 1 ha of roofs and 100 of money: photovoltaics cut 10 for 20 on 1 ha, and are
    taken until roofs or money end; what cuts more for its money comes first."""
    power = replace(ANY, cut=10.0, low=8.0, high=12.0, cost=20.0, needs=1.0)
    walls = replace(ANY, name="walls", strategy="houses", cut=6.0, low=6.0, high=6.0, cost=6.0, most=5.0)
    figures = best(made([power, walls], parts(2), budget=100.0), np.array([3.0, 1.0]))
    assert -figures.tco2e() == pytest.approx(30.0 + 70 / 20 * 10)
    assert figures.cost.sum() == pytest.approx(100.0)
    assert (figures.used <= figures.room + 1e-9).all()
    assert -figures.tco2e("high") == pytest.approx(30.0 + 3.5 * 8.0)
    assert -figures.tco2e("low") == pytest.approx(30.0 + 3.5 * 12.0)


def test_a_share_of_the_cut_and_a_budget_of_a_strategy_bind() -> None:
    """Houses must bear half of the cut and may cost 12: 12 of cut, so no more than 12 of power."""
    power = replace(ANY, cut=10.0, high=12.0, low=8.0, cost=1.0, most=100.0)
    houses = replace(ANY, name="walls", strategy="houses", cut=6.0, low=6.0, high=6.0, cost=6.0, most=9.0)
    figures = best(made([power, houses], parts(1), shares={"houses": 50}, budgets={"houses": 12}), np.ones(1))
    assert -figures.tco2e() == pytest.approx(24.0)


def test_power_that_replaces_the_grid_cuts_what_the_grid_emits() -> None:
    """1,000 MWh at 0.5366 tCO2e, and 0.1 to 0.9 with 800 to 1,200 MWh."""
    sun = replace(ANY, cut=1000.0, low=800.0, high=1200.0, electric=True, most=2.0)
    figures = best(made([sun], parts(1)), np.zeros(1))
    assert figures.tco2e() == pytest.approx(-2 * 536.6)
    assert figures.tco2e("high") == pytest.approx(-2 * 80.0)
    assert figures.tco2e("low") == pytest.approx(-2 * 1080.0)


def test_nothing_to_do_is_an_answer() -> None:
    """No room, no money: nothing done, nothing cut."""
    power = replace(ANY, needs=1.0)
    assert best(made([power], parts(2)), np.zeros(2)).tco2e() == 0.0
    assert best(made([replace(ANY, most=4.0)], parts(2), budget=0.0), np.ones(2)).tco2e() == 0.0


@given(st.integers(0, 100_000), st.sampled_from([6.0, 15.0, 60.0]), st.sampled_from([0.0, 30.0]))
def test_whole_measures_are_the_best_of_all_numbers(seed: int, budget: float, share: float) -> None:
    """Three measures counted whole in two districts: every choice of numbers tried."""
    rng = np.random.default_rng(seed)
    lines = [
        replace(
            ANY, name=f"m{k}", strategy=("power", "houses")[k % 2], whole=True, cut=float(rng.integers(1, 9)),
            low=0.0, high=99.0, cost=float(rng.integers(1, 9)), most=float(rng.integers(1, 3)),
            needs=float(rng.integers(0, 2)), district=(-1, 0, -1)[k],
        )
        for k in range(3)
    ]  # fmt: skip
    measures = made(lines, parts(2), budget=budget, shares={"houses": share})
    room = rng.integers(0, 4, 2).astype(float)
    line, district = measures.offers
    cut, cost, needs = (
        np.array([getattr(one, key) for one in lines])[line] for key in ("cut", "cost", "needs")
    )
    houses = np.array([one.strategy == "houses" for one in lines])[line]
    least = 0.0
    for numbers in product(range(3), repeat=len(line)):
        x = np.array(numbers, dtype=float)
        of_line = np.bincount(line, x, 3)
        used = np.bincount(district[district >= 0], (x * needs)[district >= 0], 2)
        fits = (of_line <= [one.most for one in lines]).all() and (used <= room).all()
        if fits and x @ cost <= budget and (x * houses) @ cut >= share / 100 * (x @ cut) - 1e-9:
            least = min(least, -float(x @ cut))
    assert best(measures, room).tco2e() == pytest.approx(least, abs=1e-6)


@pytest.mark.parametrize("seed", range(2))
def test_land_and_measures_together_are_as_enumerated(seed: int) -> None:
    """Every layout of six units, beside it the best measures on the room of its fields: the plan is the best
    of all, the bound below it."""
    problem, fields, villages = land_problem(seed)
    sun = replace(ANY, cut=0.8, low=0.5, high=1.0, cost=1.0, needs=1.0)
    plant = replace(ANY, name="plant", cut=30.0, low=20.0, high=40.0, cost=50.0, most=2.0, whole=True)
    measures = made([sun, plant], villages, budget=220.0)
    side = _side(measures, problem, fields)
    solution, together = solve_linked(problem, [side.side], SolveSettings(gap=1e-6), Watch())
    least = min(
        problem.objective.evaluate(layout) + best(measures, side.side.values(layout)).tco2e()
        for layout in layouts(problem)
        if problem.holds(layout)
    )
    assert together is not None
    assert together.objective == pytest.approx(least, abs=0.01)
    assert together.bound <= least + 1e-6
    assert solution.objective == pytest.approx(together.objective)


def _side(measures: Measures, problem: Any, fields: Indicator) -> MeasuresSide:
    return side_of(measures, fields, *range_of(fields, measures.districts, problem.options))


def test_every_row_says_its_equation() -> None:
    """Each constraint and the objective carry an equation with a unit in ``doc``."""
    measures = made([replace(ANY, needs=1.0)], parts(2), budget=5, budgets={"power": 4}, shares={"power": 1})
    model = measures_model(measures, np.zeros(2), np.ones(2))
    found = list(model.component_objects((pyo.Constraint, pyo.Objective)))
    assert len(found) == 6
    assert all("[" in part.doc for part in found)
