"""Layers that lie over the land: red lines, their conflicts, and the blue-green network."""

from __future__ import annotations

from functools import partial

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from instances.instance import Instance
from instances.land.colours import Colour, parse_colour
from instances.rules.districts import Districts
from instances.rules.measures import hectares
from instances.rules.redlines import RedLine
from instances.study.schema import RedLineTable
from instances.units.grid import FloatArray
from instances.units.sums import sum_by
from planner.export.layer import Layer
from planner.export.polygons import dissolve
from planner.maps.districts import drawn_division
from planner.maps.outlines import DASHES, outlines
from planner.plans.plan import Plan
from planner.styles.layer_styles import LINE_MM, LINES, Mark, conflict_label, conflict_marks, outline_of
from words.catalogue import Words

SIZES: tuple[tuple[float, str, str], ...] = (
    (1000.0, "1000", "#00441b"),
    (100.0, "100", "#238b45"),
    (10.0, "10", "#66c2a4"),
    (1.0, "1", "#b2e2e2"),
    (0.0, "0", "#edf8fb"),
)
"""Sizes of the network's pieces: from so many ha, the value in the field ``size``, its colour."""
BORDER: Colour = (70, 70, 70)
"""Borders of districts."""
RULES = ("keep", "allow", "forbid", "only_inside")
"""What a red line may rule, in the order in which it is told."""


def redlines_layer(plan: Plan, lang: str) -> Layer:
    """The red lines as their files draw them; those of a raster or a condition as the units inside."""
    instance = plan.instance
    drawn = [(line, *_outline(line, instance)) for line in instance.redlines]
    counts = [len(geometry) for _, geometry, _ in drawn]
    tables = instance.study.redlines
    columns = {
        "redline": [line.name for line, *_ in drawn],
        "label": [line.label for line, *_ in drawn],
        "rule": [rule_text(tables[line.name], instance, lang) for line, *_ in drawn],
    }
    table: dict[str, NDArray[np.object_] | FloatArray] = {
        name: np.repeat(np.array(values, dtype=object), counts) for name, values in columns.items()
    }
    table["area_ha"] = np.concatenate([np.zeros(0), *(area for *_, area in drawn)])
    geometry = np.concatenate([np.zeros(0, dtype=object), *(shapes for _, shapes, _ in drawn)])
    marks = tuple(
        Mark(
            one.line.name,
            one.line.label,
            None,
            parse_colour(one.colour),
            LINE_MM,
            LINES[DASHES.index(one.dashes)],
        )
        for one in outlines(instance)
    )
    return Layer(
        "redlines",
        gpd.GeoDataFrame(table, geometry=geometry, crs=instance.grid.crs),
        "layers.redlines",
        "redline",
        lambda _: marks,
    )


def rule_text(table: RedLineTable, instance: Instance, lang: str) -> str:
    """What a red line rules, in words."""
    words, named = Words(lang), {item.name: item.label(lang) for item in instance.classes}
    comma, parts = words.text("series.comma"), []
    for key in RULES:
        names = getattr(table, key)
        if names:
            lands = comma.join(named.get(name, name) for name in names)
            parts.append(words.text(f"layer_rules.{key}", classes=lands))
    if table.existing == "convert":
        parts.append(words.text("layer_rules.convert"))
    return words.text("series.semicolon").join(parts)


def districts_layer(plan: Plan, lang: str) -> Layer | None:
    """The districts of the first division that can be drawn on a map, of one outline each; None without."""
    instance = plan.instance
    division = drawn_division(instance.districts.values())
    if division is None:
        return None
    parts = dissolve(division.member, instance.grid)
    order = np.argsort(parts.value, kind="stable")
    present, of = np.unique(parts.value[order], return_inverse=True)
    pieces, whose = shapely.get_parts(parts.geometry[order], return_index=True)
    geometry = shapely.multipolygons(pieces, indices=of[whose])
    count = len(present)
    table = {
        "division": np.full(count, division.name, dtype=object),
        "district": np.array(division.names, dtype=object)[present],
        "label": np.array(division.names_in(lang), dtype=object)[present],
        "area_ha": sum_by(of, parts.area_ha[order], count),
    }
    return Layer(
        "districts",
        gpd.GeoDataFrame(table, geometry=geometry, crs=instance.grid.crs),
        "layers.districts",
        "division",
        partial(_border_marks, division),
        about={"division": division.label(lang)},
        named={"label": "print.district"},
    )


