from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import planner
from instances.materials import claims
from instances.materials.claims import claim_of
from planner import StudyError
from tests.support.cycle_study import write_claiming_study, write_cycle_study
from tests.support.small_study import box

CLASSES = np.array([True, False, False])
PAIRS = np.array([0, 0, 1, 1, 1]), np.array([2, 3, 3, 4, 5])
TODAY = np.array([0, 0, 1, 1, 1, 2], dtype=np.uint8)


def test_each_unit_that_sites_ask_is_a_part_of_its_own_where_they_are_few() -> None:
    """Two sites that ask units 2 and 3, and 3 to 5: four parts, of which the first site needs two."""
    claim = claim_of("site_classes", CLASSES, PAIRS, TODAY, "parts")
    assert claim.parts.member.tolist() == [-1, -1, 0, 1, 2, 3]
    assert claim.part[claim.of_site == 0].tolist() == [0, 1]
    assert claim.part[claim.of_site == 1].tolist() == [1, 2, 3]


def test_of_many_units_those_asked_by_the_same_sites_are_one_part(monkeypatch: pytest.MonkeyPatch) -> None:
    """Units 4 and 5 are asked by the second site alone and differ today; were they alike they would be one
    part. Whatever the parts, a site's parts are just its units."""
    monkeypatch.setattr(claims, "ONE_EACH", 0)
    claim = claim_of("site_classes", CLASSES, PAIRS, TODAY, "parts")
    assert len(claim.parts) == 4
    alike = claim_of("site_classes", CLASSES, PAIRS, np.ones(6, dtype=np.uint8), "parts")
    assert alike.parts.member[4] == alike.parts.member[5]
    for one in (claim, alike):
        for site in (0, 1):
            units = np.flatnonzero(np.isin(one.parts.member, one.part[one.of_site == site]))
            assert units.tolist() == one.unit[one.site == site].tolist()


def test_a_polygon_asks_the_cells_whose_middle_it_holds_and_a_point_its_own(tmp_path: Path) -> None:
    """Sites of 4, 4, 2 and 1 cells of a hectare; with points one cell each."""
    cycle = planner.load(write_claiming_study(tmp_path)).instance.models["cycle"]
    (claim,) = cycle.claims
    assert np.bincount(claim.site).tolist() == [4, 4, 2, 1]
    points = write_cycle_study(tmp_path / "points", site_classes=["bare_unused"])
    (claim,) = planner.load(points).instance.models["cycle"].claims
    assert np.bincount(claim.site).tolist() == [1, 1, 1, 1]


def test_homes_of_the_plan_are_asked_of_all_cells_within_the_buffer(tmp_path: Path) -> None:
    """Sites at corners of cells of 100 m: within 150 m of a corner lie the middles of four cells. Every class
    but homes will do, and no site is left out beforehand."""
    path = write_cycle_study(tmp_path, buffer_homes="plan", buffer_homes_m=100)
    instance = planner.load(path).instance
    (claim,) = instance.models["cycle"].claims
    assert len(instance.models["cycle"].sites) == 4
    assert np.bincount(claim.site)[1] == 4
    names = np.array(instance.classes.names)
    assert names[~claim.classes].tolist() == ["urban_residential"]


def test_sites_on_the_same_land_and_classes_that_are_not_there_are_told_together(tmp_path: Path) -> None:
    """All faults in one error, with the names of the sites and the nearest class; a distance of 0 too."""
    shapes = {"北": box(3, 2, 5, 4), "中": box(4, 3, 8, 7)}
    path = write_claiming_study(tmp_path, shapes, site_classes=["bare"], buffer_homes="plan")
    with pytest.raises(StudyError) as wrong:
        _ = planner.load(path).instance
    for part in ("北", "中", "bare_unused", "share land", "buffer_homes_m is 0"):
        assert part in str(wrong.value)
