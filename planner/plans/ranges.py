"""The ranges of what a plan changes, indicator by indicator, for its certificate."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping

import numpy as np

from formulations.indicators.carbon import BALANCE, SINKS, SOURCES, STOCK
from formulations.indicators.emissions import NET_EMISSIONS
from instances.carbon.change_ranges import (
    calibrated_range,
    ratio_range,
    side_range,
    stated_range,
    stock_range,
)
from instances.carbon.interval import NOTHING, Interval, change_ha, interval
from instances.instance import Instance
from instances.units.grid import FloatArray, Layout
from instances.units.sums import sum_by
from planner.plans.plan import IndicatorRecord
from planner.plans.record import RangeRecord
from planner.plans.sum_ranges import SumRanges


def range_records(
    instance: Instance, layout: Layout, indicators: Mapping[str, IndicatorRecord]
) -> dict[str, RangeRecord]:
    """By how much indicators that rest on figures with ranges change at least and at most, whatever these
    figures are; an indicator that no range moves has none."""
    count = len(instance.classes)
    pair = instance.today.astype(np.int64) * count + layout
    moved = sum_by(pair, instance.grid.area_ha, count**2).reshape(count, count)
    found = dict(_ranges(instance, moved, indicators))
    for name, told in SumRanges(instance, layout).ranges(indicators):
        if told.high - told.low > NOTHING * max(1.0, abs(told.low), abs(told.high)):
            found[name] = RangeRecord(**_ends(told))
    known = {name: one for name, one in found.items() if math.isfinite(one.high - one.low)}
    return {name: known[name] for name in indicators if name in known and known[name].low < known[name].high}


def _ranges(
    instance: Instance, moved: FloatArray, known: Mapping[str, IndicatorRecord]
) -> Iterator[tuple[str, RangeRecord]]:
    change = change_ha(moved)
    entries = instance.emissions.entries
    if entries is not None:
        net = interval(entries, change)
        yield NET_EMISSIONS, RangeRecord(**_ends(_about(net, _change(known[NET_EMISSIONS]))))
        today = np.diag(moved.sum(axis=1))
        sides = {}
        for name, sign in ((SOURCES, 1.0), (SINKS, -1.0)):
            record = known[name]
            # layers of rates add what no coefficient moves
            sides[name] = [
                _about(side_range(entries, land, sign), value)
                for land, value in (
                    (today, record.baseline),
                    (moved, record.value),
                    (change, _change(record)),
                )
            ]
            yield name, RangeRecord(**_ends(sides[name][2]))
        above, below = sides[SINKS], sides[SOURCES]
        ends = ratio_range(above[0], below[0], above[2], below[2], below[1])
        if ends is not None:
            yield BALANCE, RangeRecord(low=ends[0], high=ends[1])
    if STOCK in known:
        stock = stock_range(instance.emissions.stock_rows, change.sum(axis=0))
        yield STOCK, RangeRecord(**_ends(stock))
    for name, stated in instance.stated.items():
        table = instance.study.indicators[name]
        if table.calibrate is not None:
            told = calibrated_range(stated, change.sum(axis=0), instance.today_ha, table.calibrate)
        else:
            figures = [stated.value, stated.low, stated.high]
            told = stated_range(figures, change, by_class=table.per_class is not None)
        yield name, RangeRecord(**_ends(told))


def _change(record: IndicatorRecord) -> float:
    return record.value - record.baseline


def _ends(found: Interval) -> dict[str, float]:
    return {"low": found.low, "high": found.high}


def _about(found: Interval, value: float) -> Interval:
    """The range moved to where the figure is."""
    return found.more(value - found.value)
