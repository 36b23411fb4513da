"""Steps: bounds move to values that whole units can give, and no layout is lost."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from formulations.column_generation.bound_tightening import tightened
from formulations.column_generation.decomposition import Decomposition
from formulations.core.indicator import CellTerm, Indicator
from formulations.core.problem import LayoutProblem, Limit, Options
from formulations.core.unit_types import Rows, cell_types, rows_of
from instances.rules.districts import Districts
from instances.units.grid import FloatArray
from tests.support.enumeration import layouts
from tests.support.random_problems import Shape, random_problem


def crop_rows(area: FloatArray, least: float, most: float, locked: int = 0) -> Rows:
    """The tightened row of one limit on cropland; the first ``locked`` units stay cropland."""
    units = len(area)
    land = Indicator("area.crop", "ha", (CellTerm(area, np.zeros(units, np.int32), np.array([[0.0, 1.0]])),))
    limit = Limit(land, Districts.whole(units), np.array([least]), np.array([most]))
    kind = (np.arange(units) < locked).astype(np.int32)
    options = Options(kind, np.array([[True, True], [False, True]]))
    problem = LayoutProblem(options, (), (limit,), ("other", "crop"), np.zeros(units, np.uint8))
    rows = rows_of(problem)
    return tightened(rows, cell_types(problem, rows, np.zeros(units, np.int32)), np.zeros(1, bool))


def test_bounds_move_to_whole_cells() -> None:
    """With cells of 0.09 ha, at least 0.2 ha means three cells and at most 0.4 ha means four, by hand."""
    tight = crop_rows(np.full(5, 0.09), 0.2, 0.4)
    assert tight.lower[0] == pytest.approx(0.27)
    assert tight.upper[0] == pytest.approx(0.36)


def test_bounds_between_which_no_cell_fits_stay() -> None:
    """Neither two cells of 0.09 ha nor three are 0.2 ha: the master, which mixes layouts, still can."""
    tight = crop_rows(np.full(5, 0.09), 0.2, 0.2)
    assert (tight.lower[0], tight.upper[0]) == pytest.approx((0.2, 0.2))


def test_decided_land_moves_where_the_steps_begin() -> None:
    """4 ha are cropland whatever happens, the others have 9 ha each: 20 ha mean 4 + 2 x 9, by hand."""
    tight = crop_rows(np.array([4.0, 9.0, 9.0, 9.0]), 20.0, 30.0, locked=1)
    assert tight.lower[0] == pytest.approx(22.0)
    assert tight.upper[0] == pytest.approx(22.0)


def test_units_that_add_nothing_leave_the_step_as_it_is() -> None:
    """Land of size 0 on the row (a slope of 0, say) neither moves it nor hides its step."""
    assert crop_rows(np.array([0.0, 9.0, 9.0]), 10.0, 19.0).lower[0] == pytest.approx(18.0)
    assert crop_rows(np.zeros(3), -1.0, 0.5).upper[0] == pytest.approx(0.5)


def test_amounts_too_far_apart_have_no_step() -> None:
    """Beside a unit of 5e7, one of 3 tells nothing of what a float sum can be: the bounds stay."""
    assert crop_rows(np.array([3.0, 5e7]), 10.0, 17.0).lower[0] == pytest.approx(10.0, abs=1e-3)


def test_cells_cut_off_at_the_edge_share_a_smaller_step() -> None:
    """Of cells of 9, 6 and 4 ha any whole number of hectares may come together; uneven land has no step."""
    tight = crop_rows(np.array([9.0, 6.0, 4.0]), 12.5, 16.5)
    assert tight.lower[0] == pytest.approx(13.0)
    assert tight.upper[0] == pytest.approx(16.0)
    assert crop_rows(np.array([9.0, 6.1234, 4.4321]), 12.5, 16.5).lower[0] == pytest.approx(12.5)


def test_units_of_many_sizes_have_no_step() -> None:
    """Parcels, each of its own area, leave a bound where it is."""
    assert crop_rows(np.linspace(1.0, 2.0, 2_000), 12.5, 16.5).lower[0] == pytest.approx(12.5)


def test_land_that_counts_nothing_is_passed_over() -> None:
    """A unit whose share of a row is 0 leaves the steps of the others as they are."""
    assert crop_rows(np.array([0.0, 9.0, 9.0]), 4.0, 12.0).lower[0] == pytest.approx(9.0)


@settings(max_examples=100)
@given(st.integers(0, 2**32 - 1))
def test_no_layout_is_lost(seed: int) -> None:
    """Whatever layout keeps the limits as they were keeps the moved ones too."""
    rng = np.random.default_rng(seed)
    shape = Shape(rows=2, columns=2, classes=3, irregular=bool(rng.integers(2)), limits=2)
    problem = random_problem(rng, shape)
    model, given_rows = Decomposition(problem), rows_of(problem)
    assert (model.rows.lower >= given_rows.lower - 1e-6).all()
    for layout in layouts(problem):
        if problem.holds(layout):
            assert model.holds(model.measure.of(layout).total)