def _border_marks(division: Districts, lang: str) -> tuple[Mark, ...]:
    """The one mark of all borders of districts."""
    words = Words(lang)
    name = words.text("series_pages.boundary", division=words.inside(division.label(lang)))
    return (Mark(division.name, name, None, BORDER, 0.3, "dash dot"),)


def conflicts_layer(plan: Plan, lang: str) -> Layer:
    """Where red lines contradict each other or today's land."""
    instance = plan.instance
    polygons = instance.conflicts.polygons
    labels = {line.name: line.label for line in instance.redlines}
    named = {item.name: item.label(lang) for item in instance.classes}
    kinds = list(dict.fromkeys(polygons["kind"]))
    table = {
        "kind": polygons["kind"].to_numpy(dtype=object),
        "kind_name": polygons["kind"].map(lambda kind: conflict_label(kind, lang)).to_numpy(dtype=object),
        "redline_a": polygons["redline_a"].map(labels).fillna("").to_numpy(dtype=object),
        "redline_b": polygons["redline_b"].map(labels).fillna("").to_numpy(dtype=object),
        "class": polygons["class"].to_numpy(dtype=object),
        "name": polygons["class"].map(named).fillna("").to_numpy(dtype=object),
        "area_ha": polygons["area_ha"].to_numpy(dtype=float),
    }
    return Layer(
        "conflicts",
        gpd.GeoDataFrame(table, geometry=polygons.geometry.to_numpy(), crs=instance.grid.crs),
        "layers.conflicts",
        "kind",
        partial(conflict_marks, kinds),
    )


def network_layer(plan: Plan, lang: str) -> Layer:
    """The blue-green network of the plan: every connected piece of blue-green land, the largest with rank 1,
    with how much of it is blue-green today and how much is new."""
    instance = plan.instance
    blue_green = instance.classes.blue_green
    pieces = dissolve(np.where(blue_green[plan.layout], np.int16(0), np.int16(-1)), instance.grid)
    today = np.where(blue_green[instance.today], instance.grid.area_ha, 0.0)
    today_ha = sum_by(pieces.of, today, len(pieces))
    order = np.argsort(-pieces.area_ha, kind="stable")
    rank = np.empty(len(pieces), dtype=np.int32)
    rank[order] = np.arange(1, len(pieces) + 1)
    steps = np.array([step for step, *_ in SIZES])
    size = np.argmax(pieces.area_ha[:, None] >= steps, axis=1)
    table = {
        "rank": rank,
        "size": np.array([value for _, value, _ in SIZES], dtype=object)[size],
        "size_name": np.array([_size_name(value, lang) for _, value, _ in SIZES], dtype=object)[size],
        "units": pieces.units(),
        "area_ha": pieces.area_ha,
        "today_ha": today_ha,
        "new_ha": pieces.area_ha - today_ha,
        "share_percent": 100 * pieces.area_ha / max(pieces.area_ha.sum(), 1e-9),
    }
    return Layer(
        "network",
        gpd.GeoDataFrame(table, geometry=pieces.geometry, crs=instance.grid.crs),
        "layers.network",
        "size",
        size_marks,
    )


def size_marks(lang: str) -> tuple[Mark, ...]:
    """One mark for each size of the network's pieces."""
    return tuple(
        Mark(value, _size_name(value, lang), parse_colour(colour), outline_of(parse_colour(colour)))
        for _, value, colour in SIZES
    )


def _size_name(size: str, lang: str) -> str:
    return Words(lang).text(f"network_sizes.{size}")


def _outline(line: RedLine, instance: Instance) -> tuple[NDArray[np.object_], FloatArray]:
    """The polygons of a red line and their areas in ha."""
    if line.polygons is not None:
        return line.polygons, hectares(line.polygons, instance.grid)
    pieces = dissolve(np.where(line.inside, np.int16(0), np.int16(-1)), instance.grid)
    return pieces.geometry, pieces.area_ha
