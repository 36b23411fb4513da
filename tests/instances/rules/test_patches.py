"""Rules of patches read, and what they bar of single units before anything is solved."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from instances.instance import Instance, read
from instances.rules.patches import middle, near_units, small_pools
from instances.study.file import load_study
from instances.study.findings import StudyError
from tests.support.made_plans import parcel_grid, raster_grid
from tests.support.sized_problems import rule
from tests.support.small_study import write_study


def studied(folder: Path, **tables: Any) -> Instance:
    """The small study with some tables replaced."""
    return read(load_study(write_study(folder, tables)))


def told(folder: Path, **tables: Any) -> list[str]:
    """What is wrong with the small study."""
    with pytest.raises(StudyError) as wrong:
        studied(folder, **tables)
    return [str(finding) for finding in wrong.value.findings]


def test_pools_below_the_least_size_are_barred() -> None:
    """Of a row of six cells the last two may be wood, today's wood stands on the first: by hand."""
    today = np.array([1, 0, 0, 0, 0, 0], dtype=np.uint8)
    may = np.array([True, True, False, False, True, True])
    grid = raster_grid(np.ones((1, 6), dtype=bool))
    assert small_pools(may, rule(1, 2.0), 1, grid, today).tolist() == [False] * 6
    assert small_pools(may, rule(1, 3.0), 1, grid, today).tolist() == [False, True, False, False, True, True]
    project = small_pools(may, rule(1, 2.0, project=True), 1, grid, today)
    assert project.tolist() == [False, True, False, False, False, False]


def test_near_is_measured_from_the_edge_of_todays_land() -> None:
    """Cells of 100 m: beside it within 0 m, one more where 150 m are allowed; parcels by their half."""
    today = np.array([1, 0, 0, 0], dtype=np.uint8)
    grid = raster_grid(np.ones((1, 4), dtype=bool))
    assert near_units(rule(1, 0.0, within_m=0.0), grid, today).tolist() == [True, True, False, False]
    assert near_units(rule(1, 0.0, within_m=150.0), grid, today).tolist() == [True, True, True, False]


def test_a_study_with_rules_has_fewer_options(tmp_path: Path) -> None:
    """New urban land lies beside the town, and a rule that is off bars nothing."""
    rules = {
        "towns": {"classes": ["urban_residential"], "within_m": 0},
        "off": {"classes": ["forest"], "min_ha": 30, "enabled": False},
    }
    free, ruled = studied(tmp_path / "a"), studied(tmp_path / "b", patches=rules)
    k = free.classes.names.index("urban_residential")
    before, after = (each.kinds.allowed[each.kinds.of] for each in (free, ruled))
    assert (after <= before).all()
    assert after[:, k].sum() < before[:, k].sum()
    assert np.delete(after == before, k, axis=1).all()
    assert [each.name for each in ruled.patches] == ["towns"]


def test_lifting_a_red_line_keeps_what_rules_of_patches_bar(tmp_path: Path) -> None:
    """Without the ecological line urban land still comes beside the town alone."""
    ruled = studied(tmp_path, patches={"towns": {"classes": ["urban_residential"], "within_m": 0}})
    k = ruled.classes.names.index("urban_residential")
    lifted = ruled.lifted("ecology")[ruled.kinds.of]
    assert (lifted >= ruled.kinds.allowed[ruled.kinds.of]).all()
    assert (lifted[:, k] == ruled.kinds.allowed[ruled.kinds.of][:, k]).all()


def test_what_is_wrong_is_told_with_place_number_and_remedy(tmp_path: Path) -> None:
    """Unknown classes, sizes above the area and rules that ask for nothing, all in one go."""
    wrong = {
        "big": {"classes": ["forest"], "min_ha": 500},
        "odd": {"classes": ["forrest"], "min_ha": 2},
    }
    found = told(tmp_path / "a", patches=wrong)
    assert any(
        "patches.big.min_ha: asks for 500 ha in one piece, but the study area has 192.00 ha" in each
        for each in found
    )
    assert any("patches.odd.classes" in each and "forest" in each for each in found)
    [nothing] = told(tmp_path / "b", patches={"idle": {"classes": ["forest"]}})
    assert "asks for nothing. Give min_ha, within_m or both" in nothing
    [negative] = told(tmp_path / "c", patches={"less": {"classes": ["forest"], "min_ha": -1}})
    assert "above 0" in negative


def test_what_a_rule_does_is_noted(tmp_path: Path) -> None:
    """A size below a unit's, a class that may never come, and land that lies in pools too small."""
    rules = {
        "small": {"classes": ["forest"], "min_ha": 0.5},
        "never": {"classes": ["water"], "min_ha": 3},
        "pools": {"classes": ["grassland"], "min_ha": 150},
    }
    transitions = {"default": "none", "allow": {"cropland": ["grassland"]}}
    found = [str(each) for each in studied(tmp_path, patches=rules, transitions=transitions).findings]
    assert any("every unit is large enough by itself" in each for each in found)
    assert any("no land may become water" in each for each in found)
    assert any("nowhere can grassland reach 150 ha" in each for each in found)


def test_land_that_must_change_but_finds_no_piece_is_an_error_that_says_where(tmp_path: Path) -> None:
    """Waste land has to go where nothing but forest may come, in pools of 6 ha: 10 ha are asked for."""
    lines = {"waste": {"where": "slope < 12", "allow": ["forest"], "existing": "convert"}}
    rules = {"woods": {"classes": ["forest"], "min_ha": 10, "kind": "project"}}
    transitions = {"default": "none", "allow": {"bare_unused": ["forest"]}}
    found = told(tmp_path, redlines=lines, patches=rules, transitions=transitions, limits=[])
    assert any(
        each.startswith("patches.woods.min_ha: 6 units (6.00 ha, one of them at 500250, 2599450)")
        for each in found
    )


def test_a_unit_is_told_by_its_middle_or_its_parcel() -> None:
    """The middle of a cell in metres; a parcel by its identifier."""
    assert middle(raster_grid(np.ones((1, 2), dtype=bool)), 1) == (500150.0, 2499950.0, None)
    parcels = parcel_grid([(0, 0, 1, 1), (1, 0, 2, 1)], [0], [1])
    assert middle(parcels, 1) == (None, None, str(parcels.frame.ids[1]))
