from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from formulations.core.problem import Limit
from formulations.posing import pose
from instances.checks import check_areas
from instances.rules.districts import Districts
from instances.rules.redlines import RedLine, kinds_of
from instances.study.findings import Findings, StudyError
from instances.units.grid import Edges, Grid
from planner.recount.figures.limit_rows import counted_limits
from planner.recount.figures.recount import Recount
from tests.support.hand_instance import CLASSES, CROPLAND, HALVES, TODAY, URBAN, hand_instance


def posed_limit(**table: Any) -> Limit:
    """The one limit of a study, posed on the six cells."""
    [limit] = pose(hand_instance({"limits": [table]})).limits
    return limit


def faults(**study: Any) -> list[str]:
    """What posing a wrong study says."""
    with pytest.raises(StudyError) as wrong:
        pose(hand_instance(study))
    return [str(finding) for finding in wrong.value.findings]


def test_what_is_maximised_has_a_negative_weight() -> None:
    """The objective is one sum to be minimised: today 92 tCO2e/yr less 50 for each of 0.2 km."""
    choice = {
        "minimise": {"net_emissions": 1.0, "changed_area": 0.0},
        "maximise": {"blue_green_compactness": 50.0},
    }
    problem = pose(hand_instance({"objective": choice}))
    assert [(weight, part.name) for weight, part in problem.parts] == [
        (1.0, "net_emissions"),
        (-50.0, "blue_green_compactness"),
    ]
    assert problem.objective.evaluate(TODAY) == pytest.approx(92.0 - 50.0 * 0.2)
    assert problem.class_names == CLASSES.names


def test_options_are_those_of_the_instance() -> None:
    """A unit may become what transitions and red lines let it; each line's table without it is there too."""
    inside = np.array([True, False, False, False, False, False])
    bars = np.zeros((4, 4), dtype=bool)
    bars[CROPLAND, URBAN] = True
    line = RedLine("farmland", "Farmland", inside, bars, np.zeros((4, 4), dtype=bool), 0)
    transitions = np.ones((4, 4), dtype=bool)
    instance = hand_instance(redlines=(line,), kinds=kinds_of(TODAY, transitions, (line,)))
    options = pose(instance).options
    assert not options.allowed[options.kind[0], URBAN]
    assert options.allowed[options.kind[3], URBAN]
    assert options.without["farmland"][options.kind[0], URBAN]


def test_a_number_bounds_the_whole_area() -> None:
    """Without districts a limit has one row."""
    limit = posed_limit(indicator="area.forest", at_least=1.5, at_most=3)
    assert (limit.at_least.tolist(), limit.at_most.tolist(), limit.place) == ([1.5], [3.0], "limits[0]")


def test_a_percentage_is_of_todays_value_in_the_same_district() -> None:
    """West has 2 ha of cropland today, east and sea none: 95 % of it bounds the west alone."""
    limit = posed_limit(indicator="area.cropland", at_least="95%", by="halves")
    assert limit.at_least.tolist() == [pytest.approx(1.9), -np.inf, -np.inf]
    assert np.isinf(limit.at_most).all()
    assert posed_limit(indicator="area.cropland", at_least="95%").at_least == pytest.approx([1.9])


def test_a_limit_on_one_district_leaves_the_others_free() -> None:
    """``district`` picks one; a ratio is measured within it."""
    limit = posed_limit(indicator="green_share", at_least=60, at_most="120 %", by="halves", district="west")
    assert limit.at_least.tolist() == [60.0, -np.inf, -np.inf]
    assert limit.at_most.tolist() == [pytest.approx(60.0), np.inf, np.inf]


def test_a_district_without_land_is_not_bounded() -> None:
    """No hectare can be asked of a township outside the land cover."""
    assert posed_limit(indicator="area.forest", at_least=0.5, by="halves").at_least.tolist() == [
        0.5,
        0.5,
        -np.inf,
    ]


def test_a_percentage_of_nothing_from_above_is_told() -> None:
    """At most 110 % of the town in the west, where none is today, means none: a warning says so."""
    findings = Findings()
    limit = {"indicator": "area.urban", "at_most": "110%", "by": "halves"}
    [posed] = pose(hand_instance({"limits": [limit]}), findings).limits
    assert posed.at_most.tolist() == [0.0, pytest.approx(1.1), np.inf]
    [told] = findings
    assert str(told).startswith(
        "limits (no. 1).at_most: area.urban is absent today in 1 districts, such as west"
    )


