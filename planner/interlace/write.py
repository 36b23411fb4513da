"""Interwoven town and country as files: a table and a layer of units, a raster of grades."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd

from instances.areas.interlacing import MEASURES
from instances.layers.geopackages import dated
from instances.layers.ogr import write_features
from instances.units.grid import RasterFrame
from instances.units.patches import Patches, outlines
from planner.export.geopackage import VERSION, WRITTEN, name_layers
from planner.export.raster import cloud_optimised
from planner.export.tables import write_csv
from planner.interlace.ask import Interlaced
from planner.interlace.colours import COLOURS
from planner.runs.whole import whole_file

OUTSIDE = 255
"""Value of cells that are no land of the study; those of town or country alone are 0."""


def interlace_table(found: Interlaced) -> pd.DataFrame:
    """Columns: unit, area_ha, built_percent, edge_m_ha, mix, fragmentation, build_tco2e_ha, run_tco2e_ha
    (both a year), score (empty where not interwoven), grade."""
    one = found.found
    columns = {"edge": "edge_m_ha", "build": "build_tco2e_ha", "run": "run_tco2e_ha"}
    measures = {columns.get(name, name): one.measures[name] for name in MEASURES}
    return pd.DataFrame(
        {
            "unit": list(found.units.names),
            "area_ha": one.area_ha,
            "built_percent": 100.0 * one.built_share,
            **measures,
            "score": one.score,
            "grade": one.grade,
        }
    )


def write_interlace_table(found: Interlaced, path: Path) -> None:
    """Write the table as CSV, whole or not at all; ``StudyError`` where that is not possible."""
    with whole_file(path) as draft:
        write_csv(interlace_table(found), draft)


def write_interlace_layer(found: Interlaced, path: Path, lang: str) -> None:
    """Write the units as the layer ``interlace`` of a GeoPackage, whole or not at all. Its field ``grade``
    can be a layer of a study: ``[layers.interlace] path = "interlace.gpkg", field = "grade"``."""
    table = gpd.GeoDataFrame(interlace_table(found), geometry=_drawn(found), crs=found.instance.grid.crs)
    with whole_file(path) as draft, dated(WRITTEN):
        options = {"dataset_options": {"VERSION": VERSION}}
        write_features(table, draft, layer="interlace", driver="GPKG", **options)
        name_layers(draft, {"interlace": "interlace.layer"}, lang, {"grade": "interlace.grade"})


def write_interlace_raster(found: Interlaced, path: Path) -> None:
    """Write the grade of every cell as a GeoTIFF (8 bits, 255 = no land), whole or not at all.

    ``TypeError`` for a study on parcels, which has no cells.
    """
    frame = found.instance.grid.frame
    if not isinstance(frame, RasterFrame):
        raise TypeError("a parcel study has no raster")
    with (
        whole_file(path) as draft,
        cloud_optimised(
            draft, frame, found.instance.grid.crs, bands=1, nodata=OUTSIDE, resampling="MODE"
        ) as raster,
    ):
        raster.write(frame.paint(found.grade, OUTSIDE), 1)
        raster.write_colormap(1, {grade: (*colour, 255) for grade, colour in enumerate(COLOURS)})
        raster.set_band_description(1, "grade")


def _drawn(found: Interlaced) -> np.ndarray:
    """The outline of every unit: as it was made, else of the land that it holds."""
    units, grid = found.units, found.instance.grid
    if units.outlines is not None:
        return units.outlines
    of = (units.member + 1).astype(np.int32)
    drawn, _ = outlines(Patches(of, np.ones(len(units))), grid, len(units))
    return drawn
