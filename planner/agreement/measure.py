"""Agreement of plans: for each unit, how often it keeps its class, and which class it has most often."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
from numpy.typing import NDArray

from instances.instance import Instance
from instances.land.colours import Colour
from instances.units.grid import FloatArray, Layout, ParcelFrame, RasterFrame
from instances.units.sums import sum_by
from planner.export.geopackage import WRITTEN
from planner.export.raster import cloud_optimised

NODATA = 255
BANDS = (
    ("keeps", "% of plans in which the unit has the class of the reference plan"),
    ("most_often", "code of the class that the unit has most often"),
    ("classes", "number of classes that the unit has in some plan"),
    ("agree", "% of plans in which the unit has the class of most_often"),
)
"""What the layer tells of every unit, whichever command compares plans: bands, or fields of parcels."""
MOSTLY = 2 / 3
"""Share of plans from which a unit counts as mostly firm."""
STAYS: Colour = (225, 225, 225)
CHANGES: Colour = (35, 119, 74)
WAVERS: Colour = (253, 191, 90)
FRAGILE: Colour = (200, 46, 52)
COLOURS = (STAYS, CHANGES, WAVERS, FRAGILE)


@dataclass(frozen=True, eq=False)
class Agreement:
    """``keeps`` (units,) share of plans with the reference plan's class; ``most_often`` (units,) the class
    that is most frequent, the reference plan's where several are; ``classes`` (units,) how many occur;
    ``agree`` (units,) share of plans with the most frequent class."""

    reference: Layout
    keeps: FloatArray
    most_often: Layout
    classes: NDArray[np.uint8]
    agree: FloatArray

    def standing(self, today: Layout) -> NDArray[np.uint8]:
        """(units,) 0 stays as today in all plans, 1 changes alike in all, 2 mostly alike, 3 fragile."""
        firm = self.keeps >= 1.0
        alike = np.where(self.reference == today, 0, 1)
        wavering = np.where(self.keeps >= MOSTLY, 2, 3)
        standing: NDArray[np.uint8] = np.where(firm, alike, wavering).astype(np.uint8)
        return standing

    def areas_ha(self, today: Layout, area_ha: FloatArray) -> FloatArray:
        """(4,) the land of each standing, in ha."""
        return sum_by(self.standing(today), area_ha, len(COLOURS))


def agreement(reference: Layout, plans: Sequence[Layout], classes: int) -> Agreement:
    """How plans agree with a reference plan and with each other; a class at a time, for millions of units."""
    keeps = np.zeros(len(reference))
    most = np.zeros(len(reference), dtype=np.int32)
    often, occurring = reference.copy(), np.zeros(len(reference), dtype=np.uint8)
    for layout in plans:
        keeps += layout == reference
    most[:] = keeps
    for k in range(classes):
        count = np.zeros(len(reference), dtype=np.int32)
        for layout in plans:
            count += layout == k
        better = count > most
        often[better] = k
        most[better] = count[better]
        occurring += count > 0
    number = max(1, len(plans))
    return Agreement(reference, keeps / number, often, occurring, most / number)


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
    pyogrio.write_dataframe(
        layer,
        path,
        layer="agreement",
        driver="GPKG",
        dataset_options={"VERSION": "1.2"},
        geometry_type="MultiPolygon",
        promote_to_multi=True,
    )
    with closing(sqlite3.connect(path)) as database, database:
        database.execute("UPDATE gpkg_contents SET last_change = ?", (WRITTEN,))
