"""Tiny rasters and vector layers, written as real files for tests."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import rasterio
import shapely
from affine import Affine
from pyproj import CRS

from instances.study.file import parse_study
from instances.study.findings import Findings
from instances.study.schema import Study
from instances.units.grid import Grid
from instances.units.gridding import raster_grid

UTM = "EPSG:32649"
LEFT, TOP = 700_000.0, 2_600_000.0


def write_raster(
    path: Path,
    values: Any,
    *,
    cell: float = 100.0,
    crs: str | None = UTM,
    nodata: float | None = None,
    left: float = LEFT,
    top: float = TOP,
    transform: Affine | None = None,
) -> Path:
    """A GeoTIFF of one band, or of as many as ``values`` has layers."""
    bands = np.atleast_3d(np.asarray(values).T).T
    place = transform if transform is not None else Affine(cell, 0, left, 0, -cell, top)
    profile = {"count": len(bands), "height": bands.shape[1], "width": bands.shape[2], "dtype": bands.dtype}
    with rasterio.open(path, "w", driver="GTiff", crs=crs, nodata=nodata, transform=place, **profile) as out:
        out.write(bands)
    return path


def write_layer(
    path: Path, geometries: Sequence[Any], crs: str | None = UTM, layer: str | None = None, **fields: Any
) -> Path:
    """A vector file with these geometries and fields."""
    frame = gpd.GeoDataFrame(fields, geometry=list(geometries), crs=crs)
    options: dict[str, Any] = {"layer": layer} if layer is not None else {}
    with warnings.catch_warnings():
        if crs is None:
            warnings.filterwarnings("ignore", "'crs' was not provided", UserWarning)
        frame.to_file(path, engine="pyogrio", **options)
    return path


def square(column: float, row: float, size: float = 1.0, cell: float = 100.0) -> shapely.Polygon:
    """A square of ``size`` cells whose upper left corner is at a column and row of the made rasters."""
    left, top = LEFT + column * cell, TOP - row * cell
    return shapely.box(left, top - size * cell, left + size * cell, top)


def made_grid(rows: int, columns: int, cell: float = 100.0, holes: Sequence[tuple[int, int]] = ()) -> Grid:
    """A raster grid at the place of the made rasters, without the cells of ``holes``."""
    valid = np.ones((rows, columns), dtype=bool)
    for hole in holes:
        valid[hole] = False
    grid = raster_grid(valid, Affine(cell, 0, LEFT, 0, -cell, TOP), CRS(UTM), "grid", Findings())
    assert grid is not None
    return grid


def study_of(**landcover: Any) -> Study:
    """A study with just a land cover."""
    return parse_study({"title": "made", "landcover": landcover}, "study.toml")


def said(findings: Findings) -> str:
    """All findings as one text."""
    return "\n".join(f"{finding.severity} {finding}" for finding in findings)
