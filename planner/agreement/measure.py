"""Agreement of plans as a layer: how often each unit keeps its class, and which class it has most often."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from formulations.sampling.agreement import Agreement
from instances.instance import Instance
from instances.land.colours import Colour
from instances.layers.geopackages import dated
from instances.layers.ogr import write_features
from instances.units.grid import FloatArray, ParcelFrame, RasterFrame
from planner.export.geopackage import WRITTEN
from planner.export.raster import cloud_optimised

NODATA = 255
STANDINGS = ("stays", "changes", "mostly", "fragile")
"""How land can stand, in the order of its colours."""
BANDS = (
    ("keeps", "% of plans in which the unit has the class of the reference plan"),
    ("most_often", "code of the class that the unit has most often"),
    ("classes", "number of classes that the unit has in some plan"),
    ("agree", "% of plans in which the unit has the class of most_often"),
)
"""What the layer tells of every unit, whichever command compares plans: bands, or fields of parcels."""
STAYS: Colour = (225, 225, 225)
CHANGES: Colour = (0, 95, 160)
WAVERS: Colour = (253, 191, 90)
FRAGILE: Colour = (185, 30, 60)
COLOURS = (STAYS, CHANGES, WAVERS, FRAGILE)


def agreement_files(name: str) -> tuple[str, str]:
    """The files that ``write_agreement`` may write under a name: of raster studies, of parcels."""
    return f"{name}.tif", f"{name}.gpkg"


def write_agreement(found: Agreement, instance: Instance, folder: Path, name: str) -> Path:
    """Write the agreement as ``NAME.tif`` (a band for each of ``BANDS``), or ``NAME.gpkg`` for parcels (a
    field for each); returns the file."""
    raster, parcels = (folder / file for file in agreement_files(name))
    keeps, agree = _percent(found.keeps), _percent(found.agree)
    frame = instance.grid.frame
    if isinstance(frame, RasterFrame):
        codes = instance.classes.codes[found.most_often].astype(np.uint8)
        bands = [frame.paint(band, NODATA) for band in (keeps, codes, found.classes, agree)]
        _write_raster(raster, bands, instance, frame)
        return raster
    classes = np.array(instance.classes.names, dtype=object)
    values = (keeps, classes[found.most_often], found.classes, agree)
    table = {"id": [str(one) for one in frame.ids], "class": classes[found.reference]}
    table |= {band: value for (band, _), value in zip(BANDS, values, strict=True)}
    _write_parcels(parcels, pd.DataFrame(table), instance, frame)
    return parcels


def _percent(share: FloatArray) -> NDArray[np.uint8]:
    return np.floor(100 * share + 1e-9).astype(np.uint8)


def _write_raster(
    path: Path, bands: Sequence[NDArray[np.uint8]], instance: Instance, frame: RasterFrame
) -> None:
    crs = instance.grid.crs
    with cloud_optimised(path, frame, crs, bands=len(bands), nodata=NODATA, resampling="NEAREST") as raster:
        for number, (band, (title, meaning)) in enumerate(zip(bands, BANDS, strict=True), start=1):
            raster.write(band, number)
            raster.set_band_description(number, title)
            raster.update_tags(number, MEANING=meaning)


def _write_parcels(path: Path, table: pd.DataFrame, instance: Instance, frame: ParcelFrame) -> None:
    layer = gpd.GeoDataFrame(table, geometry=frame.geometry, crs=instance.grid.crs)
    with dated(WRITTEN):
        write_features(
            layer,
            path,
            layer="agreement",
            driver="GPKG",
            dataset_options={"VERSION": "1.2"},
            geometry_type="MultiPolygon",
            promote_to_multi=True,
        )
