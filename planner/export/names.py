"""Rivers and roads with their names as map layers, for maps drawn of a plan: no figure rests on them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import geopandas as gpd
import numpy as np
import shapely

from instances.instance import Instance
from planner.export.geopackage import write_geopackage
from planner.export.layer import Layer
from planner.plans.plan import Plan

LINES = "map_names.gpkg"
KINDS = ("water", "road")


def has_names(instance: Instance) -> bool:
    """Whether a study names rivers or roads."""
    return bool(instance.named_lines)


def write_names(plan: Plan, path: Path) -> tuple[Layer, ...]:
    """Write a layer for each kind of line to ``path`` (.gpkg); returns them, the tables emptied."""
    return write_geopackage(plan, path, layers=name_layers(plan.instance))


def name_layers(instance: Instance) -> Iterator[Layer]:
    """A layer for rivers and one for roads, where there are any: every stretch with its name."""
    for kind in KINDS:
        mine = [each for each in instance.named_lines if each.kind == kind]
        if not mine:
            continue
        names = np.array([name for each in mine for name in each.names], dtype=object)
        stretches, of = shapely.get_parts(np.concatenate([each.lines for each in mine]), return_index=True)
        table = gpd.GeoDataFrame({"text": names[of]}, geometry=stretches, crs=instance.grid.crs)
        yield Layer(kind, table, f"map_lines.{kind}", named={"text": "map_lines.text"}, shape="LineString")
