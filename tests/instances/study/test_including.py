"""Policies laid under a study: which table wins, and what is said of those that cannot be laid."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from instances.study.file import StudyFile
from instances.study.findings import StudyError
from instances.study.including import included, own_policies

TREE: dict[str, Any] = {"title": "a study", "landcover": {"path": "c.tif"}}
DRAWN = {"path": "lots.gpkg", "name": "MC"}


def study(**tables: Any) -> StudyFile:
    """A study file with some tables."""
    return StudyFile(Path("study.toml"), {**TREE, **tables})


def faults(lang: str = "en", **tables: Any) -> list[str]:
    """What is said of a study that includes what it cannot."""
    with pytest.raises(StudyError) as wrong:
        study(**tables)
    return [finding.told(lang) for finding in wrong.value.findings]


def test_a_study_wins_over_its_policies() -> None:
    """Limits and keys of the study take the place of the policy's; the rest of the policy stays."""
    base = study(
        include=["nanxun"],
        limits=[{"indicator": "nanxun_built", "at_most": "90%"}],
        districts={"units": {"side_m": 800}},
    ).base
    assert [(limit.indicator, limit.at_most) for limit in base.limits] == [
        ("nanxun_built", "90%"),
        ("nanxun_farmland", None),
    ]
    assert (base.districts["units"].make, base.districts["units"].side_m) == ("grid", 800)


def test_districts_that_a_study_draws_are_not_made() -> None:
    """Where the study has its own units, nothing of how the policy makes some is left."""
    base = study(include=["nanxun"], districts={"units": DRAWN}).base
    assert base.districts["units"].make is None
    assert base.districts["units"].path == "lots.gpkg"
    again = study(include=[{"policy": "nanxun", "units": "lots"}], districts={"lots": DRAWN}).base
    assert [limit.by for limit in again.limits] == ["lots", None]


def test_a_scenario_includes_more() -> None:
    """A scenario's policies lie over the base and under its own tables; both are told, in their order."""
    found = study(
        include=["nanxun"],
        scenarios={
            "green": {
                "include": [{"policy": "blue-green-sink", "changed_most": 5}],
                "limits": [{"indicator": "sink_built", "at_most": "95%"}],
            }
        },
    )
    assert [policy.name for policy, _ in included(found.base, Path())] == ["nanxun"]
    green = found.scenario("green")
    assert [(policy.name, given) for policy, given in included(green, Path())] == [
        ("nanxun", {}),
        ("blue-green-sink", {"changed_most": 5}),
    ]
    bounds = {limit.indicator: limit.at_most or limit.at_least for limit in green.limits}
    assert bounds["sink_built"] == "95%"
    assert bounds["changed_area"] == "5% of area"
    assert "nanxun_built" in bounds


def test_a_study_that_was_laid_is_laid_once() -> None:
    """The tree of a study with its policies gives the same study again, also where a limit was taken out."""
    first = study(include=["nanxun"])
    assert StudyFile(first.path, first.tree).base == first.base
    fewer = {**first.tree, "limits": first.tree["limits"][:1]}
    assert len(StudyFile(first.path, fewer).base.limits) == 1


def test_what_a_policy_needs_and_lacks_is_told_with_its_remedy() -> None:
    """Districts, layers, indicators and numbers that a study lacks: a sentence each, in both languages."""
    told = faults(include=["equivalence-de"])
    assert told == [
        "include (no. 1): the policy equivalence-de needs the districts `townships`, and the study has no "
        '[districts.townships]. Add [districts.townships], from a file or with `make = "grid"`, or name the '
        'division to use: `{ policy = "equivalence-de", districts = "..." }`.',
        "include (no. 1): the policy equivalence-de needs the layer `service_distance`, and the study has no "
        "[layers.service_distance]. Add [layers.service_distance], or name the layer to use: "
        '`{ policy = "equivalence-de", service_distance = "..." }`; `sansheng policies show equivalence-de` '
        "says what it holds.",
    ]
    assert "需要分区 `townships`" in faults("zh", include=["equivalence-de"])[0]
    assert "leaves `manure_t` to the study" in faults(include=["production-waste-cycle"])[0]
    needs = faults(include=["low-carbon-units"])
    assert [name in line for name, line in zip(("population", "jobs", "workers"), needs, strict=True)] == [
        True
    ] * 3


