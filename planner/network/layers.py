"""Networks on the map: patches with what they mean to the whole, and the paths of the links."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np

from formulations.network.measured import Measured
from instances.layers.geopackages import dated
from instances.layers.ogr import write_features
from instances.units.grid import Grid
from instances.units.patches import Patches, outlines
from planner.export.geopackage import VERSION, WRITTEN, name_layers
from planner.export.layer import table_names
from planner.export.networks import link_lines
from planner.network.ask import Networks
from planner.runs.whole import whole_file


def write_network_layers(result: Networks, path: Path, lang: str) -> None:
    """Write a GeoPackage, whole or not at all, with two layers a layout: ``NAME_patches`` (area, share of PC
    of the patches that matter most) and ``NAME_links`` (the patches joined and the least cost in m of easy
    land, of links that half of those who set out get over at the longest distance)."""
    names = table_names([each.name for each in result.measured])
    with whole_file(path) as draft:
        for each in result.measured:
            for kind, table in (
                ("patches", _patches(each, result.grid)),
                ("links", _links(each, result.grid)),
            ):
                with dated(WRITTEN):
                    write_features(
                        table,
                        draft,
                        layer=f"{names[each.name]}_{kind}",
                        driver="GPKG",
                        append=draft.exists(),
                        dataset_options=None if draft.exists() else {"VERSION": VERSION},
                        geometry_type="MultiPolygon" if kind == "patches" else "LineString",
                        promote_to_multi=kind == "patches",
                    )
        titles = {
            f"{names[each.name]}_{kind}": f"network_layers.{kind}_of"
            for each in result.measured
            for kind in ("patches", "links")
        }
        with dated(WRITTEN):
            name_layers(draft, titles, lang)


def _patches(each: Measured, grid: Grid) -> gpd.GeoDataFrame:
    net = each.network
    patches = Patches(net.patch + 1, net.area_ha)
    drawn, area = outlines(patches, grid, len(net))
    order = np.argsort(-net.area_ha, kind="stable")
    share = np.full(len(net), np.nan)
    for one in each.important:
        share[one.patch] = 100.0 * one.share
    table = {"patch": order.astype(np.int32) + 1, "area_ha": area, "dpc_percent": share[order]}
    return gpd.GeoDataFrame(table, geometry=drawn, crs=grid.crs)


def _links(each: Measured, grid: Grid) -> gpd.GeoDataFrame:
    net = each.network
    kept = np.flatnonzero(net.cost_m <= each.reaches[-1].distance_m)
    lines = link_lines(net, kept, grid)
    table = {
        "from_patch": net.first[kept] + 1,
        "to_patch": net.second[kept] + 1,
        "cost_m": net.cost_m[kept],
        "from_ha": net.area_ha[net.first[kept]],
        "to_ha": net.area_ha[net.second[kept]],
    }
    return gpd.GeoDataFrame(table, geometry=lines, crs=grid.crs)
