from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from formulations.indicators.catalogue import indicators
from formulations.posing import pose
from instances.land.stated import Stated
from instances.study.findings import StudyError
from tests.support.hand_instance import FOREST, HALVES, TODAY, hand_instance, planned
from tests.support.made_plans import CROPLAND, URBAN

TABLES: dict[str, Any] = {
    "people": {"per_class": {"urban": 110}, "unit": "people", "calibrate": 55},
    "jobs": {"per_class": {"cropland": 4, "urban": 30}, "unit": "people"},
    "spare": {"sum": {"jobs": 1.0, "people": -0.5}},
    "balance": {"ratio": ["jobs", "people"]},
    "twofold": {"sum": {"spare": 2.0, "area.forest": 3.0}, "unit": "points"},
}
PER_HA = {"people": np.array([0.0, 0, 0, 110]), "jobs": np.array([4.0, 0, 0, 30])}
STATED = {name: Stated(*[np.tile(row, (4, 1))] * 3) for name, row in PER_HA.items()}
layouts = st.lists(st.integers(0, 3), min_size=6, max_size=6).map(lambda cells: np.array(cells, np.uint8))


def instance(tables: dict[str, Any] = TABLES, **study: Any) -> Any:
    """The six cells with some indicators of a planner's own."""
    return hand_instance({"indicators": tables, **study}, stated=STATED)


@given(layouts)
def test_sums_and_ratios_are_what_numpy_makes_of_them(layout: np.ndarray) -> None:
    """Whatever the layout, for the whole area and by district; nothing is divided by nothing."""
    found = indicators(instance())
    people, jobs = 0.5 * PER_HA["people"][layout], PER_HA["jobs"][layout]  # a hectare each; 55 people today
    spare = jobs - 0.5 * people
    assert found["people"].evaluate(layout) == pytest.approx(people.sum())
    assert found["spare"].evaluate(layout) == pytest.approx(spare.sum())
    assert found["twofold"].evaluate(layout) == pytest.approx(2 * spare.sum() + 3 * (layout == FOREST).sum())
    assert found["balance"].evaluate(layout) == pytest.approx(
        jobs.sum() / people.sum() if people.any() else 0.0
    )
    west = HALVES.member == 0
    assert found["spare"].evaluate_by(layout, HALVES)[0] == pytest.approx(spare[west].sum())
    under = people[west].sum()
    ratio = jobs[west].sum() / under if under else 0.0
    assert found["balance"].evaluate_by(layout, HALVES)[0] == pytest.approx(ratio)


@given(layouts)
def test_a_sum_may_be_that_of_one_district(layout: np.ndarray) -> None:
    """It is what the whole sum is there, nothing elsewhere, and a part of further sums."""
    west = {"sum": {"spare": 1.0}, "by": "halves", "district": "west"}
    found = indicators(instance({**TABLES, "west": west, "twice": {"sum": {"west": 2.0}}}))
    there = found["spare"].evaluate_by(layout, HALVES)[0]
    assert found["west"].evaluate(layout) == pytest.approx(there)
    assert found["west"].evaluate_by(layout, HALVES).tolist() == pytest.approx([there, 0.0, 0.0])
    assert found["twice"].evaluate(layout) == pytest.approx(2 * there)
    assert found["west"].by_unit


def test_a_census_is_met_today() -> None:
    """Calibrated figures give today's count to the digit, and units come from the parts."""
    found = indicators(instance())
    assert found["people"].evaluate(TODAY) == 55.0
    assert found["people"].evaluate(planned(c3=URBAN)) == 110.0
    assert [found[name].unit for name in ("people", "spare", "balance", "twofold")] == [
        "people", "people", "", "points",
    ]  # fmt: skip


def test_parts_over_the_same_units_are_one_term() -> None:
    """So that the range of a sum is exact, and its proof counts the same range."""
    assert len(indicators(instance())["twofold"].cells) == 1


@pytest.mark.parametrize(
    ("tables", "said"),
    [
        ({"a": {"sum": {"b": 1}}, "b": {"sum": {"a": 1}}}, "counts itself: a > b > a"),
        ({"a": {"ratio": ["a", "people"]}}, "counts itself: a > a"),
        ({"a": {"sum": {"peple": 1}}}, "names `peple`, which is no indicator"),
        ({"a": {"sum": {"built_compactness": 1}}}, "not counted unit by unit"),
        ({"a": {"sum": {"green_share": 1}}}, "not counted unit by unit"),
        ({"a": {"sum": {"balance": 1}}}, "names `balance`, which is not counted unit by unit"),
        ({"a": {"sum": {"people": 1, "area.urban": 1}}}, "adds up ha, people"),
    ],
)
def test_what_cannot_be_added_up_is_told(tables: dict[str, Any], said: str) -> None:
    """Circles, unknown parts, edges, shares and ratios, and unlike units, each in a sentence."""
    with pytest.raises(StudyError, match=said.replace("(", r"\(")) as wrong:
        pose(instance({**TABLES, **tables}))
    assert wrong.value.findings[0].told("zh")


def test_a_ratio_takes_no_weight() -> None:
    """It has no sum over land; the sentence names the two that have."""
    with pytest.raises(StudyError, match="Limit it, or weigh jobs and people"):
        pose(instance(objective={"maximise": {"balance": 1.0}}))


def test_farms_have_jobs() -> None:
    """The other way round: figures of cropland stay where cropland stays."""
    assert indicators(instance())["jobs"].evaluate(planned(c0=CROPLAND)) == 38.0
