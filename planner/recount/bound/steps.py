"""How near to a bound any layout can come: values that move in whole steps, counted from the plan's own.

Where all that undecided units can bring to a limit are multiples of one step (areas of equal cells), the
value of any layout is that of the plan and a whole number of steps. A plan that keeps a bound with less than
a step to spare keeps it as closely as any layout can, and no layout is lost where the bound is moved to the
plan's value. Amounts need be multiples only nearly: by how much they are not is added up over all units and
left as room.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from instances.units.grid import FloatArray
from planner.recount.bound.charges import all_over
from planner.recount.bound.units import Units
from planner.recount.figures.recount import Counted, Recount

MOST_PARTS = 12
"""The step is the smallest amount, or its half, third and so on to its twelfth."""
MOST_SIZES = 2_000
"""Units of more different amounts (parcels, cells in degrees) have no step in common."""
SAMPLED = 20_000
NEARLY = 1e-9
"""Share of an amount by which it may miss a multiple of the step and still be taken for one."""


def reached(count: Recount, rows: Sequence[Counted]) -> list[tuple[float, float]]:
    """For each row (at_least, at_most) as near to the bounds as any layout can be that keeps them with their
    allowance, -inf and inf where there is none; in the indicator's unit. ``rows`` are those of one table of
    the study, by district or not."""
    bounds = [
        (
            -math.inf if row.at_least is None else row.at_least - row.allowance,
            math.inf if row.at_most is None else row.at_most + row.allowance,
        )
        for row in rows
    ]
    amounts = count.indicators()[rows[0].counted]
    if amounts.counts is not None:
        return bounds
    district, amount, times = _amounts(count, rows)
    wholes = _wholes(count, rows)
    found = []
    for place, (row, (low, high)) in enumerate(zip(rows, bounds, strict=True)):
        here = district == place
        step, amiss = _step(amount[here] / wholes[place], times[here])
        found.append((_near(low, row.value, step, amiss), -_near(-high, -row.value, step, amiss)))
    return found


def _near(low: float, value: float, step: float, amiss: float) -> float:
    """The least that a layout can have that keeps a lower bound, the plan's value being one of those there
    are."""
    if not math.isfinite(low) or step <= 0:
        return low
    steps = math.floor((value - low + amiss) / step)
    return max(low, value - steps * step - amiss)


def _wholes(count: Recount, rows: Sequence[Counted]) -> FloatArray:
    """(rows,) what a share of each district is a share of, 1 for what is no share."""
    amounts = count.indicators()[rows[0].counted]
    if rows[0].by is None:
        return np.array([1.0 if amounts.whole is None else float(amounts.whole.sum())])
    division = count.instance.districts[rows[0].by]
    wholes = amounts.wholes(division.member, len(division.names))
    return wholes[[row.position or 0 for row in rows]]


def _amounts(
    count: Recount, rows: Sequence[Counted]
) -> tuple[NDArray[np.int64], FloatArray, NDArray[np.int64]]:
    """What undecided units can bring: (row, amount, how many of them), NaN amounts where too many differ."""
    kinds = count.instance.kinds
    free = (kinds.allowed.sum(axis=1) > 1)[kinds.of]
    place = np.zeros(len(free), dtype=np.int64)
    if rows[0].by is not None:
        division = count.instance.districts[rows[0].by]
        places = np.full(len(division.names) + 1, -1, dtype=np.int64)
        places[[row.position or 0 for row in rows]] = np.arange(len(rows))
        place = places[division.member]
    whole = Units.of(count.instance)
    found_place, found_amount, found_times = [], [], []
    for k in range(kinds.allowed.shape[1]):
        units = np.flatnonzero(free & kinds.allowed[:, k][kinds.of] & (place >= 0))
        if not len(units):
            continue
        value = count.at(all_over(count, k)).indicators()[rows[0].counted].value[units]
        units, value = whole.amounts(units, place, value)
        units, value = units[value != 0], value[value != 0]
        if len(np.unique(value[:: 1 + len(value) // SAMPLED])) > MOST_SIZES:
            return np.arange(len(rows)), np.full(len(rows), np.nan), np.ones(len(rows), dtype=np.int64)
        sizes, size = np.unique(value, return_inverse=True)
        code, times = np.unique(place[units] * max(1, len(sizes)) + size.ravel(), return_counts=True)
        found_place.append(code // max(1, len(sizes)))
        found_amount.append(sizes[code % max(1, len(sizes))])
        found_times.append(times)
    none = np.zeros(0)
    return (
        np.concatenate([none.astype(np.int64), *found_place]),
        np.concatenate([none, *found_amount]),
        np.concatenate([none.astype(np.int64), *found_times]),
    )


def _step(amount: FloatArray, times: NDArray[np.int64]) -> tuple[float, float]:
    """The largest step of which amounts are multiples, and by how much all together may miss them; 0 where
    there is none. Without any amount the step is endless: nothing moves."""
    size = np.abs(amount)
    if not len(size) or not np.isfinite(size).all():
        return 0.0, 0.0
    least = float(size.min())
    for parts in range(1, MOST_PARTS + 1):
        multiple = size * (parts / least)
        away = np.abs(multiple - np.rint(multiple))
        if (away <= NEARLY * np.maximum(1.0, multiple)).all():
            step = least / parts
            sums = 1e-15 * float((size * times).sum())  # what adding them up in floats may be off by
            return step, float((away * times).sum()) * step + sums
    return 0.0, 0.0
