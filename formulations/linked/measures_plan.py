"""Measures as they are planned: how much of each is done where, and what that cuts and costs.

Counted from amounts with plain sums, by nothing that knows the model; loads no solver.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from instances.materials.measures import Measures
from instances.units.grid import FloatArray
from instances.units.sums import sum_by


@dataclass(frozen=True, eq=False)
class MeasuresPlan:
    """``done`` are line and district (things done,) of ``amount`` (things done,) units; the district is -1
    for what is of the whole area."""

    name: str
    done: tuple[NDArray[np.int64], NDArray[np.int64]]
    amount: FloatArray

    @classmethod
    def none(cls, measures: Measures) -> MeasuresPlan:
        """Nothing done."""
        no = np.zeros(0, dtype=np.int64)
        return cls(measures.name, (no, no), np.zeros(0))


@dataclass(frozen=True, eq=False)
class MeasuresFigures:
    """What a plan amounts to where districts have so much ``room`` (districts,)."""

    measures: Measures
    plan: MeasuresPlan
    room: FloatArray

    @property
    def model(self) -> Measures:
        """The model that the plan is of."""
        return self.measures

    def cut(self, end: str = "value") -> FloatArray:
        """(things done,) tCO2e/yr that they cut."""
        cut: FloatArray = self.plan.amount * self.measures.cut_of(end)[self.plan.done[0]]
        return cut

    @property
    def cost(self) -> FloatArray:
        """(things done,) 10^3 yuan/yr."""
        cost: FloatArray = self.plan.amount * self._of_line("cost")
        return cost

    @property
    def used(self) -> FloatArray:
        """(districts,) room that they need."""
        return sum_by(self.plan.done[1], self.plan.amount * self._of_line("needs"), len(self.room))

    @property
    def strategy(self) -> NDArray[np.int64]:
        """(things done,) the strategy of each, by its place among ``measures.strategies``."""
        place = {name: number for number, name in enumerate(self.measures.strategies)}
        of = np.array([place[one.strategy] for one in self.measures.measures], dtype=np.int64)
        return of[self.plan.done[0]]

    def tco2e(self, side: str = "value") -> float:
        """C in tCO2e/yr, below 0: what is cut; ``low`` is where all cut most."""
        return -float(self.cut({"value": "value", "low": "high", "high": "low"}[side]).sum())

    def _of_line(self, key: str) -> FloatArray:
        return np.array([getattr(one, key) for one in self.measures.measures], dtype=float)[self.plan.done[0]]
