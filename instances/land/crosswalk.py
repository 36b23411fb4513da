"""The crosswalk of a land cover: which class every code of the data was read as, and how much land it is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from instances.land.codes import Code
from instances.units.grid import FloatArray

CELLS_AT_ONCE = 4_000_000
"""Cells looked at in one go, so that memory stays modest."""


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
    values: NDArray[Any],
    known: NDArray[np.bool_],
    codes: NDArray[np.int64],
    counts: NDArray[np.integer[Any]],
    row_ha: FloatArray,
) -> FloatArray:
    """(codes,) ha of the known cells of every code. ``values`` and ``known`` are (rows, columns), ``codes``
    in ascending order, ``counts`` their cells, ``row_ha`` (rows,) the area of one cell of each row."""
    if not np.ptp(row_ha):
        return counts.astype(np.float64) * row_ha[0]
    area = np.zeros(len(codes))
    for rows in _strips(values.shape):
        row, column = np.nonzero(known[rows])
        place = np.searchsorted(codes, np.rint(values[rows][row, column]).astype(np.int64))
        area += np.bincount(place, weights=row_ha[rows][row], minlength=len(codes))
    return area


def _strips(shape: tuple[int, ...]) -> Iterator[slice]:
    step = max(1, CELLS_AT_ONCE // max(shape[1], 1))
    for top in range(0, shape[0], step):
        yield slice(top, top + step)
