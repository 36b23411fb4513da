"""A plan replanned, counted again as far as its folder tells: what is left of limits, what land comes to.

The new study, its land and its plan lie in the folder. So what is left of every limit is what the new study
asks, and whatever depends on the land alone (areas, compactness, green share) is counted now and replanned.
The old plan is not there: what it came to, what was spent since, and what depends on the land of then are
told by hash alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from instances.instance import Instance
from instances.units.grid import Layout
from planner.recount.figures.limit_rows import counted_limits
from planner.recount.figures.recount import Recount
from planner.recount.ledger import Ledger
from planner.recount.tabled import Row, check_rows

TABLE, LEFT, PLAN = "replan.csv", "limits_left.csv", "plan"
LOCKED = "locked"
"""The red line of land that is locked."""
OF_LAND = ("area.", "distance.")
ALONE = ("blue_green_compactness", "built_compactness", "green_share", "carbon_stock", "floor_area")
"""Indicators that depend on the land alone, whatever it was before."""


def check_rest(
    folder: Path, record: Mapping[str, Any], instance: Instance, layout: Layout, ledger: Ledger
) -> None:
    """Compare both tables and the record with the study that goes on, its land and its plan."""
    now = Recount(instance, layout)
    today = now.at(instance.today)
    check_rows(folder / TABLE, ("indicator",), list(_figures(today, now)), ledger, _DIFFERENCE)
    check_rows(folder / LEFT, ("indicator", "district"), list(_left(today, now)), ledger)
    locked = [line.inside for line in instance.redlines if line.name == LOCKED]
    area = float(np.asarray(instance.grid.area_ha)[locked[0]].sum()) if locked else 0.0
    told = record.get("locked_ha")
    said = float(told) if isinstance(told, int | float) else None
    ledger.number("replan.json, locked_ha", said, area, "ha", by="replan.json")


_DIFFERENCE = {"difference": ("replanned", "planned")}


def _figures(today: Recount, now: Recount) -> Iterator[Row]:
    """Every indicator by its unit; of those that depend on the land alone what they come to as well."""
    before = today.indicators()
    for name, amounts in now.indicators().items():
        row: dict[str, object] = {"indicator": name, "unit": amounts.measure}
        if name.startswith(OF_LAND) or name in ALONE:
            row |= {"now": before[name].total(), "replanned": amounts.total()}
        yield row


def _left(today: Recount, now: Recount) -> Iterator[Row]:
    """What the new study asks of every limit."""
    for row in counted_limits(now, now.indicators(), today.indicators()):
        told = row.told or row
        yield {
            "indicator": row.indicator,
            "district": row.district or "",
            "by": row.by or "",
            "at_least_left": told.at_least,
            "at_most_left": told.at_most,
        }
