"""Groups of classes in lists of classes."""

from __future__ import annotations

from instances.land.groups import members, without_groups
from instances.study.file import parse_study
from tests.support.made_plans import CLASSES


def test_a_group_stands_for_the_classes_of_the_study() -> None:
    """Every class once, those named beside a group as well; lists without a group stay as they are."""
    assert members(("any_built",), CLASSES) == ("urban",)
    assert members(("forest", "any_blue_green"), CLASSES) == ("forest", "water")
    assert members(("tea", "forest"), CLASSES) == ("tea", "forest")


def test_groups_serve_wherever_classes_are_listed() -> None:
    """Red lines, patches, indicators and transitions take them."""
    tree = {
        "title": "a study",
        "landcover": {"path": "c.tif"},
        "redlines": {"a": {"path": "a.gpkg", "forbid": ["any_built"], "allow": ["any_ecological"]}},
        "patches": {"woods": {"classes": ["any_blue_green"], "min_ha": 1}},
        "indicators": {"green": {"sum": ["any_blue_green"]}, "all": {"sum": {"green": 2.0}}},
        "transitions": {"allow": {"cropland": ["any_built"]}},
    }
    study = without_groups(parse_study(tree, "study.toml"), CLASSES)
    assert study.redlines["a"].forbid == ("urban",)
    assert study.redlines["a"].allow == ("forest", "water")
    assert study.redlines["a"].keep == ()
    assert study.patches["woods"].classes == ("forest", "water")
    assert study.indicators["green"].sum == ("forest", "water")
    assert study.indicators["all"].sum == {"green": 2.0}
    assert study.transitions.allow == {"cropland": ("urban",)}
