"""What is left of limits: by hand on a small study, and the same sum whichever way it is counted."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from formulations.following.remaining import remaining
from formulations.indicators.catalogue import indicators
from formulations.posing import pose
from instances.instance import read
from instances.study.file import load_study
from tests.support.small_study import FOREST, landcover, write_quick_study, write_raster


def test_what_was_changed_is_spent_and_what_stands_is_not(tmp_path: Path) -> None:
    """Six ha of waste land are wood by now: spent of the forty that may change, and of the emissions;
    cropland keeps its bound, a number in each township."""
    limits = [
        {"indicator": "area.cropland", "at_least": "80%", "by": "townships"},
        {"indicator": "changed_area", "at_most": 40},
        {"indicator": "net_emissions", "at_most": 3000},
        {"indicator": "carbon_balance", "at_least": 0.01},
    ]
    instance = read(load_study(write_quick_study(tmp_path / "then", {"limits": limits})))
    study = write_quick_study(
        tmp_path / "now",
        {"limits": [], "landcover": {"path": "cover.tif", "scheme": "CLCD", "new_classes": ["bare_unused"]}},
    )
    cells = landcover()
    cells[5:7, 2:5] = FOREST
    write_raster(tmp_path / "now" / "cover.tif", cells)
    now = read(load_study(study))
    land = np.array([instance.classes.index(now.classes.names[k]) for k in now.today], dtype=np.uint8)
    left = list(remaining(pose(instance), indicators(now), land, now.today))
    assert [(one.indicator, one.district, one.spent) for one in left[:3]] == [
        ("area.cropland", "东镇", 0.0),
        ("area.cropland", "西镇", 0.0),
        ("changed_area", None, 6.0),
    ]
    assert left[2].left == (None, 34.0)
    before, after = indicators(instance)["net_emissions"], indicators(now)["net_emissions"]
    assert left[3].spent == before.evaluate(land) - after.evaluate(now.today) != 0.0
    assert left[4].left == (0.01, None)
