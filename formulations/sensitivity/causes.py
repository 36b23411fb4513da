"""What keeps two alternatives from planning a unit alike: red lines and rules that bar a class, else a price.

A class is *barred* on a unit where the options of its alternative do not hold it: by the red lines whose rule
excludes it there, by the transition table, or by both. Where both alternatives allow both classes the cause
is a part of the Lagrangian (see ``reasons``). Units with the same cause are told together.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from formulations.core.unit_types import combine
from formulations.sensitivity.reasons import Key, Reasons, Side, reasons
from instances.instance import Instance
from instances.rules.districts import Districts
from instances.units.grid import Layout


@dataclass(frozen=True, eq=False)
class Cause:
    """One cause: the classes ``first`` and ``other`` that the two alternatives plan, and what decides.

    ``in_first`` (red lines + 1,) which red lines of the first bar the other's class, and last whether its
    transition table does; ``in_other`` likewise of the other and the first's class. ``reason`` is None where
    something bars, else a limit or a word of ``reasons``; ``district`` is that in which the limit holds, 0
    where it holds for the whole area.
    """

    first: int
    other: int
    in_first: NDArray[np.bool_]
    in_other: NDArray[np.bool_]
    reason: Key | str | None
    district: int


@dataclass(frozen=True, eq=False)
class Causes:
    """``units`` (n,) on which two plans differ, and ``of`` (n,) the number of their cause in ``causes``."""

    units: NDArray[np.int64]
    of: NDArray[np.integer]
    causes: tuple[Cause, ...]


def causes(first: Side, other: Side, here: Instance, there: Instance) -> Causes:
    """The causes of every difference between two plans; ``here`` is the first's instance, ``there`` the
    other's."""
    a, b = first.layout, other.layout
    units = np.flatnonzero(a != b)
    if len(units) == 0:
        return Causes(units, np.zeros(0, dtype=np.int32), ())
    in_first, in_other = barring(here, units, b), barring(there, units, a)
    free: NDArray[np.bool_] = ~np.logical_or.reduce(np.hstack([in_first, in_other]), axis=1)
    found = reasons(first, other, units)
    priced = np.where(free, found.of, -1)
    district = np.where(free, _district(here.districts, found, units), -1)
    columns = [a[units], b[units], *in_first.T.astype(np.int8), *in_other.T.astype(np.int8), priced, district]
    code, count = combine(columns)
    example = np.zeros(count, dtype=np.int64)
    example[code[::-1]] = np.arange(len(code) - 1, -1, -1)
    told = tuple(
        Cause(
            int(a[units[row]]),
            int(b[units[row]]),
            in_first[row],
            in_other[row],
            found.names[priced[row]] if free[row] else None,
            int(district[row]),
        )
        for row in example
    )
    return Causes(units, code, told)


def barring(instance: Instance, units: NDArray[np.int64], layout: Layout) -> NDArray[np.bool_]:
    """(n, red lines + 1) which lines bar a layout's class on some units, and whether the transition table
    does."""
    kind, klass = instance.kinds.of[units], layout[units]
    today = instance.today[units]
    barred = np.zeros((len(units), len(instance.redlines) + 1), dtype=bool)
    for number, line in enumerate(instance.redlines):
        inside, outside = line.bars_inside[today, klass], line.bars_outside[today, klass]
        barred[:, number] = np.where(instance.kinds.inside[kind, number], inside, outside)
    barred[:, -1] = ~instance.transitions[today, klass]
    barred[instance.kinds.allowed[kind, klass]] = False
    return barred


def _district(
    divisions: Mapping[str, Districts], found: Reasons, units: NDArray[np.int64]
) -> NDArray[np.int32]:
    """(n,) the district in which a unit's limit holds, 0 where its reason is no limit by district."""
    district = np.zeros(len(units), dtype=np.int32)
    for number, name in enumerate(found.names):
        if isinstance(name, tuple) and name[1] in divisions:
            mine = found.of == number
            district[mine] = divisions[name[1]].member[units[mine]]
    return district


def price_at(side: Side, key: Key, district: int) -> float:
    """The price of a limit in a district of one alternative; 0 where it has no such limit."""
    return float(
        sum(
            side.prices.get(row.key) or 0.0
            for row in side.problem.rows
            if (row.key.indicator, row.key.by or "") == key and row.position == district
        )
    )
