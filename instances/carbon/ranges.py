"""Plausible ranges of coefficients, by kind and pool: what lies outside is told, what is absurd refused.

``data/coefficient_ranges.csv`` has the ranges in tCO2e per hectare (and year), with why; ``*`` stands for
any other pool. A figure that is not 0 but less than ``least`` is as suspect as one that is too high: it is
most likely in another unit.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from instances.carbon.coefficients import FLOWS, Coefficient, Kind
from instances.study.findings import Findings
from instances.study.tables import Row, table
from words.said import say

MOST = 1e7
"""No hectare stores or gives off more, tCO2e (a year): a large power plant on its own site gives off 1e5."""
STANDARD = {kind: "tCO2e/ha" if kind is Kind.STOCK else "tCO2e/ha/yr" for kind in Kind}
"""The unit of a kind's figures."""
ONCE_YEARS = 50.0
"""A construction that emits once is judged as if it were spread over so many years."""
MOST_TOLD = 6
"""So many lines are told one by one: a wrong unit is wrong in all of them."""

Key = tuple[str, Kind, str]


@dataclass(frozen=True, slots=True)
class Line:
    """Where a coefficient stands in its file; its unit, and value, low and high, as written there."""

    number: int
    unit: str
    written: Mapping[str, str]


def tell_implausible(
    name: str, rows: Mapping[Key, Coefficient], lines: Mapping[Key, Line], findings: Findings
) -> None:
    """Warn of every coefficient of a set that is out of the plausible range of its kind and pool, with its
    value or else the end of its range that is."""
    odd = {key: column for key, row in rows.items() if (column := implausible(row)) is not None}
    for key in list(odd)[:MOST_TOLD]:
        row, line, bounds = rows[key], lines[key], range_of(key[1], key[2])
        place = say(
            "coefficients.of_class",
            place=say("coefficients.line", name=name, n=line.number),
            row_class=row.name,
            kind=row.kind,
            pool=row.pool,
        )
        least, low = float(bounds["least"]), float(bounds["low"])
        column, figure = odd[key], getattr(row, odd[key]) / _years(row)
        fault = say(
            "coefficients_range.outside" if column == "value" else "coefficients_range.end_outside",
            column=column,
            value=line.written[column],
            unit=line.unit,
            figure=figure,
            standard=STANDARD[row.kind],
            low=least if 0 < abs(figure) < least else low,
            high=float(bounds["high"]),
            why=say(f"coefficients_why.{bounds['why']}"),
        )
        findings.warn(place, fault, say("coefficients_range.check"))
    if rest := [str(lines[key].number) for key in list(odd)[MOST_TOLD:]]:
        fault = say("coefficients_range.more", n=len(rest), lines=rest)
        findings.warn(name, fault, say("coefficients_range.check"))


def implausible(row: Coefficient) -> str | None:
    """Which of a coefficient's figures is out of the range of its kind and pool: ``value``, ``low`` or
    ``high``; None where none is. An end of a range may be next to nothing."""
    bounds = range_of(row.kind, row.pool)
    low, high, least = (float(bounds[key]) * _years(row) for key in ("low", "high", "least"))
    if not low <= row.value <= high or 0 < abs(row.value) < least:
        return "value"
    return next((end for end in ("low", "high") if not low <= getattr(row, end) <= high), None)


def _years(row: Coefficient) -> float:
    return ONCE_YEARS if row.once else 1.0


def range_of(kind: Kind, pool: str) -> Row:
    """The row of ``data/coefficient_ranges.csv`` that holds for a kind and pool; one list for all flows."""
    kind = Kind.FLUX if kind in FLOWS else kind
    rows = {row["pool"]: row for row in table("coefficient_ranges.csv") if row["kind"] == kind}
    return rows.get(pool, rows["*"])
