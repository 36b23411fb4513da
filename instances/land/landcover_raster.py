"""Land cover from a raster of class codes: which class every cell has, coarsened where the study says so."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from affine import Affine
from numpy.typing import NDArray
from pyproj import CRS
from rasterio.io import DatasetReader

from instances.land.codes import Code, classes_in_order, match_classes, tell_unknown
from instances.land.crosswalk import CodeArea, code_areas, crosswalk
from instances.layers.raster_files import bounds_of, crs_of, has_band, known_cells, raster_file
from instances.study.findings import Findings
from instances.study.schema import LandCover
from instances.units.coarsening import Coarse, block_size, coarsen
from instances.units.georeference import settle_crs
from instances.units.grid import FloatArray, Grid
from instances.units.gridding import cell_measures, countable, raster_grid, upright

PLACE = "landcover"

NO_CLASS = 255
"""Index of cells without a class."""

MOST_CODES = 10_000
"""A raster with more different values is no raster of classes."""

CELLS_AT_ONCE = 4_000_000
"""Cells looked at in one go, so that memory stays modest."""


class Units(NamedTuple):
    """Units with their class: ``class_of`` (units,) position in ``names``; ``codes`` by class name."""

    grid: Grid
    names: tuple[str, ...]
    class_of: NDArray[np.uint8]
    codes: dict[str, list[Code]]
    crosswalk: tuple[CodeArea, ...] = ()


class Cells(NamedTuple):
    """A band of codes as the file has it, north up: ``values`` and ``known``, both (rows, columns)."""

    values: NDArray[Any]
    known: NDArray[np.bool_]
    transform: Affine
    crs: CRS


def read_cells(cover: LandCover, path: Path, findings: Findings) -> Units | None:
    """The units of a raster of codes; None, with findings, where it cannot be used."""
    cells = _read(cover, path, findings)
    if cells is None:
        return None
    codes, counts = distinct_codes(cells.values, cells.known)
    if codes is None:
        findings.error(
            PLACE,
            f"its values are no class codes: {counts[0]:g} to {counts[1]:g}, not a few whole numbers",
            "Name the raster of land classes, or the right band",
        )
        return None
    if not len(codes):
        findings.error(PLACE, "not one cell holds a value: all are nodata", "Check the file and its band")
        return None
    matched = match_classes(cover, codes.tolist(), findings)
    if matched is None:
        return None
    row_ha, _, _ = cell_measures(cells.transform, cells.crs, len(cells.values))
    unknown = {
        code: (int(count), float(count * row_ha.mean()))
        for code, count in zip(codes.tolist(), counts, strict=True)
        if code not in matched
    }
    if unknown:
        known = [code for code in codes.tolist() if code not in unknown]
        tell_unknown(cover, unknown, "cells", known, findings)
        return None
    of_class = classes_in_order(matched)
    if not of_class:
        findings.error(PLACE, "every cell's code means no data", "Check landcover.nodata and the scheme")
        return None
    index = class_index(cells, codes, matched, list(of_class))
    area = code_areas(cells.values, cells.known, codes, counts, row_ha)
    units = _units(cover, cells, index, of_class, row_ha, findings)
    return units and units._replace(crosswalk=crosswalk(codes.tolist(), matched, counts, area))


def distinct_codes(
    values: NDArray[Any], known: NDArray[np.bool_]
) -> tuple[NDArray[np.int64] | None, NDArray[Any]]:
    """Different codes of the known cells and how many cells have each; where the values are no codes, None
    and their range."""
    totals: dict[int, int] = {}
    for strip, valid in _strips(values, known):
        found, counts = np.unique(strip[valid], return_counts=True)
        if len(found) and not _whole(found):
            return None, np.array([found[0], found[-1]], dtype=float)
        for code, count in zip(found.tolist(), counts.tolist(), strict=True):
            totals[round(code)] = totals.get(round(code), 0) + count
        if len(totals) > MOST_CODES:
            return None, np.array([min(totals), max(totals)], dtype=float)
    codes = np.array(sorted(totals), dtype=np.int64)
    return codes, np.array([totals[code] for code in codes.tolist()], dtype=np.int64)


def class_index(
    cells: Cells, codes: NDArray[np.int64], matched: dict[Code, str | None], names: list[str]
) -> NDArray[np.uint8]:
    """(rows, columns) position of every cell's class in ``names``, ``NO_CLASS`` where it has none."""
    place = {name: position for position, name in enumerate(names)}
    of_code = np.array([place.get(matched[code] or "", NO_CLASS) for code in codes.tolist()], dtype=np.uint8)
    index = np.full(cells.values.shape, NO_CLASS, dtype=np.uint8)
    rows = 0
    for strip, valid in _strips(cells.values, cells.known):
        exact = np.rint(strip[valid]).astype(np.int64)
        index[rows : rows + len(strip)][valid] = of_code[np.searchsorted(codes, exact)]
        rows += len(strip)
    return index


