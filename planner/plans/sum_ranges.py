"""The ranges of sums and ratios that a study states, from the figures that their parts rest on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from formulations.indicators.carbon import SINKS, SOURCES, STOCK
from formulations.indicators.emissions import NET_EMISSIONS
from formulations.indicators.sums import parts_of
from instances.carbon.change_ranges import calibrated_range, ratio_range, side_range
from instances.carbon.interval import Interval, change_ha
from instances.carbon.summed_ranges import Summed
from instances.instance import Instance
from instances.units.grid import FloatArray, Layout
from instances.units.sums import sum_by
from planner.plans.plan import IndicatorRecord

Places = tuple[tuple[str, str], ...]
"""The districts, each with its division, that a part is counted in; none: everywhere."""


@dataclass(frozen=True, eq=False)
class SumRanges:
    """Ready to tell the ranges of sums and ratios of an instance under a layout."""

    instance: Instance
    layout: Layout

    def ranges(self, known: Mapping[str, IndicatorRecord]) -> Iterator[tuple[str, Interval]]:
        """By how much each sum and ratio of the study changes."""
        for name, table in self.instance.study.indicators.items():
            if name not in known or not parts_of(table):
                continue
            if table.ratio is None:
                yield name, self._of(name, known)[2]
                continue
            above, below = (self._of(part, known) for part in table.ratio)
            ends = ratio_range(above[0], below[0], above[2], below[2], below[1])
            if ends is not None:
                yield name, Interval(known[name].value - known[name].baseline, *ends)

    def _of(self, name: str, known: Mapping[str, IndicatorRecord]) -> list[Interval]:
        """An indicator today, in the plan, and its change; layers and areas add what no figure moves."""
        record, weights = known[name], self._weights(name)
        values = (record.baseline, record.value, record.value - record.baseline)
        found = []
        for number, value in enumerate(values):
            total = Summed()
            for places, parts in weights.items():
                moved = self._moved(places)
                self._add(total, parts, (np.diag(moved.sum(axis=1)), moved, change_ha(moved))[number])
            own = total.interval()
            found.append(own.more(value - own.value))
        return found

    def _weights(self, name: str) -> dict[Places, dict[str, float]]:
        """What an indicator adds up, by where: parts that are no sums, with their weights."""
        found: dict[Places, dict[str, float]] = {}
        waiting: list[tuple[str, float, Places]] = [(name, 1.0, ())]
        while waiting:
            part, weight, places = waiting.pop()
            table = self.instance.study.indicators.get(part)
            if table is None or not isinstance(table.sum, dict):
                here = found.setdefault(places, {})
                here[part] = here.get(part, 0.0) + weight
                continue
            if table.by is not None and table.district is not None:
                places = (*places, (table.by, table.district))
            waiting += [(each, weight * times, places) for each, times in table.sum.items()]
        return found

    def _moved(self, places: Places) -> FloatArray:
        """(classes today, classes planned) hectares there."""
        instance, count = self.instance, len(self.instance.classes)
        there: NDArray[np.bool_] = np.ones(len(instance), dtype=bool)
        for by, district in places:
            division = instance.districts[by]
            there &= division.member == division.find(district)
        pair = instance.today[there].astype(np.int64) * count + self.layout[there]
        moved: FloatArray = sum_by(pair, instance.grid.area_ha[there], count**2).reshape(count, count)
        return moved

    def _add(self, total: Summed, parts: Mapping[str, float], land: FloatArray) -> None:
        """Add what some parts come to on land."""
        net, up, down = (parts.get(name, 0.0) for name in (NET_EMISSIONS, SOURCES, SINKS))
        both = float(np.sign(up)) * min(abs(up), abs(down)) if up * down < 0 else 0.0  # sources - sinks = net
        entries = self.instance.emissions.entries
        if entries is not None:
            total.coefficients(entries.rows, (net + both) * entries.activity(land))
            for weight, sign in ((up - both, 1.0), (down + both, -1.0)):
                if weight:
                    total.loose(weight, side_range(entries, land, sign))
        if parts.get(STOCK):
            for rows in self.instance.emissions.stock_rows.values():
                total.coefficients(rows, parts[STOCK] * land.sum(axis=0))
        for name, weight in parts.items():
            stated = self.instance.stated.get(name)
            if stated is None:
                continue
            calibrate = self.instance.study.indicators[name].calibrate
            if calibrate is None:
                total.stated(name, stated, weight * land)
            else:
                ranged = calibrated_range(stated, land.sum(axis=0), self.instance.today_ha, calibrate)
                total.loose(weight, ranged)
