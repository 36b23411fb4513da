"""Draws of carbon coefficients: one and the same draw in every indicator that rests on them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from formulations.indicators.carbon import OF_COEFFICIENTS, resting_on_coefficients
from formulations.posing import pose
from formulations.sampling.questions import Base
from formulations.sampling.regret import Draw, costs, mean_rates
from instances.carbon.coefficient_csv import read_set
from instances.carbon.conversion import EmissionRates, rates_with_layers
from instances.carbon.draws import Together, draw_sets, uncertain
from instances.instance import Instance, read
from instances.study.file import load_study
from instances.study.findings import Findings
from tests.support.small_study import write_study

INDICATORS = {
    "net_again": {"sum": {"sources": 1.0, "sinks": -1.0}},
    "stock_a_sink": {"ratio": ["carbon_stock", "sources"]},
    "twice": {"sum": {"net_again": 2.0}},
    "woods": {"sum": ["forest"]},
}
LIMITS = [
    {"indicator": "sinks", "at_least": "110%"},
    {"indicator": "carbon_balance", "at_least": 0.01},
    {"indicator": "carbon_stock", "at_least": "+10", "by": "townships"},
]


@pytest.fixture(scope="module")
def instance(tmp_path_factory: pytest.TempPathFactory) -> Instance:
    """The small study with limits on everything that carbon moves."""
    changed = {"indicators": INDICATORS, "limits": LIMITS}
    return read(load_study(write_study(tmp_path_factory.mktemp("redrawn"), changed)))


@pytest.fixture(scope="module")
def draws(instance: Instance) -> list[Draw]:
    """Four draws of all coefficients, each for itself."""
    study, classes = instance.study, instance.classes
    own = read_set(study.carbon.coefficients, Path(), classes.names, Findings())
    assert own is not None
    rows = uncertain(own, classes, study.carbon.has_energy)
    land = (study, classes, instance.today_ha, Findings(), instance.layers)
    return [
        Draw(one.name, rates_with_layers(one, *land)) for one in draw_sets(own, rows, 4, Together.ROWS, 3)
    ]


def layout_of(instance: Instance) -> np.ndarray:
    """A layout drawn at random."""
    return np.random.default_rng(5).integers(0, len(instance.classes), len(instance)).astype(np.uint8)


def by_hand(instance: Instance, rates: EmissionRates, layout: np.ndarray) -> dict[str, float]:
    """Sources, sinks and stock of a layout, unit by unit."""
    area, today = instance.grid.area_ha, instance.today
    parts = [area * part[today, layout] for part in rates.parts.values()]
    stocks = [np.nan_to_num(pool)[layout] * area for pool in rates.stocks.values()]
    return {
        "sources": float(sum(part[part > 0].sum() for part in parts)),
        "sinks": float(-sum(part[part < 0].sum() for part in parts)),
        "carbon_stock": float(sum(pool.sum() for pool in stocks)),
    }


def test_every_indicator_has_the_same_draw(instance: Instance, draws: list[Draw]) -> None:
    """Sources, sinks, stock, balance, and the sums and ratios of the study, under four draws."""
    base, layout = Base.of(instance, pose(instance)), layout_of(instance)
    for draw in draws:
        found = {name: one.evaluate(layout) for name, one in base.at(draw.rates).indicators.items()}
        told = by_hand(instance, draw.rates, layout)
        for name, value in told.items():
            assert found[name] == pytest.approx(value)
        assert found["net_emissions"] == pytest.approx(told["sources"] - told["sinks"])
        assert found["net_again"] == pytest.approx(found["net_emissions"])
        assert found["twice"] == pytest.approx(2 * found["net_emissions"])
        assert found["carbon_balance"] == pytest.approx(told["sinks"] / told["sources"])
        assert found["stock_a_sink"] == pytest.approx(told["carbon_stock"] / told["sources"])
        assert found["woods"] == base.indicators["woods"].evaluate(layout)


def test_shares_of_today_are_shares_of_the_draw_s_today(instance: Instance, draws: list[Draw]) -> None:
    """110 % of today's sinks is 110 % of what the draw makes them; the row of a ratio counts by it too."""
    base, layout = Base.of(instance, pose(instance)), layout_of(instance)
    for draw in draws:
        problem = base.at(draw.rates).problem
        sinks, balance, stock = problem.limits
        now, plan = (by_hand(instance, draw.rates, one) for one in (instance.today, layout))
        assert sinks.at_least == pytest.approx([1.1 * now["sinks"]])
        assert balance.evaluate(layout) == pytest.approx([plan["sinks"] - 0.01 * plan["sources"]])
        assert stock.at_least.sum() == pytest.approx(now["carbon_stock"] + 20)


def test_a_limit_on_any_of_them_may_break(instance: Instance, draws: list[Draw]) -> None:
    """Today's land has no 110 % of today's sinks under any draw: as a plan it costs without end."""
    base = Base.of(instance, pose(instance))
    for draw in draws:
        assert costs(base.at(draw.rates).problem, [instance.today]) == [np.inf]


def test_sums_of_what_rests_on_coefficients_rest_on_them(instance: Instance) -> None:
    """By whatever way; areas do not."""
    found = resting_on_coefficients(instance.study.indicators)
    assert found == OF_COEFFICIENTS | {"net_again", "stock_a_sink", "twice"}


def test_the_mean_of_draws_has_parts_and_stocks(instance: Instance, draws: list[Draw]) -> None:
    """Its parts add up to its total, and its stocks are their means."""
    mean = mean_rates(draws)
    np.testing.assert_allclose(np.sum([*mean.parts.values()], axis=0), mean.total, atol=1e-9)
    soils = np.mean([draw.rates.stocks["soil"] for draw in draws], axis=0)
    np.testing.assert_allclose(mean.stocks["soil"], soils)
