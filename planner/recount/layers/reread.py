"""The layout of a run's folder, read back from its files: ``plan.tif``, or the parcels of ``plan.gpkg``."""

from __future__ import annotations

import sqlite3
import warnings
from contextlib import closing
from pathlib import Path

import numpy as np
import rasterio
from numpy.typing import NDArray
from pyogrio.errors import DataLayerError, DataSourceError
from pyproj import CRS
from rasterio.errors import NotGeoreferencedWarning, RasterioError
from rasterio.io import DatasetReader

from instances.instance import Instance
from instances.land.classes import Classes
from instances.layers.ogr import read_columns
from instances.units.grid import Layout, RasterFrame
from planner.export.raster import NODATA
from planner.recount.ledger import Ledger, lacking, unreadable
from words.said import say

RASTER, PACKAGE = "plan.tif", "plan.gpkg"
GEOMETRY = "geometry of the layer"


def read_layout(folder: Path, instance: Instance, ledger: Ledger) -> Layout | None:
    """(units,) the layout that the files hold; None, with what is wrong in the ledger where there is none."""
    frame = instance.grid.frame
    if isinstance(frame, RasterFrame):
        return _from_raster(folder / RASTER, frame, instance.grid.crs, instance.classes, ledger)
    return _from_parcels(folder / PACKAGE, frame.ids, instance.classes, ledger)


def _from_raster(path: Path, frame: RasterFrame, crs: CRS, classes: Classes, ledger: Ledger) -> Layout | None:
    try:
        with (
            warnings.catch_warnings(action="ignore", category=NotGeoreferencedWarning),
            rasterio.open(path) as raster,
        ):  # a raster without a place is told as one
            found_crs, transform, shape = raster.crs, raster.transform, raster.shape
            bands, kind, nodata = raster.count, raster.dtypes[0], raster.nodata
            is_plan = (
                kind == "uint8" and shape == frame.shape
            )  # any other is told, and not read: it may be huge
            codes: NDArray[np.uint8] = raster.read(1) if is_plan else np.zeros(0, dtype=np.uint8)
            colours = _colours(raster)
    except RasterioError as fault:
        ledger.differ(RASTER, say("runs_verify.a_raster"), unreadable(fault), by="the folder")
        return None
    study = "the study"
    if found_crs is None or CRS.from_user_input(found_crs) != crs:
        now = say("runs_verify.none") if found_crs is None else found_crs
        ledger.differ(say("runs_verify.crs", name=RASTER), crs.name, now, by=study)
    if shape != frame.shape:
        ledger.differ(say("runs_verify.shape", name=RASTER), frame.shape, shape, by=study)
        return None
    if not transform.almost_equals(frame.transform, precision=1e-6 * abs(frame.transform.a)):
        grids = tuple(frame.transform)[:6], tuple(transform)[:6]
        ledger.differ(say("runs_verify.grid", name=RASTER), *grids, by=study)
    if (bands, kind) != (1, "uint8"):
        now = say("runs_verify.bands", n=bands, kind=kind)
        wanted = say("runs_verify.bands", n=1, kind="uint8")
        ledger.differ(say("runs_verify.values", name=RASTER), wanted, now, by=study)
        return None
    ledger.same(say("runs_verify.nodata", name=RASTER), NODATA, nodata, by=study)
    wanted_colours = {item.code: item.colour for item in classes}
    ledger.same(
        say("runs_verify.colours", name=RASTER),
        wanted_colours,
        {c: colours.get(c) for c in wanted_colours},
        by=study,
    )
    flat = codes.ravel()
    of_code = np.full(256, -1, dtype=np.int16)
    of_code[classes.codes] = np.arange(len(classes))
    layout = of_code[flat[frame.cells]]
    ledger.done("verify.cells", n=f"{len(layout):,}", name=RASTER)
    outside = np.count_nonzero(flat) - np.count_nonzero(flat[frame.cells])
    if outside:
        do = say("runs_verify.do", n=f"{outside:,}")
        ledger.differ(say("runs_verify.outside", name=RASTER), say("runs_verify.without_class"), do, by=study)
    return known_layout(layout, say("runs_verify.class_codes", name=RASTER), ledger)


def _colours(raster: DatasetReader) -> dict[int, tuple[int, ...]]:
    """The colour of every code, without its opacity."""
    try:
        return {code: colour[:3] for code, colour in raster.colormap(1).items()}
    except ValueError:
        return {}


def _from_parcels(path: Path, ids: NDArray[np.object_], classes: Classes, ledger: Ledger) -> Layout | None:
    table = read_table(path, "units", ("id", "to_class"), ledger)
    if table is None:
        return None
    if list(table["id"]) != [str(one) for one in ids]:
        now = say("runs_verify.parcels_or_others", n=f"{len(table['id']):,}")
        ledger.differ(f"{PACKAGE}, units", say("runs_verify.parcels", n=f"{len(ids):,}"), now, by="the study")
        return None
    index = {name: k for k, name in enumerate(classes.names)}
    layout = np.array([index.get(name, -1) for name in table["to_class"]], dtype=np.int16)
    ledger.done("verify.parcels", n=f"{len(layout):,}", name=PACKAGE)
    return known_layout(layout, f"{PACKAGE}, units, to_class", ledger)


def known_layout(layout: NDArray[np.signedinteger], figure: str, ledger: Ledger) -> Layout | None:
    """(units,) a layout of class positions; None, with a line in the ledger, where a unit has none."""
    unknown = int((layout < 0).sum())
    if unknown:
        none = say("runs_verify.have_none", n=f"{unknown:,}")
        ledger.differ(figure, say("runs_verify.every_unit"), none, by="the study")
        return None
    return layout.astype(np.uint8)


def read_table(
    path: Path, layer: str, fields: tuple[str, ...], ledger: Ledger
) -> dict[str, NDArray[np.object_]] | None:
    """The fields of a layer of a GeoPackage, and as ``GEOMETRY`` its polygons (WKB) where there are any.

    None, with a line in the ledger, where they cannot be read.
    """
    try:
        meta, _, shapes, columns = read_columns(path, layer=layer, columns=list(fields))
        count = rows_in(path, layer)
    except (DataSourceError, DataLayerError, ValueError, sqlite3.Error) as fault:
        figure = say("runs_verify.layer", file=path.name, layer=layer)
        ledger.differ(figure, say("runs_verify.readable"), unreadable(fault), by="the folder")
        return None
    found = dict(zip(meta["fields"], columns, strict=True))
    if shapes is not None:
        found[GEOMETRY] = shapes
    if columns and len(columns[0]) != count:  # the reader goes by a count that is kept beside the rows
        figure = say("runs_verify.layer", file=path.name, layer=layer)
        read, held = (say("runs_verify.rows", n=n) for n in (len(columns[0]), count))
        ledger.differ(figure, read, held, by=path.name)
    missing = [name for name in fields if name not in found]
    if missing:
        figure = say("runs_verify.layer", file=path.name, layer=layer)
        ledger.differ(figure, *lacking(fields, missing), by="the folder")
        return None
    return found


def rows_in(path: Path, layer: str) -> int:
    """How many rows a layer has, whatever is noted of it elsewhere."""
    looked_at = "mode=ro" if path.with_name(f"{path.name}-wal").exists() else "immutable=1"
    with closing(sqlite3.connect(f"{path.absolute().as_uri()}?{looked_at}", uri=True)) as database:
        quoted = layer.replace('"', '""')
        (count,) = database.execute(f'SELECT count(*) FROM "{quoted}"').fetchone()
    return int(count)
