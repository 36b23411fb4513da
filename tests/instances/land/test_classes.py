from itertools import combinations

import pytest

from instances.land.classes import (
    Classes,
    Space,
    check_classes,
    class_table,
    known_class,
    lineage,
    nearest_class,
    study_classes,
)
from instances.land.colours import NEAR, distance
from instances.study.file import parse_study
from instances.study.findings import Findings, StudyError
from instances.study.schema import Study
from instances.study.tables import table

CROSSWALK = [
    "cropland",
    "orchard_garden",
    "forest",
    "grassland",
    "grassland_managed",
    "wetland",
    "water",
    "pond_canal",
    "sea",
    "urban_residential",
    "rural_residential",
    "public_commercial",
    "industrial_production",
    "transport_infra",
    "urban_green",
    "agri_facility",
    "special",
    "reserve_white",
    "bare_unused",
]


def a_study(classes: dict | None = None, new: tuple[str, ...] = ()) -> Study:
    """A study with the given [classes] and new classes."""
    landcover = {"path": "cover.tif", "new_classes": new}
    return parse_study({"title": "t", "landcover": landcover, "classes": classes or {}}, "study.toml")


def test_the_table_holds_every_class_of_the_crosswalk() -> None:
    """Every land class that a scheme maps to can be planned with."""
    own = class_table()
    assert set(CROSSWALK) <= own.keys()
    assert {row["class"] for row in table("schemes.csv")} - {""} <= set(CROSSWALK)


def test_every_class_is_like_a_class_of_the_crosswalk() -> None:
    """A plain name shares space, blue-green and built with the class that it is like."""
    own = class_table()
    for item in own.values():
        model = own[lineage(item)[-1]]
        assert model.name in CROSSWALK
        assert (item.blue_green, item.built) == (model.blue_green, model.built)


def test_blue_green_classes_are_vegetation_and_water() -> None:
    """Forest, grass, wetland, water and urban green make the network; farmed land does not, nor built."""
    own = class_table()
    network = {name for name in CROSSWALK if own[name].blue_green}
    assert network == {
        *("forest", "grassland", "grassland_managed", "wetland", "water", "pond_canal", "sea", "urban_green")
    }
    assert not any(item.blue_green and item.built for item in own.values())


def test_colours_are_those_of_the_standard() -> None:
    """Classes carry the colours of the territorial-planning standard."""
    own = class_table()
    assert own["cropland"].colour == (245, 248, 220)
    assert own["water"].colour == (51, 142, 192)
    assert own["urban"].colour == own["urban_residential"].colour == (255, 255, 45)


def test_crosswalk_colours_can_be_told_apart() -> None:
    """No two classes of the crosswalk have nearly the same colour."""
    own = class_table()
    for one, other in combinations(CROSSWALK, 2):
        assert distance(own[one].colour, own[other].colour) >= NEAR, (one, other)


def test_classes_follow_their_codes() -> None:
    """Present classes keep their codes and stand in their order; planned ones take the lowest free codes."""
    study = a_study({"wetland": {"blue_green": True}}, new=("grassland",))
    classes = study_classes(study, {"forest": 4, "urban": 1, "water": 3})
    assert [(item.name, item.code) for item in classes] == [
        *(("urban", 1), ("water", 3), ("forest", 4)),
        *(("grassland", 2), ("wetland", 5)),
    ]


def test_codes_a_plan_cannot_hold_are_replaced() -> None:
    """Code 0 or 1001 gives way to a free one of 1..254, with a note that says so."""
    findings = Findings()
    classes = study_classes(a_study(), {"residential": 0, "road": 1001, "park": 1}, findings)
    assert {item.name: item.code for item in classes} == {"residential": 2, "park": 1, "road": 3}
    assert ["1001" in note.fault for note in findings] == [False, True]


def test_a_study_changes_a_class() -> None:
    """[classes.cropland] blue_green = true counts cropland in the network and leaves the rest as it was."""
    changes = {"cropland": {"blue_green": True, "name_zh": "农田", "colour": "#010203"}}
    item = study_classes(a_study(changes), {"cropland": 1})[0]
    assert (item.blue_green, item.name_zh, item.colour) == (True, "农田", (1, 2, 3))
    assert (item.space, item.name_en, item.like) == (Space.PRODUCTION, "Cropland", "cropland")


def test_a_class_of_the_studys_own_is_like_another() -> None:
    """A golf course like urban green shares its space and its place in the network, not its colour."""
    classes = study_classes(a_study({"golf_course": {"like": "park"}}), {"park": 1, "golf_course": 2})
    golf = classes[1]
    assert (golf.blue_green, golf.built, golf.space, golf.name_en) == (
        True,
        False,
        Space.LIVING,
        "Golf course",
    )
    assert golf.colour != classes[0].colour
    assert lineage(golf) == ("golf_course", "park", "urban_green")


def test_a_class_described_in_full_needs_no_model() -> None:
    """Space, blue_green, built and colour are enough for a class that is like no other."""
    full = {"space": "ecological", "blue_green": True, "built": False, "colour": "#102030"}
    item = study_classes(a_study({"reef": full}), {"reef": 9})[0]
    assert (item.code, item.like, item.colour) == (9, "reef", (16, 32, 48))


@pytest.mark.parametrize(
    ("classes", "codes", "sentence"),
    [
        ({}, {"croplnd": 1}, "landcover.classes: there is no land class `croplnd`. Did you mean `cropland`?"),
        ({"reef": {"space": "ecological"}}, {}, "classes.reef: is a class of the study's own, but lacks"),
        ({"reef": {"like": "wetlnd"}}, {}, "classes.reef.like: is like `wetlnd`"),
        ({"forest": {"built": True}}, {}, "classes.forest: is both blue-green and built"),
    ],
)
def test_a_wrong_class_is_a_sentence(classes: dict, codes: dict[str, int], sentence: str) -> None:
    """An unknown, incomplete or contradictory class is refused with its place and a remedy."""
    with pytest.raises(StudyError, match="(?s).*") as caught:
        study_classes(a_study(classes), codes)
    assert sentence in str(caught.value)


def test_names_that_the_study_lacks_are_passed_over() -> None:
    """A red line may name sea or wetland in a study that has neither; a misspelt name is an error."""
    classes = study_classes(a_study(), {"forest": 1, "urban": 2})
    findings = Findings()
    assert check_classes(("forest", "sea"), classes, "redlines.x.allow", findings) == ("forest",)
    assert not findings.items
    assert check_classes(("forrest",), classes, "redlines.x.allow", findings) == ()
    assert str(findings.items[0]) == (
        "redlines.x.allow: there is no land class `forrest`. Did you mean `forest`?"
    )
    assert known_class("sea", classes)
    assert not known_class("forrest", classes)
    assert "Classes of this study: forest, urban" in nearest_class("qqqq", classes)
    assert nearest_class("paddi", classes) == (
        "Did you mean `paddy`? This study has no such land, only forest, urban"
    )
    assert isinstance(classes, Classes)
