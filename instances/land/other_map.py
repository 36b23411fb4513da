"""Another map of a study's land, brought onto its units: a plan edited by hand, or what is seen years later.

Its grid, its CRS and its classes may be others. Cells that are the study's own are taken one for one; of all
others, and of polygons, every unit has the class that covers most of it, with the share that it covers.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray
from pyogrio.errors import DataSourceError
from rasterio.io import DatasetReader

from instances.land.classes import Classes
from instances.land.code_bands import CodeBand, distinct_codes
from instances.land.codes import Code
from instances.land.landcover_parcels import USUAL_FIELD, parcel_codes
from instances.land.other_codes import OtherMap, meanings
from instances.layers.bands import Image, Numbers, numbers_of
from instances.layers.ogr import layer_kinds
from instances.layers.raster import own_cells
from instances.layers.raster_files import bounds_of, crs_of, has_band, is_raster, raster_file
from instances.layers.vector_files import field_of, find_field, read_vector
from instances.layers.warping import on_parcels, same_cells, warped
from instances.study.files import find_file
from instances.study.findings import Findings
from instances.study.schema import LandCover, Study
from instances.units.cover import owner, share_inside
from instances.units.georeference import settle_crs
from instances.units.grid import FloatArray, Grid, ParcelFrame, RasterFrame
from words.said import say

UNSEEN = -1
"""Stands for the class of a unit on which the map has none."""
LEAST_SEEN = 0.5
"""A unit of which the map covers less than this share is not seen."""
OVERLAP = 1.01
"""Shares of a unit that add up to more than this come from polygons that overlap."""
PLANNED = {"units": "to_class", "patches": "class"}
"""Layers of a plan's GeoPackage that hold its land, and the field of their class."""


@dataclass(frozen=True, eq=False)
class Seen:
    """What another map has on the units of a study.

    ``of`` (units,) position in ``names``, ``UNSEEN`` where the map has nothing; ``share`` (units,) of the
    unit that has this class. ``names`` are the study's classes, then those that only the map has. ``own`` is
    True where the map's cells are the study's; ``cell`` the width of its cells in the units of its CRS.
    """

    names: tuple[str, ...]
    of: NDArray[np.int16]
    share: FloatArray
    own: bool
    cell: float = 0.0


@dataclass(frozen=True, eq=False)
class Ground:
    """What a map is brought onto: the study, its units and its classes."""

    study: Study
    grid: Grid
    classes: Classes


def read_other(
    other: OtherMap, ground: Ground, findings: Findings, shift: tuple[float, float] = (0.0, 0.0)
) -> Seen | None:
    """A map on the units of a study; None, with findings, where it cannot be used.

    ``shift`` moves a raster east and north before it is read, in the units of its CRS.
    """
    path = find_file(str(other.path), Path(), other.place, findings)
    if path is None:
        return None
    if not is_raster(path):
        return _polygons(other, ground, findings)
    seen = None
    with raster_file(path, other.place, findings) as source:
        if source is not None:
            classed = classed_cells(other, source, ground, findings)
            seen = None if classed is None else _cells(other, classed, ground, findings, shift)
    return seen


class Classed(NamedTuple):
    """A raster of another map as classes: their names, the position of every cell's, and those present."""

    names: tuple[str, ...]
    numbers: Numbers
    present: tuple[int, ...]


def classed_cells(
    other: OtherMap, source: DatasetReader, ground: Ground, findings: Findings
) -> Classed | None:
    """The cells of an open raster as classes; None, with findings, where they cannot be read as such."""
    grid, place = ground.grid, other.place
    bounds = bounds_of(source.transform, source.shape)
    crs = settle_crs(crs_of(source), other.crs, bounds, place, findings, grid.crs)
    if crs is None or not has_band(source, other.band, place, findings):
        return None
    codes, counts = distinct_codes(CodeBand(source, other.band).strips())
    if codes is None or not len(codes):
        findings.error(place, say("other_map.no_codes"), say("other_map.name_codes"))
        return None
    numbers = numbers_of(source, other.band, crs)
    cell_ha = abs(numbers.transform.determinant) / 1e4
    amounts = {
        code: (int(count), float(count * cell_ha))
        for code, count in zip(codes.tolist(), counts.tolist(), strict=True)
    }
    matched = meanings(other, codes.tolist(), amounts, "cells", ground.study, ground.classes, findings)
    if matched is None:
        return None
    names, position = _positions(matched, ground.classes)
    places = np.array([position[matched[code]] for code in codes.tolist()], dtype=np.float32)
    classed = numbers.seen(lambda image: _classed(image, codes, places))
    return Classed(names, classed, tuple(_present(places)))


