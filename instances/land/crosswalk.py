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
        values, known = band.read(top, bottom)
        place = np.searchsorted(codes, np.rint(values[known]).astype(np.int64))
        weight = np.broadcast_to(row_ha[top:bottom, None], known.shape)[known]
        area += np.bincount(place, weights=weight, minlength=len(codes))
    return area
