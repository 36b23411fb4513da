"""The measures of networks as a table: a row for every layout and measure."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from planner.export.tables import write_csv
from planner.network.ask import Measured, Networks
from planner.runs.whole import whole_file
from words.catalogue import Words

SHAPE = {
    "area_ha": ("network_shape.area_ha", "ha"),
    "patches": ("network_shape.patches", ""),
    "largest_ha": ("network_shape.largest_ha", "ha"),
    "mesh_ha": ("network_shape.mesh_ha", "ha"),
    "core_ha": ("network_shape.core_ha", "ha"),
    "lost_ha": ("network_shape.lost_ha", "ha"),
}
"""Measures without regard to distance: their names for readers, and their units."""
REACH = {
    "eca_ha": ("network_reach.eca_ha", "ha"),
    "eca_most_ha": ("network_reach.eca_most_ha", "ha"),
    "pc": ("network_reach.pc", ""),
    "iic": ("network_reach.iic", ""),
    "links": ("network_reach.links", ""),
    "components": ("network_reach.components", ""),
    "largest_component_ha": ("network_reach.largest_component_ha", "ha"),
    "mesh_ha": ("network_reach.mesh_ha", "ha"),
}
"""Measures at a distance: the same."""
HIDDEN = frozenset({"eca_most_ha"})
"""Measures that a reader is told beside another."""


@dataclass(frozen=True, slots=True)
class MeasureRow:
    """A measure by its name for readers, and its value in every layout; None where it cannot be told."""

    label: str
    unit: str
    values: tuple[float | None, ...]


def measure_rows(result: Networks, lang: str) -> tuple[MeasureRow, ...]:
    """The measures without regard to distance, then those at every distance."""
    words = Words(lang)
    rows = [
        MeasureRow(
            words.text(key),
            unit,
            tuple(getattr(each.shape, name) for each in result.measured),
        )
        for name, (key, unit) in SHAPE.items()
    ]
    for number, reach in enumerate(result.measured[0].reaches):
        km = f"{reach.distance_m / 1000:g}"
        rows += [
            MeasureRow(
                words.text("network_reach.at", measure=words.text(key), km=km),
                unit,
                tuple(getattr(each.reaches[number], name) for each in result.measured),
            )
            for name, (key, unit) in REACH.items()
            if name not in HIDDEN
        ]
    return tuple(rows)


def network_table(result: Networks, lang: str | None = None) -> pd.DataFrame:
    """Columns: layout, distance_m (empty where none matters), measure, label, value, unit."""
    words = Words(lang or result.lang)
    rows = [row for each in result.measured for row in _rows(each, words)]
    return pd.DataFrame(rows, columns=["layout", "distance_m", "measure", "label", "value", "unit"])


def write_network_table(result: Networks, path: Path, lang: str | None = None) -> None:
    """Write the table as CSV, whole or not at all; ``StudyError`` where that is not possible."""
    with whole_file(path) as draft:
        write_csv(network_table(result, lang), draft)


def _rows(each: Measured, words: Words) -> list[tuple[object, ...]]:
    rows: list[tuple[object, ...]] = [
        (each.name, None, name, words.text(key), getattr(each.shape, name), unit)
        for name, (key, unit) in SHAPE.items()
    ]
    for reach in each.reaches:
        rows += [
            (each.name, reach.distance_m, name, words.text(key), getattr(reach, name), unit)
            for name, (key, unit) in REACH.items()
        ]
    return rows
