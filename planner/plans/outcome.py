"""Why a run ended without a plan.

NoPlan
    Infeasible    the limits and red lines collide
    OutOfTime     the time limit came before a first plan
    NothingFound  the search ended without a first plan, and without a proof that there is none
    Interrupted   the planner stopped it before a first plan
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from formulations.infeasible import Infeasibility


class NoPlan(Exception):
    """A run ended without a plan."""


class Infeasible(NoPlan):
    """No layout keeps to all limits and red lines; ``why`` names what collides and what would mend it."""

    def __init__(self, scenario: str, why: Infeasibility) -> None:
        self.scenario = scenario
        self.why = why
        super().__init__(f"scenario {scenario}: no layout keeps to all of its limits and red lines")


class OutOfTime(NoPlan):
    """The time limit came before a first plan was found."""

    def __init__(self, scenario: str, seconds: float) -> None:
        super().__init__(
            f"scenario {scenario}: no plan was found within {seconds:.0f} s. "
            "Give it a longer --time-limit, or a coarser landcover.resolution."
        )


class NothingFound(NoPlan):
    """The search ended without a first plan, and without a proof that there is none; ``why`` is what
    stands in the way as far as can be told."""

    def __init__(self, scenario: str, seconds: float, why: Infeasibility) -> None:
        self.why = why
        super().__init__(
            f"scenario {scenario}: the search ended after {seconds:.0f} s without a plan, and without a "
            "proof that there is none. Try --method exact, or limits that leave more room."
        )


class Interrupted(NoPlan):
    """The planner stopped the run before a first plan was found."""

    def __init__(self, scenario: str) -> None:
        super().__init__(f"scenario {scenario}: stopped before a first plan was found; nothing was written.")
