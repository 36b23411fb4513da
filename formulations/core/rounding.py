"""What rounding limits to whole units proves of a bound, as it can be gone through again without a solver.

The prices of limits and of rounding rows (``column_generation.rounding_rows``) that prove it, what each of
these rows is, and the few units on which they are not counted from today's land.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from instances.units.grid import FloatArray

MOST_UNITS = 5_000
"""Units told at most on which rows are not counted from today's land; with more nothing is told."""


@dataclass(frozen=True, eq=False)
class RoundedRow:
    """A rounding row with its price in tCO2e/yr a step: of limit row ``row``, its lower bound or its upper
    one, to units of ``size`` in the row's unit, counted from the least that each unit may add or from a
    layout."""

    row: int
    lower: bool
    size: float
    from_least: bool
    price: float


@dataclass(frozen=True, eq=False)
class Rounding:
    """``proves`` is the lower bound of the objective in tCO2e/yr that prices (rows,) of the limits and
    ``rows`` with theirs prove; ``units`` are those on which rows are counted from ``classes``, not today's.
    """

    proves: float
    price: FloatArray
    rows: tuple[RoundedRow, ...]
    units: NDArray[np.int64]
    classes: NDArray[np.int64]
