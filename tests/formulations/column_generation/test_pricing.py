"""Pricing: the best layout at given prices, against every layout tried."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from formulations.column_generation.decomposition import Decomposition
from formulations.column_generation.graph_cut_structure import outside_structure
from formulations.column_generation.measure import support
from formulations.core.indicator import CellTerm, Indicator, PairTerm
from formulations.core.problem import LayoutProblem, Limit, Options
from instances.rules.districts import Districts
from tests.support.enumeration import layouts
from tests.support.random_problems import problems


def lagrangian(problem: LayoutProblem, price: np.ndarray, layout: np.ndarray) -> float:
    """Cost of a layout less what the limits pay at prices (rows,), by the indicators alone."""
    return problem.objective.evaluate(layout) - float(price @ problem.values(layout))


@given(problems(), st.integers(0, 2**32 - 1))
def test_no_layout_is_cheaper_at_the_prices(problem: LayoutProblem, seed: int) -> None:
    """At any prices of the sign their bounds allow, the priced layout is the cheapest of all, on rasters and
    irregular graphs, with bundles, district limits and two coupled sets; the bound never exceeds it."""
    assume(not outside_structure(problem))
    model = Decomposition(problem)
    price = model.signed(np.random.default_rng(seed).normal(0.0, 20.0, len(model.rows)))
    measured, bound = model.price(price)
    assert problem.options.permits(measured.layout).all()
    best = min(lagrangian(problem, price, layout) for layout in layouts(problem))
    found = lagrangian(problem, price, measured.layout)
    assert found == pytest.approx(best, rel=1e-7, abs=1e-7)
    assert bound <= best + support(model.rows, price) + 1e-9 * max(1.0, abs(best))


def test_two_neighbours_join_when_their_edge_pays_for_both() -> None:
    """Two units that each lose 3 by turning green turn together when their edge earns more than 6, by
    hand."""
    whole = np.zeros(2, np.int32)
    loss = Indicator("loss", "t", (CellTerm(np.ones(2), whole, np.array([[0.0, 3.0]])),))
    pair = PairTerm(np.array([0], np.int32), np.array([1], np.int32), np.ones(1), np.array([False, True]))
    edge = Indicator("edge", "km", pairs=(pair,))
    options = Options(whole, np.ones((1, 2), bool))
    for weight, expected in ((5.9, [0, 0]), (6.1, [1, 1])):
        problem = LayoutProblem(
            options, ((1.0, loss), (-weight, edge)), (), ("grey", "green"), np.zeros(2, np.uint8)
        )
        measured, bound = Decomposition(problem).price(np.zeros(0))
        assert measured.layout.tolist() == expected
        assert bound == pytest.approx(min(0.0, 6.0 - weight), abs=1e-6)
        assert bound <= min(0.0, 6.0 - weight)


def test_the_price_of_connectivity_is_the_weight_of_an_edge() -> None:
    """A limit on connectivity at price 7 makes two neighbours join that lose 6 by it, by hand."""
    whole = np.zeros(2, np.int32)
    loss = Indicator("loss", "t", (CellTerm(np.ones(2), whole, np.array([[0.0, 3.0]])),))
    pair = PairTerm(np.array([0], np.int32), np.array([1], np.int32), np.ones(1), np.array([False, True]))
    limit = Limit(Indicator("edge", "km", pairs=(pair,)), Districts.whole(2), np.ones(1), np.full(1, np.inf))
    options = Options(whole, np.ones((1, 2), bool))
    problem = LayoutProblem(options, ((1.0, loss),), (limit,), ("grey", "green"), np.zeros(2, np.uint8))
    model = Decomposition(problem)
    assert model.price(np.array([5.0]))[0].layout.tolist() == [0, 0]
    measured, bound = model.price(np.array([7.0]))
    assert measured.layout.tolist() == [1, 1]
    assert bound == pytest.approx(6.0 - 7.0 + 7.0, abs=1e-6)
