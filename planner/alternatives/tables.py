"""Alternatives as tables: the plans, and the land on which any two of them differ."""

from __future__ import annotations

from typing import Any

import pandas as pd

from formulations.indicators.catalogue import indicators
from formulations.sampling.alternatives import Alternatives
from planner.runs.kept import Keeper

TREE = "alternatives.json"
"""What a folder of them tells of itself."""


def alternative_table(found: Alternatives, keeper: Keeper) -> pd.DataFrame:
    """One row a plan; ``distance_at_most`` is how far it can be from the best possible."""
    catalogue = indicators(keeper.loaded.instance)
    rows = []
    for plan in found.plans:
        row: dict[str, Any] = {
            "plan": plan.folder,
            "objective": plan.objective,
            "distance_at_most": plan.distance,
            "least_difference_ha": min(plan.differs_ha, default=0.0),
            "sum_of_differences_ha": sum(plan.differs_ha),
            "sum_at_most_ha": plan.at_most_ha,
        }
        row |= {name: indicator.evaluate(plan.layout) for name, indicator in catalogue.items()}
        rows.append(row)
    return pd.DataFrame(rows)


def difference_table(found: Alternatives, keeper: Keeper) -> pd.DataFrame:
    """(plans x plans) the land on which two plans differ, ha."""
    names = [plan.folder for plan in found.plans]
    matrix = found.matrix(keeper.loaded.instance.grid.area_ha)
    return pd.concat([pd.DataFrame({"plan": names}), pd.DataFrame(matrix, columns=names)], axis=1)
