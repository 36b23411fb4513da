"""Prices and opportunity costs as files: tables for limits, red lines and patches, and layers to look at."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import rasterio
import shapely
from rasterio.crs import CRS as RasterCRS

from instances.units.grid import RasterFrame
from planner.export.geopackage import write_geopackage
from planner.export.layer import Layer
from planner.export.tables import ENCODING
from planner.plans.plan import LimitRecord, Plan
from planner.prices.ask import LimitPrice, LineCost, Patch, Prices, patches
from planner.prices.names import (
    LIMIT_PRICES,
    OPPORTUNITY_PACKAGE,
    OPPORTUNITY_RASTER,
    OPPORTUNITY_STYLE,
    REDLINE_COSTS,
    REDLINE_PATCHES,
)
from planner.prices.redline_sentences import line_in_words
from planner.prices.sentences import price_in_words, range_in_words
from planner.styles.layer_styles import class_marks, ramp_qml
from planner.words.catalogue import Words

_NAMED = {
    name: f"cost_fields.{name}"
    for name in ("rank", "class", "name", "total_tco2e_yr", "per_ha_tco2e_yr", "at_most_tco2e_yr")
}
"""Names of fields that mean something else here than in a plan's layers."""
PATCH_COLUMNS = (
    "redline", "rank", "becomes", "units", "area_ha", "total_tco2e_yr", "per_ha_tco2e_yr", "at_most_tco2e_yr",
    "x", "y",
)  # fmt: skip


def write_prices(prices: Prices, folder: Path) -> None:
    """Write every file of prices into a run's folder."""
    plan = prices.plan
    found = {line.name: patches(prices, line) for line in prices.lines}
    for name, table in (
        (LIMIT_PRICES, limit_table(plan, prices.limits)),
        (REDLINE_COSTS, line_table(prices)),
        (REDLINE_PATCHES, patch_table(prices, found)),
    ):
        table.to_csv(folder / name, index=False, encoding=ENCODING, lineterminator="\n")
    layers = [_layer(plan, line, found[line.name]) for line in prices.lines]
    if layers:
        write_geopackage(plan, folder / OPPORTUNITY_PACKAGE, plan.instance.study.lang, layers)
        if isinstance(plan.instance.grid.frame, RasterFrame):
            write_opportunity(prices, folder / OPPORTUNITY_RASTER)
            (folder / OPPORTUNITY_STYLE).write_text(_style(prices), encoding="utf-8")


def files_of(prices: Prices) -> frozenset[str]:
    """The files that ``write_prices`` writes."""
    found = {LIMIT_PRICES, REDLINE_COSTS, REDLINE_PATCHES}
    if prices.lines:
        found.add(OPPORTUNITY_PACKAGE)
        if prices.plan.instance.grid.is_raster:
            found |= {OPPORTUNITY_RASTER, OPPORTUNITY_STYLE}
    return frozenset(found)


def _style(prices: Prices) -> str:
    """The QGIS style of the raster: the band of the line with the dearest cell."""
    dearest = [float(line.units.cost.max(initial=0.0)) for line in prices.lines]
    band, lang = int(np.argmax(dearest)), prices.plan.instance.study.lang
    return ramp_qml(band + 1, dearest[band] or 1.0, Words(lang).text("cost_raster.cell_unit"))


def limit_table(plan: Plan, limits: tuple[LimitPrice, ...]) -> pd.DataFrame:
    """Every limit: indicator, district, at_least, at_most, value, slack, price, price_unit, holds_from,
    holds_to, open_below, open_above, in_words."""
    lang, classes = plan.instance.study.lang, plan.instance.classes
    return pd.DataFrame(
        [
            {
                **bounds(each.record),
                "holds_from": each.found.low if each.found else None,
                "holds_to": each.found.high if each.found else None,
                "open_below": "yes" if each.found and each.found.open_low else "",
                "open_above": "yes" if each.found and each.found.open_high else "",
                "in_words": price_in_words(each.record, lang, classes)
                + range_in_words(each.found, each.record, lang),
            }
            for each in limits
        ],
        columns=[
            *BOUNDS, "holds_from", "holds_to", "open_below", "open_above", "in_words",
        ],
    )  # fmt: skip


