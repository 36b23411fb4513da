"""Pieces of a layout, counted by hand."""

from __future__ import annotations

import numpy as np

from instances.rules.patch_pieces import all_pieces, has_new, new_land, pieces, too_small
from tests.support.made_plans import raster_grid
from tests.support.sized_problems import rule

GRID = raster_grid(np.ones((1, 6), dtype=bool))
TODAY = np.array([1, 0, 0, 0, 0, 0], dtype=np.uint8)
LAYOUT = np.array([1, 1, 0, 1, 1, 0], dtype=np.uint8)
"""One hectare of new wood beside one of today, and two by themselves."""


def test_a_patch_holds_land_of_today_a_project_does_not() -> None:
    """As patches both pieces have 2 ha; as projects the first has 1 ha."""
    patches = pieces(rule(1, 2.0), 1, LAYOUT, TODAY, GRID)
    assert patches.area_ha.tolist() == [0.0, 2.0, 2.0]
    assert patches.new_ha.tolist() == [0.0, 1.0, 2.0]
    assert not patches.small.any()
    projects = pieces(rule(1, 2.0, project=True), 1, LAYOUT, TODAY, GRID)
    assert projects.area_ha.tolist() == [0.0, 1.0, 2.0]
    assert projects.small.tolist() == [False, True, False]
    assert (projects.below_ha, projects.total_new_ha) == (1.0, 3.0)


def test_a_piece_of_today_alone_is_never_too_small() -> None:
    """Wood of one hectare that stays breaks no rule."""
    found = pieces(rule(1, 5.0), 1, TODAY, TODAY, GRID)
    assert not found.small.any()
    assert not has_new(1, TODAY, TODAY)


def test_new_land_in_pieces_too_small_is_found_by_unit() -> None:
    """Under two rules for one class a unit is too small where it breaks either."""
    rules = (rule(1, 2.0, project=True), rule(1, 2.0), rule(0, 0.0))
    assert too_small(rules, LAYOUT, TODAY, GRID).tolist() == [False, True, False, False, False, False]
    assert new_land(rules, LAYOUT, TODAY).tolist() == [False, True, False, True, True, False]
    assert len(list(all_pieces(rules, LAYOUT, TODAY, GRID))) == 2