def _cells(
    other: OtherMap, read: Classed, ground: Ground, findings: Findings, shift: tuple[float, float]
) -> Seen | None:
    grid, names = ground.grid, read.names
    moved = read.numbers.transform.translation(*shift) @ read.numbers.transform
    classed = replace(read.numbers, transform=moved)
    offset = own_cells(classed, grid)
    if offset is not None and isinstance(grid.frame, RasterFrame):
        of = np.nan_to_num(same_cells(classed, offset, grid.frame), nan=UNSEEN).astype(np.int16)
        return _seen(names, of, (of >= 0).astype(float), abs(moved.a), other, findings, own=True)
    layers = ((k, _share_of(classed, k, grid)) for k in read.present)
    known = _on_units(classed.seen(np.isfinite), grid)
    of, share = _most(layers, len(grid), known)
    return _seen(names, of, share, abs(moved.a), other, findings, own=False)


def _positions(
    matched: dict[Code, str | None], classes: Classes
) -> tuple[tuple[str, ...], dict[str | None, float]]:
    """The names of all classes, the study's first, and the place of each among them."""
    strange = sorted({name for name in matched.values() if name is not None and name not in classes})
    names = (*classes.names, *strange)
    found: dict[str | None, float] = {name: float(k) for k, name in enumerate(names)}
    return names, found | {None: np.nan}


def _classed(image: Image, codes: NDArray[np.int64], places: NDArray[np.float32]) -> Image:
    """(rows, columns) the position of every cell's class, NaN where it has none."""
    known = np.isfinite(image)
    found = np.full(image.shape, np.nan, dtype=np.float32)
    found[known] = places[np.searchsorted(codes, np.rint(image[known]).astype(np.int64))]
    return found


def _present(places: NDArray[np.float32]) -> list[int]:
    return [int(k) for k in np.unique(places[np.isfinite(places)])]


def _share_of(classed: Numbers, k: int, grid: Grid) -> FloatArray:
    """(units,) the share of what a map has on every unit that is of one class."""

    def of_class(image: Image) -> Image:
        return np.where(np.isfinite(image), (image == k).astype(np.float32), np.float32(np.nan))

    return np.nan_to_num(_on_units(classed.seen(of_class), grid))


def _on_units(numbers: Numbers, grid: Grid) -> FloatArray:
    """(units,) averages of a raster's numbers."""
    if isinstance(grid.frame, ParcelFrame):
        return on_parcels(_as_floats(numbers), grid, grid.frame, "average")
    return warped(_as_floats(numbers), grid, grid.frame, "average")


def _as_floats(numbers: Numbers) -> Numbers:
    return numbers.seen(lambda image: np.asarray(image, dtype=np.float32))


def _most(
    layers: Iterator[tuple[int, FloatArray]], units: int, known: FloatArray | None = None
) -> tuple[NDArray[np.int16], FloatArray]:
    """(units,) the class with the largest share and that share; ``known`` (units,) is the share that is seen
    at all, where shares are of what is seen."""
    of, best, total = np.full(units, UNSEEN, dtype=np.int16), np.zeros(units), np.zeros(units)
    for k, share in layers:
        more = share > best + 1e-9
        of[more], best[more] = k, share[more]
        total += share
    covered = total if known is None else np.nan_to_num(known)
    of[covered < LEAST_SEEN - 1e-6] = UNSEEN
    return of, np.where(of >= 0, np.minimum(best, 1.0), 0.0)


def _seen(
    names: tuple[str, ...], of: NDArray[np.int16], share: FloatArray, cell: float, other: OtherMap,
    findings: Findings, *, own: bool,
) -> Seen | None:  # fmt: skip
    if not (of >= 0).any():
        findings.error(other.place, say("other_map.elsewhere"), say("other_map.check_crs"))
        return None
    return Seen(names, of, share, own, cell)