BOUNDS = ("indicator", "district", "at_least", "at_most", "value", "slack", "price", "price_unit")
"""What every table of limits tells of a limit."""


def bounds(limit: LimitRecord) -> dict[str, object]:
    """A limit's own columns."""
    return {name: getattr(limit, name) for name in BOUNDS}


def line_table(prices: Prices) -> pd.DataFrame:
    """Every red line: redline, label, cost_low_tco2e_yr and cost_high_tco2e_yr of the line as a whole, then
    units and area_ha on which releasing a unit would pay, the sum of their opportunity costs and the largest
    one, in_words."""
    area, lang = prices.plan.instance.grid.area_ha, prices.plan.instance.study.lang
    rows = []
    for line in prices.lines:
        cost = line.units.cost
        rows.append(
            {
                "redline": line.name,
                "label": line.label,
                "cost_low_tco2e_yr": line.whole.low if line.whole else None,
                "cost_high_tco2e_yr": line.whole.high if line.whole else None,
                "units": int((cost > 0).sum()),
                "area_ha": float(area[cost > 0].sum()),
                "sum_tco2e_yr": float(cost.sum()),
                "largest_tco2e_yr": float(cost.max(initial=0.0)),
                "in_words": line_in_words(line, lang),
            }
        )
    return pd.DataFrame(rows, columns=list(LINE_COLUMNS))


LINE_COLUMNS = (
    "redline", "label", "cost_low_tco2e_yr", "cost_high_tco2e_yr", "units", "area_ha", "sum_tco2e_yr",
    "largest_tco2e_yr", "in_words",
)  # fmt: skip
"""Columns of the table of red lines; a study without red lines has them too."""


def patch_table(prices: Prices, found: dict[str, list[Patch]]) -> pd.DataFrame:
    """Every patch: redline, rank, becomes, units, area_ha, total_tco2e_yr (the sum of its units' opportunity
    costs), per_ha_tco2e_yr, at_most_tco2e_yr (what releasing it can gain at most), x, y (a point of it in the
    CRS of the study)."""
    rows = []
    for line in prices.lines:
        shapes = np.array([patch.geometry for patch in found[line.name]], dtype=object)
        points = shapely.point_on_surface(shapes)
        for patch, point in zip(found[line.name], points, strict=True):
            rows.append(
                {
                    "redline": line.name,
                    "rank": patch.rank,
                    "becomes": patch.becomes,
                    "units": patch.units,
                    "area_ha": patch.area_ha,
                    "total_tco2e_yr": patch.total,
                    "per_ha_tco2e_yr": patch.total / patch.area_ha,
                    "at_most_tco2e_yr": patch.at_most,
                    "x": point.x,
                    "y": point.y,
                }
            )
    return pd.DataFrame(rows, columns=list(PATCH_COLUMNS))


def _layer(plan: Plan, line: LineCost, found: list[Patch]) -> Layer:
    """The patches of one line as a map layer, in the colour of what they would become."""
    instance, lang = plan.instance, plan.instance.study.lang
    labels = {item.name: item.label(lang) for item in instance.classes}
    table = {
        "rank": np.array([patch.rank for patch in found], dtype=np.int32),
        "class": np.array([patch.becomes for patch in found], dtype=object),
        "name": np.array([labels[patch.becomes] for patch in found], dtype=object),
        "units": np.array([patch.units for patch in found], dtype=np.int32),
        "area_ha": np.array([patch.area_ha for patch in found], dtype=float),
        "total_tco2e_yr": np.array([patch.total for patch in found], dtype=float),
        "per_ha_tco2e_yr": np.array([patch.total / patch.area_ha for patch in found], dtype=float),
        "at_most_tco2e_yr": np.array([patch.at_most for patch in found], dtype=float),
    }
    geometry = np.array([patch.geometry for patch in found], dtype=object)
    return Layer(
        line.name,
        gpd.GeoDataFrame(table, geometry=geometry, crs=instance.grid.crs),
        "layers.line_costs",
        "class",
        partial(class_marks, instance.classes),
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
    what = Words(prices.plan.instance.study.lang).text("cost_raster.per_cell")
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
