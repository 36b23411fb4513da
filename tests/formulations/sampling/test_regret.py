from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from formulations.core.indicator import CellTerm, Indicator
from formulations.core.problem import LayoutProblem, Limit, Options
from formulations.core.solution import Termination
from formulations.sampling.questions import Answer, Question
from formulations.sampling.regret import Draw, Found, costs, mean_rates, rates_matter, regrets, value
from instances.carbon.conversion import EmissionRates
from instances.rules.districts import Districts
from instances.units.grid import FloatArray
from tests.support.oracles import oracle_of, small_base

ONE = np.zeros(2, dtype=np.uint8)


def rates(forest: float, crop: float) -> EmissionRates:
    """Two classes, cropland and forest, with these fluxes."""
    none = np.zeros((2, 2))
    return EmissionRates("made", np.array([crop, forest]), none, none, none, none, False)


def two_cells(limit: float | None = None, at: EmissionRates | None = None) -> LayoutProblem:
    """Two cells of 1 and 2 ha, cropland today, that may become forest: the smaller one or both change."""
    area = np.array([1.0, 2.0])
    net = Indicator("net_emissions", "tCO2e/yr", (CellTerm(area, ONE, (at or rates(-1.0, 0.0)).total),))
    limits: tuple[Limit, ...] = ()
    if limit is not None:
        whole = Districts.whole(2)
        limits = (Limit(net, whole, np.array([-np.inf]), np.array([limit])),)
    options = Options(np.zeros(2, dtype=np.int32), np.ones((1, 2), dtype=bool))
    return LayoutProblem(options, ((1.0, net),), limits, ("cropland", "forest"), ONE)


def posed(at: Draw) -> LayoutProblem:
    """The two cells under a draw."""
    return two_cells(at=at.rates)


def plan(draw: Draw, layout: list[int], objective: float, bound: float) -> Found:
    """A plan found under a draw."""
    chosen = np.array(layout, dtype=np.uint8)
    answer = Answer(draw.name, Termination.GAP, "exact", chosen, objective, bound, np.zeros(0), (), gap=1e-6)
    return Found(draw, Question(draw.name), answer, chosen)


GIVEN, BAD, MILD = (
    Draw("as given", rates(-1.0, 0.0)),
    Draw("bad", rates(2.0, 0.0)),
    Draw("mild", rates(0.5, 1.0)),
)


def test_regret_is_counted_by_hand() -> None:
    """Forest on both cells (3 ha) costs -3, 6, 1.5; cropland costs 0, 0, 3; half and half -1, 2, 2.5.
    Regrets: forest 0, 6, 0; cropland 3, 0, 1.5; half 2, 2, 1: half and half loses least at the worst."""
    found = [
        plan(GIVEN, [1, 1], -3.0, -3.0),
        plan(BAD, [0, 0], 0.0, 0.0),
        plan(MILD, [1, 1], 1.5, 1.5),
        plan(GIVEN, [1, 0], -1.0, -3.0),
    ]
    told = value(posed, (GIVEN, BAD, MILD), found)
    by_layout = {tuple(layout.tolist()): n for n, layout in enumerate(told.layouts)}
    forest, crop, half = by_layout[1, 1], by_layout[0, 0], by_layout[1, 0]
    assert told.cost[forest].tolist() == [-3.0, 6.0, 1.5]
    assert told.most[forest].tolist() == [0.0, 6.0, 0.0]
    assert told.most[crop].tolist() == [3.0, 0.0, 1.5]
    assert told.most[half].tolist() == [2.0, 2.0, 1.0]
    assert told.chosen == half
    assert [told.layouts[n].tolist() for n in told.under] == [[1, 1], [0, 0], [1, 1]]


def test_what_is_not_proven_widens_the_regret() -> None:
    """With a bound of -1 below a best of 0 the regret of the best plan itself lies between 0 and 1."""
    found = [plan(GIVEN, [1, 1], -3.0, -3.0), plan(BAD, [0, 0], 0.0, -1.0)]
    told = value(posed, (GIVEN, BAD), found)
    crop = next(n for n, layout in enumerate(told.layouts) if not layout.any())
    assert (told.least[crop, 1], told.most[crop, 1]) == (0.0, 1.0)
    assert told.greatest[crop].tolist() == [3.0, 3.0]


def test_a_plan_as_good_as_proven_is_kept() -> None:
    """Of two plans that cost the same under a draw, the one as given stands for it."""
    twin = Draw("twin", rates(-1.0, -1.0))
    found = [plan(GIVEN, [1, 1], -3.0, -3.0), plan(twin, [0, 0], -3.0, -3.0)]
    told = value(posed, (GIVEN, twin), found)
    assert [told.layouts[n].tolist() for n in told.under] == [[1, 1], [1, 1]]


def test_a_plan_that_breaks_a_limit_under_a_draw_costs_without_end() -> None:
    """Where net emissions are limited, a plan may be no plan under other coefficients."""
    problem = two_cells(limit=1.0)
    assert costs(problem, [np.array([1, 1], dtype=np.uint8)]) == [-3.0]
    assert costs(two_cells(1.0, BAD.rates), [np.array([1, 1], dtype=np.uint8)]) == [np.inf]


def test_the_mean_of_draws_is_their_mean() -> None:
    """Rates are averaged part by part."""
    mean = mean_rates((GIVEN, BAD))
    assert mean.total.tolist() == ((GIVEN.rates.total + BAD.rates.total) / 2).tolist()


def test_coefficients_must_matter() -> None:
    """Without net emissions in objective or limits there is nothing to draw for."""
    problem = two_cells()
    area = Indicator("area", "ha", problem.parts[0][1].cells)
    assert rates_matter(problem)
    assert not rates_matter(replace(problem, parts=((1.0, area),)))


@pytest.mark.slow
def test_every_draw_is_answered_by_its_plan(tmp_path: Path) -> None:
    """On the small study: costs are the objective evaluated anew, no bound exceeds the least cost found."""
    instance, base = small_base(tmp_path / "study")
    own = instance.emissions

    def scaled(factor: float) -> EmissionRates:
        parts: dict[str, FloatArray] = {"flux": own.flux * factor, "stock": own.stock * factor}
        return replace(own, **parts)

    draws = [Draw("as given", own), Draw("weak", scaled(0.4)), Draw("turned", scaled(-1.0))]
    told = regrets(oracle_of(base), base, draws)
    assert (told.bound <= told.best + 1e-9).all()
    assert (told.least <= told.most).all()
    assert told.greatest[told.chosen, 1] <= told.greatest[:, 1].min() + told.tolerance
    assert len(told.in_draws) == 3
    for number, draw in enumerate(draws):
        problem = base.at(draw.rates).problem
        for row, layout in enumerate(told.layouts):
            assert problem.holds(layout)
            assert told.cost[row, number] == pytest.approx(problem.objective.evaluate(layout))
