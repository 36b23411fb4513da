"""Which districts maps show: those of the first division that has few enough of them."""

from __future__ import annotations

from collections.abc import Iterable

from instances.rules.districts import Districts

MOST_DISTRICTS = 80
"""Districts drawn at most: more of them would hide the land."""


def drawn_division(found: Iterable[Districts]) -> Districts | None:
    """The first division that can be drawn."""
    return next(
        (each for each in found if 0 < len(each) <= MOST_DISTRICTS and (each.member >= 0).any()), None
    )
