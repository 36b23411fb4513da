"""Whether planned changes keep their years, by hand."""

from __future__ import annotations

import numpy as np

from formulations.following.sightings import State
from formulations.following.timing import Timing, timings


def test_by_hand() -> None:
    """Due and not done is late, done before its year early; begun is late only once it is due; another
    class keeps no year, and what is not seen is not known."""
    states = (State.DONE, State.PARTLY, State.NOT_STARTED, State.OTHER, State.UNSEEN)
    due, to_come = (np.full(len(states), year, dtype=np.int64) for year in (2028, 2029))
    late, unknown = Timing.LATE, Timing.UNKNOWN
    assert timings(states, due, 2028) == (Timing.ON_COURSE, late, late, Timing.OTHER, unknown)
    course = Timing.ON_COURSE
    assert timings(states, to_come, 2028) == (Timing.EARLY, course, course, Timing.OTHER, unknown)
