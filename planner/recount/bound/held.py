"""What the layer of reasons says of every patch of change, counted again at the prices of the certificate.

With F the charged cost (see ``charges``) and all other units as planned, a patch gains what F would be more
with its land of today, and costs what F would be more with the next best class. Both are added up unit by
unit from the recount's coefficients, never the model's.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from instances.units.grid import FloatArray
from planner.recount.bound.charges import Priced, priced_parts
from planner.recount.figures.recount import Counted, Recount

RATES, NEIGHBOURS, LIMIT, MUST = "rates", "neighbours", "limit", "must"
"""What decides: land by itself, neighbours and corridors, a limit's price, a rule."""


@dataclass(frozen=True, eq=False)
class Held:
    """Of patches (n,): ``gain`` over today's class, ``decides`` the sorts of reason that speak most for the
    change, ``cost`` (n, classes) of every class over the planned one, inf where a unit may not have it;
    ``size`` (n,) what these are sums of."""

    gain: FloatArray
    decides: tuple[frozenset[str], ...]
    cost: FloatArray
    size: FloatArray


def held_again(
    count: Recount,
    weights: Mapping[str, float],
    rows: Sequence[tuple[Counted, float]],
    patch: NDArray[np.int64],
    n: int,
) -> Held:
    """What holds every patch (units,), -1 for none, at the prices of limits in tCO2e/yr per unit."""
    cost, size = np.zeros((n, len(count.instance.classes))), np.zeros(n)
    inside = patch >= 0

    def summed(value: FloatArray) -> FloatArray:
        return np.bincount(patch[inside], weights=value[inside], minlength=n).astype(float)

    whole = _Alone.of(count, priced_parts(count, weights, rows))
    planned = whole.under(count.layout)
    kinds = count.instance.kinds
    for k in range(cost.shape[1]):
        here = np.full(len(count.layout), k, dtype=np.int64)
        value = whole.under(here)
        cost[:, k] = summed(value - planned)
        size = np.maximum(size, summed(np.abs(value)) + summed(np.abs(planned)))
        cost[summed((~kinds.allowed[:, k][kinds.of]).astype(float)) > 0, k] = np.inf
    first = np.zeros(n, dtype=np.int64)
    first[patch[inside]] = np.flatnonzero(inside)
    barred = np.isinf(cost[np.arange(n), count.today[first]])
    worth = {name: summed(gain) for name, gain in _worth(count, weights, rows)}
    gain = np.sum(list(worth.values()), axis=0) if worth else np.zeros(n)
    return Held(gain, tuple(_decides(worth, barred, size)), cost, size)


def _worth(
    count: Recount, weights: Mapping[str, float], rows: Sequence[tuple[Counted, float]]
) -> Iterator[tuple[str, FloatArray]]:
    """What each part speaks for the change, (units,): land by itself, neighbours, then limit by limit."""
    own = _Alone.of(count, priced_parts(count, weights, ()))
    yield RATES, own.by_itself(count.today) - own.by_itself(count.layout)
    yield NEIGHBOURS, own.together(count.today) - own.together(count.layout)
    by: dict[tuple[str, str | None], list[tuple[Counted, float]]] = {}
    for row, price in rows:
        if price:
            by.setdefault((row.indicator, row.by), []).append((row, price))
    for (name, division), priced in by.items():
        part = _Alone.of(count, priced_parts(count, {}, priced))
        yield f"{LIMIT} {name} {division}", part.under(count.today) - part.under(count.layout)


def _decides(
    worth: Mapping[str, FloatArray], barred: NDArray[np.bool_], size: FloatArray
) -> Iterator[frozenset[str]]:
    """The sorts of reason that speak most; of reasons that are as good within rounding all of them."""
    sorts = [name.partition(" ")[0] for name in worth]
    each = np.stack(list(worth.values()), axis=1)
    best = each >= (each.max(axis=1) - 1e-9 * np.maximum(1.0, size))[:, None]
    for must, row in zip(barred.tolist(), best.tolist(), strict=True):
        yield frozenset({MUST} if must else {s for s, is_best in zip(sorts, row, strict=True) if is_best})


@dataclass(frozen=True, eq=False)
class _Alone:
    """F as one unit sees it, all others as planned."""

    count: Recount
    parts: Priced
    beside: tuple[FloatArray, ...]
    """Of every part that units bring together, (units,) what a unit adds by having one of its classes."""

    @classmethod
    def of(cls, count: Recount, parts: Priced) -> _Alone:
        beside = []
        for counts, cost, full in parts.together:
            lacking = ~counts[count.layout[full.unit]]
            lack = np.bincount(full.piece[lacking], minlength=len(cost))
            others = (lack[full.piece] - lacking) == 0
            value = cost[full.piece] * others
            beside.append(np.bincount(full.unit, weights=value, minlength=len(count.layout)).astype(float))
        return cls(count, parts, tuple(beside))

    def under(self, layout: NDArray[np.int64]) -> FloatArray:
        """(units,) what each costs with its class in a layout."""
        return self.by_itself(layout) + self.together(layout)

    def by_itself(self, layout: NDArray[np.int64]) -> FloatArray:
        """(units,) by its own class alone."""
        now = self.count.at(layout.astype(np.uint8)).indicators()
        value = np.zeros(len(layout))
        for name, rate in self.parts.alone.items():
            value += rate * now[name].value
        return value

    def together(self, layout: NDArray[np.int64]) -> FloatArray:
        """(units,) with neighbours and in corridors."""
        value = np.zeros(len(layout))
        for (counts, _, _), beside in zip(self.parts.together, self.beside, strict=True):
            value += counts[layout] * beside
        return value
