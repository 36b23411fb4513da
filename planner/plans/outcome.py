"""Why a run ended without a plan.

NoPlan
    Infeasible    the limits and red lines collide
    OutOfTime     the time limit came before a first plan
    RuledOut      no layout, or none that was found, keeps the planner's own rules as well
    OutOfReach    the network cannot be as large as a limit asks, or none as large was found
    Unserved      a model beside the layout has no answer, and what would have to go
    Unordered     no order of the changes keeps what a schedule asks, and what would do
    NothingFound  the search ended without a first plan, and without a proof that there is none
    Interrupted   the planner stopped it before a first plan
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from words.catalogue import Words
from words.numbers import nearest, not_above, not_below

if TYPE_CHECKING:
    from formulations.infeasible import Infeasibility


class NoPlan(Exception):
    """A run ended without a plan; ``key`` and ``values`` say why in the catalogue's words."""

    def __init__(self, key: str, **values: object) -> None:
        self.key, self.values = key, values
        super().__init__(self.text(Words("en")))

    def text(self, words: Words) -> str:
        """Why, in a sentence."""
        return words.text(self.key, **self.values)


class Infeasible(NoPlan):
    """No layout keeps to all limits and red lines; ``why`` names what collides and what would mend it."""

    def __init__(self, scenario: str, why: Infeasibility) -> None:
        self.scenario = scenario
        self.why = why
        super().__init__("endings.infeasible", scenario=scenario)


class OutOfTime(NoPlan):
    """The time limit came before a first plan was found."""

    def __init__(self, scenario: str, seconds: float) -> None:
        super().__init__("endings.out_of_time", scenario=scenario, seconds=f"{seconds:.0f}")


class NothingFound(NoPlan):
    """The search ended without a first plan, and without a proof that there is none; ``why`` is what
    stands in the way as far as can be told."""

    def __init__(self, scenario: str, seconds: float, why: Infeasibility) -> None:
        self.why = why
        super().__init__("endings.nothing_found", scenario=scenario, seconds=f"{seconds:.0f}")


class OutOfReach(NoPlan):
    """No plan was found whose functional mesh is as large as a limit asks; ``proven``: no layout's is."""

    def __init__(self, scenario: str, least_ha: float, best_ha: float, ceiling_ha: float) -> None:
        self.proven = ceiling_ha < least_ha
        values = {"least": not_below(least_ha), "best": not_above(best_ha), "ceiling": not_below(ceiling_ha)}
        key = "endings.out_of_reach" if self.proven else "endings.not_reached"
        super().__init__(key, scenario=scenario, **values)


class RuledOut(NoPlan):
    """No plan was found that keeps the rules of the planner's own; ``proven``: there is none."""

    def __init__(self, scenario: str, names: tuple[str, ...], proven: bool) -> None:
        self.proven = proven
        key = "endings.ruled_out" if proven else "endings.rules_not_found"
        super().__init__(key, scenario=scenario, names=", ".join(names))


class Unserved(NoPlan):
    """The services of a model have no choice of sites; ``proven``: beside no layout. ``causes`` are (service,
    demand) of each demand that alone would have to go."""

    def __init__(self, scenario: str, model: str, proven: bool, causes: tuple[tuple[str, str], ...]) -> None:
        self.proven, self.causes = proven, causes
        key = "endings.unserved" if proven else "endings.unserved_here"
        super().__init__(key, scenario=scenario, model=model)

    def text(self, words: Words) -> str:
        """Why, and what would have to go, in a sentence or two."""
        why = words.text(self.key, **self.values)
        if not self.causes:
            return f"{why}{words.text('endings.unserved_together')}"
        named = [
            words.text("endings.demand", service=service, demand=words.text(f"services_demands.{key}"))
            for service, key in self.causes
        ]
        return f"{why}{words.text('endings.unserved_alone', demands=words.text('endings.comma').join(named))}"


class Unordered(NoPlan):
    """No order of a plan's changes keeps what the schedule ``model`` asks (not ``proven``: none was found).
    ``mends`` are (kind, share, year, bound, value, district) of each kind of rows that would have to give
    way: each alone, or all ``together``; the share is infinite where a bound is
    0, and told of no cropland."""

    def __init__(
        self,
        scenario: str,
        model: str,
        proven: bool,
        mends: Sequence[tuple[str, float, int, float, float, str]],
        together: bool,
        unit: str,
    ) -> None:
        self.proven, self.mends, self.together, self.unit = proven, tuple(mends), together, unit
        super().__init__(
            "endings.unordered" if proven else "endings.unordered_here", scenario=scenario, model=model
        )

    def text(self, words: Words) -> str:
        """Why, and what would do, in a sentence or two."""
        why = words.text(self.key, **self.values)
        if not self.mends:
            return f"{why}{words.text('endings.unordered_no_mend')}"
        told = [
            words.text(
                "schedule_mends.budget_of_nothing"
                if kind == "budget" and share == math.inf
                else f"schedule_mends.{kind}",
                share=words.gap_text(share) if share < math.inf else "",
                year=year,
                bound=nearest(bound),
                value=not_below(value) if kind in UPPER else not_above(value),
                unit=words.unit(self.unit),
                district=district,
            )
            for kind, share, year, bound, value, district in self.mends
        ]
        key = "endings.unordered_together" if self.together else "endings.unordered_alone"
        return f"{why}{words.text(key, mends=words.text('endings.semicolon').join(told))}"


UPPER = ("budget", "area", "district")
"""Rows that may not be more."""


class Interrupted(NoPlan):
    """The planner stopped the run before a first plan was found."""

    def __init__(self, scenario: str) -> None:
        super().__init__("endings.interrupted", scenario=scenario)
