"""The ranges of what a plan changes in each indicator, counted again transition by transition."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np

from instances.instance import Instance
from instances.units.grid import FloatArray, Layout
from planner.plans.plan import Certificate, IndicatorRecord
from planner.recount.figures.recount import Recount
from planner.recount.ledger import RELATIVE, Ledger

Span = tuple[float, float, float]
"""A value, and the least and the greatest that it can be."""
NOTHING = 1e-12
"""What differs by a smaller share of its size is no range."""


def check_ranges(
    certificate: Certificate,
    instance: Instance,
    layout: Layout,
    found: Mapping[str, IndicatorRecord],
    ledger: Ledger,
) -> None:
    """Compare the ranges that a certificate tells with those of the layout."""
    moved = Recount(instance, layout).transitions()[1]
    expected = {name: span for name, span in _spans(instance, moved, found).items() if _is_range(span)}
    said = certificate.ranges
    for name in ledger.names("ranges", said, expected):
        _, low, high = expected[name]
        record = found[name]
        slack = RELATIVE * max(1.0, abs(low), abs(high), abs(record.value), abs(record.baseline))
        for end, told, now in (("low", said[name].low, low), ("high", said[name].high, high)):
            ledger.number(
                f"ranges.{name}.{end}", told, told if abs(told - now) <= slack else now, record.unit
            )
    ledger.done("verify.ranges")


def _is_range(span: Span) -> bool:
    return span[2] - span[1] > NOTHING * max(1.0, abs(span[1]), abs(span[2]))


def _spans(instance: Instance, moved: FloatArray, found: Mapping[str, IndicatorRecord]) -> dict[str, Span]:
    today = np.diag(moved.sum(axis=1))
    spans: dict[str, Span] = {}
    if instance.emissions.entries is not None:
        known = {
            name: [_side(instance, land, sign) for land in (today, moved, moved - today)]
            for name, sign in (("sources", 1.0), ("sinks", -1.0))
        }
        net = found["net_emissions"].value - found["net_emissions"].baseline
        own, low, high = _net(instance, moved - today)
        spans["net_emissions"] = (net, low + net - own, high + net - own)
        for name, sides in known.items():
            record = found[name]
            values = (record.baseline, record.value, record.value - record.baseline)
            known[name] = [
                (value, low + value - own, high + value - own)
                for (own, low, high), value in zip(sides, values, strict=True)
            ]
            spans[name] = known[name][2]
        ratio = _ratio(known["sinks"], known["sources"])
        if ratio is not None:
            spans["carbon_balance"] = ratio
    gained = moved.sum(axis=0) - moved.sum(axis=1)
    if instance.stocks:
        held: dict[tuple[str, str, str], list[float]] = {}
        for pool in instance.emissions.stock_rows.values():
            for place, row in enumerate(pool):
                if row is not None:
                    one = held.setdefault((row.name, row.kind, row.pool), [0.0, row.value, row.low, row.high])
                    one[0] += float(gained[place])
        spans["carbon_stock"] = _added(
            (area * value, area * low, area * high) for area, value, low, high in held.values()
        )
    for name, stated in instance.stated.items():
        table = instance.study.indicators[name]
        scale = 1.0
        if table.calibrate is not None:
            scale = table.calibrate / float((np.diag(stated.value) * moved.sum(axis=1)).sum())
        ends = (stated.value, stated.low, stated.high)
        if table.per_class is not None:
            pieces = [[gained[k] * scale * end[0, k] for end in ends] for k in range(len(gained))]
        else:
            pieces = [[moved[b, k] * scale * end[b, k] for end in ends] for b, k in np.argwhere(moved)]
        spans[name] = _added(pieces)
    return spans


def _added(pieces: Iterable[Iterable[float]]) -> Span:
    """The sum of pieces (value, at one end, at the other), each anywhere between its ends."""
    value = low = high = 0.0
    for piece in pieces:
        own, one, other = (float(part) for part in piece)
        value, low, high = value + own, low + min(one, other), high + max(one, other)
    return value, low, high


def _net(instance: Instance, land: FloatArray) -> Span:
    """What land gives off less what it takes up: every coefficient by all that it moves."""
    entries = instance.emissions.entries
    amounts: dict[int, float] = {}
    if entries is not None:
        area = (entries.weight * land[entries.today, entries.planned]).tolist()
        for row, amount in zip(entries.row.tolist(), area, strict=True):
            amounts[row] = amounts.get(row, 0.0) + amount
        return _added(
            [amount * getattr(entries.rows[row], end) for end in ("value", "low", "high")]
            for row, amount in amounts.items()
        )
    return 0.0, 0.0, 0.0


def _side(instance: Instance, land: FloatArray, sign: float) -> Span:
    """What land gives off (sign 1) or takes up (-1), part by part and transition by transition."""
    entries = instance.emissions.entries
    if entries is None:
        return 0.0, 0.0, 0.0
    rows: dict[tuple[int, int, int], list[tuple[int, float]]] = {}
    columns = (entries.part, entries.today, entries.planned, entries.row, entries.weight)
    used = land[entries.today, entries.planned] != 0
    for part, b, k, row, weight in zip(*(column[used].tolist() for column in columns), strict=True):
        rows.setdefault((part, b, k), []).append((row, sign * weight))
    amounts: dict[int, float] = {}
    value = by_itself_low = by_itself_high = over_low = over_high = 0.0
    for (_, b, k), pieces in rows.items():
        area = float(land[b, k])
        ends = [
            [weight * getattr(entries.rows[row], end) for end in ("value", "low", "high")]
            for row, weight in pieces
        ]
        rate, least, most = _added(ends)
        value += area * max(rate, 0.0)
        limits = sorted((area * max(least, 0.0), area * max(most, 0.0)))
        by_itself_low, by_itself_high = by_itself_low + limits[0], by_itself_high + limits[1]
        over = area * max(-least if rate > 0 else most, 0.0)
        over_low, over_high = over_low + min(over, 0.0), over_high + max(over, 0.0)
        if rate > 0:
            for row, weight in pieces:
                amounts[row] = amounts.get(row, 0.0) + weight * area
    _, low, high = _added(
        [amount * getattr(entries.rows[row], end) for end in ("value", "low", "high")]
        for row, amount in amounts.items()
    )
    return value, max(low + over_low, by_itself_low), min(high + over_high, by_itself_high)


def _ratio(sinks: list[Span], sources: list[Span]) -> Span | None:
    """How far the balance can move, every factor at its worst; None where sources may be nothing."""
    if sources[0][1] <= 0 or sources[1][1] <= 0:
        return None
    worst = [
        (up - least / most * more) / below
        for up in sinks[2][1:]
        for least, most in ((sinks[0][1], sources[0][2]), (sinks[0][2], sources[0][1]))
        for more in sources[2][1:]
        for below in sources[1][1:]
    ]
    return sinks[1][0] / sources[1][0] - sinks[0][0] / sources[0][0], min(worst), max(worst)
