"""What is decided: what the gap of a plan is relative to, so that no term of the objective hides in it.

Most of an objective is land that stays what it is, or change that a limit forces: a distance to the bound
that is small beside all of it may be more than everything that there was to choose. So it is measured against
the terms of the objective that can move. Of term t, in tCO2e/yr: its change over today c_t = w_t (I_t(x) -
I_t(today)), and its span o_t, w_t times how far the options alone let I_t go. Then

    scale(x) = max( min( sum_t |c_t|, 50 min_t max(|c_t|, o_t / 10) ), sum_t o_t / 1000 )
    gap      = (objective(x) - bound) / scale(x)

so that at a gap of 0.001 the room is at most a thousandth of what the plan changes, and a twentieth of what
its smallest term changes, but that no less than a millionth of all that is open is ever asked for: a term of
next to no weight (a tie to be broken) would keep the search going for ever, and so may have more room than it
changes. How much more is bounded: the room exceeds the whole span of a term only where that is below a
millionth of all spans (g / 1000 of them at a gap of g). A term that a plan leaves as it is counts with a
tenth of its span, since there was something to choose. Nothing is hidden in this either: a certificate says
of every term how much better it could be at most, room / |w_t|.
"""

from __future__ import annotations

from dataclasses import dataclass
from weakref import WeakKeyDictionary

import numpy as np

from formulations.core.attainable_range import range_of
from formulations.core.problem import LayoutProblem
from formulations.core.solution import SolveSettings
from instances.rules.districts import Districts
from instances.units.grid import Layout

SMALLEST = 50.0
"""How often the smallest term fits into the scale at the most: at a gap of 0.001 a twentieth of it is room.

The demo county of a million cells has terms of 15,800, 990, 340 and 16 t/yr (the last with a span of 1,440):
a room of 7 t/yr is asked for."""
SPAN = 0.1
"""Share of its span that a term counts with where the plan leaves it as it is."""
OPEN = 1e-3
"""Share of all that is open which the scale is at the least."""


@dataclass(frozen=True, slots=True)
class Term:
    """One term of the objective: its weight, and in tCO2e/yr its change over today and its span."""

    indicator: str
    weight: float
    change: float
    span: float


@dataclass(frozen=True, slots=True)
class Decided:
    """The terms of a plan's objective that can move, and what its gap is relative to, in tCO2e/yr."""

    terms: tuple[Term, ...]

    @property
    def change(self) -> float:
        """By how much the terms differ from today, all together, in tCO2e/yr."""
        return sum(abs(term.change) for term in self.terms)

    @property
    def scale(self) -> float:
        """What the gap is relative to; 0 where nothing can change."""
        terms = [term for term in self.terms if term.span > 0]
        if not terms:
            return 0.0
        change = sum(abs(term.change) for term in terms)
        smallest = min(max(abs(term.change), SPAN * term.span) for term in terms)
        return max(min(change, SMALLEST * smallest), OPEN * sum(term.span for term in terms))

    def gap(self, room: float) -> float:
        """A distance to the bound, in tCO2e/yr, relative to the scale."""
        return 0.0 if room <= 0 else room / max(self.scale, 1e-9)


class Deciding:
    """What is decided of one problem; its spans and today's values are counted once."""

    def __init__(self, problem: LayoutProblem) -> None:
        whole = Districts.whole(len(problem))
        self.parts = [(weight, part) for weight, part in problem.parts if weight != 0]
        self.today = [part.evaluate(problem.today) for _, part in self.parts]
        self.span = [
            abs(weight) * float(np.subtract(*range_of(part, whole, problem.options)[::-1])[0])
            for weight, part in self.parts
        ]

    def of(self, layout: Layout) -> Decided:
        """What a plan (units,) decides."""
        return Decided(
            tuple(
                Term(part.name, weight, weight * (part.evaluate(layout) - today), span)
                for (weight, part), today, span in zip(self.parts, self.today, self.span, strict=True)
            )
        )


_KNOWN: WeakKeyDictionary[LayoutProblem, Deciding] = WeakKeyDictionary()


def deciding(problem: LayoutProblem) -> Deciding:
    """What is decided of a problem, counted once for as long as the problem is held."""
    known = _KNOWN.get(problem)
    if known is None:
        known = _KNOWN[problem] = Deciding(problem)
    return known


class Aim:
    """How far a plan may stay from the bound, by what the settings ask for."""

    def __init__(self, problem: LayoutProblem, settings: SolveSettings) -> None:
        self.problem, self.settings = problem, settings
        counted = settings.room is None and settings.relative_to == "decided"
        self._deciding = deciding(problem) if counted else None

    def room(self, layout: Layout, beside: tuple[Term, ...] = (), cost: float = 0.0) -> float:
        """The distance to the bound at which a plan like this one is good enough, in tCO2e/yr; with the terms
        of what is planned ``beside`` it, which costs so much."""
        if self.settings.room is not None:
            return self.settings.room
        if self._deciding is None:
            return self.settings.gap * abs(self.problem.objective.evaluate(layout) + cost)
        return self.settings.gap * Decided((*self._deciding.of(layout).terms, *beside)).scale
