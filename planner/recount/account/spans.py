"""Figures with the least and the greatest that they can be, counted transition by transition."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from instances.instance import Instance
from instances.land.stated import Stated
from instances.units.grid import FloatArray

Span = tuple[float, float, float]
"""A value, and the least and the greatest that it can be."""


def added(pieces: Iterable[Iterable[float]]) -> Span:
    """The sum of pieces (value, at one end, at the other), each anywhere between its ends."""
    value = low = high = 0.0
    for piece in pieces:
        own, one, other = (float(part) for part in piece)
        value, low, high = value + own, low + min(one, other), high + max(one, other)
    return value, low, high


def net_of(instance: Instance, land: FloatArray) -> Span:
    """What land gives off less what it takes up: every coefficient by all that it moves."""
    entries = instance.emissions.entries
    amounts: dict[int, float] = {}
    if entries is not None:
        area = (entries.weight * land[entries.today, entries.planned]).tolist()
        for row, amount in zip(entries.row.tolist(), area, strict=True):
            amounts[row] = amounts.get(row, 0.0) + amount
        return added(
            [amount * getattr(entries.rows[row], end) for end in ("value", "low", "high")]
            for row, amount in amounts.items()
        )
    return 0.0, 0.0, 0.0


def side_of(instance: Instance, land: FloatArray, sign: float) -> Span:
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
        rate, least, most = added(ends)
        value += area * max(rate, 0.0)
        limits = sorted((area * max(least, 0.0), area * max(most, 0.0)))
        by_itself_low, by_itself_high = by_itself_low + limits[0], by_itself_high + limits[1]
        over = area * max(-least if rate > 0 else most, 0.0)
        over_low, over_high = over_low + min(over, 0.0), over_high + max(over, 0.0)
        if rate > 0:
            for row, weight in pieces:
                amounts[row] = amounts.get(row, 0.0) + weight * area
    _, low, high = added(
        [amount * getattr(entries.rows[row], end) for end in ("value", "low", "high")]
        for row, amount in amounts.items()
    )
    return value, max(low + over_low, by_itself_low), min(high + over_high, by_itself_high)


def ratio_of(sinks: Sequence[Span], sources: Sequence[Span]) -> Span | None:
    """How far a ratio (of sinks to sources, say) can move, every factor at its worst; None where what is
    divided by may be nothing."""
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


def calibrated(stated: Stated, land: FloatArray, today_ha: FloatArray, total: float) -> Span | None:
    """What calibrated figures come to on land (classes,), whatever they are: ``total`` over today's; None
    where today's may be nothing. The best ratio is approached from any (Dinkelbach 1967)."""
    value, low, high = (one[0].tolist() for one in (stated.value, stated.low, stated.high))
    gained, held = land.tolist(), today_ha.tolist()

    def ratio(figures: Sequence[float]) -> float:
        above = sum(each * one for each, one in zip(figures, gained, strict=True))
        return above / sum(each * one for each, one in zip(figures, held, strict=True))

    if min(low) < 0 or sum(each * one for each, one in zip(low, held, strict=True)) <= 0:
        return None
    ends = []
    for sign in (1.0, -1.0):
        best, tried = ratio(value), None
        while tried is None or sign * (tried - best) > 1e-13 * max(1.0, abs(best)):
            best = best if tried is None else tried
            gains = [sign * (one - best * other) for one, other in zip(gained, held, strict=True)]
            tried = ratio(
                [most if gain > 0 else least for gain, least, most in zip(gains, low, high, strict=True)]
            )
        ends.append(total * (tried if sign * (tried - best) > 0 else best))
    return total * ratio(value), ends[1], ends[0]