def test_own_limits_keep_the_numbers_of_the_file() -> None:
    """What is wrong with a limit is told by its number in the file, whatever policies lay beside it."""
    told = faults(include=["uk-green"], limits=[{"indicator": "area.forest", "at_least": ["x"]}])
    assert any("limits (no. 1).at_least" in one for one in told), told


def test_one_policy_may_make_what_another_needs() -> None:
    """A division that a policy makes serves another that counts by it."""
    both = study(
        include=[{"policy": "nanxun"}, {"policy": "chongming", "zones": "units", "neutral": "A1"}]
    ).base
    assert {limit.by for limit in both.limits} == {"units", None}


@pytest.mark.parametrize(
    ("include", "says"),
    [
        (["uk-gren"], "there is no policy uk-gren. Did you mean `uk-green`?"),
        ([{"side_m": 3}], "names no policy"),
        (
            [{"policy": "uk-green", "greenshare": 3}],
            "has no parameter greenshare. Did you mean `green_share`?",
        ),
        ([{"policy": "uk-green", "green_share": "much"}], "takes a number"),
        ([{"policy": "uk-green", "green_share": True}], "takes a number"),
        ([{"policy": "uk-green", "units": 3}], "takes a name, in quotes"),
        ([{"policy": "uk-green", "public": "park"}], "takes a list of classes"),
        ("uk-green", "should be a list"),
        ([3], "include (no. 1)"),
    ],
)
def test_what_cannot_be_included_is_told(include: Any, says: str) -> None:
    """Unknown policies, parameters and values of another sort are told at their place."""
    assert any(says in told for told in faults(include=include)), faults(include=include)


OWN = """
[policy]
name = "岛屿规定"
year = 2026

[parameters.share]
value = 30
low = 20
high = 60
unit = "%"
name = "green share"

[[limits]]
indicator = "green_share"
at_least = "$share%"
"""


def test_a_policy_of_ones_own_is_a_file_beside_the_study(tmp_path: Path) -> None:
    """Its tables are laid under the study's, with the parameters set there; its name is told in both
    languages; scenarios may name it as well."""
    (tmp_path / "islands.toml").write_text(OWN, encoding="utf-8")
    tree = {**TREE, "include": ["uk-green", {"policy": "islands.toml", "share": 35}]}
    found = StudyFile(tmp_path / "study.toml", {**tree, "districts": {"units": DRAWN}})
    assert ("green_share", "35%") in [(limit.indicator, limit.at_least) for limit in found.base.limits]
    named, given = included(found.base, tmp_path)[1]
    assert (named.title("en"), named.title("zh"), given) == ("岛屿规定", "岛屿规定", {"share": 35})
    assert own_policies(found.base) == ("islands.toml",)
    scenario = {**TREE, "scenarios": {"isles": {"include": ["islands.toml"]}}}
    limits = StudyFile(tmp_path / "study.toml", scenario).scenario("isles").limits
    assert [limit.at_least for limit in limits] == ["30%"]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[policy", "no policy: "),
        ("[limits]", r"no policy: \[policy\]"),
        ("[policy]\nname = 'a'", "policy.year is missing"),
        ("[policy]\nname = 'a'\nyear = 'x'", "policy.year is missing or wrong"),
        ("[policy]\nname = 'a'\nyear = 1\n[parameters]\nb = 3", "parameters.b"),
    ],
)
def test_what_is_no_policy_is_said(tmp_path: Path, text: str, told: str) -> None:
    """A file that is no TOML, that has no head or half of one, or a parameter that is none."""
    (tmp_path / "own.toml").write_text(text, encoding="utf-8")
    with pytest.raises(StudyError, match=told):
        StudyFile(tmp_path / "study.toml", {**TREE, "include": ["own.toml"]})
    with pytest.raises(StudyError, match="none.toml"):
        StudyFile(tmp_path / "study.toml", {**TREE, "include": ["none.toml"]})
