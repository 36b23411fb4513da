"""Options with a stage: indicators of several years as one indicator over (class, stage) of every unit.

A unit that is of class b today and changes to class k at stage s is of class b before it and of class k from
it on. An indicator that is counted unit by unit, times c_t in the year of stage t (c_0 today), is therefore

    sum_t c_t a_i(t) = H_s a_ik + (c_0 + H_1 - H_s) a_ib        with H_s = sum of c_t over t >= s

one cell term over the options (k, s): the one shape of every indicator, so that whoever solves a layout
problem solves the stages without knowing of them. Option (k, s) has the number s K + k; land that stays is
(b, 1). Pairs and bundles count in the last stage, where an option's class is k whatever its stage.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from formulations.core.indicator import CellTerm, Indicator
from formulations.core.problem import Options
from formulations.core.unit_types import combine
from instances.units.grid import FloatArray, Layout

MOST_OPTIONS = 255
"""Classes times stages: a layout keeps one byte a unit."""


@dataclass(eq=False)
class Expansion:
    """Terms over (class, stage): ``today`` (units,), ``classes`` and ``stages`` how many there are."""

    today: Layout
    classes: int
    stages: int
    _groups: dict[int, tuple[object, NDArray[np.int32], NDArray[np.int64]]] = field(default_factory=dict)

    def options(self, options: Options) -> Options:
        """What each unit may become and when: any class that it may have at the end, at any stage; the class
        of today only as land that stays."""
        kind, first = self._with_today(options.kind)
        allowed = np.tile(options.allowed[options.kind[first]], (1, self.stages))
        held = self.today[first].astype(np.int64)
        later = held[:, None] + self.classes * np.arange(1, self.stages)
        np.put_along_axis(allowed, later, False, axis=1)
        return Options(kind, allowed)

    def indicator(self, indicator: Indicator, times: FloatArray) -> Indicator:
        """An indicator added up over the years: ``times`` (1 + stages,) what it counts today and in each
        stage. Pairs and bundles only in the last one: ``ValueError``."""
        last_alone = not times[:-1].any() and times[-1] == 1
        if (indicator.pairs or indicator.bundles) and not last_alone:
            raise ValueError(f"{indicator.name} counts edges or corridors, which are those of the last stage")
        return Indicator(
            indicator.name,
            indicator.unit,
            tuple(self._cells(term, times) for term in indicator.cells),
            tuple(replace(term, classes=np.tile(term.classes, self.stages)) for term in indicator.pairs),
            tuple(replace(term, classes=np.tile(term.classes, self.stages)) for term in indicator.bundles),
            indicator.per,
        )

    def split(self, layout: Layout) -> tuple[Layout, Layout]:
        """(units,) the class at the end of every option, and the number of its stage; land that stays has
        the number of all stages."""
        planned = (layout % self.classes).astype(layout.dtype)
        stage = (layout // self.classes).astype(layout.dtype)
        stage[planned == self.today] = self.stages
        return planned, stage

    def joined(self, planned: Layout, stage: Layout) -> Layout:
        """(units,) the options of classes and stages, as ``split`` tells them."""
        when = np.where(planned == self.today, 0, stage).astype(np.int64)
        return (when * self.classes + planned).astype(self.today.dtype)

    def _with_today(self, group: NDArray[np.integer]) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
        """(units,) groups divided by today's class, and (groups,) a unit of each; the same for one array."""
        known = self._groups.get(id(group))
        if known is None:
            code, count = combine([group, self.today])
            first = np.zeros(count, dtype=np.int64)
            first[code[::-1]] = np.arange(len(code) - 1, -1, -1)
            known = self._groups[id(group)] = (group, code, first)
        return known[1], known[2]

    def _cells(self, term: CellTerm, times: FloatArray) -> CellTerm:
        code, first = self._with_today(term.group)
        table = np.asarray(term.table, dtype=float)[term.group[first]]
        held = np.take_along_axis(table, self.today[first].astype(np.int64)[:, None], axis=1)
        after = np.cumsum(times[:0:-1])[::-1]
        before = times[0] + after[0] - after
        parts = [late * table + early * held for late, early in zip(after, before, strict=True)]
        return CellTerm(term.scale, code, np.concatenate(parts, axis=1))
