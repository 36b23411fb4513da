"""How near a plan is to the layout it was moved towards, and how near any plan as good can be."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Towards(StrEnum):
    """The layout that a plan was moved towards."""

    TODAY = "today"
    PLAN = "plan"


@dataclass(frozen=True, slots=True)
class Nearness:
    """Land that differs from the other layout, in ha: as first solved, as planned, and at least.

    ``least_ha`` is a lower bound for every plan that keeps the limits and whose objective is no worse than
    the one first solved; None where it was not sought. ``pieces`` (before, after) counts connected pieces of
    equal change; units are pieces of their own where the problem knows no neighbours.
    """

    towards: Towards
    before_ha: float
    after_ha: float
    least_ha: float | None = None
    pieces: tuple[int, int] = (0, 0)
