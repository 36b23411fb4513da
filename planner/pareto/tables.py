"""A front as a table: one row a point."""

from __future__ import annotations

from typing import Any

import pandas as pd

from formulations.sampling.front import Front, Slice
from planner.plans.plan import Plan

POINTS = "points"
"""The folder in which the plan of every point lies."""


def front_table(front: Front, plans: list[Plan]) -> pd.DataFrame:
    """One row a point: number, its axes, what they could be at the most (``..._best``), how it was solved,
    then every other indicator."""
    names = [axis.name for axis in front.axes]
    knee = front.at_knee
    rows = []
    for part, point, plan in zip(_parts(front), front.points, plans, strict=True):
        row: dict[str, Any] = {"point": point.number}
        row |= dict(zip(names, point.values, strict=True))
        row |= {f"{name}_best": value for name, value in zip(names[:2], point.best, strict=True)}
        if len(names) > 2:
            row[f"{names[2]}_limit"] = part.level
        row |= {"knee": point is knee, "gap": plan.certificate.gap, "method": point.answer.method}
        row |= {"ending": str(point.answer.termination), "folder": f"{POINTS}/{point.folder}"}
        row |= {
            name: record.value for name, record in plan.certificate.indicators.items() if name not in names
        }
        rows.append(row)
    return pd.DataFrame(rows)


def _parts(front: Front) -> list[Slice]:
    return [part for part in front.slices for _ in part.points]
