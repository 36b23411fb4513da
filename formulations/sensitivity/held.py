r"""Why a plan changes land where it does: what each patch gains, what decides, what else it could be.

Let F be the Lagrangian at the prices of the limits and y the plan. For a patch P whose units had class b and
get class k, with all other units as planned,

    gain_P      = sum_{i in P} F(b, y) - F(k, y)                what the change is worth over keeping b
    otherwise_P = min_{j != k} sum_{i in P} F(j, y) - F(k, y)   what the next best class would cost

where j runs over classes that every unit of P may have. F is a sum of parts: what a unit is worth by itself
(``RATES``), what neighbours and corridors bring (``NEIGHBOURS``), and what each limit pays at its price; the
part that speaks most for the change *decides*. Where today's class is barred on any unit of P, a rule holds
the patch (``must``). Sums over a patch are first order: edges inside it are valued as planned.

The objective of any layout exceeds the bound by less than ``otherwise_P`` where that is below the gap: such a
patch is not *firm*, for a plan without it may be just as good.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from formulations.core.indicator import Indicator
from formulations.core.lagrangian import alone, lagrangian
from formulations.core.problem import OBJECTIVE_UNIT
from formulations.sensitivity.reasons import NEIGHBOURS, RATES, Key, Side, payments
from instances.units.grid import FloatArray, Layout
from instances.units.sums import sum_by

_CHUNK = 200_000
"""Units looked at together: a table of (units, classes) of that size is some tens of megabytes."""


@dataclass(frozen=True, eq=False)
class Held:
    """What holds each of some patches (n,): ``gain`` over today's class and ``otherwise``, what the next best
    class ``other`` would cost (inf and -1 where no other is allowed), both in tCO2e/yr; ``decides`` (n,) the
    number in ``names`` of the part that speaks most for the change; ``worth`` (n, names) all parts; ``must``
    (n,) where today's class may not stay."""

    names: tuple[Key | str, ...]
    worth: FloatArray
    gain: FloatArray
    decides: NDArray[np.int64]
    must: NDArray[np.bool_]
    other: NDArray[np.int64]
    otherwise: FloatArray


def held(side: Side, today: Layout, patch: NDArray[np.integer], count: int) -> Held:
    """What holds every patch of change; ``patch`` (units,) is its number, -1 where a unit lies in none."""
    objective, classes = side.problem.objective, side.problem.options.classes
    parts: dict[Key | str, list[Indicator]] = {
        RATES: [Indicator(RATES, OBJECTIVE_UNIT, objective.cells)],
        NEIGHBOURS: [Indicator(NEIGHBOURS, OBJECTIVE_UNIT, pairs=objective.pairs, bundles=objective.bundles)],
    }
    parts |= {key: paid for key, paid in payments(side).items()}  # noqa: C416 - of a wider type of key
    worth = np.zeros((count, len(parts)))
    cost, barred = np.zeros((count, classes)), np.zeros((count, classes))
    units = np.flatnonzero(patch >= 0)
    whole = lagrangian(side.problem, side.prices)
    for start in range(0, len(units), _CHUNK):
        some = units[start : start + _CHUNK]
        of, row, planned = patch[some], np.arange(len(some)), side.layout[some]
        for number, paid in enumerate(parts.values()):
            value = sum(
                (alone(each, side.layout, some, classes) for each in paid), np.zeros((len(some), classes))
            )
            worth[:, number] += sum_by(of, value[row, today[some]] - value[row, planned], count)
        value = alone(whole, side.layout, some, classes)
        value -= value[row, planned][:, None]
        shut = ~side.problem.options.allowed[side.problem.options.kind[some]]
        for k in range(classes):
            cost[:, k] += sum_by(of, value[:, k], count)
            barred[:, k] += sum_by(of, shut[:, k].astype(float), count)
    return _found(tuple(parts), worth, cost, barred, side.layout, today, patch)


def _found(
    names: tuple[Key | str, ...],
    worth: FloatArray,
    cost: FloatArray,
    barred: FloatArray,
    layout: Layout,
    today: Layout,
    patch: NDArray[np.integer],
) -> Held:
    """The sums over patches as what they tell; every patch has one class today, and one planned."""
    count = len(worth)
    before, after = np.zeros(count, dtype=np.int64), np.zeros(count, dtype=np.int64)
    inside = patch >= 0
    before[patch[inside]], after[patch[inside]] = today[inside], layout[inside]
    row = np.arange(count)
    open_to = np.where(barred > 0, np.inf, cost)
    open_to[row, after] = np.inf
    other = open_to.argmin(axis=1) if count else np.zeros(0, dtype=np.int64)
    otherwise = open_to[row, other]
    return Held(
        names=names,
        worth=worth,
        gain=worth.sum(axis=1),
        decides=worth.argmax(axis=1) if count else np.zeros(0, dtype=np.int64),
        must=barred[row, before] > 0,
        other=np.where(np.isfinite(otherwise), other, -1),
        otherwise=otherwise,
    )
