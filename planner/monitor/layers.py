"""A plan followed up as map layers: every planned change with its state, and land that changed otherwise."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd

from formulations.following.sightings import State
from formulations.following.timing import Timing
from instances.land.colours import Colour
from planner.export.geopackage import write_geopackage
from planner.export.layer import Layer
from planner.export.polygons import dissolve
from planner.monitor.ask import Monitored
from planner.monitor.tables import change_table, strayed_table
from planner.styles.layer_styles import LINE_MM, Mark
from words.catalogue import Words

PACKAGE = "alerts.gpkg"
COLOURS: dict[str, Colour] = {
    State.DONE: (27, 120, 55),
    State.PARTLY: (166, 219, 160),
    State.NOT_STARTED: (146, 160, 190),
    State.OTHER: (178, 24, 43),
    State.UNSEEN: (240, 240, 240),
}
"""The colour of every state, told apart by the colour-blind by how light it is."""
IN_TIME: dict[str, Colour] = {
    Timing.ON_COURSE: (166, 219, 160),
    Timing.LATE: (178, 24, 43),
    Timing.EARLY: (33, 102, 172),
    Timing.OTHER: (77, 77, 77),
    Timing.UNKNOWN: (240, 240, 240),
}
"""The colour of every way to keep a year, told apart by the colour-blind by how light it is."""
STRAYED: Colour = (230, 97, 1)
"""Land that changed otherwise."""
_NAMED = {
    name: f"monitor_fields.{name}"
    for name in (
        "patch", "done_ha", "unchanged_ha", "other_ha", "alert", "piece", "seen_class", "seen_name",
        "planned", "breaks", "redlines", "planned_year", "course", "course_name",
    )
}  # fmt: skip


def write_alert_layers(found: Monitored, path: Path, lang: str) -> None:
    """Write a GeoPackage with the layers ``planned`` and ``unplanned``."""
    write_geopackage(found.plan, path, lang, alert_layers(found, lang))


def alert_layers(found: Monitored, lang: str) -> Iterator[Layer]:
    """The layers, one at a time."""
    drawn = _drawn(found, found.sightings.planned, change_table(found, lang))
    styled, marks = ("state", state_marks) if found.due is None else ("course", timing_marks)
    yield Layer("planned", drawn, "layers.planned_changes", styled, marks, named=_NAMED)
    strayed = _drawn(found, found.sightings.strayed, strayed_table(found, lang))
    yield Layer("unplanned", strayed, "layers.unplanned", "seen_class", _Strayed(strayed), named=_NAMED)


def state_marks(lang: str) -> tuple[Mark, ...]:
    """A fill for every state of a planned change."""
    words = Words(lang)
    return tuple(
        Mark(str(state), words.text(f"sighting.{state}"), COLOURS[state], COLOURS[state]) for state in State
    )


def timing_marks(lang: str) -> tuple[Mark, ...]:
    """A fill for every way in which a planned change keeps its year."""
    words = Words(lang)
    return tuple(
        Mark(str(each), words.text(f"timing.{each}"), IN_TIME[each], IN_TIME[each]) for each in Timing
    )


class _Strayed:
    """The marks of land that changed otherwise: one hatching, by the class that is seen."""

    def __init__(self, table: gpd.GeoDataFrame) -> None:
        self._told = dict(zip(table["seen_class"], table["seen_name"], strict=True))

    def __call__(self, _: str) -> tuple[Mark, ...]:
        """The marks, whatever the language."""
        told = self._told.items()
        return tuple(
            Mark(name, shown, None, STRAYED, LINE_MM, "solid", hatch=STRAYED) for name, shown in told
        )


def _drawn(found: Monitored, of: np.ndarray, table: pd.DataFrame) -> gpd.GeoDataFrame:
    """A table with the outline of every row; ``of`` (units,) is the row of every unit, -1 for none."""
    patches = dissolve(of, found.instance.grid)
    outlines = np.full(len(table), None, dtype=object)
    outlines[patches.value] = patches.geometry
    return gpd.GeoDataFrame(table, geometry=outlines, crs=found.instance.grid.crs)
