"""Agreement of plans as a layer: how often each unit keeps its class, and which class it has most often."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
from numpy.typing import NDArray

from formulations.sampling.agreement import Agreement
from instances.instance import Instance
from instances.land.colours import Colour
from instances.layers.geopackages import dated
from instances.units.grid import ParcelFrame, RasterFrame
from planner.export.geopackage import WRITTEN
from planner.export.raster import cloud_optimised

NODATA = 255
BANDS = (
    ("keeps", "% of plans in which the unit has the class of the reference plan"),
    ("most_often", "code of the class that the unit has most often"),
    ("classes", "number of classes that the unit has in some plan"),
)
STAYS: Colour = (225, 225, 225)
CHANGES: Colour = (35, 119, 74)
WAVERS: Colour = (253, 191, 90)
FRAGILE: Colour = (200, 46, 52)
COLOURS = (STAYS, CHANGES, WAVERS, FRAGILE)


def write_agreement(found: Agreement, instance: Instance, folder: Path, name: str) -> Path:
    """Write the agreement as ``NAME.tif`` (three bands), or ``NAME.gpkg`` for parcels; returns the file."""
    percent = np.floor(100 * found.keeps + 1e-9).astype(np.uint8)
    codes = instance.classes.codes[found.most_often].astype(np.uint8)
    if isinstance(instance.grid.frame, RasterFrame):
        path = folder / f"{name}.tif"
        bands = [instance.grid.frame.paint(band, NODATA) for band in (percent, codes, found.classes)]
        _write_raster(path, bands, instance, instance.grid.frame)
        return path
    path = folder / f"{name}.gpkg"
    _write_parcels(path, found, percent, instance, instance.grid.frame)
    return path


def _write_raster(
    path: Path, bands: Sequence[NDArray[np.uint8]], instance: Instance, frame: RasterFrame
) -> None:
    crs = instance.grid.crs
    with cloud_optimised(path, frame, crs, bands=len(bands), nodata=NODATA, resampling="NEAREST") as raster:
        for number, (band, (title, meaning)) in enumerate(zip(bands, BANDS, strict=True), start=1):
            raster.write(band, number)
            raster.set_band_description(number, title)
            raster.update_tags(number, MEANING=meaning)


def _write_parcels(
    path: Path, found: Agreement, percent: NDArray[np.uint8], instance: Instance, frame: ParcelFrame
) -> None:
    names = np.array(instance.classes.names, dtype=object)
    table = pd.DataFrame(
        {
            "id": [str(one) for one in frame.ids],
            "class": names[found.reference],
            "keeps": percent,
            "most_often": names[found.most_often],
            "classes": found.classes,
        }
    )
    layer = gpd.GeoDataFrame(table, geometry=frame.geometry, crs=instance.grid.crs)
    with dated(WRITTEN):
        pyogrio.write_dataframe(
            layer,
            path,
            layer="agreement",
            driver="GPKG",
            dataset_options={"VERSION": "1.2"},
            geometry_type="MultiPolygon",
            promote_to_multi=True,
        )
