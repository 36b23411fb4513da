import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from instances.land.classes import Classes, class_table, study_classes
from instances.land.transitions import transition_table
from instances.study.file import parse_study
from instances.study.findings import Findings
from instances.study.schema import Study
from instances.study.tables import table

NAMES = (
    "urban",
    "industrial",
    "water",
    "wetland",
    "cropland",
    "forest",
    "grassland",
    "orchard",
    "bare",
    "sea",
)


def a_study(**transitions: object) -> Study:
    """A study with the given [transitions]."""
    tree = {"title": "t", "landcover": {"path": "cover.tif"}, "transitions": transitions}
    return parse_study(tree, "study.toml")


def of(study: Study, *names: str) -> tuple[Classes, np.ndarray, Findings]:
    """Classes, table and findings of a study with those classes."""
    findings = Findings()
    classes = study_classes(study, {name: code for code, name in enumerate(names, 1)}, findings)
    return classes, transition_table(study, classes, findings), findings


def planned(study: Study, today: str) -> set[str]:
    """What land of a class may become, itself left out."""
    classes, table, _ = of(study, *NAMES)
    return {classes[int(k)].name for k in np.flatnonzero(table[classes.index(today)])} - {today}


@pytest.mark.parametrize(
    ("today", "expected"),
    [
        ("water", {"wetland"}),
        ("wetland", {"water"}),
        ("forest", {"urban", "industrial", "water", "wetland", "grassland", "orchard"}),
        ("cropland", {"urban", "industrial", "water", "wetland", "forest", "grassland", "orchard"}),
        ("urban", set()),
        ("sea", set()),
        ("bare", {"urban", "industrial", "water", "wetland", "cropland", "forest", "grassland", "orchard"}),
    ],
)
def test_the_standard_table_is_the_law(today: str, expected: set[str]) -> None:
    """No forest, grass or water to cropland; water is not filled; built land and sea stay; none lies idle."""
    assert planned(a_study(), today) == expected


def test_freed_built_land_may_change() -> None:
    """built_stays = false lets built land become anything lawful."""
    expected = set(NAMES) - {"urban", "bare", "sea"}
    assert planned(a_study(built_stays=False), "urban") == expected


def test_roads_stay_unless_the_study_says_where_they_go() -> None:
    """Freed built land may change, but roads only where the study itself allows it."""
    classes, table, _ = of(a_study(built_stays=False), "road", "urban", "forest")
    assert (classes.names[0], table[0].tolist()) == ("road", [True, False, False])
    assert table[1].tolist() == [True, True, True]
    _, table, _ = of(a_study(built_stays=False, allow={"road": ["forest"]}), "road", "urban", "forest")
    assert table[0].tolist() == [True, False, True]


def test_urban_green_stays_green() -> None:
    """A park stays a park; a study that wants forest in its place says so."""
    classes, table, _ = of(a_study(), "park", "forest", "urban", "cropland", "water")
    assert table[0].tolist() == [True, False, False, False, False]
    assert classes.names[0] == "park"


def test_any_and_none() -> None:
    """``any`` allows every change, of built land too unless the study says it stays; ``none`` allows none."""
    assert of(a_study(default="any"), *NAMES)[1].all()
    classes, table, _ = of(a_study(default="any", built_stays=True), *NAMES)
    assert (table.sum(axis=1) == np.where(classes.built, 1, len(NAMES))).all()
    assert (of(a_study(default="none"), *NAMES)[1] == np.eye(len(NAMES), dtype=bool)).all()


def test_the_study_adds_and_takes_away() -> None:
    """Allow opens a change above every rule, forbid closes one."""
    study = a_study(
        allow={"urban": ["forest"], "sea": ["wetland"]}, forbid={"forest": ["urban", "industrial"]}
    )
    assert planned(study, "urban") == {"forest"}
    assert planned(study, "sea") == {"wetland"}
    assert planned(study, "forest") == {"water", "wetland", "grassland", "orchard"}


@pytest.mark.parametrize(
    ("transitions", "sentence"),
    [
        ({"allow": {"forst": ["urban"]}}, "transitions.allow: there is no land class `forst`"),
        ({"forbid": {"forest": ["urbn"]}}, "transitions.forbid.forest: there is no land class `urbn`"),
        (
            {"allow": {"forest": ["bare"]}, "forbid": {"forest": ["bare"]}},
            "both allows and forbids forest to bare",
        ),
        ({"forbid": {"forest": ["forest"]}}, "transitions.forbid.forest: forbids forest to stay forest"),
    ],
)
def test_wrong_transitions_are_sentences(transitions: dict, sentence: str) -> None:
    """Unknown names and contradictions are errors with their place."""
    _, _, findings = of(a_study(**transitions), *NAMES)
    assert sentence in str(findings.errors[0])


def test_classes_alike_share_their_rules() -> None:
    """A class that is like forest may not be cleared for cropland either, nor for a class like cropland."""
    _, table, _ = of(a_study(), "shrub", "paddy", "mangrove")
    assert table.tolist() == [[True, False, True], [True, True, True], [False, False, True]]


def test_each_rule_names_its_source() -> None:
    """Every rule of the standard table says which law it comes from."""
    sources = {row["rule"]: row["source"] for row in table("transitions.csv")}
    assert "Land Administration Law art. 40" in sources["no_reclamation"]
    assert all(sources.values())


@given(names=st.lists(st.sampled_from(sorted(class_table())), min_size=1, max_size=8, unique=True))
def test_land_may_always_stay(names: list[str]) -> None:
    """Whatever the classes, every class may stay what it is."""
    assert of(a_study(), *names)[1].diagonal().all()
