"""Raster files: opened with findings instead of tracebacks, their cells without value recognised."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import rasterio
from affine import Affine
from numpy.typing import NDArray
from pyproj import CRS
from rasterio.errors import NotGeoreferencedWarning, RasterioError, RasterioIOError
from rasterio.io import DatasetReader
from rasterio.windows import Window

from instances.study.findings import Findings
from instances.units.georeference import Bounds, is_stated

ABSURD = 1e30
"""Values beyond this magnitude are no data, declared or not."""

RASTER_ENDINGS = (".tif", ".tiff", ".img")
VECTOR_ENDINGS = (".shp", ".geojson", ".json", ".gdb", ".kml", ".gml", ".tab", ".mif", ".dxf", ".csv", ".fgb")


def is_raster(path: Path) -> bool:
    """True where GDAL reads the file as a raster, or its name says that it is meant to be one."""
    if path.suffix.lower() in (*RASTER_ENDINGS, *VECTOR_ENDINGS):
        return path.suffix.lower() in RASTER_ENDINGS
    try:
        with _opened(path) as source:
            return source.count > 0 or bool(source.subdatasets)
    except (
        RasterioIOError,
        UnicodeDecodeError,
    ):  # GDAL may quote a broken file's bytes in what it says of it
        return False


@contextmanager
def raster_file(path: Path, place: str, findings: Findings) -> Iterator[DatasetReader | None]:
    """An open raster; None, with a finding, where it cannot be read as one or does not say where it lies.

    What goes wrong while its cells are read becomes a finding too.
    """
    with ExitStack() as stack:
        try:
            source = stack.enter_context(_opened(path))
        except RasterioError as fault:
            _tell_unreadable(path, fault, place, findings)
            yield None
            return
        try:
            yield source if _usable(source, path, place, findings) else None
        except RasterioError as fault:
            _tell_unreadable(path, fault, place, findings)


def has_band(source: DatasetReader, band: int, place: str, findings: Findings) -> bool:
    """False, with a finding, where a raster has no such band."""
    if band > source.count:
        only = "only one band" if source.count == 1 else f"{source.count} bands"
        findings.error(
            f"{place}.band", f"there is no band {band}: the file has {only}", "Name one of its bands"
        )
        return False
    return True


def crs_of(source: DatasetReader) -> CRS | None:
    """The CRS that a raster states, if any."""
    crs = CRS.from_wkt(source.crs.to_wkt()) if source.crs else None
    return crs if crs is not None and is_stated(crs) else None


def bounds_of(transform: Affine, shape: tuple[int, int]) -> Bounds:
    """(left, bottom, right, top) of an upright raster."""
    rows, columns = shape
    x = transform.c, transform.c + columns * transform.a
    y = transform.f, transform.f + rows * transform.e
    return min(x), min(y), max(x), max(y)


def known_cells(
    source: DatasetReader, band: int, values: NDArray[Any], window: Window | None = None
) -> NDArray[np.bool_]:
    """True where cells of a band hold a value: not masked, not the declared nodata, not NaN, infinite or
    of an absurd magnitude (nodata that was rounded on its way into the file)."""
    known: NDArray[np.bool_] = source.read_masks(band, window=window) != 0
    if np.issubdtype(values.dtype, np.floating):
        with np.errstate(invalid="ignore"):
            known &= np.abs(values) < ABSURD
    return known


def read_numbers(source: DatasetReader, band: int, window: Window | None = None) -> NDArray[np.floating]:
    """The values of a band with NaN where it has none: float32 where that holds every value, else float64.

    Where a band states a scale and an offset (hundredths of a degree as whole numbers, say), the values are
    number x scale + offset, as the GDAL data model means it.
    """
    values = source.read(band, window=window)
    known = known_cells(source, band, values, window)
    scale, offset = source.scales[band - 1], source.offsets[band - 1]
    if (scale, offset) != (1.0, 0.0):
        values = values.astype(np.float64) * scale + offset
    small = values.dtype in (np.float32, np.float16) or values.dtype.itemsize <= 2
    numbers: NDArray[np.floating] = values.astype(np.float32 if small else np.float64, copy=False)
    numbers[~known] = np.nan
    return numbers


@contextmanager
def _opened(path: Path) -> Iterator[DatasetReader]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", NotGeoreferencedWarning)
        source = rasterio.open(path)
    with source:
        yield source


def _tell_unreadable(path: Path, fault: RasterioError, place: str, findings: Findings) -> None:
    why = str(fault.__cause__ or fault).strip().splitlines()[0].split(";")[0].replace(str(path), path.name)
    findings.error(place, f"{path.name} cannot be read as a raster ({why})", "Check or copy the file again")


def _usable(source: DatasetReader, path: Path, place: str, findings: Findings) -> bool:
    if not source.count:
        inner = ", ".join(name.rsplit(":", 1)[-1] for name in source.subdatasets[:8]) or "nothing"
        findings.error(
            place,
            f"{path.name} is a container of several rasters ({inner})",
            "Export the one you need: gdal_translate",
        )
        return False
    if source.transform == Affine.identity():
        findings.error(
            place,
            f"{path.name} does not say where it lies",
            "Georeference it, or keep its world file beside it",
        )
        return False
    if np.issubdtype(np.dtype(source.dtypes[0]), np.complexfloating):
        findings.error(place, f"{path.name} holds complex numbers", "Name a raster of plain numbers")
        return False
    return True
