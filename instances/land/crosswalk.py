"""The crosswalk of a land cover: which class every code of the data was read as, and how much land it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from instances.land.code_bands import CodeBand
from instances.land.codes import Code
from instances.layers.bands import strips
from instances.units.grid import FloatArray


@dataclass(frozen=True, slots=True)
class CodeArea:
    """A code of the data, the class that it was read as (None: no data), how many cells or parcels of the
    file have it, and their area in ha."""

    code: Code
    class_name: str | None
    units: int
    area_ha: float


def crosswalk(
    codes: Sequence[Code],
    matched: Mapping[Code, str | None],
    units: NDArray[np.integer[Any]],
    area_ha: NDArray[Any],
) -> tuple[CodeArea, ...]:
    """Every code with its class and area, in the order given; ``units`` and ``area_ha`` are (codes,)."""
    return tuple(
        CodeArea(code, matched.get(code), int(count), float(area))
        for code, count, area in zip(codes, units, area_ha, strict=True)
    )


def code_areas(
    band: CodeBand, codes: NDArray[np.int64], counts: NDArray[np.int64], row_ha: FloatArray
) -> FloatArray:
    """(codes,) ha of the known cells of every code of a band. ``codes`` are all of them in ascending order,
    ``counts`` (codes,) their cells, ``row_ha`` (rows,) the area of one cell of each row.

    The band is read once more where cells differ in area.
    """
    if not np.ptp(row_ha):
        return counts.astype(np.float64) * row_ha[0]
    area = np.zeros(len(codes))
    for top, bottom in strips(*band.shape):
        place = _places(*band.read(top, bottom), codes)
        for row, ha in zip(place, row_ha[top:bottom].tolist(), strict=True):  # a row fits the cache
            area += ha * np.bincount(row, minlength=len(codes) + 1)[:-1]
    return area


def _places(values: NDArray[Any], known: NDArray[np.bool_], codes: NDArray[np.int64]) -> NDArray[np.int32]:
    """(rows, columns) the position of every cell's code, one beyond the last where it is not known."""
    place = np.full(values.shape, len(codes), dtype=np.int32)
    if np.issubdtype(values.dtype, np.integer) and values.dtype.itemsize <= 2:
        least = int(np.iinfo(values.dtype).min)
        table = np.full(2 ** (8 * values.dtype.itemsize), len(codes), dtype=np.int32)
        table[codes - least] = np.arange(len(codes), dtype=np.int32)
        np.take(table, values.astype(np.int32) - least, out=place)
        place[~known] = len(codes)
    else:
        place[known] = np.searchsorted(codes, np.rint(values[known]).astype(np.int64))
    return place
