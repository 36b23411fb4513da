from __future__ import annotations

import numpy as np
import pytest

from planner.styles.change_colours import CHANGES, GROUND, OTHERS, changes_of
from tests.support.made_plans import CROPLAND, FOREST, URBAN, small_plan, with_layout
from tests.support.seen_colours import SEEN, apart, contrast


@pytest.mark.parametrize("colour", [*CHANGES, OTHERS])
def test_every_change_stands_out_from_unchanged_land(colour: tuple[int, int, int]) -> None:
    """Graphics need a contrast of 3:1; the classes' own colours had 1.01:1."""
    assert contrast(colour, GROUND) >= 3.0


@pytest.mark.parametrize("eyes", SEEN)
def test_changes_are_told_apart_with_any_colour_vision(eyes: str) -> None:
    """Any two colours, and each and the ground, lie 20 apart in CIELAB; 2.3 is a difference just seen."""
    far = apart((*CHANGES, OTHERS, GROUND), eyes)
    assert far[np.triu_indices(len(far), 1)].min() >= 20


def test_changes_with_most_land_have_a_colour_each() -> None:
    """Origin and destination decide the colour: two hectares become forest, one urban; the rest is ground."""
    plan = small_plan()
    found = changes_of(plan.instance, plan.layout)
    assert found.pairs == ((CROPLAND, FOREST), (CROPLAND, URBAN))
    assert found.area_ha.tolist() == [2.0, 1.0]
    assert found.colours == (*CHANGES[:2], OTHERS, GROUND)
    changed = plan.layout != plan.instance.today
    assert (found.value[~changed] == 3).all()
    assert sorted(found.value[changed].tolist()) == [0, 0, 1]
    assert found.others_ha == 0.0


def test_without_change_all_is_ground() -> None:
    """A plan that changes nothing has no colour but the ground's."""
    plan = small_plan()
    found = changes_of(plan.instance, with_layout(plan, plan.instance.today).layout)
    assert found.pairs == ()
    assert set(np.array(found.colours)[found.value].ravel().tolist()) == {GROUND[0]}
