"""Hostile rasters: shapes, types, values, nodata, places and bands that are seldom met."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import rasterio
from affine import Affine

from tests.support.attack.case import ACCEPTED, EITHER, REFUSED, Attack
from tests.support.small_study import CELL, CRS, LEFT, TOP, landcover

DTYPES = (
    "int8",
    "uint8",
    "int16",
    "uint16",
    "int32",
    "uint32",
    "int64",
    "uint64",
    "float32",
    "float64",
    "complex64",
    "complex128",
)
PLACE = Affine(CELL, 0, LEFT, 0, -CELL, TOP)
PLACES: dict[str, Affine] = {
    "turned by 30 degrees": PLACE @ Affine.rotation(30),
    "sheared": PLACE @ Affine.shear(20, 0),
    "south up": Affine(CELL, 0, LEFT, 0, CELL, TOP - 12 * CELL),
    "east left": Affine(-CELL, 0, LEFT + 16 * CELL, 0, -CELL, TOP),
    "cells of no size": Affine(0, 0, LEFT, 0, 0, TOP),
    "cells of a nanometre": Affine(1e-9, 0, LEFT, 0, -1e-9, TOP),
    "cells of 1e300 m": Affine(1e300, 0, LEFT, 0, -1e300, TOP),
    "cells of nan": Affine(math.nan, 0, LEFT, 0, math.nan, TOP),
    "at infinity": Affine(CELL, 0, math.inf, 0, -CELL, TOP),
    "at 1e18 m": Affine(CELL, 0, 1e18, 0, -CELL, 1e18),
    "at no place": Affine.identity(),
    "at half a cell": PLACE @ Affine.translation(0.5, 0.5),
    "cells 100 x 1 m": Affine(CELL, 0, LEFT, 0, -1, TOP),
}
SYSTEMS = (
    None,
    "EPSG:4326",
    "EPSG:4490",
    "EPSG:3857",
    "EPSG:4978",
    "EPSG:5773",
    "EPSG:2263",
    "+proj=longlat +R=1737400",
    "+proj=ortho +lat_0=-90",
    'LOCAL_CS["x",UNIT["metre",1]]',
    "+proj=utm +zone=49 +south",
    "+proj=geos +h=35785831",
)
NODATA = (None, 0, 255, -1, 1, 300, math.nan, math.inf, 1e308, 0.5)


def write(
    path: Path,
    cells: Any,
    transform: Affine = PLACE,
    crs: str | None = CRS,
    nodata: float | None = 0,
    **profile: Any,
) -> None:
    """A GeoTIFF of one band or of several."""
    bands = np.atleast_3d(np.asarray(cells).T).T
    size = {"count": len(bands), "height": bands.shape[1], "width": bands.shape[2], "dtype": bands.dtype}
    with rasterio.open(
        path, "w", driver="GTiff", crs=crs, transform=transform, nodata=nodata, **size, **profile
    ) as out:
        out.write(bands)


def _cover(cells: Any, **options: Any) -> Callable[[Path], object]:
    return lambda folder: write(folder / "cover.tif", cells, **options)


def _slope(cells: Any, **options: Any) -> Callable[[Path], object]:
    return lambda folder: write(folder / "slope.tif", cells, **{"nodata": None, **options})


def _full(value: Any, dtype: str = "float64", shape: tuple[int, int] = (12, 16)) -> Any:
    return np.full(shape, value, dtype=dtype)


def attacks() -> Iterator[Attack]:
    """Hostile land covers and layers."""
    yield from _of_land_cover()
    yield from _of_layers()


def _of_land_cover() -> Iterator[Attack]:
    cover = landcover()
    for dtype in DTYPES:
        answer = REFUSED if "complex" in dtype else ACCEPTED
        yield Attack(
            f"land cover of {dtype}",
            answer,
            ("landcover",) if answer == REFUSED else (),
            files=_cover(cover.astype(dtype)),
        )
    for dtype in ("int16", "int32", "int64", "uint64", "float32", "float64"):
        info = np.finfo(dtype) if "float" in dtype else np.iinfo(dtype)
        for end in ("min", "max"):
            cells = cover.astype(dtype)
            cells[0, 0] = getattr(info, end)
            yield Attack(f"land cover of {dtype} with its {end}", EITHER, files=_cover(cells))
    for value in (0.5, math.nan, math.inf, -math.inf, 1e20, 1.0000001, -1.0):
        cells = cover.astype("float64")
        cells[0, 0] = value
        yield Attack(f"land cover with one {value}", EITHER, files=_cover(cells))
        answer = EITHER if value == 1.0000001 else REFUSED  # next to a code is a code that was rounded
        place = (
            ("landcover",) if answer == REFUSED else ()
        )  # one class alone may be at odds with other tables
        yield Attack(f"land cover of nothing but {value}", answer, place, files=_cover(_full(value)))
    for shape in ((1, 1), (1, 2000), (2000, 1), (2, 2), (1, 16)):
        # Beyond the boundary, districts and layers there is nothing, and that may be said.
        yield Attack(f"land cover of {shape[0]} x {shape[1]}", EITHER, files=_cover(np.resize(cover, shape)))
    for name, place in PLACES.items():
        yield Attack(f"land cover {name}", EITHER, files=_cover(cover, transform=place))
    for crs in SYSTEMS:
        yield Attack(f"land cover in {crs}", EITHER, files=_cover(cover, crs=crs))
        here = Affine(0.001, 0, 114, 0, -0.001, 23)
        yield Attack(f"land cover in degrees of {crs}", EITHER, files=_cover(cover, crs=crs, transform=here))
    for nodata in NODATA:
        yield Attack(
            f"land cover with nodata {nodata}", EITHER, files=_cover(cover.astype("float64"), nodata=nodata)
        )
    yield Attack(
        "land cover of 65,536 classes",
        REFUSED,
        ("landcover",),
        files=_cover(np.arange(2**16, dtype="uint16").reshape(256, 256)),
    )
    yield Attack("land cover of three bands", EITHER, files=_cover(np.stack([cover] * 3)))
    yield Attack("land cover of 300 bands", EITHER, files=_cover(np.stack([cover] * 300)))
    yield Attack("land cover of 1e10 empty cells", EITHER, files=_sparse("cover.tif", "uint8"))
    yield Attack("land cover with a scale", EITHER, files=_scaled("cover.tif", cover, 0.5, 1.0))
    yield Attack("land cover with a scale of nan", EITHER, files=_scaled("cover.tif", cover, math.nan, 0.0))
    yield Attack("land cover with a mask over all", EITHER, files=_masked(cover))


def _of_layers() -> Iterator[Attack]:
    steep = np.fromfunction(lambda row, column: 2.0 * column + 0 * row, (12, 16))
    for dtype in DTYPES:
        answer = EITHER if "complex" in dtype else ACCEPTED
        yield Attack(f"slope of {dtype}", answer, files=_slope(steep.astype(dtype)))
    for value in (math.nan, math.inf, -math.inf, 1e308, -1e308, 3.4e38, 5e-324, -9999.0):
        cells = steep.copy()
        cells[3, 3] = value
        yield Attack(f"slope with one {value}", EITHER, files=_slope(cells))
        yield Attack(f"slope of nothing but {value}", EITHER, files=_slope(_full(value)))
    for shape in ((1, 1), (1, 2000), (2000, 1), (1200, 1600)):
        yield Attack(f"slope of {shape[0]} x {shape[1]}", EITHER, files=_slope(_full(3.0, "float32", shape)))
    for name, place in PLACES.items():
        yield Attack(f"slope {name}", EITHER, files=_slope(steep, transform=place))
    for crs in SYSTEMS:
        yield Attack(f"slope in {crs}", EITHER, files=_slope(steep, crs=crs))
    for nodata in NODATA:
        yield Attack(f"slope with nodata {nodata}", EITHER, files=_slope(steep, nodata=nodata))
    for scale, offset in ((0.0, 0.0), (math.nan, 0.0), (math.inf, 0.0), (1e308, 1e308), (-1.0, 0.0)):
        yield Attack(f"slope x {scale} + {offset}", EITHER, files=_scaled("slope.tif", steep, scale, offset))
    yield Attack("slope of 1e10 empty cells", EITHER, files=_sparse("slope.tif", "float32"))
    for value in (math.nan, math.inf, 1e308, -1e308):
        yield Attack(
            f"heights of nothing but {value}",
            EITHER,
            files=lambda folder, value=value: write(folder / "dem.tif", _full(value), nodata=None),
        )


def _sparse(name: str, dtype: str) -> Callable[[Path], object]:
    def change(folder: Path) -> None:
        size = {"count": 1, "height": 100_000, "width": 100_000, "dtype": dtype}
        (folder / name).unlink()
        place = Affine(0.02, 0, LEFT, 0, -0.02, TOP)
        with rasterio.open(
            folder / name,
            "w",
            driver="GTiff",
            crs=CRS,
            transform=place,
            sparse_ok=True,
            tiled=True,
            nodata=0,
            **size,
        ):
            pass

    return change


def _scaled(name: str, cells: Any, scale: float, offset: float) -> Callable[[Path], object]:
    def change(folder: Path) -> None:
        write(folder / name, cells, nodata=None)
        with rasterio.open(folder / name, "r+") as raster:
            raster.scales, raster.offsets = (scale,), (offset,)

    return change


def _masked(cells: Any) -> Callable[[Path], object]:
    def change(folder: Path) -> None:
        write(folder / "cover.tif", cells, nodata=None)
        with rasterio.open(folder / "cover.tif", "r+") as raster:
            raster.write_mask(np.zeros(cells.shape, bool))

    return change
