"""The range of a sum whose parts rest on the same figures: each figure counts once, by all that it moves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from instances.carbon.coefficients import Coefficient
from instances.carbon.interval import Interval
from instances.land.stated import Stated
from instances.units.grid import FloatArray


@dataclass(eq=False)
class Summed:
    """A sum under way: what every figure adds at its value and at either end, and parts of which only their
    own range is known."""

    _figures: dict[object, FloatArray] = field(default_factory=dict)
    _loose: list[Interval] = field(default_factory=list)

    def coefficients(self, rows: Sequence[Coefficient | None], amounts: FloatArray) -> None:
        """Add ``amounts`` (rows,) times coefficients."""
        for row, amount in zip(rows, amounts.tolist(), strict=True):
            if row is not None and amount:
                ends = np.array([row.value, row.low, row.high])
                self._figure((row.name, row.kind, row.pool, row.value), amount * ends)

    def stated(self, name: str, stated: Stated, land: FloatArray) -> None:
        """Add the figures of an indicator on land, (classes today, classes planned)."""
        ends = np.stack([stated.value, stated.low, stated.high]) * land
        if stated.by_class:
            ends = ends.sum(axis=1, keepdims=True)
        for today, planned in np.argwhere(ends.any(axis=0)).tolist():
            place = (stated.file or name, -1 if stated.by_class else today, planned)
            self._figure(place, ends[:, today, planned])

    def loose(self, weight: float, part: Interval) -> None:
        """Add a part of which only its range is known."""
        low, high = sorted((weight * part.low, weight * part.high))
        self._loose.append(Interval(weight * part.value, low, high))

    def interval(self) -> Interval:
        """The sum and its range."""
        figures = np.array([*self._figures.values()]).reshape(-1, 3)
        ends = np.sort(figures[:, 1:], axis=1).sum(axis=0)
        return Interval(
            float(figures[:, 0].sum()) + sum(one.value for one in self._loose),
            float(ends[0]) + sum(one.low for one in self._loose),
            float(ends[1]) + sum(one.high for one in self._loose),
        )

    def _figure(self, key: object, ends: FloatArray) -> None:
        known = self._figures.get(key)
        self._figures[key] = ends if known is None else known + ends
