"""The layout of an export, from whichever of its formats holds one."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import shapely

from instances.instance import Instance
from instances.units.grid import Layout, ParcelFrame
from planner.recount.layers.described import index_of
from planner.recount.layers.layered import layered_in
from planner.recount.layers.outlines import drawn_units
from planner.recount.layers.reread import GEOMETRY, RASTER, known_layout, read_layout
from planner.recount.ledger import Ledger
from words.said import say


def read_exported(folder: Path, instance: Instance, ledger: Ledger) -> Layout | None:
    """(units,) the layout that an export holds: its raster, else its parcels, else its patches drawn anew.

    None where it holds none, such as a workbook alone, which is noted, and where it cannot be read.
    """
    frame, places = instance.grid.frame, layered_in(folder)
    if instance.grid.is_raster and (folder / RASTER).exists():
        return read_layout(folder, instance, ledger)
    if not places:
        ledger.note("runs_verify.no_layout")
        return None
    place, by_unit = places[0], isinstance(frame, ParcelFrame)
    layer, field = ("units", "to_class") if by_unit else ("patches", "class")
    table = place.table(layer, (field,), instance.grid, ledger)
    if table is None:
        return None
    layout = index_of(instance.classes.names, table[field])
    if not by_unit:
        drawn = drawn_units(shapely.from_wkb(table[GEOMETRY]), frame)
        layout = np.where(drawn.of < 0, -1, np.append(layout, -1)[drawn.of])
    figure = f"{place.path.name}, {layer}, {field}"
    if len(layout) != len(instance):
        now = say("runs_verify.parcels_or_others", n=f"{len(layout):,}")
        ledger.differ(figure, say("runs_verify.parcels", n=f"{len(instance):,}"), now, by="the study")
        return None
    return known_layout(layout, figure, ledger)
