r"""What red lines cost unit by unit, counted again at the prices of the certificate.

With F the charged cost (see ``charges``), y the plan, K_i what unit i may become and K'_i what it might
without the line, releasing unit i alone gains

    cost_i = max(0, min_{k in K_i} F(k, y) - min_{k in K'_i} F(k, y))

and never more than its ceiling, which lets all other units answer as well as they could without the line:

    ceiling_i = max(0, max_{k in K'_i \ K_i} min_{j in K_i} max_z F(j, z) - F(k, z))

All of it is added up from the recount's coefficients, never the model's.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

from instances.units.grid import FloatArray
from planner.recount.bound.charges import Priced, all_over, priced_parts
from planner.recount.bound.units import Units
from planner.recount.figures.recount import Counted, Recount
from planner.recount.ledger import RELATIVE

NOISE = 1e-3
"""A gain below this share of what is compared is within the accuracy of prices, and counts as none."""
LEAST = 1e-9


@dataclass(frozen=True, eq=False)
class Released:
    """Of one red line, (units,): ``gain`` and ``ceiling`` in tCO2e/yr; whether the gain ``pays``, ``near``
    where rounding decides that; ``size`` what these are sums of; ``best`` (units, classes) who would win."""

    gain: FloatArray
    ceiling: FloatArray
    pays: NDArray[np.bool_]
    near: NDArray[np.bool_]
    size: FloatArray
    best: NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class _Set:
    """What units bring together by the classes of one set: ``counts`` (classes,); ``beside`` (numbers,) what
    a unit adds with all others as planned; the pieces, with ``cost`` (pieces,)."""

    counts: NDArray[np.bool_]
    beside: FloatArray
    cost: FloatArray
    piece: NDArray[np.int64]
    unit: NDArray[np.int64]

    def span(self, may: NDArray[np.bool_], must: NDArray[np.bool_]) -> tuple[FloatArray, FloatArray]:
        """(numbers,) what having one of the classes adds at the least and at the most, whatever others are
        that ``may`` or ``must`` have one."""
        low, high = np.minimum(self.cost, 0.0), np.maximum(self.cost, 0.0)
        return self.added(low, may) + self.added(high, must), self.added(high, may) + self.added(low, must)

    def added(self, cost: FloatArray, member: NDArray[np.bool_]) -> FloatArray:
        """(numbers,) the costs (pieces,) of pieces of which every other unit is a member."""
        return _beside(cost, self.piece, self.unit, member)


def released(
    count: Recount, weights: Mapping[str, float], rows: Sequence[tuple[Counted, float]]
) -> Iterator[tuple[str, Released]]:
    """Every red line by its name, and what releasing units from it gains."""
    instance, units = count.instance, Units.of(count.instance)
    by_class, layout = _alone(count, priced_parts(count, weights, rows), units), units.first(count.layout)
    # what the objective and every limit make of neighbours is taken to its ends each by itself
    asked = [priced_parts(count, weights, ())]
    asked += [priced_parts(count, {}, [*one]) for _, one in groupby(rows, key=lambda each: each[0].limit)]
    sets = [one for parts in asked for one in _sets(parts, units, layout)]
    planned = by_class + sum((one.beside[:, None] * one.counts for one in sets), np.zeros_like(by_class))
    kinds = instance.kinds
    allowed = _every(kinds.allowed[kinds.of], units)
    for line in instance.redlines:
        freed = _every(instance.lifted(line.name)[kinds.of], units)
        ceiling = _ceiling(by_class, sets, allowed, freed)
        yield line.name, _unit_by_unit(_gain(planned, allowed, freed, ceiling), count, units)


def _gain(
    planned: FloatArray, allowed: NDArray[np.bool_], freed: NDArray[np.bool_], ceiling: FloatArray
) -> Released:
    before = np.where(allowed, planned, np.inf).min(axis=1)
    after = np.where(freed, planned, np.inf)
    least = after.min(axis=1)
    opened = np.any(freed & ~allowed, axis=1)
    gain, size = np.where(opened, before - least, 0.0), np.maximum(np.abs(before), np.abs(least))
    enough, rounding = np.maximum(NOISE * size, LEAST), RELATIVE * np.maximum(1.0, size)
    near = opened & (np.abs(gain - enough) <= rounding)
    return Released(gain, ceiling, gain > enough, near, size, after <= (least + rounding)[:, None])


def _ceiling(
    by_class: FloatArray, sets: Sequence[_Set], allowed: NDArray[np.bool_], freed: NDArray[np.bool_]
) -> FloatArray:
    spans = [(one.counts, *one.span(*_may_and_must(freed, one.counts))) for one in sets]
    opened, ceiling = freed & ~allowed, np.zeros(len(by_class))
    for k in np.flatnonzero(opened.any(axis=0)):
        least = np.full(len(by_class), np.inf)
        for j in np.flatnonzero(allowed.any(axis=0)):
            gain = by_class[:, j] - by_class[:, k]
            for counts, low, high in spans:
                gain = gain + (high if counts[j] and not counts[k] else 0.0)
                gain = gain - (low if counts[k] and not counts[j] else 0.0)
            least = np.where(allowed[:, j], np.minimum(least, gain), least)
        ceiling = np.where(opened[:, k], np.maximum(ceiling, least), ceiling)
    return ceiling


def _may_and_must(
    freed: NDArray[np.bool_], counts: NDArray[np.bool_]
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """(numbers,) whether each may, and whether it must, have one of the classes that count."""
    may, other = (np.count_nonzero(freed[:, each], axis=1) > 0 for each in (counts, ~counts))
    return may, ~other


def _unit_by_unit(found: Released, count: Recount, units: Units) -> Released:
    """Of land that stays whole, each unit's share by its area."""
    if units.piece is None:
        return found
    of = units.piece
    share = count.area / units.sum(count.area)[of]
    return Released(
        found.gain[of] * share, found.ceiling[of] * share, found.pays[of], found.near[of], found.size[of],
        found.best[of],
    )  # fmt: skip


def _alone(count: Recount, parts: Priced, units: Units) -> FloatArray:
    """(numbers, classes) what each costs in every class by itself."""
    columns = []
    for k in range(len(count.instance.classes)):
        here = count.at(all_over(count, k)).indicators()
        value = np.zeros(len(count.layout))
        for name, rate in parts.alone.items():
            value += rate * here[name].value
        columns.append(units.sum(value))
    return np.column_stack(columns)


def _sets(parts: Priced, units: Units, layout: NDArray[np.int64]) -> Iterator[_Set]:
    for counts, cost, full in parts.together:
        piece, unit = units.members(full.piece, full.unit)
        yield _Set(counts, _beside(cost, piece, unit, counts[layout]), cost, piece, unit)


def _beside(
    cost: FloatArray, piece: NDArray[np.int64], unit: NDArray[np.int64], member: NDArray[np.bool_]
) -> FloatArray:
    """(numbers,) the costs of the pieces of each of which every other unit is a member."""
    lacking = ~member[unit]
    lack = np.bincount(piece[lacking], minlength=len(cost))
    others = (lack[piece] - lacking) == 0
    return np.bincount(unit, weights=cost[piece] * others, minlength=len(member)).astype(float)


def _every(may: NDArray[np.bool_], units: Units) -> NDArray[np.bool_]:
    """(numbers, classes) what all units of each may be."""
    if units.piece is None:
        return may
    return np.column_stack([units.every(may[:, k]) for k in range(may.shape[1])])
