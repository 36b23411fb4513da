from __future__ import annotations

import json
import pickle
from dataclasses import replace

import numpy as np
import pytest

from formulations.core.problem import LayoutProblem, Limit
from formulations.core.rows import Prices, Row, RowKey
from formulations.core.unit_types import rows_of
from tests.support.gold_models import four_cells
from tests.support.random_problems import Shape, random_problem


def two_sided() -> LayoutProblem:
    """Four cells whose cropland is bounded from below in one limit and from above in another."""
    problem = four_cells()
    (limit, *_) = problem.limits
    none = np.full(len(limit.districts), np.inf)
    ceiling = Limit(limit.indicator, limit.districts, -none, np.full(len(none), 3.0), "limits[9]")
    return replace(problem, limits=(limit, ceiling))


def test_rows_are_the_bounds_of_the_limits_by_district() -> None:
    """Every row has the bounds, the unit and the place of its limit, in the order of the study; what solves
    takes them with what the limit allows."""
    problem = random_problem(np.random.default_rng(3), Shape(limits=3))
    arrays = rows_of(problem)
    assert len(problem.rows) == len(arrays) > 0
    for number, row in enumerate(problem.rows):
        limit = problem.limits[row.limit]
        assert (row.lower, row.upper) == (limit.at_least[row.position], limit.at_most[row.position])
        assert (row.least, row.most) == (arrays.lower[number], arrays.upper[number])
        assert (row.unit, row.place) == (limit.indicator.unit, limit.place)
        assert row.key.indicator == limit.indicator.name


def test_two_limits_on_one_indicator_have_names_of_their_own() -> None:
    """At least and at most in two limits are two rows, and each keeps its price."""
    problem = two_sided()
    keys = [row.key for row in problem.rows]
    assert len(set(keys)) == len(keys)
    assert [(key.district, key.number) for key in keys] == [("north", 0), ("north", 1), ("south", 0)]
    prices = problem.prices(np.arange(1.0, 1 + len(keys)))
    assert [prices.get(key) for key in keys] == list(range(1, 1 + len(keys)))


def test_a_row_keeps_its_name_in_a_scenario_with_other_bounds() -> None:
    """Prices find their rows again where bounds moved and limits were added or left out; new rows have what
    was to be taken otherwise."""
    problem = two_sided()
    prices = problem.prices(np.arange(1.0, 1 + len(problem.rows)))
    first = problem.limits[0]
    moved = replace(first, at_least=first.at_least / 2)
    fewer = replace(problem, limits=(moved,))
    assert prices.along(fewer.rows) == pytest.approx([row + 1.0 for row in range(len(fewer.rows))])
    known = fewer.prices(np.full(len(fewer.rows), 5.0))
    otherwise = np.full(len(problem.rows), 7.0)
    assert set(known.along(problem.rows, otherwise).tolist()) == {5.0, 7.0}
    assert (Prices().along(problem.rows) == 0).all()


def test_a_limit_restated_district_by_district_keeps_its_names() -> None:
    """One limit by townships or one limit for each: the same rows, so that prices are found again."""
    problem = random_problem(np.random.default_rng(4), Shape(limits=1))
    (limit,) = problem.limits
    each = []
    for row in problem.rows:
        own = np.arange(len(limit.districts)) == row.position
        low, high = np.where(own, limit.at_least, -np.inf), np.where(own, limit.at_most, np.inf)
        each.append(replace(limit, at_least=low, at_most=high))
    divided = replace(problem, limits=tuple(each))
    assert [row.key for row in divided.rows] == [row.key for row in problem.rows]


def test_prices_by_row_and_by_limit_are_the_same_prices() -> None:
    """Prices keep their limit and district on the way there and back."""
    problem = random_problem(np.random.default_rng(3), Shape(limits=3))
    prices = problem.prices(np.arange(1.0, 1 + len(problem.rows)))
    by_limit = problem.by_limit(prices)
    assert [by_limit[problem.limits[row.limit]][row.position] for row in problem.rows] == list(prices.values)
    assert sum(float(price.sum()) for price in by_limit.values()) == prices.values.sum()


def test_names_travel_through_files_and_to_workers() -> None:
    """A key is the same after JSON and after pickling; it reads as a planner would say it."""
    key = RowKey("area.cropland", "townships", "东镇", 1)
    assert RowKey(*json.loads(json.dumps(key))) == key
    assert pickle.loads(pickle.dumps(key)) == key  # noqa: S301 - our own bytes
    assert key.label == "area.cropland (东镇)"
    assert RowKey("changed_area").label == "changed_area"


def test_prices_of_other_rows_are_refused() -> None:
    """As many prices as rows, or a sentence."""
    with pytest.raises(ValueError, match="2 prices for 1 rows"):
        Prices((RowKey("changed_area"),), np.zeros(2))
    assert not Prices()


def test_prices_of_all_rows_are_known_or_not() -> None:
    """Who has a price of every row knows them; one that is missing is enough to ask."""
    rows = [
        Row(RowKey(name, None, None), 0.0, 1.0, "ha", place, 0) for place, name in enumerate(("one", "other"))
    ]
    assert Prices.of(rows, np.zeros(2)).know(rows)
    assert not Prices.of(rows[:1], np.ones(1)).know(rows)
    assert Prices().know([])
