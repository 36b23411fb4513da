"""Histograms of a layout: how much land of each class there is, by group and district, counted once.

Most limits of a study are sums over the same areas, by the same groups of units. Each is then a product of a
table and one histogram over (group, class), where a pass over all units takes as long for every limit anew:

    sum_i s_i t[g_i, x_i]  =  sum_gk t[g, k] h[g, k],    h[g, k] = sum of s_i over the units of g with class k
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from formulations.core.indicator import CellTerm
from instances.rules.districts import Districts
from instances.units.grid import FloatArray, Layout
from instances.units.sums import sum_by

MOST_PLACES = 1_000_000
"""Places up to which a histogram is counted; terms of more groups are added up unit by unit."""


class Histograms:
    """Those of one layout (units,), which must not change while they are asked for."""

    def __init__(self, layout: Layout) -> None:
        self.layout = layout
        self._places: dict[tuple[int, int], NDArray[np.int64]] = {}
        self._counted: dict[tuple[int, int, int], FloatArray] = {}

    def total(self, term: CellTerm) -> float:
        """The sum of a term over all units."""
        if term.table.size > MOST_PLACES:
            return float(term.of(self.layout).sum())
        return float(np.vdot(self._of(term), term.table))

    def by_district(self, term: CellTerm, districts: Districts) -> FloatArray:
        """(districts,) the sum of a term over the units of each."""
        count = len(districts)
        if count * term.table.size > MOST_PLACES:
            return districts.total(term.of(self.layout))
        key = (id(term.scale), id(term.group), id(districts.member))
        if key not in self._counted:
            place = districts.member.astype(np.int64) * term.table.size + self._place(term)
            self._counted[key] = sum_by(place, term.scale, count * term.table.size)
        found: FloatArray = self._counted[key].reshape(count, -1) @ np.ravel(term.table)
        return found

    def _of(self, term: CellTerm) -> FloatArray:
        key = (id(term.scale), id(term.group), 0)
        if key not in self._counted:
            counted = sum_by(self._place(term), term.scale, term.table.size)
            self._counted[key] = counted.reshape(term.table.shape)
        return self._counted[key]

    def _place(self, term: CellTerm) -> NDArray[np.int64]:
        """(units,) where every unit counts in a table of the term's groups."""
        key = (id(term.group), term.table.shape[1])
        if key not in self._places:
            self._places[key] = term.group.astype(np.int64) * term.table.shape[1] + self.layout
        return self._places[key]
