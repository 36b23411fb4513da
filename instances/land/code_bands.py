"""Bands of class codes read in strips, north up: their different codes, and the class of every cell."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from affine import Affine
from numpy.typing import NDArray
from rasterio.io import DatasetReader
from rasterio.windows import Window

from instances.layers.bands import read_known, strips

NO_CLASS = 255
"""Index of cells without a class."""

MOST_CODES = 10_000
"""A raster with more different values is no raster of classes."""

LARGEST_CODE = 2**53
"""Beyond this a number that is held as a float is no longer one whole number."""

Strip = tuple[NDArray[Any], NDArray[np.bool_]]
"""Values of whole rows and where they are known, both (rows, columns)."""


@dataclass(frozen=True, eq=False)
class CodeBand:
    """A band of an open raster, read north up and west to east however its rows and columns run."""

    source: DatasetReader
    band: int

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        rows, columns = self.source.shape
        return int(rows), int(columns)

    @property
    def transform(self) -> Affine:
        """Where the cells lie once they are turned."""
        transform = self.source.transform
        rows, columns = self.shape
        if transform.e > 0:
            transform = transform @ Affine(1, 0, 0, 0, -1, rows)
        if transform.a < 0:
            transform = transform @ Affine(-1, 0, columns, 0, 1, 0)
        return transform

    def read(self, top: int, bottom: int) -> Strip:
        """Rows ``top`` to ``bottom`` from the north."""
        own = self.source.transform
        rows, columns = self.shape
        first = rows - bottom if own.e > 0 else top
        window = Window(0, first, columns, bottom - top)
        values, known = read_known(self.source, self.band, window)
        if own.e > 0:
            values, known = values[::-1], known[::-1]
        return (values[:, ::-1], known[:, ::-1]) if own.a < 0 else (values, known)

    def strips(self) -> Iterator[Strip]:
        """All rows, in strips of a modest number of cells each."""
        for top, bottom in strips(*self.shape):
            yield self.read(top, bottom)


def distinct_codes(of: Iterator[Strip]) -> tuple[NDArray[np.int64] | None, NDArray[Any]]:
    """Different codes of the known cells and how many cells have each; where the values are no codes, None
    and their range, as far as it was read."""
    totals: dict[int, int] = {}
    for values, known in of:
        found, counts = _counted(values, known)
        if len(found) and not _are_codes(found):
            return None, np.array([found[0], found[-1]], dtype=float)
        for code, count in zip(found.tolist(), counts.tolist(), strict=True):
            totals[round(code)] = totals.get(round(code), 0) + count
        if len(totals) > MOST_CODES:
            return None, np.array([min(totals), max(totals)], dtype=float)
    codes = np.array(sorted(totals), dtype=np.int64)
    return codes, np.array([totals[code] for code in codes.tolist()], dtype=np.int64)


class ClassTable:
    """The class of every code: ``of_code`` maps codes to positions of classes, all others have none."""

    def __init__(self, of_code: Mapping[int, int]) -> None:
        self._codes = np.array(sorted(of_code), dtype=np.int64)
        self._places = np.array([of_code[code] for code in self._codes.tolist()], dtype=np.uint8)

    def index(self, values: NDArray[Any], known: NDArray[np.bool_]) -> NDArray[np.uint8]:
        """(rows, columns) position of every cell's class, ``NO_CLASS`` where it has none. Every known value
        is one of the codes."""
        if _is_small(values.dtype):
            index = self._table(values.dtype)[_unsigned(values)]
            index[~known] = NO_CLASS
            return index
        index = np.full(values.shape, NO_CLASS, dtype=np.uint8)
        exact = np.rint(values[known]).astype(np.int64)
        index[known] = self._places[np.searchsorted(self._codes, exact)]
        return index

    def _table(self, dtype: np.dtype[Any]) -> NDArray[np.uint8]:
        """The class of each number that a small type can hold, in the order of its bits."""
        table = np.full(2 ** (8 * dtype.itemsize), NO_CLASS, dtype=np.uint8)
        table[_unsigned(self._codes.astype(dtype))] = self._places
        return table


def _counted(values: NDArray[Any], known: NDArray[np.bool_]) -> tuple[NDArray[Any], NDArray[np.int64]]:
    """Different known values, ascending, and how often each occurs."""
    if not _is_small(values.dtype):
        return np.unique(values[known], return_counts=True)
    counts = np.bincount(_unsigned(values)[known], minlength=2 ** (8 * values.dtype.itemsize))
    bits = np.flatnonzero(counts)
    found = bits.astype(_unsigned_type(values.dtype)).view(values.dtype)
    order = np.argsort(found, kind="stable")
    return found[order], counts[bits][order]


def _is_small(dtype: np.dtype[Any]) -> bool:
    return bool(np.issubdtype(dtype, np.integer)) and dtype.itemsize <= 2


def _unsigned(values: NDArray[Any]) -> NDArray[Any]:
    return values.view(_unsigned_type(values.dtype))


def _unsigned_type(dtype: np.dtype[Any]) -> np.dtype[Any]:
    return np.dtype(f"u{dtype.itemsize}")


def _are_codes(found: NDArray[Any]) -> bool:
    """True where ascending values are whole numbers that every type tells apart."""
    if not found[0].item() > -LARGEST_CODE or not found[-1].item() < LARGEST_CODE:
        return False
    return bool(np.issubdtype(found.dtype, np.integer) or np.all(np.abs(found - np.rint(found)) < 1e-6))