def _polygons(other: OtherMap, ground: Ground, findings: Findings) -> Seen | None:
    layer, field = _planned(other, ground.grid)
    cover = LandCover(path=str(other.path), crs=other.crs, layer=other.layer or layer)
    frame = read_vector(cover, other.place, Path(), findings, ground.grid.crs)
    if frame is None:
        return None
    column = _field(frame, other.field or field, ground.study.landcover.field, other.place, findings)
    if column is None:
        return None
    geometry = frame.geometry.to_numpy()
    codes, of_shape = parcel_codes(frame[column])
    nameless = (of_shape < 0) & (shapely.get_dimensions(geometry) == 2)
    if nameless.any():
        fault = say("other_map.nameless", n=int(nameless.sum()), field=column)
        findings.warn(other.place, fault, say("other_map.nameless_remedy"))
    amounts = _amounts(codes, of_shape, shapely.area(geometry))
    matched = meanings(other, codes, amounts, "parcels", ground.study, ground.classes, findings)
    if matched is None:
        return None
    names, position = _positions(matched, ground.classes)
    place = np.array([position[matched[code]] for code in codes] + [np.nan])[of_shape]
    of, share = _covered(geometry, place, ground.grid, other, findings)
    return _seen(names, of, share, 0.0, other, findings, own=False)


def _planned(other: OtherMap, grid: Grid) -> tuple[str | None, str | None]:
    """The layer and field of a plan's own GeoPackage; None and None for any other file."""
    try:
        kinds = layer_kinds(other.path)
    except (DataSourceError, OSError, ValueError):  # whoever reads the file tells what is wrong with it
        return None, None
    if "patches" not in kinds or "changes" not in kinds:
        return None, None
    wanted = other.layer or ("units" if "units" in kinds and not grid.is_raster else "patches")
    return wanted, PLANNED.get(wanted)


def _field(
    frame: gpd.GeoDataFrame, stated: str | None, own: str | None, place: str, findings: Findings
) -> str | None:
    """The field of classes: the one stated, the study's own, or one that is usual."""
    if stated is not None:
        return field_of(frame, stated, place, findings)
    fields = [str(name) for name in frame.columns if name != frame.geometry.name]
    usual = (find_field(fields, name) for name in (own, USUAL_FIELD, "class", "to_class", "code") if name)
    found = next((name for name in usual if name is not None), None)
    if found is None:
        findings.error(place, say("other_map.no_field", fields=fields), say("other_map.name_field"))
    return found


def _amounts(
    codes: Sequence[Code], of_shape: NDArray[np.intp], area: FloatArray
) -> dict[Code, tuple[int, float]]:
    some = of_shape >= 0
    count = np.bincount(of_shape[some], minlength=len(codes))
    hectares = np.bincount(of_shape[some], weights=area[some] / 1e4, minlength=len(codes))
    pairs = zip(count.tolist(), hectares.tolist(), strict=True)
    return dict(zip(codes, ((int(one), float(other)) for one, other in pairs), strict=False))


def _covered(
    geometry: NDArray[np.object_], place: FloatArray, grid: Grid, other: OtherMap, findings: Findings
) -> tuple[NDArray[np.int16], FloatArray]:
    """(units,) the class that covers most of every unit, and its share; where polygons of several classes
    overlap, that of the one drawn last, as GIS programs show it."""
    known = np.isfinite(place) & (shapely.get_dimensions(geometry) == 2)
    geometry, place = geometry[known], place[known].astype(np.int16)
    total = np.zeros(len(grid))

    def layers() -> Iterator[tuple[int, FloatArray]]:
        for k in np.unique(place).tolist():
            share = share_inside(geometry[place == k], grid).astype(float)
            total[:] += share
            yield k, share

    of, share = _most(layers(), len(grid))
    twice = total > OVERLAP
    if twice.any():
        last = owner(geometry, grid)
        held = twice & (last >= 0)
        of[held] = place[last[held]]
        fault = say("other_map.overlap", n=int(twice.sum()), ha=float(grid.area_ha[twice].sum()))
        findings.warn(other.place, fault, say("other_map.overlap_remedy"))
    return of, share
