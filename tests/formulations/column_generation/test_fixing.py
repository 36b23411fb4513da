"""Changes chosen district by district: whole numbers, as good as there are, and rows are kept."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

from formulations.column_generation import fixing
from formulations.column_generation.decompose import solve_decompose
from formulations.column_generation.decomposition import Decomposition
from formulations.column_generation.fixing import chosen_by_district, many_rows_by_district, relaxed_and_fixed
from formulations.core.indicator import CellTerm, Indicator
from formulations.core.problem import LayoutProblem, Limit, Options
from formulations.core.rows import Prices
from formulations.core.solution import SolveSettings, Watch
from formulations.exact.program import Program
from instances.rules.districts import Districts

EXACT = SolveSettings(room=0.0)


def program(costs: list[int], effects: list[int], shared: list[int], least: int) -> Program:
    """Two blocks of two columns, each block with a row ``effects x >= least``, and a row of both."""
    rows = np.zeros((3, 4))
    rows[0, :2], rows[1, 2:], rows[2] = effects[:2], effects[2:], shared
    most = np.full(4, 2.0)
    return Program(
        cost=np.array([*costs, *[1e4] * 6], dtype=float),
        offset=0.0,
        matrix=sparse.csr_array(np.hstack([rows, np.eye(3), -np.eye(3)])),
        row_lower=np.array([least, least, 0.0]),
        row_upper=np.full(3, np.inf),
        lower=np.zeros(10),
        upper=np.concatenate([most, np.full(6, np.inf)]),
        whole=np.arange(10) < 4,
    )


@settings(deadline=None, max_examples=25)
@given(
    st.lists(st.integers(1, 9), min_size=4, max_size=4),
    st.lists(st.integers(1, 5), min_size=4, max_size=4),
    st.integers(1, 7),
)
def test_blocks_that_share_nothing_are_decided_as_well_as_can_be(
    costs: list[int], effects: list[int], least: int
) -> None:
    """All 81 whole points are tried; a row that none meets is missed by as little as can be."""
    given_ = program(costs, effects, [0, 0, 0, 0], least)
    counts = relaxed_and_fixed(given_, np.array([0, 1, -1]), EXACT, Watch())
    assert counts is not None
    assert (counts == np.round(counts)).all()
    assert ((counts >= 0) & (counts <= 2)).all()
    assert _cost(given_, counts) == pytest.approx(
        min(_cost(given_, np.array(x)) for x in product(range(3), repeat=4))
    )


def _cost(given_: Program, counts: np.ndarray) -> float:
    """What whole counts cost with what they miss."""
    done = given_.matrix[:, :4] @ counts
    return float(given_.cost[:4] @ counts + 1e4 * np.maximum(given_.row_lower - done, 0.0).sum())


def test_what_one_block_takes_the_next_gives_back() -> None:
    """Both want a column that lowers the row of all; one that raises it makes up for what is taken."""
    both = program([-3, 2, -3, 2], [0, 0, 0, 0], [-1, 1, -1, 1], 0)
    counts = relaxed_and_fixed(both, np.array([0, 1, -1]), EXACT, Watch())
    assert counts is not None
    assert float(both.cost[:4] @ counts) == -4.0
    assert (both.matrix[2, :4].toarray() @ counts >= 0).all()


def villages(count: int, places: int) -> LayoutProblem:
    """So many villages of 9 units that are farmland, homes (4 persons) or works (3 jobs): each needs a
    job for each of its persons, and all together homes for so many units."""
    units, kinds = 9 * count, Options(np.zeros(9 * count, np.int32), np.ones((1, 3), bool))
    random = np.random.default_rng(0)
    one, single = np.zeros(units, np.int8), np.ones(units)
    cost = np.column_stack([np.zeros(units), random.integers(1, 9, (units, 2))]).astype(float)
    spent = tuple(CellTerm(cost[:, k].copy(), one, np.eye(3)[k][None]) for k in range(3))
    jobs = Indicator("jobs", "persons", (CellTerm(single, one, np.array([[0.0, -4.0, 3.0]])),))
    homes = Indicator("homes", "units", (CellTerm(single, one, np.array([[0.0, 1.0, 0.0]])),))
    member = np.repeat(np.arange(count, dtype=np.int32), 9)
    each = Districts("villages", tuple(f"v{number}" for number in range(count)), member)
    limits = (
        Limit(jobs, each, np.zeros(count), np.full(count, np.inf)),
        Limit(homes, Districts.whole(units), np.array([float(places)]), np.array([np.inf])),
    )
    today = np.zeros(units, np.uint8)
    return LayoutProblem(
        kinds, ((1.0, Indicator("cost", "1", spent)),), limits, ("farm", "home", "work"), today, single
    )


def test_a_layout_that_misses_rows_is_made_to_keep_them_district_by_district() -> None:
    """Homes alone in half of the villages: works follow within a few turns, and the homes stay as many."""
    problem = villages(12, 20)
    layout = problem.today.copy()
    layout[:20] = 1
    model = Decomposition(problem)
    for turn in range(6):
        layout = chosen_by_district(model, problem, layout, Prices(), turn, EXACT, Watch())
    assert problem.holds(layout)


def test_a_plan_with_many_rows_by_district_comes_near_its_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    """12 villages: 12 rows of their own count as many here."""
    problem = villages(12, 18)
    assert not many_rows_by_district(problem)
    monkeypatch.setattr(fixing, "LEAST_ROWS", 12)
    assert many_rows_by_district(problem)
    found = solve_decompose(problem, SolveSettings(gap=1e-3, relative_to="objective"), Watch())
    assert found.layout is not None
    assert problem.holds(found.layout)
    assert "districts" in found.timings
