"""The ranges of sums and ratios that a study states, counted again figure by figure."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from instances.instance import Instance
from instances.units.grid import FloatArray, Layout
from planner.plans.plan import IndicatorRecord
from planner.recount.account.spans import Span, added, calibrated, ratio_of, side_of

Places = tuple[tuple[str, str], ...]


def sum_spans(instance: Instance, layout: Layout, found: Mapping[str, IndicatorRecord]) -> dict[str, Span]:
    """The change of every sum and ratio of the study that rests on figures with ranges."""
    spans: dict[str, Span] = {}
    for name, table in instance.study.indicators.items():
        if name not in found:
            continue
        if isinstance(table.sum, dict):
            spans[name] = _three(instance, layout, name, found)[2]
        elif table.ratio is not None:
            above, below = (_three(instance, layout, part, found) for part in table.ratio)
            ratio = ratio_of(above, below)
            if ratio is not None:
                spans[name] = ratio
    return {name: span for name, span in spans.items() if np.isfinite(span[2] - span[1])}


def _three(instance: Instance, layout: Layout, name: str, found: Mapping[str, IndicatorRecord]) -> list[Span]:
    """An indicator today, in the plan and its change."""
    parts = _parts(instance, name, 1.0, ())
    record, spans = found[name], []
    for number, value in enumerate((record.baseline, record.value, record.value - record.baseline)):
        figures: dict[object, list[float]] = {}
        loose: list[Span] = []
        for places in dict.fromkeys(one[2] for one in parts):
            weights: dict[str, float] = {}
            for part, weight, where in parts:
                if where == places:
                    weights[part] = weights.get(part, 0.0) + weight
            _count(instance, weights, _land(instance, layout, places, number), figures, loose)
        own, low, high = added([*figures.values(), *loose])
        spans.append((value, low + value - own, high + value - own))
    return spans


def _parts(instance: Instance, name: str, weight: float, places: Places) -> list[tuple[str, float, Places]]:
    """The parts of an indicator that are no sums, with their weights and the districts they count in."""
    table = instance.study.indicators.get(name)
    if table is None or not isinstance(table.sum, dict):
        return [(name, weight, places)]
    if table.by is not None and table.district is not None:
        places = (*places, (table.by, table.district))
    return [
        one for part, times in table.sum.items() for one in _parts(instance, part, weight * times, places)
    ]


def _land(instance: Instance, layout: Layout, places: Places, number: int) -> FloatArray:
    """(classes today, classes planned) hectares there: today (0), in the plan (1), the difference (2)."""
    there = np.ones(len(instance), dtype=bool)
    for by, district in places:
        division = instance.districts[by]
        there &= division.member == list(division.names).index(district)
    land = np.zeros((3, len(instance.classes), len(instance.classes)))
    today, area = instance.today[there], instance.grid.area_ha[there]
    np.add.at(land[0], (today, today), area)
    np.add.at(land[1], (today, layout[there]), area)
    land[2] = land[1] - land[0]
    found: FloatArray = land[number]
    return found


def _count(
    instance: Instance,
    weights: Mapping[str, float],
    land: FloatArray,
    figures: dict[object, list[float]],
    loose: list[Span],
) -> None:
    """Add what parts come to on some land: value and both ends by figure; parts with a span of their own."""
    up, down = weights.get("sources", 0.0), weights.get("sinks", 0.0)
    both = min(up, -down) if up > 0 > down else -min(-up, down) if up < 0 < down else 0.0
    entries = instance.emissions.entries
    if entries is not None:
        net = weights.get("net_emissions", 0.0) + both
        for row, b, k, times in zip(entries.row, entries.today, entries.planned, entries.weight, strict=True):
            _figure(figures, entries.rows[row], net * float(land[b, k] * times))
        for weight, sign in ((up - both, 1.0), (down + both, -1.0)):
            if weight:
                loose.append(_times(weight, side_of(instance, land, sign)))
    for pool in instance.emissions.stock_rows.values() if "carbon_stock" in weights else ():
        for row, area in zip(pool, land.sum(axis=0).tolist(), strict=True):
            if row is not None:
                _figure(figures, row, weights["carbon_stock"] * area)
    for name in weights.keys() & instance.stated.keys():
        _stated(instance, name, weights[name], land, figures, loose)


def _stated(
    instance: Instance,
    name: str,
    weight: float,
    land: FloatArray,
    figures: dict[object, list[float]],
    loose: list[Span],
) -> None:
    stated, table = instance.stated[name], instance.study.indicators[name]
    if table.calibrate is not None:
        span = calibrated(stated, land.sum(axis=0), instance.today_ha, table.calibrate)
        loose.append((0.0, -np.inf, np.inf) if span is None else _times(weight, span))
        return
    file = table.per_class if isinstance(table.per_class, str) else table.per_change or name
    for b, k in np.argwhere(land):
        ends = [weight * float(land[b, k] * one[b, k]) for one in (stated.value, stated.low, stated.high)]
        key = (file, int(k)) if table.per_class is not None else (file, int(b), int(k))
        known = figures.get(key, [0.0, 0.0, 0.0])
        figures[key] = [one + more for one, more in zip(known, ends, strict=True)]


def _figure(figures: dict[object, list[float]], row: object, amount: float) -> None:
    """Add an amount of a coefficient."""
    key = tuple(getattr(row, part) for part in ("name", "kind", "pool", "value"))
    known = figures.get(key, [0.0, 0.0, 0.0])
    ends = [amount * getattr(row, end) for end in ("value", "low", "high")]
    figures[key] = [one + more for one, more in zip(known, ends, strict=True)]


def _times(weight: float, span: Span) -> Span:
    ends = sorted((weight * span[1], weight * span[2]))
    return weight * span[0], ends[0], ends[1]
