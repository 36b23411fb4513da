"""The ranges of what a plan changes in each indicator, counted again transition by transition."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from instances.instance import Instance
from instances.units.grid import FloatArray, Layout
from planner.plans.plan import Certificate, IndicatorRecord
from planner.recount.account.spans import Span, added, calibrated, net_of, ratio_of, side_of
from planner.recount.account.sums import sum_spans
from planner.recount.figures.recount import Recount
from planner.recount.ledger import RELATIVE, Ledger

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
    spans = {**_spans(instance, moved, found), **sum_spans(instance, layout, found)}
    expected = {name: span for name, span in spans.items() if _is_range(span)}
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
            name: [side_of(instance, land, sign) for land in (today, moved, moved - today)]
            for name, sign in (("sources", 1.0), ("sinks", -1.0))
        }
        net = found["net_emissions"].value - found["net_emissions"].baseline
        own, low, high = net_of(instance, moved - today)
        spans["net_emissions"] = (net, low + net - own, high + net - own)
        for name, sides in known.items():
            record = found[name]
            values = (record.baseline, record.value, record.value - record.baseline)
            known[name] = [
                (value, low + value - own, high + value - own)
                for (own, low, high), value in zip(sides, values, strict=True)
            ]
            spans[name] = known[name][2]
        ratio = ratio_of(known["sinks"], known["sources"])
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
        spans["carbon_stock"] = added(
            (area * value, area * low, area * high) for area, value, low, high in held.values()
        )
    for name, stated in instance.stated.items():
        table = instance.study.indicators[name]
        if table.calibrate is not None:
            span = calibrated(stated, gained, moved.sum(axis=1), table.calibrate)
            if span is not None:
                spans[name] = span
            continue
        ends = (stated.value, stated.low, stated.high)
        if table.per_class is not None:
            pieces = [[gained[k] * end[0, k] for end in ends] for k in range(len(gained))]
        else:
            pieces = [[moved[b, k] * end[b, k] for end in ends] for b, k in np.argwhere(moved)]
        spans[name] = added(pieces)
    return spans
