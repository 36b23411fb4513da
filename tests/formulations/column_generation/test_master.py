"""The master: its algebra is documented, its mixture is the linear optimum."""

from __future__ import annotations

import numpy as np
import pyomo.environ as pyo
import pytest
from scipy import sparse

from formulations.column_generation.master import Master, Mixture, master_model, ranked
from formulations.core.unit_types import Rows


def one_row(lower: float, upper: float) -> Rows:
    """Bounds of a single limit."""
    return Rows(np.array([lower]), np.array([upper]), np.zeros(1, np.int32), np.zeros(1, np.int32))


def test_every_constraint_says_its_equation() -> None:
    """No constraint, variable or objective of the master is without its equation or meaning."""
    model = master_model(one_row(1.0, 2.0), np.ones(1), np.ones(1), np.array([[3.0], [1.0]]), 1)
    for component in model.component_objects((pyo.Constraint, pyo.Objective, pyo.Var)):
        assert component.doc, component.name


def test_the_mixture_meets_the_limit_at_least_cost() -> None:
    """Layouts of 0 ha for 0 and 10 ha for 30 tCO2e/yr, 4 ha asked: 0.4 of the second, at 3 tCO2e/yr a
    hectare."""
    rows = one_row(4.0, np.inf)
    master = Master(rows, np.array([4.0]), np.array([1e6]), np.array([0.0]), sparse.csr_array([[0.0]]))
    master.add(np.array([30.0]), sparse.csr_array([[10.0]]))
    mixture = master.solve()
    assert mixture.value == pytest.approx(12.0)
    assert mixture.price == pytest.approx([3.0])
    assert mixture.weight == pytest.approx(np.array([[0.6, 0.4]]))
    assert mixture.missed == pytest.approx([0.0])


@pytest.mark.parametrize(("cost", "best"), [(30.0, 4.0), (-30.0, 6.0)])
def test_a_limit_with_two_bounds_holds_on_both_sides(cost: float, best: float) -> None:
    """From 4 to 6 ha asked: 4 ha where hectares cost 3 tCO2e/yr each, 6 ha where they save as much."""
    rows = one_row(4.0, 6.0)
    master = Master(rows, np.array([4.0]), np.array([1e6]), np.array([0.0]), sparse.csr_array([[0.0]]))
    master.add(np.array([cost]), sparse.csr_array([[10.0]]))
    mixture = master.solve()
    assert mixture.value == pytest.approx(cost / 10.0 * best)
    assert mixture.price == pytest.approx([cost / 10.0])
    assert mixture.weight == pytest.approx(np.array([[1 - best / 10.0, best / 10.0]]))
    assert mixture.missed == pytest.approx([0.0])


def test_prices_stay_in_their_box() -> None:
    """Boxed at 1 tCO2e/yr a hectare, the limit is rather missed than paid for with 3."""
    rows = one_row(4.0, np.inf)
    master = Master(rows, np.array([4.0]), np.array([1e6]), np.array([0.0]), sparse.csr_array([[0.0]]))
    master.add(np.array([30.0]), sparse.csr_array([[10.0]]))
    master.boxed(np.array([-4.0]), np.array([4.0]))
    mixture = master.solve()
    assert mixture.price == pytest.approx([1.0])
    assert mixture.missed == pytest.approx([4.0])


def test_layouts_by_rank_follow_in_every_block_what_is_mixed_there() -> None:
    """Two blocks mix different layouts: the first by rank is 2 then 0, the second 0 then 0 again, where the
    second block has no other."""
    layouts = [np.full(4, number, dtype=np.uint8) for number in range(3)]
    mixture = Mixture(0.0, np.zeros(1), np.array([[0.3, 0.0, 0.7], [1.0, 0.0, 0.0]]), np.zeros(1))
    made, carries = ranked(mixture, layouts, np.array([1, 0, 0, 1], dtype=np.int32), 8)
    assert [layout.tolist() for layout in made] == [[0, 2, 2, 0], [0, 0, 0, 0]]
    assert carries.tolist() == [[True, True], [True, False]]
