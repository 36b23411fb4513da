"""Land cover from a raster of class codes: which class every cell has, coarsened where the study says so."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from pyproj import CRS
from rasterio.io import DatasetReader

from instances.land.code_bands import NO_CLASS, ClassTable, CodeBand, distinct_codes
from instances.land.codes import Code, classes_in_order, match_classes, tell_unknown
from instances.layers.bands import strips
from instances.layers.raster_files import bounds_of, crs_of, has_band, raster_file
from instances.study.findings import Findings
from instances.study.schema import LandCover
from instances.units.coarsening import Coarse, Factors, block_size, coarsen
from instances.units.georeference import settle_crs
from instances.units.grid import FloatArray, Grid
from instances.units.gridding import cell_measures, countable, raster_grid, upright
from words.said import say

PLACE = "landcover"


class Units(NamedTuple):
    """Units with their class: ``class_of`` (units,) position in ``names``; ``codes`` by class name."""

    grid: Grid
    names: tuple[str, ...]
    class_of: NDArray[np.uint8]
    codes: dict[str, list[Code]]


class Cells(NamedTuple):
    """The cells of a raster as they are understood: which classes there are and by which codes, and how many
    cells, down and across, become a unit."""

    band: CodeBand
    crs: CRS
    row_ha: FloatArray
    of_class: dict[str, list[Code]]
    table: ClassTable
    factors: Factors = (1, 1)

    def classes(self, top: int, bottom: int) -> NDArray[np.uint8]:
        """(rows, columns) the class of the cells of some rows, ``NO_CLASS`` where they have none."""
        return self.table.index(*self.band.read(top, bottom))


def read_cells(cover: LandCover, path: Path, findings: Findings) -> Units | None:
    """The units of a raster of codes; None, with findings, where it cannot be used.

    The file is read twice in strips, for its codes and for its classes, and never held as a whole.
    """
    units = None
    with raster_file(path, PLACE, findings) as source:
        if source is not None:
            cells = _understood(cover, source, findings)
            units = None if cells is None else _units(cells, findings)
    return units


def _understood(cover: LandCover, source: DatasetReader, findings: Findings) -> Cells | None:
    bounds = bounds_of(source.transform, source.shape)
    crs = settle_crs(crs_of(source), cover.crs, bounds, PLACE, findings)
    usable = [
        has_band(source, cover.band, PLACE, findings),
        upright(source.transform, PLACE, findings),
        countable(source.shape, PLACE, findings),
    ]
    if crs is None or not all(usable):
        return None
    band = CodeBand(source, cover.band)
    factors = _factors(cover, band, crs, findings)  # told together with codes that are unknown
    codes, counts = distinct_codes(band.strips())
    if codes is None:
        fault = say("raster.no_codes", low=counts[0], high=counts[1])
        findings.error(PLACE, fault, say("raster.no_codes_remedy"))
        return None
    if not len(codes):
        findings.error(PLACE, say("raster.all_nodata"), say("raster.all_nodata_remedy"))
        return None
    cells = _matched(cover, band, crs, codes, counts, findings)
    return None if factors is None or cells is None else cells._replace(factors=factors)


def _factors(cover: LandCover, band: CodeBand, crs: CRS, findings: Findings) -> Factors | None:
    """Cells of a unit, down and across; None, with findings, where the resolution does not fit."""
    if cover.resolution is None:
        return (1, 1)
    return block_size(cover.resolution, band.transform, crs, band.shape, f"{PLACE}.resolution", findings)


def _matched(
    cover: LandCover,
    band: CodeBand,
    crs: CRS,
    codes: NDArray[np.int64],
    counts: NDArray[np.int64],
    findings: Findings,
) -> Cells | None:
    """The cells with the class of every code; None, with findings, where a code has none."""
    matched = match_classes(cover, codes.tolist(), findings)
    if matched is None:
        return None
    row_ha, _, _ = cell_measures(band.transform, crs, band.shape[0])
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
        findings.error(PLACE, say("raster.only_nodata_codes"), say("raster.only_nodata_codes_remedy"))
        return None
    place = {name: position for position, name in enumerate(of_class)}
    of_code = {code: place.get(matched[code] or "", NO_CLASS) for code in codes.tolist()}
    return Cells(band, crs, row_ha, of_class, ClassTable(of_code))


def _units(cells: Cells, findings: Findings) -> Units | None:
    names, factors = tuple(cells.of_class), cells.factors
    transform, area = cells.band.transform, None
    if factors == (1, 1):
        index = np.empty(cells.band.shape, dtype=np.uint8)
        for top, bottom in strips(*index.shape):
            index[top:bottom] = cells.classes(top, bottom)
    else:
        coarse = coarsen(
            cells.classes, cells.band.shape, len(names), NO_CLASS, transform, cells.row_ha, factors
        )
        _tell_coarse(coarse, names, factors, findings)
        index, transform = coarse.index, coarse.transform
        area = coarse.area_ha[index != NO_CLASS]
    valid = index != NO_CLASS
    grid = raster_grid(valid, transform, cells.crs, PLACE, findings, area)
    return None if grid is None else present_only(grid, names, index[valid], cells.of_class)


def present_only(
    grid: Grid, names: tuple[str, ...], index: NDArray[np.uint8], of_class: dict[str, list[Code]]
) -> Units:
    """The units with the classes that at least one of them has: coarsening or a boundary can lose a class."""
    count = np.bincount(index, minlength=len(names))
    kept = np.flatnonzero(count)
    if len(kept) < len(names):
        position = np.zeros(len(names), dtype=np.uint8)
        position[kept] = np.arange(len(kept), dtype=np.uint8)
        index = position[index]
    present = tuple(names[k] for k in kept)
    return Units(grid, present, index, {name: of_class[name] for name in present})


def _tell_coarse(coarse: Coarse, names: tuple[str, ...], factors: Factors, findings: Findings) -> None:
    """Tell what coarsening did to the areas: of blocks left out, and of every class."""
    before, place = coarse.before_ha, f"{PLACE}.resolution"
    unit = coarse.index != NO_CLASS
    after = np.bincount(coarse.index[unit], weights=coarse.area_ha[unit], minlength=len(names))
    changes = [
        say("raster.class_before_after", name=names[k], before=before[k], after=after[k])
        for k in range(len(names))
    ]
    findings.note(place, say("raster.coarsened", down=factors[0], across=factors[1], changes=changes))
    share = coarse.dropped_ha / before.sum()
    if coarse.dropped_ha > 0:
        fault = say("raster.blocks_left_out", ha=coarse.dropped_ha, share=share)
        tell = findings.warn if share > 0.01 else findings.note
        tell(place, fault, say("raster.blocks_left_out_remedy"))
    lost = [k for k in range(len(names)) if before[k] > 0 and after[k] == 0]
    if lost:
        named = [say("raster.class_ha", name=names[k], ha=before[k]) for k in lost]
        findings.warn(place, say("raster.class_lost", classes=named), say("raster.class_lost_remedy"))
