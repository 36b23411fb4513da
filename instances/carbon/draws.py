"""Draws of uncertain coefficients: sets in which every coefficient has some value of its own range.

Ranges are read as  half below the value, half above: a share u of 0 is low, 1/2 the value, 1 high, linear in
between, so that a draw is as likely above the value as below it. Shares come from a Latin hypercube (McKay,
Beckman & Conover 1979): of n draws, one lies in each nth of every range.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import replace
from enum import StrEnum

import numpy as np

from instances.carbon.coefficient_csv import STATED
from instances.carbon.coefficients import ENERGY, Coefficient, CoefficientSet, Kind
from instances.land.classes import Classes
from instances.land.stated_draws import Line
from instances.units.grid import FloatArray

Key = tuple[str, Kind, str]
"""Class, kind and pool of a coefficient."""


COLUMNS = (
    *("class", "kind", "pool", "value", "unit", "low", "high", "source", "region", "mark"),
    *("reference", "gain_years", "stated", "life_years"),
)
"""Of a set that is written."""


class Together(StrEnum):
    """Which coefficients move together: each row for itself, all of a kind and pool, or the whole set."""

    ROWS = "rows"
    POOLS = "pools"
    SET = "set"


def uncertain(found: CoefficientSet, classes: Classes, has_total: bool) -> tuple[Coefficient, ...]:
    """The coefficients with a range that a study's classes use, in a fixed order.

    ``has_total``: the energy emissions of built land come from ``carbon.built_total_tco2e``, which is exact.
    """
    used: dict[Key, Coefficient] = {}
    for item in classes:
        for kind in Kind:
            for pool in found.pools(kind):
                row = found.find(item, kind, pool)
                replaced = has_total and item.built and pool == ENERGY and kind in (Kind.FLUX, Kind.STANDING)
                if row is not None and row.high > row.low and not replaced:
                    used[key_of(row)] = row
    return tuple(used[key] for key in sorted(used))


def key_of(row: Coefficient) -> Key:
    """What identifies a coefficient in its set."""
    return row.name, row.kind, row.pool


def label(row: Coefficient) -> str:
    """A coefficient's name in tables: class.kind.pool."""
    return f"{row.name}.{row.kind}.{row.pool}"


def hypercube(draws: int, groups: int, seed: int) -> FloatArray:
    """(draws, groups) shares between 0 and 1: in every column one in each nth, in random order."""
    rng = np.random.default_rng(seed)
    shares = np.empty((draws, groups))
    for group in range(groups):
        shares[:, group] = (rng.permutation(draws) + rng.random(draws)) / draws
    return shares


def group_of(row: Coefficient, together: Together) -> tuple[object, ...]:
    """The coefficients that move together with this one have the same group."""
    if together is Together.ROWS:
        return key_of(row)
    return (row.kind, row.pool) if together is Together.POOLS else ()


def draw_sets(
    found: CoefficientSet, rows: Sequence[Coefficient], draws: int, together: Together, seed: int
) -> tuple[CoefficientSet, ...]:
    """So many sets in which ``rows`` are drawn from their ranges, named ``NAME draw 1`` and so on."""
    groups = {group: n for n, group in enumerate(dict.fromkeys(group_of(row, together) for row in rows))}
    shares = hypercube(draws, len(groups), seed)
    sets = []
    for number, share in enumerate(shares, start=1):
        of_row = {key_of(row): float(share[groups[group_of(row, together)]]) for row in rows}
        sets.append(at_shares(found, of_row, f"{found.name} draw {number}"))
    return tuple(sets)


def stated_shares(
    rows: Sequence[Coefficient], lines: Sequence[Line], draws: int, together: Together, seed: int
) -> tuple[dict[Line, float], ...]:
    """Where in their ranges figures that a study states lie in each draw, beside those of ``rows``, whose
    shares stay what they are. All of a table move together where pools do."""
    known = dict.fromkeys(group_of(row, together) for row in rows)
    of_line = {line: _group_of_line(line, together) for line in lines}
    groups = {group: n for n, group in enumerate(dict.fromkeys([*known, *of_line.values()]))}
    shares = hypercube(draws, len(groups), seed)
    return tuple({line: float(share[groups[group]]) for line, group in of_line.items()} for share in shares)


def _group_of_line(line: Line, together: Together) -> tuple[object, ...]:
    if together is Together.ROWS:
        return line
    return ("", line[0]) if together is Together.POOLS else ()


def at_shares(found: CoefficientSet, shares: Mapping[Key, float], name: str) -> CoefficientSet:
    """The set with some coefficients at a share of their range."""
    rows = {
        key: replace(row, value=at_share(row, shares[key]), reference=row.typical) if key in shares else row
        for key, row in found.rows.items()
    }
    return CoefficientSet(name, rows)


def at_share(row: Coefficient, share: float) -> float:
    """The value at a share of a coefficient's range: 0 low, 1/2 the value, 1 high."""
    return float(np.interp(share, [0.0, 0.5, 1.0], [row.low, row.value, row.high]))


def set_text(found: CoefficientSet) -> str:
    """A set as CSV, to be named in ``carbon.coefficients``."""
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(COLUMNS)
    for row in found.rows.values():
        store = row.kind is Kind.STOCK or row.once
        low, high = min(row.low, row.value), max(row.high, row.value)
        life = row.life_years or 1.0  # a total is written whole, with the years over which it is spread
        unit = "tCO2e/ha" if store or row.life_years else "tCO2e/ha/yr"
        figures = (life * row.value, unit, life * low, life * high)
        drawn = (
            "" if row.reference is None else life * row.reference,
            row.gain_years or "",
            STATED if row.stated else "",
            row.life_years or "",
        )
        writer.writerow((row.name, row.kind, row.pool, *figures, row.source, row.region, row.mark, *drawn))
    return stream.getvalue()
