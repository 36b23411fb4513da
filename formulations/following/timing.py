"""Whether a planned change keeps its year: what is due by the year that is seen, and what is done.

A change is due by the year that the plan gives it: done then it is on course, not done it is late. One whose
year is still to come is on course where it is not done, and early where it is; begun it may be.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from formulations.following.sightings import State


class Timing(StrEnum):
    """How a planned change keeps its year; another class keeps none, and nothing is known where nothing is
    seen of it."""

    ON_COURSE = "on_course"
    LATE = "late"
    EARLY = "early"
    OTHER = "other"
    UNKNOWN = "unknown"


def timings(states: Sequence[State], planned: NDArray[np.int64], year: int) -> tuple[Timing, ...]:
    """(patches,) how each planned change keeps its ``planned`` year (patches,), seen in a ``year``."""
    return tuple(
        _timing(state, is_due) for state, is_due in zip(states, (planned <= year).tolist(), strict=True)
    )


def _timing(state: State, is_due: bool) -> Timing:
    if state is State.UNSEEN:
        return Timing.UNKNOWN
    if state is State.OTHER:
        return Timing.OTHER
    if state is State.DONE:
        return Timing.ON_COURSE if is_due else Timing.EARLY
    return Timing.LATE if is_due else Timing.ON_COURSE
