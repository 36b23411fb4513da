"""Raster files, also in a zip: opened with findings instead of tracebacks; what they say of themselves."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import numpy as np
import rasterio
from affine import Affine
from pyproj import CRS
from rasterio.errors import NotGeoreferencedWarning, RasterioError, RasterioIOError
from rasterio.io import DatasetReader

from instances.layers.zipped import RASTER_ENDINGS, is_zip, members, rasters_inside
from instances.study.findings import Findings
from instances.units.georeference import Bounds, is_stated
from words.said import say

VECTOR_ENDINGS = (".shp", ".geojson", ".json", ".gdb", ".kml", ".gml", ".tab", ".mif", ".dxf", ".csv", ".fgb")

CACHE_MB = 256
"""Megabytes of a raster that GDAL keeps in memory: rows of its tiles, not the share of the machine that it
would take by itself."""

MOST_TOLD = 8
"""At most so many names are told in a finding."""


def is_raster(path: Path) -> bool:
    """True where GDAL reads the file as a raster, or its name says that it is meant to be one; of a zip,
    where there is a raster in it, or nothing that could be told."""
    if is_zip(path):
        return bool(rasters_inside(path)) or not any(_is_vector(member.opened) for member in members(path))
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


def _is_vector(name: str) -> bool:
    return name.lower().endswith((*VECTOR_ENDINGS, ".gpkg", ".parquet")) or ".gdb/" in name.lower()


@contextmanager
def raster_file(path: Path, place: str, findings: Findings) -> Iterator[DatasetReader | None]:
    """An open raster; None, with a finding, where it cannot be read as one or does not say where it lies.

    A zip is read where it holds one raster. What goes wrong while its cells are read becomes a finding too.
    """
    name = _name_to_open(path, place, findings)
    if name is None:
        yield None
        return
    with ExitStack() as stack:
        try:
            source = stack.enter_context(_opened(name))
        except RasterioError as fault:
            _tell_unreadable(path, name, fault, place, findings)
            yield None
            return
        try:
            yield source if _usable(source, path, place, findings) else None
        except RasterioError as fault:
            _tell_unreadable(path, name, fault, place, findings)


def has_band(source: DatasetReader, band: int, place: str, findings: Findings) -> bool:
    """False, with a finding, where a raster has no such band."""
    if band > source.count:
        fault = say("raster.no_band", band=band, n=source.count)
        findings.error(f"{place}.band", fault, say("raster.no_band_remedy"))
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


@contextmanager
def _opened(name: Path | str) -> Iterator[DatasetReader]:
    with warnings.catch_warnings(), rasterio.Env(GDAL_CACHEMAX=CACHE_MB):
        warnings.simplefilter("ignore", NotGeoreferencedWarning)
        source = rasterio.open(name)
        with source:
            yield source


def _name_to_open(path: Path, place: str, findings: Findings) -> Path | str | None:
    """What GDAL opens: the file, or the one raster in a zip; a finding and None where there is not one."""
    if not is_zip(path):
        return path
    rasters = rasters_inside(path)
    if len(rasters) == 1:
        return rasters[0].opened
    if rasters:
        fault = say("raster.zip_of_several", file=path.name, n=len(rasters), names=_some(rasters))
    elif held := members(path):
        fault = say("raster.zip_without_raster", file=path.name, names=_some(held))
    else:
        fault = say("raster.zip_empty", file=path.name)
    findings.error(place, fault, say("raster.zip_remedy"))
    return None


def _some(found: tuple[tuple[str, str], ...]) -> list[str]:
    return [shown for _, shown in found[:MOST_TOLD]] + ["..."] * (len(found) > MOST_TOLD)


def _tell_unreadable(
    path: Path, name: Path | str, fault: RasterioError, place: str, findings: Findings
) -> None:
    why = str(fault.__cause__ or fault).strip().splitlines()[0].split(";")[0]
    why = why.replace(str(name), path.name).replace(str(path), path.name)
    findings.error(place, say("raster.unreadable", file=path.name, why=why), say("raster.unreadable_remedy"))


def _usable(source: DatasetReader, path: Path, place: str, findings: Findings) -> bool:
    if not source.count:
        inner = [name.rsplit(":", 1)[-1] for name in source.subdatasets[:MOST_TOLD]]
        fault = say("raster.container", file=path.name, names=inner or say("raster.nothing"))
        findings.error(place, fault, say("raster.container_remedy"))
        return False
    if source.transform == Affine.identity():
        findings.error(place, say("raster.nowhere", file=path.name), say("raster.nowhere_remedy"))
        return False
    if not np.isfinite(source.transform[:6]).all() or source.transform.is_degenerate:
        findings.error(place, say("raster.cells_without_size"), say("raster.cells_without_size_remedy"))
        return False
    if np.issubdtype(np.dtype(source.dtypes[0]), np.complexfloating):
        findings.error(place, say("raster.complex", file=path.name), say("raster.complex_remedy"))
        return False
    return True
