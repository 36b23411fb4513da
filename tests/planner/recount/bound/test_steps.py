from __future__ import annotations

import math

import numpy as np
import pytest

from instances.rules.redlines import kinds_of
from planner.recount.bound.steps import reached
from planner.recount.figures.limit_rows import counted_limits
from planner.recount.figures.recount import Recount
from tests.support.hand_instance import TODAY, hand_instance, planned
from tests.support.made_plans import CROPLAND, FOREST


def bounds(limit: dict[str, object], layout: np.ndarray = TODAY, **changes: object) -> list[float]:
    """How near any layout of the six cells comes to the bounds of a limit, as a list."""
    instance = hand_instance(
        {"limits": [limit], "objective": {"minimise": {"net_emissions": 1.0}}}, **changes
    )
    count = Recount(instance, layout)
    rows = counted_limits(count, count.indicators(), count.at(TODAY).indicators())
    return [side for pair in reached(count, rows) for side in pair]


def test_cells_come_no_nearer_than_the_next_whole_one() -> None:
    """At least 0.4 ha of cells of 1 ha are 1 ha; at most 3.7 ha are 3 ha. The plan's own value says where
    whole cells lie."""
    assert bounds({"indicator": "area.cropland", "at_least": 0.4, "at_most": 3.7}) == pytest.approx(
        [1.0, 3.0]
    )


def test_a_bound_that_whole_cells_meet_stays() -> None:
    """2 ha of cropland are two cells, whether the plan has as much or more, or float sums miss a hair."""
    more = planned(c1=CROPLAND)
    for asked in (2.0, 2.0 + 1e-12, 2.0 - 1e-12):
        for layout in (TODAY, more):
            found = bounds({"indicator": "area.cropland", "at_least": asked}, layout)
            assert found == pytest.approx([2.0, math.inf], abs=1e-9)


def test_shares_move_in_steps_of_each_district() -> None:
    """West of four cells has its green share in quarters, east of two in halves; districts without land have
    no limit."""
    found = bounds({"indicator": "green_share", "by": "halves", "at_least": 30.0, "at_most": 70.0})
    assert found == pytest.approx([50.0, 50.0, 50.0, 50.0])


def test_what_has_no_step_keeps_its_bounds() -> None:
    """Shared edges are left as they are, and emissions of any size, but for what cannot change."""
    lawful = np.eye(4, dtype=bool)
    assert bounds({"indicator": "blue_green_compactness", "at_least": 0.05}) == pytest.approx(
        [0.05, math.inf]
    )
    assert bounds({"indicator": "net_emissions", "at_most": 1e6}) != [-math.inf, -math.inf]
    locked = kinds_of(TODAY, lawful, ())
    assert bounds({"indicator": "area.forest", "at_least": 0.7}, kinds=locked)[0] == pytest.approx(0.7)


def test_decided_units_may_have_any_size() -> None:
    """Where only forest may turn to cropland, cropland moves in steps of the cells that are forest."""
    lawful = np.eye(4, dtype=bool)
    lawful[FOREST, CROPLAND] = True
    kinds = kinds_of(TODAY, lawful, ())
    found = bounds({"indicator": "area.cropland", "at_least": 2.5}, planned(c1=CROPLAND), kinds=kinds)
    assert found == pytest.approx([3.0, math.inf])