def _read(cover: LandCover, path: Path, findings: Findings) -> Cells | None:
    cells = None
    with raster_file(path, PLACE, findings) as source:
        if source is not None:
            cells = _read_open(cover, source, findings)
    return cells


def _read_open(cover: LandCover, source: DatasetReader, findings: Findings) -> Cells | None:
    if not has_band(source, cover.band, PLACE, findings) or not upright(source.transform, PLACE, findings):
        return None
    if not countable(source.shape, PLACE, findings):
        return None
    bounds = bounds_of(source.transform, source.shape)
    crs = settle_crs(crs_of(source), cover.crs, bounds, PLACE, findings)
    return None if crs is None else _north_up(source, cover.band, crs)


def _north_up(source: DatasetReader, band: int, crs: CRS) -> Cells:
    values = source.read(band)
    known = known_cells(source, band, values)
    transform = source.transform
    rows, columns = values.shape
    if transform.e > 0:
        values, known = values[::-1], known[::-1]
        transform = transform @ Affine(1, 0, 0, 0, -1, rows)
    if transform.a < 0:
        values, known = values[:, ::-1], known[:, ::-1]
        transform = transform @ Affine(-1, 0, columns, 0, 1, 0)
    return Cells(values, known, transform, crs)


def _units(
    cover: LandCover,
    cells: Cells,
    index: NDArray[np.uint8],
    of_class: dict[str, list[Code]],
    row_ha: FloatArray,
    findings: Findings,
) -> Units | None:
    names = tuple(of_class)
    transform, area = cells.transform, None
    if cover.resolution is not None:
        place = f"{PLACE}.resolution"
        factors = block_size(cover.resolution, transform, cells.crs, len(index), place, findings)
        if factors is None:
            return None
        if factors != (1, 1):
            coarse = coarsen(index, len(names), NO_CLASS, transform, row_ha, factors)
            _tell_coarse(index, coarse, names, row_ha, factors, findings)
            index, transform = coarse.index, coarse.transform
            area = coarse.area_ha[index != NO_CLASS]
    valid = index != NO_CLASS
    grid = raster_grid(valid, transform, cells.crs, PLACE, findings, area)
    return None if grid is None else _present(grid, names, index[valid], of_class)


def _present(
    grid: Grid, names: tuple[str, ...], index: NDArray[np.uint8], of_class: dict[str, list[Code]]
) -> Units:
    """The units with the classes that at least one of them has: coarsening can lose a class."""
    count = np.bincount(index, minlength=len(names))
    kept = np.flatnonzero(count)
    if len(kept) < len(names):
        position = np.zeros(len(names), dtype=np.uint8)
        position[kept] = np.arange(len(kept), dtype=np.uint8)
        index = position[index]
    present = tuple(names[k] for k in kept)
    return Units(grid, present, index, {name: of_class[name] for name in present})


def _tell_coarse(
    index: NDArray[np.uint8],
    coarse: Coarse,
    names: tuple[str, ...],
    row_ha: FloatArray,
    factors: tuple[int, int],
    findings: Findings,
) -> None:
    """Tell what coarsening did to the areas: of blocks left out, and of every class."""
    before = np.zeros(len(names))
    for k in range(len(names)):
        before[k] = np.count_nonzero(index == k, axis=1) @ row_ha
    unit = coarse.index != NO_CLASS
    after = np.bincount(coarse.index[unit], weights=coarse.area_ha[unit], minlength=len(names))
    place = f"{PLACE}.resolution"
    changes = ", ".join(f"{names[k]} {before[k]:,.0f} to {after[k]:,.0f} ha" for k in range(len(names)))
    findings.note(
        place, f"by majority over blocks of {factors[0]} x {factors[1]} cells, areas change: {changes}"
    )
    share = coarse.dropped_ha / before.sum()
    if coarse.dropped_ha > 0:
        fault = (
            f"blocks with class on less than half of their cells are left out: {coarse.dropped_ha:,.1f} ha"
        )
        tell = findings.warn if share > 0.01 else findings.note
        tell(place, f"{fault} ({share:.2%})", "A finer resolution keeps more of the border")
    lost = [k for k in range(len(names)) if before[k] > 0 and after[k] == 0]
    if lost:
        findings.warn(
            place,
            "no unit is left of " + ", ".join(f"{names[k]} ({before[k]:,.1f} ha)" for k in lost),
            "Give a finer resolution, or name the class in landcover.new_classes to plan it",
        )


def _strips(
    values: NDArray[Any], known: NDArray[np.bool_]
) -> Iterator[tuple[NDArray[Any], NDArray[np.bool_]]]:
    """Strips of whole rows, each of a modest number of cells."""
    step = max(1, CELLS_AT_ONCE // max(values.shape[1], 1))
    for top in range(0, len(values), step):
        yield values[top : top + step], known[top : top + step]


def _whole(values: NDArray[Any]) -> bool:
    return bool(np.issubdtype(values.dtype, np.integer) or np.all(np.abs(values - np.rint(values)) < 1e-6))
