"""What is seen of a plan's changes, on layouts small enough to count."""

from __future__ import annotations

import numpy as np
import pytest
from affine import Affine
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from numpy.typing import NDArray
from pyproj import CRS

from formulations.following.sightings import Sightings, State, Tolerance, confusion, sightings
from instances.study.findings import Findings
from instances.units.grid import Grid
from instances.units.gridding import raster_grid

SIDE, CLASSES = 8, 3
NONE = Tolerance(0.0, 0.0)
USUAL = Tolerance(150.0, 4.0)


def grid(side: int = SIDE) -> Grid:
    """Cells of one hectare."""
    made = raster_grid(
        np.ones((side, side), dtype=bool), Affine(100, 0, 5e5, 0, -100, 2.6e6), CRS(4547), "", Findings()
    )
    assert made is not None
    return made


GRID = grid()


def seen_of(
    today: NDArray[np.uint8], plan: NDArray[np.uint8], seen: NDArray[np.signedinteger], tolerance: Tolerance
) -> Sightings:
    """What is seen of a plan on the square."""
    return sightings(today.ravel(), plan.ravel(), seen.ravel().astype(np.int16), GRID, CLASSES, tolerance)


def square() -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Class 0 with a strip of class 1; the plan makes sixteen cells class 1."""
    today = np.zeros((SIDE, SIDE), dtype=np.uint8)
    today[:, 0] = 1
    plan = today.copy()
    plan[:4, 4:] = 1
    return today, plan


@pytest.mark.parametrize(
    ("done", "other", "state"),
    [
        (16, 0, State.DONE),
        (15, 0, State.DONE),
        (8, 0, State.PARTLY),
        (1, 0, State.NOT_STARTED),
        (0, 0, State.NOT_STARTED),
        (0, 9, State.OTHER),
    ],
)
def test_the_state_of_a_patch(done: int, other: int, state: State) -> None:
    """Sixteen cells are done from nine tenths on, not started up to one tenth, another class by half."""
    today, plan = square()
    seen = today.astype(np.int16).copy()
    rows, columns = np.divmod(np.arange(16), 4)
    seen[rows[:done], 4 + columns[:done]] = 1
    seen[rows[::-1][:other], 4 + columns[::-1][:other]] = 2
    found = seen_of(today, plan, seen, USUAL)
    assert found.states == (state,)
    assert found.done_ha.tolist() == [done]
    assert found.other_ha.tolist() == [other]


def test_borders_and_small_pieces_are_not_told() -> None:
    """A strip one cell wider than today's is within the tolerance, one four cells wider is not; nor are three
    cells that touch nothing of their class."""
    today, plan = square()
    for width, told in ((1, 0), (2, 1)):
        seen = today.astype(np.int16).copy()
        seen[4:, 1 : 1 + width] = 1
        found = seen_of(today, plan, seen, USUAL)
        assert int(found.strayed.max()) + 1 == told
        assert found.within_ha == (0.0 if told else 4.0 * width)
    seen = today.astype(np.int16).copy()
    seen[6, 3:6] = 2
    assert seen_of(today, plan, seen, USUAL).strayed.max() == -1
    assert seen_of(today, plan, seen, NONE).strayed.max() == 0
    assert (seen_of(today, plan, seen, NONE).settled.reshape(SIDE, SIDE) == seen).all()


def test_a_class_that_the_study_lacks_is_told_and_not_counted() -> None:
    """Its land is found as a piece; the land taken to be there keeps today's class."""
    today, plan = square()
    seen = today.astype(np.int16).copy()
    seen[5:8, 4:8] = CLASSES
    found = seen_of(today, plan, seen, USUAL)
    assert found.strayed.max() == 0
    assert (found.settled == today.ravel()).all()
    assert confusion(today.ravel(), seen.ravel(), CLASSES, CLASSES + 1, GRID.area_ha)[0, CLASSES] == 12.0


LAYOUTS = hnp.arrays(np.uint8, (SIDE, SIDE), elements=st.integers(0, CLASSES - 1))


@given(LAYOUTS, LAYOUTS, st.sampled_from([NONE, USUAL]))
@settings(max_examples=50, deadline=None)
def test_what_is_planned_or_there_is_never_strange(
    today: NDArray[np.uint8], plan: NDArray[np.uint8], tolerance: Tolerance
) -> None:
    """The plan seen is all done; today's land seen is not started throughout; neither tells of other land."""
    as_planned, as_before = (seen_of(today, plan, seen, tolerance) for seen in (plan, today))
    assert set(as_planned.states) <= {State.DONE}
    assert set(as_before.states) <= {State.NOT_STARTED}
    for found, land in ((as_planned, plan), (as_before, today)):
        assert found.strayed.max(initial=-1) == -1
        assert found.within_ha == 0.0
        assert (found.settled == land.ravel()).all()
    assert as_planned.share_done() == 1.0


@given(LAYOUTS, LAYOUTS, LAYOUTS)
@settings(max_examples=50, deadline=None)
def test_all_land_is_counted_once(
    today: NDArray[np.uint8], plan: NDArray[np.uint8], seen: NDArray[np.uint8]
) -> None:
    """Done, unchanged and other land add up to every patch; land told and land let pass to all that is
    neither."""
    found = seen_of(today, plan, seen, USUAL)
    assert found.done_ha + found.old_ha + found.other_ha == pytest.approx(found.area_ha)
    strange = (seen != today) & (seen != plan)
    assert float((found.strayed >= 0).sum()) + found.within_ha == float(strange.sum())