@pytest.mark.parametrize(
    ("study", "words"),
    [
        (
            {"limits": [{"indicator": "area.croplnd", "at_least": 1}]},
            "limits (no. 1).indicator: there is no indicator `area.croplnd`. Did you mean `area.cropland`?",
        ),
        (
            {"limits": [{"indicator": "area.grassland", "at_least": 1}]},
            "limits (no. 1).indicator: the study has no land of class `grassland`, today or planned. Remove "
            'it, or let it be planned: landcover.new_classes = ["grassland"].',
        ),
        (
            {"limits": [{"indicator": "area.forest", "at_least": 1, "by": "halfs"}]},
            "limits (no. 1).by: there is no table districts.halfs. Did you mean `halves`?",
        ),
        (
            {"limits": [{"indicator": "area.forest", "at_least": 1, "by": "halves", "district": "wset"}]},
            "limits (no. 1).district: districts.halves has no `wset`. Did you mean `west`?",
        ),
        (
            {"limits": [{"indicator": "area.forest", "at_least": "95"}]},
            'limits (no. 1).at_least: "95" is neither a number nor a percentage. Write a number in ha, or '
            '"95%" of today\'s value.',
        ),
        (
            {"limits": [{"indicator": "changed_area", "at_most": "110%"}]},
            "limits (no. 1).at_most: it is absent today, and 110% of nothing is nothing. Give the bound as a "
            "number in ha.",
        ),
        (
            {"limits": [{"indicator": "area.forest", "at_least": 3, "at_most": 2}]},
            "limits (no. 1).at_least: asks for 3 ha of area.forest, but at_most allows 2 ha. Lower at_least "
            "or raise at_most.",
        ),
        (
            {
                "limits": [
                    {"indicator": "area.forest", "at_least": 1, "by": "halves"},
                    {"indicator": "area.forest", "at_most": 0.5, "by": "halves", "district": "east"},
                ]
            },
            "limits (no. 1).at_least: asks for 1 ha of area.forest in east, but limits (no. 2).at_most "
            "allows 0.5 ha. Lower at_least or raise at_most.",
        ),
        (
            {"objective": {"minimise": {"net_emission": 1.0}}},
            "objective.minimise.net_emission: there is no indicator `net_emission`. "
            "Did you mean `net_emissions`?",
        ),
        (
            {"objective": {"minimise": {"net_emissions": 0.0}}},
            "objective: no indicator has a weight. Add one, such as minimise.net_emissions = 1.0.",
        ),
        (
            {
                "limits": [{"indicator": "distance.town_distance", "at_most": 5}],
                "layers": {"town_distance": {"path": "distance.tif", "unit": "km"}},
            },
            "limits (no. 1).indicator: layer `town_distance` is not called a distance, so it gives no "
            "indicator. Add distance = true to layers.town_distance.",
        ),
        (
            {"objective": {"minimise": {"changed_area": 1.0}, "maximise": {"changed_area": 1.0}}},
            "objective: changed_area is both minimised and maximised. Keep one of the two.",
        ),
        (
            {"indicators": {"green_share": {"layer": "town_distance", "classes": ["urban"]}}},
            "indicators.green_share: has the name of an indicator of the project. Rename it.",
        ),
    ],
)
def test_each_wrong_limit_or_weight_has_its_sentence(study: dict[str, Any], words: str) -> None:
    """Place, fault with its number, remedy: in the words of the study file."""
    assert words in faults(**study)


def test_all_that_is_wrong_is_told_at_once() -> None:
    """Three mistakes give three findings in one report."""
    found = faults(
        limits=[
            {"indicator": "area.forst", "at_least": 1},
            {"indicator": "area.forest", "at_least": "ninety %"},
        ],
        objective={"maximise": {"conectivity": 1.0}},
    )
    assert len(found) == 3


def test_a_percentage_of_a_negative_value_is_refused() -> None:
    """Where land takes up more than it gives, 95 % of today's emissions is no clear bound."""
    instance = hand_instance({"limits": [{"indicator": "net_emissions", "at_most": "95%", "by": "halves"}]})
    with pytest.raises(StudyError, match="negative .*-3 tCO2e/yr.* in 1 of 3 districts"):
        pose(instance)


def test_an_indicator_that_nothing_changes_has_no_place_in_the_objective() -> None:
    """Connectivity without shared edges, distances over a layer of zeros, corridors worth nothing."""
    choice = {
        "objective": {"minimise": {"distance.town_distance": 1.0}, "maximise": {"built_compactness": 1.0}}
    }
    grid = hand_instance().grid
    none = np.zeros(0, dtype=np.int32)
    bare = Grid(grid.crs, grid.area_ha, Edges(none, none, none.astype(np.float32)), grid.frame)
    with pytest.raises(StudyError) as wrong:
        pose(hand_instance(choice, grid=bare, layers={"town_distance": np.zeros(6)}))
    assert [str(finding) for finding in wrong.value.findings] == [
        "objective.minimise.distance.town_distance: does nothing: it is 0 on all land. Remove it from the "
        "objective.",
        "objective.maximise.built_compactness: does nothing: no two units share an edge. Remove it from the "
        "objective.",
    ]


def test_limits_on_different_divisions_do_not_contradict() -> None:
    """A district may have to give what another division forbids elsewhere: only a solve can tell."""
    other = Districts("thirds", ("left", "right"), np.array([0, 0, 0, 1, 1, 1], dtype=np.int32))
    limits = [
        {"indicator": "area.forest", "at_least": 1, "by": "halves"},
        {"indicator": "area.forest", "at_most": 0.5, "by": "thirds", "district": "right"},
    ]
    tables = {name: {"path": "d.gpkg", "name": "MC"} for name in ("halves", "thirds")}
    study = {"limits": limits, "districts": tables}
    problem = pose(hand_instance(study, districts={"halves": HALVES, "thirds": other}))
    assert len(problem.limits) == 2


@pytest.mark.parametrize("name", ["west", "West", " 西部 ", "ＷＥＳＴ", "Western half"])
def test_a_district_is_meant_by_its_name_in_any_language(name: str) -> None:
    """Case, blanks, full width and language do not matter where one district alone is meant."""
    halves = replace(
        HALVES, names_by_lang={"zh": ("西部", "东部", "海"), "en": ("Western half", "East", "Sea")}
    )
    limit = {"indicator": "area.forest", "at_least": 0.5, "by": "halves", "district": name}
    instance = hand_instance({"limits": [limit]}, districts={"halves": halves})
    [posed] = pose(instance).limits
    assert posed.at_least.tolist() == [0.5, -np.inf, -np.inf]
    count = Recount(instance, instance.today)
    [row] = counted_limits(count, count.indicators(), count.indicators())
    assert (row.district, row.at_least) == ("west", 0.5)
    findings = Findings()
    check_areas(instance.study, CLASSES, instance.districts, findings)
    assert not list(findings)
