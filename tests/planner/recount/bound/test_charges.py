from __future__ import annotations

import numpy as np
import pytest

from planner.recount.bound.charges import charged
from planner.recount.figures.limit_rows import counted_limits
from planner.recount.figures.recount import Recount
from tests.support.hand_instance import TODAY, hand_instance
from tests.support.made_plans import CROPLAND, FOREST, URBAN, WATER

LIMITS = [
    {"indicator": "area.cropland", "at_least": 1.0},
    {"indicator": "green_share", "at_least": 10.0, "by": "halves"},
    {"indicator": "blue_green_compactness", "at_least": 0.0, "by": "halves"},
]


def counted() -> Recount:
    """The six cells as they are today, under three limits."""
    return Recount(
        hand_instance({"limits": LIMITS, "objective": {"minimise": {"net_emissions": 1.0}}}), TODAY
    )


def test_classes_of_the_same_sets_are_one_state() -> None:
    """Without anything that couples units there is one state, the cheapest class; with connectivity there are
    two, blue-green land and the rest."""
    count = counted()
    alone = charged(count, {"area.forest": 1.0}, [])
    assert alone.inside.shape == (1, 0)
    assert alone.cost.ravel().tolist() == [0.0] * 6
    coupled = charged(count, {"area.forest": 1.0, "blue_green_compactness": -2.0}, [])
    assert coupled.inside.tolist() == [[False], [True]]
    assert coupled.of_class[[CROPLAND, FOREST, WATER, URBAN]].tolist() == [0, 1, 1, 0]
    assert coupled.cost[:, 1].tolist() == [0.0] * 6  # water is blue-green and no forest


def test_prices_are_charged_where_the_limit_holds() -> None:
    """A price of cropland is paid by every cell, one of a district's share by its own cells, in its measure,
    and one of connectivity by the edges that lie in the district whole."""
    count = counted()
    rows = counted_limits(count, count.indicators(), count.indicators())
    places = {(row.indicator, row.district): number for number, row in enumerate(rows)}
    prices = np.zeros(len(rows))
    prices[places["area.cropland", None]] = 3.0
    prices[places["green_share", "west"]] = 4.0
    prices[places["blue_green_compactness", "west"]] = 10.0
    found = charged(count, {"net_emissions": 0.0}, list(zip(rows, prices.tolist(), strict=True)))
    assert found.cost[:, 0].tolist() == pytest.approx([-3.0] * 6)  # cropland, or urban land at 0
    west = [unit in (0, 1, 3, 4) for unit in range(6)]
    assert found.cost[:, 1].tolist() == pytest.approx([-100.0 if inside else 0.0 for inside in west])
    (edges,) = found.joined
    length_km = count.instance.grid.edges.length_km[0]
    inside = np.array(west)[edges.unit.reshape(-1, 2)].all(axis=1)
    assert edges.cost == pytest.approx(np.where(inside, -10.0 * length_km, 0.0))
