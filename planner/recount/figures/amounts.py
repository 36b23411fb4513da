"""Amounts: one indicator under one layout, piece by piece, and all indicators of a study by name.

Totals, districts and shares are added up here and nowhere else in what ``verify`` counts again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from instances.units.grid import FloatArray


@dataclass(frozen=True, eq=False)
class Amounts:
    """One indicator under one layout, piece by piece (a unit, an edge, a corridor): ``value`` (pieces,).

    ``unit`` (members,) are the units in which pieces lie, ``piece`` (members,) the piece of each. ``whole``
    (units,) is what a share is a share of. ``counts`` (classes,) are the classes of which all units of a
    piece must have one for it to count; None where every unit counts by itself.
    """

    measure: str
    value: FloatArray
    piece: NDArray[np.int64]
    unit: NDArray[np.int64]
    whole: FloatArray | None = None
    counts: NDArray[np.bool_] | None = None
    ratio: tuple[Amounts, Amounts] | None = None
    """Of a ratio what is divided by what; it has no pieces of its own, and is 0 over nothing."""

    def total(self) -> float:
        """Over the whole area."""
        if self.ratio is not None:
            above, below = (part.total() for part in self.ratio)
            return above / below if below else 0.0
        amount = float(self.value.sum())
        return amount if self.whole is None else amount / float(self.whole.sum())

    def unsigned(self) -> Amounts:
        """The same pieces without signs: what a total is a sum of."""
        return replace(self, value=np.abs(self.value))

    def by(self, member: NDArray[np.integer], count: int) -> FloatArray:
        """(districts,) in each district, where all units of a piece lie in it; NaN for a share of nothing."""
        if self.ratio is not None:
            above, below = (part.by(member, count) for part in self.ratio)
            return np.divide(above, below, out=np.zeros(count), where=below != 0)
        home = self.home(member)
        here = home >= 0
        amount = np.bincount(home[here], weights=self.value[here], minlength=count).astype(float)
        if self.whole is None:
            return amount
        whole = self.wholes(member, count)
        return np.divide(amount, whole, out=np.full(count, np.nan), where=whole > 0)

    def home(self, member: NDArray[np.integer]) -> NDArray[np.int64]:
        """(pieces,) the district in which all units of a piece lie, -1 where there is none."""
        district = member.astype(np.int64)[self.unit]
        home = np.full(len(self.value), -1, dtype=np.int64)
        home[self.piece] = district
        home[self.piece[district != home[self.piece]]] = -1
        return home

    def wholes(self, member: NDArray[np.integer], count: int) -> FloatArray:
        """(districts,) what a share of each district is a share of; 1 for what is no share."""
        if self.whole is None:
            return np.ones(count)
        inside = member >= 0
        return np.bincount(member[inside], weights=self.whole[inside], minlength=count).astype(float)


class Indicators(Mapping[str, Amounts]):
    """Indicators by name, each counted when it is asked for: thirty of them at once would fill the memory."""

    def __init__(
        self, counting: Mapping[str, Callable[[], Amounts]], rows: Callable[[str], Amounts] | None = None
    ) -> None:
        self._counting = counting
        self._rows = rows

    def __getitem__(self, name: str) -> Amounts:
        if name in self._counting or self._rows is None:
            return self._counting[name]()
        return self._rows(name)  # the linear row of a limit on a ratio, which is no indicator by itself

    def __iter__(self) -> Iterator[str]:
        return iter(self._counting)

    def __len__(self) -> int:
        return len(self._counting)
