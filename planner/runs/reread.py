"""The layout of a run's folder, read back from its files: ``plan.tif``, or the parcels of ``plan.gpkg``."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import rasterio
import shapely
from numpy.typing import NDArray
from pyogrio.errors import DataLayerError, DataSourceError
from pyproj import CRS
from rasterio.errors import RasterioError
from rasterio.features import rasterize

from instances.instance import Instance
from instances.land.classes import Classes
from instances.layers.ogr import read_columns
from instances.units.grid import Grid, Layout, RasterFrame
from planner.runs.ledger import Ledger
from planner.runs.profiles import PACKAGE

RASTER = "plan.tif"


def read_layout(folder: Path, instance: Instance, ledger: Ledger) -> Layout | None:
    """(units,) the layout that the files hold; None, with what is wrong in the ledger where there is none."""
    frame = instance.grid.frame
    if isinstance(frame, RasterFrame):
        return _from_raster(folder / RASTER, frame, instance.grid.crs, instance.classes, ledger)
    return _from_parcels(folder / PACKAGE, frame.ids, instance.classes, ledger)


def _from_raster(path: Path, frame: RasterFrame, crs: CRS, classes: Classes, ledger: Ledger) -> Layout | None:
    try:
        with rasterio.open(path) as raster:
            found_crs, transform, shape = raster.crs, raster.transform, raster.shape
            codes: NDArray[np.uint8] = raster.read(1)
    except RasterioError as fault:
        ledger.differ(RASTER, "a raster of class codes", f"it cannot be read ({fault})", by="the folder")
        return None
    study = "the study"
    if found_crs is None or CRS.from_user_input(found_crs) != crs:
        ledger.differ(f"{RASTER}, CRS", crs.name, found_crs or "none", by=study)
    if shape != frame.shape:
        ledger.differ(f"{RASTER}, rows and columns", frame.shape, shape, by=study)
        return None
    if not transform.almost_equals(frame.transform, precision=1e-6 * abs(frame.transform.a)):
        ledger.differ(f"{RASTER}, grid", tuple(frame.transform)[:6], tuple(transform)[:6], by=study)
    flat = codes.ravel()
    of_code = np.full(256, -1, dtype=np.int16)
    of_code[classes.codes] = np.arange(len(classes))
    layout = of_code[flat[frame.cells]]
    ledger.done("verify.cells", n=f"{len(layout):,}", name=RASTER)
    outside = np.count_nonzero(flat) - np.count_nonzero(flat[frame.cells])
    if outside:
        ledger.differ(
            f"{RASTER}, cells outside the study area", "none carries a class", f"{outside:,} do", by=study
        )
    return _known(layout, f"{RASTER}, class codes", ledger)


def _from_parcels(path: Path, ids: NDArray[np.object_], classes: Classes, ledger: Ledger) -> Layout | None:
    table = read_table(path, "units", ("id", "to_class"), ledger)
    if table is None:
        return None
    if list(table["id"]) != [str(one) for one in ids]:
        ledger.differ(
            f"{PACKAGE}, units",
            f"{len(ids):,} parcels",
            f"{len(table['id']):,} parcels, or others",
            by="the study",
        )
        return None
    index = {name: k for k, name in enumerate(classes.names)}
    layout = np.array([index.get(name, -1) for name in table["to_class"]], dtype=np.int16)
    ledger.done("verify.parcels", n=f"{len(layout):,}", name=PACKAGE)
    return _known(layout, f"{PACKAGE}, units, to_class", ledger)


def _known(layout: NDArray[np.int16], figure: str, ledger: Ledger) -> Layout | None:
    unknown = int((layout < 0).sum())
    if unknown:
        ledger.differ(
            figure, "every unit has one of its classes", f"{unknown:,} have none of them", by="the study"
        )
        return None
    return layout.astype(np.uint8)


def read_table(
    path: Path, layer: str, fields: tuple[str, ...], ledger: Ledger
) -> dict[str, NDArray[np.object_]] | None:
    """The fields of a layer of a GeoPackage; None, with a line in the ledger, where they cannot be read."""
    try:
        meta, _, _, columns = read_columns(path, layer=layer, columns=list(fields), read_geometry=False)
    except (DataSourceError, DataLayerError) as fault:
        ledger.differ(
            f"{path.name}, layer {layer}", "it can be read", f"it cannot ({fault})", by="the folder"
        )
        return None
    found = dict(zip(meta["fields"], columns, strict=True))
    missing = [name for name in fields if name not in found]
    if missing:
        ledger.differ(
            f"{path.name}, layer {layer}",
            f"fields {', '.join(fields)}",
            f"no {', '.join(missing)}",
            by="the folder",
        )
        return None
    return found


def check_package(folder: Path, instance: Instance, layout: Layout, ledger: Ledger) -> None:
    """Compare patches, changes, network, land of today and class table of ``plan.gpkg`` with the layout."""
    path, names = folder / PACKAGE, instance.classes.names
    count, area = len(names), instance.grid.area_ha
    planned = np.bincount(layout, weights=area, minlength=count)
    _areas(path, "patches", ("class",), "area_ha", dict(zip(zip(names), planned, strict=True)), ledger)
    _areas(path, "classes", ("class",), "plan_ha", dict(zip(zip(names), planned, strict=True)), ledger)
    _areas(
        path, "today", ("class",), "area_ha", dict(zip(zip(names), instance.today_ha, strict=True)), ledger
    )
    network = float(planned[instance.classes.blue_green].sum())
    _areas(path, "network", (), "area_ha", {(): network}, ledger)
    pair = instance.today.astype(np.int64) * count + layout
    pair, weight = pair[layout != instance.today], area[layout != instance.today]
    moved = np.bincount(pair, weights=weight, minlength=count * count)
    changes: dict[tuple[str, ...], float] = {
        (names[p // count], names[p % count]): float(moved[p]) for p in np.flatnonzero(moved)
    }
    _areas(path, "changes", ("from_class", "to_class"), "area_ha", changes, ledger)
    _outlines(path, instance.grid, instance.classes, layout, ledger)
    ledger.done("verify.package", name=PACKAGE)


def _areas(
    path: Path,
    layer: str,
    keys: tuple[str, ...],
    field: str,
    planned: dict[tuple[str, ...], float],
    ledger: Ledger,
) -> None:
    """Compare the areas of a layer, summed by its key fields, with those of the layout."""
    table = read_table(path, layer, (*keys, field), ledger)
    if table is None:
        return
    found: dict[tuple[str, ...], float] = {}
    for *key, value in zip(*(table[name] for name in keys), table[field].tolist(), strict=True):
        found[tuple(key)] = found.get(tuple(key), 0.0) + value
    for one in sorted(set(planned) | set(found)):
        figure = ", ".join((path.name, layer, *([" to ".join(one)] if one else ())))
        ledger.number(figure, found.get(one, 0.0), float(planned.get(one, 0.0)), "ha", by=path.name)


def _outlines(path: Path, grid: Grid, classes: Classes, layout: Layout, ledger: Ledger) -> None:
    """Compare the outlines of the patches with the cells of a raster study."""
    frame = grid.frame
    if not isinstance(frame, RasterFrame):
        return
    try:
        _, _, geometry, (code,) = read_columns(path, layer="patches", columns=["code"])
    except (DataSourceError, DataLayerError, ValueError):
        return  # told already, with the areas
    shapes = zip(shapely.from_wkb(geometry), code.tolist(), strict=True)
    drawn = rasterize(shapes, out_shape=frame.shape, transform=frame.transform, fill=0, dtype="uint8")
    astray = int((drawn.ravel()[frame.cells] != classes.codes[layout]).sum())
    if astray:
        ledger.differ(
            f"{path.name}, outlines of patches",
            "the classes of the plan",
            f"others on {astray:,} cells",
            by="the plan",
        )
