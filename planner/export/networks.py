"""The network of a plan as a table and as map layers: measures, sources, corridors, bottlenecks and links."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from formulations.network.links import Network
from formulations.network.measured import Measured
from instances.instance import Instance
from instances.units.centres import middles
from instances.units.grid import FloatArray, Grid
from instances.units.patches import Patches, outlines
from instances.units.sums import sum_by
from planner.export.geopackage import write_geopackage
from planner.export.layer import Layer
from planner.export.tables import write_csv
from planner.plans.networked import Networked, networked
from planner.plans.plan import Plan
from words.catalogue import Words

SHAPE = {
    "area_ha": ("network_shape.area_ha", "ha"),
    "patches": ("network_shape.patches", ""),
    "largest_ha": ("network_shape.largest_ha", "ha"),
    "mesh_ha": ("network_shape.mesh_ha", "ha"),
    "core_ha": ("network_shape.core_ha", "ha"),
    "islet_ha": ("network_shape.islet_ha", "ha"),
    "edge_ha": ("network_shape.edge_ha", "ha"),
    "perforation_ha": ("network_shape.perforation_ha", "ha"),
    "bridge_ha": ("network_shape.bridge_ha", "ha"),
    "loop_ha": ("network_shape.loop_ha", "ha"),
    "branch_ha": ("network_shape.branch_ha", "ha"),
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


COLUMNS = ("layout", "neighbours", "distance_m", "measure", "label", "value", "unit")
LAYERS = ("sources", "corridors", "narrowest", "bottlenecks", "links", "unlinked")
STATES = ("won", "kept", "lost")


def write_network(plan: Plan, folder: Path, lang: str | None = None) -> None:
    """Write ``network.csv`` and ``network.gpkg`` of a plan into a folder."""
    lang = lang or plan.instance.study.lang
    found = networked(plan.instance, plan.layout)
    write_csv(measures(found, lang), folder / "network.csv")
    write_geopackage(plan, folder / "network.gpkg", lang, network_layers(found, plan.instance, lang))


def measures(found: Networked, lang: str) -> pd.DataFrame:
    """Every measure of today's land and of the plan, at every distance, by every way of being next to one
    another (``neighbours`` 4 or 8; parcels have one). Columns: ``COLUMNS``."""
    words = Words(lang)
    rows = [
        (name, int(way), *rest)
        for way, layouts in found.measured.items()
        for each in layouts
        for name, *rest in figures(each, words)
    ]
    return pd.DataFrame(rows, columns=list(COLUMNS)).astype({"value": float, "distance_m": float})


def figures(each: Measured, words: Words) -> list[tuple[object, ...]]:
    """Every figure of a layout: its name, the distance in m (None where none matters), the measure and its
    name for readers, the value, the unit."""
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


def network_layers(found: Networked, instance: Instance, lang: str) -> Iterator[Layer]:
    """The layers of ``network.gpkg``: every patch of the plan, corridors won and where each is narrowest,
    bottlenecks, and links that half of those who set out get over, won, kept or lost; pairs left unlinked
    with what is in their way."""
    yield _sources(found, instance)
    yield _corridors(found, instance)
    yield _narrowest(found, instance)
    yield _bottlenecks(found, instance)
    yield _links(found, instance, lang)
    yield _unlinked(found, instance)


def _sources(found: Networked, instance: Instance) -> Layer:
    net, area = found.linkage.plan, instance.grid.area_ha
    order = np.argsort(-net.area_ha, kind="stable")
    drawn, area_ha = outlines(Patches(net.patch + 1, net.area_ha), instance.grid, len(net))
    inside = net.patch >= 0
    new_ha = sum_by(net.patch[inside], (area * found.linkage.won)[inside], len(net))
    share = np.full(len(net), np.nan)
    for one in found.important:
        share[one.patch] = 100.0 * one.share
    table = {
        "rank": np.arange(1, len(net) + 1, dtype=np.int32),
        "area_ha": area_ha,
        "today_ha": area_ha - new_ha[order],
        "new_ha": new_ha[order],
        "source_ha": net.counted_ha[order],
        "dpc_percent": share[order],
    }
    return _layer("sources", table, drawn, instance)


def _corridors(found: Networked, instance: Instance) -> Layer:
    corridors = found.linkage.corridors
    table = {
        "corridor": np.arange(1, len(corridors) + 1, dtype=np.int32),
        "joined": np.array([each.patches for each in corridors], dtype=np.int32),
        "larger_ha": np.array([each.joined_ha[0] for each in corridors], dtype=float),
        "smaller_ha": np.array([each.joined_ha[1] for each in corridors], dtype=float),
        "area_ha": np.array([each.area_ha for each in corridors], dtype=float),
        "length_m": np.array([each.length_m for each in corridors], dtype=float),
        "width_m": np.array([each.width_m for each in corridors], dtype=float),
        "asked_m": np.full(len(corridors), _asked_m(found)),
        "gain_ha": np.array([each.mesh_ha for each in corridors], dtype=float),
        "net_tco2e_yr": np.array([found.cost[each.units].sum() for each in corridors], dtype=float),
    }
    return _layer("corridors", table, _drawn([each.units for each in corridors], instance.grid), instance)


def _narrowest(found: Networked, instance: Instance) -> Layer:
    corridors, grid = found.linkage.corridors, instance.grid
    table = {
        "corridor": np.arange(1, len(corridors) + 1, dtype=np.int32),
        "width_m": np.array([each.width_m for each in corridors], dtype=float),
        "asked_m": np.full(len(corridors), _asked_m(found)),
        "area_ha": np.array([grid.area_ha[each.narrowest].sum() for each in corridors], dtype=float),
    }
    drawn = [_drawn([each.narrowest], grid) for each in corridors]  # two of them may have a unit in common
    return _layer("narrowest", table, np.concatenate([np.zeros(0, dtype=object), *drawn]), instance)


def _asked_m(found: Networked) -> float:
    """How wide the study asks corridors to be that a plan makes, in m; NaN where it asks for no width, or has
    parcels, which are as wide as they are."""
    mesh = found.linkage.mesh
    return mesh.corridor_m if mesh.corridor_m > 0 and mesh.grid.is_raster else np.nan


def _bottlenecks(found: Networked, instance: Instance) -> Layer:
    necks = found.linkage.bottlenecks
    new = instance.grid.area_ha * found.linkage.won
    table = {
        "bottleneck": np.arange(1, len(necks) + 1, dtype=np.int32),
        "through_percent": np.array([100.0 * each.share for each in necks], dtype=float),
        "area_ha": np.array([each.area_ha for each in necks], dtype=float),
        "new_ha": np.array([new[each.units].sum() for each in necks], dtype=float),
    }
    return _layer("bottlenecks", table, _drawn([each.units for each in necks], instance.grid), instance)


def _links(found: Networked, instance: Instance, lang: str) -> Layer:
    words, between = Words(lang), found.linkage
    parts = zip(
        STATES,
        (between.plan, between.plan, between.today),
        (between.won_links, between.kept_links, between.lost_links),
        (between.over[1], between.over[1], between.over[0]),
        strict=True,
    )
    tables = []
    for state, net, links, over in parts:
        important = found.links if net is between.plan else {}
        table = {
            "state": np.full(len(links), state, dtype=object),
            "state_name": np.full(len(links), words.text(f"link_states.{state}"), dtype=object),
            "cost_m": net.cost_m[links],
            "from_ha": net.area_ha[net.first[links]],
            "to_ha": net.area_ha[net.second[links]],
            "through_percent": 100.0 * over[links],
            "dpc_percent": np.array([100.0 * important.get(k, np.nan) for k in links.tolist()], dtype=float),
        }
        drawn = link_lines(net, links, instance.grid)
        tables.append(gpd.GeoDataFrame(table, geometry=drawn, crs=instance.grid.crs))
    whole = pd.concat([each for each in tables if len(each)] or tables[:1], ignore_index=True)
    return Layer("links", whole, "network_layers.links", shape="LineString")


def _unlinked(found: Networked, instance: Instance) -> Layer:
    net, pairs = found.linkage.plan, found.unlinked
    table = {
        "cost_m": net.cost_m[pairs.link],
        "from_ha": net.area_ha[net.first[pairs.link]],
        "to_ha": net.area_ha[net.second[pairs.link]],
        "gain_ha": pairs.mesh_ha,
        "barred_ha": pairs.barred_ha,
        "open_ha": pairs.open_ha,
    }
    drawn = link_lines(net, pairs.link, instance.grid)
    frame = gpd.GeoDataFrame(table, geometry=drawn, crs=instance.grid.crs)
    return Layer("unlinked", frame, "network_layers.unlinked", shape="LineString")


def _layer(name: str, table: dict[str, Any], drawn: NDArray[np.object_], instance: Instance) -> Layer:
    frame = gpd.GeoDataFrame(table, geometry=drawn, crs=instance.grid.crs)
    return Layer(name, frame, f"network_layers.{name}")


def _drawn(groups: Sequence[NDArray[np.int64]], grid: Grid) -> NDArray[np.object_]:
    """The outline of every group of units."""
    of = np.zeros(len(grid), dtype=np.int32)
    for number, units in enumerate(groups, start=1):
        of[units] = number
    # Of equal sizes outlines keep the order.
    size: FloatArray = np.ones(len(groups))
    drawn, _ = outlines(Patches(of, size), grid, len(groups))
    return drawn


def link_lines(net: Network, links: NDArray[np.int64], grid: Grid) -> NDArray[np.object_]:
    """The paths of some links through the middles of units, from the last unit of one patch to the first of
    the other."""
    number, unit = net.ways(links)
    if not len(links):
        return np.zeros(0, dtype=object)
    lines: NDArray[np.object_] = shapely.linestrings(middles(grid)[unit], indices=number)
    return lines
