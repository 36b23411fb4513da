from __future__ import annotations

import re

import pytest

from formulations.indicators.catalogue import RESERVED, indicators
from planner.words.indicator_names import label
from tests.support.hand_instance import CLASSES, hand_instance

OWN = sorted({*RESERVED, *(name for name in indicators(hand_instance()) if "." in name)})


@pytest.mark.parametrize("name", OWN)
def test_every_indicator_of_the_project_has_a_chinese_and_an_english_name(name: str) -> None:
    """Readers see names in their language, never keys."""
    chinese, english = label(name, "zh", CLASSES), label(name, "en", CLASSES)
    assert re.search("[\u4e00-\u9fff]", chinese)
    assert english[0].isupper()
    assert not re.search("[\u4e00-\u9fff]", english)


def test_areas_are_named_by_their_land() -> None:
    """A class is called what the study calls it, without a study what the project calls it."""
    assert label("area.cropland", "zh", CLASSES) == "耕地面积"
    assert label("area.cropland", "en", CLASSES) == "Area of cropland"
    assert label("area.cropland", "zh") == "耕地面积"
    assert label("area.tea_terrace", "en") == "Area of tea terrace"


def test_an_indicator_of_the_studys_own_keeps_its_name() -> None:
    """What the planner named stays as written; an English list begins it with a capital letter as others."""
    assert label("harvest", "zh") == "harvest"
    assert label("steep_cropland", "en") == "Steep cropland"
    assert label("steep_cropland", "zh") == "steep_cropland"
