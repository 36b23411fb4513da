"""Whole columns by exchange: which plants or sites are open, changed one or two at a time.

With every whole column fixed a side model is a small linear program, which HiGHS solves again from the last
basis in some hundredths of a second. So the relaxation is rounded, then columns that it opens are opened,
closed, or exchanged for one another as long as that gains; those first that the relaxation is least sure of.
It proves nothing: the bound is the relaxation's.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import highspy
import numpy as np
from numpy.typing import NDArray

from formulations.core.solution import Watch
from formulations.exact.highs import highs_with
from formulations.exact.program import Program
from instances.units.grid import FloatArray

CANDIDATE = 1e-2
"""Share of a whole column in the relaxation from which on it may be opened."""
TRIES = 200
"""Choices of whole columns that are tried at the most."""
GAINS = 1e-6
"""Share of the objective by which another choice must be better."""


@dataclass
class Exchange:
    """One search: a program whose whole columns are 0 or 1, and the best choice of them so far."""

    program: Program
    relaxed: FloatArray
    """(columns,) the point of its relaxation."""
    x: FloatArray | None = None
    objective: float = np.inf
    tried: set[bytes] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.whole = np.flatnonzero(self.program.whole).astype(np.int32)
        self.highs = highs_with(self.program.relaxed, {"solver": "simplex"})

    def run(self, enough: float, watch: Watch) -> None:
        """Search until the objective is ``enough``, nothing gains any more, or ``TRIES`` are made."""
        share = self.relaxed[self.whole]
        stands, bar = self.program.lower[self.whole] > 0.5, self.program.upper[self.whole] < 0.5
        chosen = stands | ((share > 0.5) & ~bar)
        may = np.flatnonzero(~stands & ~bar & (share > CANDIDATE))
        self._better(chosen)
        gained = True
        while gained:
            gained = False
            for choice in _near(chosen, share, may):
                if self.objective <= enough or len(self.tried) >= TRIES or watch.stop.is_set():
                    return
                if self._better(choice):
                    chosen, gained = choice, True
                    break

    def _better(self, chosen: NDArray[np.bool_]) -> bool:
        """Whether a choice (whole columns,) that was not tried yet is the best so far; it is kept then."""
        if chosen.tobytes() in self.tried:
            return False
        self.tried.add(chosen.tobytes())
        fixed = chosen.astype(float)
        self.highs.changeColsBounds(len(fixed), self.whole, fixed, fixed)
        self.highs.run()
        if self.highs.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            return False  # no plan has these, or HiGHS cannot tell
        x = np.array(self.highs.getSolution().col_value, dtype=float)
        x[self.whole] = fixed
        objective = self.program.value(x)
        if not objective < self.objective - GAINS * abs(objective):
            return False
        self.x, self.objective = x, objective
        return True


def exchanged(
    program: Program, relaxed: FloatArray, enough: float, watch: Watch
) -> tuple[FloatArray | None, float]:
    """The best choice of whole columns that was found, as a point (columns,) with its objective in
    tCO2e/yr; None and inf where none was. ``relaxed`` (columns,) is the point of the relaxation; an
    objective of ``enough`` ends the search."""
    search = Exchange(program, relaxed)
    search.run(enough, watch)
    return search.x, search.objective


def _near(
    chosen: NDArray[np.bool_], share: FloatArray, may: NDArray[np.int64]
) -> Iterator[NDArray[np.bool_]]:
    """Choices that differ in one column, then in one that is closed for one that is opened."""
    for place in may[np.argsort(-np.abs(share - chosen)[may], kind="stable")].tolist():
        other = chosen.copy()
        other[place] = not chosen[place]
        yield other
    opened, closed = may[chosen[may]], may[~chosen[may]]
    for gain in closed[np.argsort(-share[closed], kind="stable")].tolist():
        for loss in opened[np.argsort(share[opened], kind="stable")].tolist():
            other = chosen.copy()
            other[gain], other[loss] = True, False
            yield other
