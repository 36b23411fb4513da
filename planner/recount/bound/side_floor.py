"""What prices prove of a model beside the layout, counted without a solver: a floor under C + nu e.

Whatever the prices pi of a model's rows, taken as 0 where a row has no bound on their side,

    sum_r pi_r bound_r + sum_x min( c_x - (A' pi)_x ) x over low_x <= x <= high_x   <=   C(s) + nu e(s)

for every s that keeps the rows. Here the rows are written down again from the study's inputs, kind by kind.
Prices of the strong rows (a flow only where a site is whole) are not told: the least that keeps every flow
from gaining is taken, which is a price like any other.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from instances.units.grid import FloatArray

Told = Mapping[str, tuple[float, ...]]
"""Prices of a model's rows by the names of their constraints."""


class MalformedError(ValueError):
    """Prices that are not as many as the model has rows, or are no numbers."""


@dataclass
class Floor:
    """A floor that is added up: its value, and what these sums are sums of."""

    value: float = 0.0
    size: float = field(default=0.0)

    def rows(self, price: FloatArray, bound: FloatArray | float) -> None:
        """Rows at their bound."""
        worth = np.where(price != 0, price * np.where(price != 0, bound, 0.0), 0.0)
        self.value += float(worth.sum())
        self.size += float(np.abs(worth).sum())

    def columns(self, reduced: FloatArray, low: FloatArray | float, high: FloatArray | float) -> None:
        """Columns at the end that is cheapest."""
        least = np.minimum(reduced * low, reduced * high)
        self.value += float(least.sum())
        self.size += float(np.abs(least).sum())

    @property
    def safe(self) -> float:
        """The floor less what rounding may have added."""
        return self.value - 1e-11 * self.size


def prices(told: Told, name: str, count: int, sign: int = 0) -> FloatArray:
    """(count,) prices of a constraint; of rows that are only bounded from above (``sign`` -1) or below (1)
    those of the other side count as none. All 0 for a constraint that is not told."""
    found = np.array(told.get(name, ()) or np.zeros(count), dtype=float)
    if len(found) != count or not np.isfinite(found).all():
        raise MalformedError(name)
    if sign:
        found = np.maximum(found, 0.0) if sign > 0 else np.minimum(found, 0.0)
    return found
