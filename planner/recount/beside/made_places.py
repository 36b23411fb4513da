"""Places that a study makes or names, counted again: region types, living units, rivers and roads."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import geopandas as gpd
import numpy as np
from pyogrio.errors import DataSourceError

from instances.instance import Instance
from instances.layers.ogr import layer_kinds
from instances.rules.made_districts import REGIONS
from instances.units.grid import Layout
from planner.recount.figures.amounts import Amounts
from planner.recount.layers.wanted import check_layer
from planner.recount.ledger import Ledger
from planner.recount.tabled import Row, check_rows
from words.said import say

TABLE, PACKAGE, NAMES = "regions.csv", "units.gpkg", "map_names.gpkg"
FIELDS = {"green": "green_share", "sources": "sources", "sinks": "sinks", "net": "net_emissions"}
"""How the fields of a unit begin, today and planned, and the indicator they tell."""
STYLES = "layer_styles"


def check_made_places(
    folder: Path,
    instance: Instance,
    layout: Layout,
    plan: Mapping[str, Amounts],
    today: Mapping[str, Amounts],
    ledger: Ledger,
) -> None:
    """Compare what a folder has of these with the indicators of ``plan``, which has the ``layout``, and of
    ``today``, by district."""
    if (folder / TABLE).is_file():
        rows = list(_by_region(instance, plan, today))
        check_rows(folder / TABLE, ("region", "indicator"), rows, ledger, {"change": ("plan", "today")})
    if (folder / NAMES).is_file():
        _names(folder / NAMES, instance, ledger)
    if (folder / PACKAGE).is_file():
        _units(folder / PACKAGE, instance, (("today", instance.today, today), ("plan", layout, plan)), ledger)


def _by_region(
    instance: Instance, plan: Mapping[str, Amounts], today: Mapping[str, Amounts]
) -> Iterator[Row]:
    division = instance.districts.get(REGIONS)
    if division is None:
        return
    for name in plan:
        now, before = plan[name], today[name]
        values = [each.by(division.member, len(division.names)).tolist() for each in (before, now)]
        for region, old, new in zip(division.names, *values, strict=True):
            yield {"region": region, "indicator": name, "today": old, "plan": new, "unit": now.measure}


def _names(path: Path, instance: Instance, ledger: Ledger) -> None:
    """Rivers and roads: every stretch and its name, of each kind those of the longest names first."""
    for kind in sorted({each.kind for each in instance.named_lines}):
        rows = [
            (name, stretch)
            for each in instance.named_lines
            if each.kind == kind
            for name, line in zip(each.names, each.lines, strict=True)
            for stretch in getattr(line, "geoms", (line,))
        ]
        texts, lines = (np.array(part, dtype=object) for part in zip(*rows, strict=True))
        frame = gpd.GeoDataFrame({"text": texts}, geometry=lines, crs=instance.grid.crs)
        check_layer(path, kind, frame, ledger)
    ledger.done("verify.map_names", name=path.name)


def _units(
    path: Path,
    instance: Instance,
    times: Sequence[tuple[str, Layout, Mapping[str, Amounts]]],
    ledger: Ledger,
) -> None:
    spaces = np.array([item.space for item in instance.classes])
    made = [division for division in instance.districts.values() if division.outlines is not None]
    try:
        layers = {name: name for name in layer_kinds(path) if name != STYLES}
    except (DataSourceError, OSError, ValueError):
        layers = {division.name: division.name for division in made}  # told as what cannot be read below
    ledger.names(path.name, layers, {division.name: division.name for division in made})
    area = np.asarray(instance.grid.area_ha, dtype=float)
    for division in made:
        member, count = division.member.astype(np.int64), len(division.names)
        inside = member >= 0
        land = np.bincount(member[inside], weights=area[inside], minlength=count).astype(float)
        whole = np.zeros(count) if division.drawn_ha is None else division.drawn_ha
        table: dict[str, object] = {
            "unit": np.array(division.names, dtype=object),
            "area_ha": land,
            "whole_percent": 100.0 * land / whole,
        }
        for field, name in FIELDS.items():
            for when, _, found in times:
                table[f"{field}_{when}"] = found[name].by(member, count)
        for space in ("living", "production"):
            for when, layout, found in times:
                on = inside & (spaces[layout] == space)
                emitted = np.bincount(member[on], weights=found["sources"].value[on], minlength=count)
                table[f"{space}_{when}"] = emitted.astype(float)
        frame = gpd.GeoDataFrame(table, geometry=division.outlines, crs=instance.grid.crs)
        check_layer(path, division.name, frame, ledger)
    ledger.done("verify.made_units", name=path.name)
    if not made:
        ledger.differ(path.name, say("runs_verify.nothing"), say("runs_verify.one"), by=path.name)
