"""What is to be looked at first: rules over classes, by hand."""

from __future__ import annotations

import numpy as np

from planner.plans.implausible import _doubts
from words.catalogue import Words

NAMES = ["cropland", "reservoir", "lake", "wetland", "bare land"]
WATER = np.array([False, True, True, False, False])


def told(moved: list[list[float]], lang: str = "en") -> list[str]:
    """The sentences about a matrix of (today, planned) hectares."""
    return list(_doubts(np.array(moved), NAMES, WATER, Words(lang)))


def test_water_that_becomes_other_water_is_doubted_for_its_share_only() -> None:
    """A tenth of the cropland becomes wetland: no doubt. Most of the lake becomes a reservoir: told."""
    moved = [
        [90.0, 0, 0, 10, 0],
        [0, 5, 0, 0, 0],
        [0, 3, 1, 0, 0],
        [0, 0, 0, 2, 0],
        [0, 0, 0, 0, 0],
    ]
    assert told(moved)[0] == ("75.00\u00a0% of lake changes (3.00 ha of 4.00 ha), most of it to reservoir.")
    assert len(told(moved)) == 1


def test_classes_that_vanish_waters_that_fall_dry_and_great_changes_are_told() -> None:
    """Bare land is gone, two hectares of reservoir become wetland, and 60 of 100 ha of cropland change."""
    moved = [
        [40.0, 0, 0, 50, 10],
        [0, 5, 0, 2, 0],
        [0, 0, 1, 0, 0],
        [0, 0, 0, 2, 0],
        [3, 0, 0, 0, 0],
    ]
    moved[0][4] = 0.0
    moved[0][3] = 60.0
    assert told(moved) == [
        "60.00\u00a0% of cropland changes (60.00 ha of 100.00 ha), most of it to wetland.",
        "2.00 ha of reservoir becomes wetland.",
        "All bare land vanishes: 3.00 ha today, none in the plan; it becomes cropland.",
    ]
    assert all("cropland" in text or "reservoir" in text for text in told(moved, "zh"))
