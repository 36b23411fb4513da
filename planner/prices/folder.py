"""Prices and opportunity costs as files: tables for limits, red lines and patches, and layers to look at."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import rasterio
from rasterio.crs import CRS as RasterCRS

from instances.units.grid import RasterFrame
from planner.export.geopackage import write_geopackage
from planner.export.layer import Layer, table_names
from planner.export.tables import write_csv
from planner.plans.plan import Plan
from planner.prices.ask import LineCost, Patch, Prices, patches
from planner.prices.grades import grades_of, marks_by, ranks_of, steps_of
from planner.prices.names import (
    LIMIT_PRICES,
    OPPORTUNITY_PACKAGE,
    OPPORTUNITY_RASTER,
    OPPORTUNITY_STYLE,
    REDLINE_COSTS,
    REDLINE_PATCHES,
)
from planner.prices.tables import limit_table, line_table, patch_table
from planner.styles.layer_styles import ramp_qml
from words import catalogue

_NAMED = {
    name: f"cost_fields.{name}"
    for name in (
        "rank",
        "class",
        "name",
        "total_tco2e_yr",
        "per_ha_tco2e_yr",
        "at_most_tco2e_yr",
        "rank_per_ha",
        "grade",
    )
}


def write_prices(prices: Prices, folder: Path) -> None:
    """Write every file of prices into a run's folder."""
    plan = prices.plan
    found = {line.name: patches(prices, line) for line in prices.lines}
    for name, table in (
        (LIMIT_PRICES, limit_table(plan, prices.limits)),
        (REDLINE_COSTS, line_table(prices)),
        (REDLINE_PATCHES, patch_table(prices, found)),
    ):
        write_csv(table, folder / name)
    named = table_names(line.name for line in prices.lines)
    dearest = [patch.per_ha for line in prices.lines for patch in found[line.name]]
    steps = steps_of(max(dearest, default=0.0))
    layers = [_layer(plan, line, found[line.name], named[line.name], steps) for line in prices.lines]
    if layers:
        write_geopackage(plan, folder / OPPORTUNITY_PACKAGE, plan.instance.study.lang, layers)
        if isinstance(plan.instance.grid.frame, RasterFrame):
            write_opportunity(prices, folder / OPPORTUNITY_RASTER)
            (folder / OPPORTUNITY_STYLE).write_text(_style(prices), encoding="utf-8")


def _style(prices: Prices) -> str:
    """The QGIS style of the raster: the band of the line with the dearest cell."""
    dearest = [float(line.units.cost.max(initial=0.0)) for line in prices.lines]
    band, lang = int(np.argmax(dearest)), prices.plan.instance.study.lang
    return ramp_qml(band + 1, dearest[band] or 1.0, catalogue.Words(lang).text("prices.cell_unit"))


def _layer(plan: Plan, line: LineCost, found: list[Patch], name: str, steps: tuple[float, ...]) -> Layer:
    """The patches of one line as a map layer, by the grade of what a hectare of each costs."""
    instance, lang = plan.instance, plan.instance.study.lang
    labels = {item.name: item.label(lang) for item in instance.classes}
    per_ha = np.array([patch.per_ha for patch in found], dtype=float)
    table = {
        "rank": np.array([patch.rank for patch in found], dtype=np.int32),
        "class": np.array([patch.becomes for patch in found], dtype=object),
        "name": np.array([labels[patch.becomes] for patch in found], dtype=object),
        "units": np.array([patch.units for patch in found], dtype=np.int32),
        "area_ha": np.array([patch.area_ha for patch in found], dtype=float),
        "total_tco2e_yr": np.array([patch.total for patch in found], dtype=float),
        "per_ha_tco2e_yr": per_ha,
        "rank_per_ha": ranks_of(per_ha),
        "grade": grades_of(per_ha, steps).astype(str).astype(object),
        "at_most_tco2e_yr": np.array([patch.at_most for patch in found], dtype=float),
    }
    geometry = np.array([patch.geometry for patch in found], dtype=object)
    return Layer(
        name,
        gpd.GeoDataFrame(table, geometry=geometry, crs=instance.grid.crs),
        "layers.line_costs",
        "grade",
        marks_by(steps),
        about={"line": line.label},
        named=_NAMED,
    )


def write_opportunity(prices: Prices, path: Path) -> None:
    """Write the opportunity costs of a raster study: one band a red line, in tCO2e/yr per cell, 0 where
    releasing the cell would gain nothing."""
    grid = prices.plan.instance.grid
    frame = grid.frame
    if not isinstance(frame, RasterFrame):
        raise TypeError("a parcel study has no raster")
    what = catalogue.Words(prices.plan.instance.study.lang).text("prices.per_cell")
    rows, columns = frame.shape
    profile = {"driver": "GTiff", "height": rows, "width": columns, "dtype": "float32", "nodata": np.nan}
    crs = RasterCRS.from_wkt(grid.crs.to_wkt())
    with rasterio.open(
        path, "w", crs=crs, transform=frame.transform, count=len(prices.lines),
        compress="DEFLATE", predictor=3, tiled=True, **profile,
    ) as raster:  # fmt: skip
        for band, line in enumerate(prices.lines, start=1):
            raster.write(frame.paint(line.units.cost.astype(np.float32), np.nan), band)
            raster.set_band_description(band, f"{line.name}: {what}")
