"""Stages as one layout problem, against plans found by trying every class in every year."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from itertools import product
from typing import Any

import numpy as np
import pytest

from formulations.core.solution import SolveSettings, Watch
from formulations.indicators.catalogue import indicators
from formulations.posing import pose
from formulations.solving import solve
from formulations.staged import problem
from formulations.staged.problem import Staged, pose_stages
from instances.instance import Instance
from instances.rules.redlines import kinds_of
from instances.study.findings import Findings, StudyError
from tests.support.enumeration import enumerate_best
from tests.support.hand_instance import TODAY, hand_instance
from tests.support.made_plans import CROPLAND, FOREST, URBAN, WATER

WANTED = {"minimise": {"net_emissions": 1.0}, "maximise": {"blue_green_compactness": 2.0}}
HOMES = [
    {"indicator": "area.urban", "at_least": 2, "year": 2025},
    {"indicator": "area.urban", "at_least": 3},
    {"indicator": "area.cropland", "at_least": 1, "every_year": True},
    {"indicator": "changed_area", "counts": "stage", "at_most": 2},
]
TRANSITIONS = np.zeros((4, 4), dtype=bool)
TRANSITIONS[CROPLAND] = True
TRANSITIONS[FOREST, [FOREST, URBAN]] = True
TRANSITIONS[[WATER, URBAN], [WATER, URBAN]] = True


def instance(years: list[int], limits: list[dict[str, Any]], **stages: Any) -> Instance:
    """The six cells with stages."""
    study = {"objective": WANTED, "limits": limits, "stages": {"years": years, **stages}}
    kinds = kinds_of(TODAY, TRANSITIONS, ())
    return hand_instance(study, transitions=TRANSITIONS, kinds=kinds)


def staged(made: Instance) -> Staged:
    """Its problem over classes and years."""
    found = Findings()
    return pose_stages(made, pose(made, found), found)


def solved(posed: Any, method: str = "exact") -> float:
    """The objective that a method finds, to the end of its search."""
    found = solve(posed, SolveSettings(gap=1e-9, method=method), Watch())
    assert found.layout is not None
    return float(found.objective)


def best_by_hand(made: Instance, shares: list[float], keeps: Any) -> float:
    """The least objective over every class and year of every cell; ``keeps`` judges the land by stage."""
    count, catalogue = len(shares), indicators(made)
    choices = []
    for cell, held in enumerate(TODAY):
        may = [k for k in range(4) if made.kinds.allowed[made.kinds.of[cell], k]]
        choices.append([(k, s) for k in may for s in range(count) if k != held or s == 0])
    best = np.inf
    for choice in product(*choices):
        planned = np.array([k for k, _ in choice], dtype=np.uint8)
        when = np.array([s for _, s in choice])
        land = [np.where(when <= t, planned, TODAY).astype(np.uint8) for t in range(count)]
        if keeps(land):
            mean = sum(
                share * catalogue["net_emissions"].evaluate(one)
                for share, one in zip(shares, land, strict=True)
            )
            best = min(best, mean - 2.0 * catalogue["blue_green_compactness"].evaluate(land[-1]))
    return best


def area(layout: np.ndarray, k: int) -> int:
    """Hectares of a class: cells are of one hectare."""
    return int((layout == k).sum())


@pytest.mark.parametrize("method", ["exact", "decompose"])
@pytest.mark.parametrize(
    ("years", "shares"),
    [([2025, 2030], [0.5, 0.5]), ([2025, 2027, 2035], [2 / 18, 8 / 18, 8 / 18])],
)
def test_the_best_plan_is_that_of_trying_everything(
    years: list[int], shares: list[float], method: str
) -> None:
    """Two and three stages with limits in one year, in every year and on what a stage changes."""
    made = instance(years, HOMES)

    def keeps(land: list[np.ndarray]) -> bool:
        before = [TODAY, *land]
        return (
            area(land[0], URBAN) >= 2
            and area(land[-1], URBAN) >= 3
            and all(area(one, CROPLAND) >= 1 for one in land)
            and all((one != other).sum() <= 2 for one, other in zip(before, land, strict=False))
        )

    expected = best_by_hand(made, shares, keeps)
    assert np.isfinite(expected)
    assert solved(staged(made).problem, method) == pytest.approx(expected, abs=1e-6)
    assert enumerate_best(staged(made).problem).objective == pytest.approx(expected, abs=1e-9)


def test_sums_over_years_and_the_peak() -> None:
    """Cumulative emissions are bounded as value x years; after the peak no stage is above the one before."""
    limits: list[dict[str, Any]] = [
        {"indicator": "area.urban", "at_least": 3},
        {"indicator": "net_emissions", "counts": "sum", "at_most": 2700, "year": 2030},
    ]
    made = instance([2025, 2030, 2035], limits, peak=2030, until=2036)
    net = indicators(made)["net_emissions"]

    def keeps(land: list[np.ndarray]) -> bool:
        emitted = [net.evaluate(one) for one in land]
        return (
            area(land[-1], URBAN) >= 3
            and 5 * emitted[0] + 5 * emitted[1] <= 2700 + 1e-6
            and emitted[2] <= emitted[1] + 1e-9
        )

    expected = best_by_hand(made, [5 / 11, 5 / 11, 1 / 11], keeps)
    assert np.isfinite(expected)
    assert solved(staged(made).problem) == pytest.approx(expected, abs=1e-6)


def test_one_stage_is_the_problem_without_stages() -> None:
    """Its options, values and best plan are those of the study without stages, to the last digit."""
    limits: list[dict[str, Any]] = [
        {"indicator": "area.urban", "at_least": 3},
        {"indicator": "area.cropland", "at_least": "50%"},
    ]
    made = instance([2035], limits)
    plain = pose(made)
    one = staged(made).problem
    assert (one.options.allowed[one.options.kind] == plain.options.allowed[plain.options.kind]).all()
    found, alone = enumerate_best(one), enumerate_best(plain)
    assert found.objective == alone.objective
    assert found.layout is not None
    assert alone.layout is not None
    assert np.array_equal(found.layout, alone.layout)


def test_without_limits_in_other_years_the_last_stage_stands_alone() -> None:
    """Where the last year alone counts, three stages cost what that year costs without stages."""
    limits = [{"indicator": "area.urban", "at_least": 3}]
    made = instance([2025, 2030, 2035], limits, objective="last")
    assert enumerate_best(staged(made).problem).objective == pytest.approx(
        enumerate_best(pose(made)).objective, abs=1e-9
    )


def test_land_that_must_change_may_wait() -> None:
    """A cell whose class today is barred changes at some stage, and never stays."""
    kinds = kinds_of(TODAY, TRANSITIONS, ())
    allowed = kinds.allowed.copy()
    allowed[kinds.of[0], CROPLAND] = False
    made = hand_instance(
        {"objective": WANTED, "stages": {"years": [2025, 2030]}}, kinds=replace(kinds, allowed=allowed)
    )
    posed = staged(made)
    allowed = posed.problem.options.allowed[posed.problem.options.kind]
    assert not allowed[0, CROPLAND]
    assert allowed[0, [FOREST, 4 + FOREST]].all()
    assert not allowed[0, 4 + CROPLAND]


@pytest.mark.parametrize(
    ("limit", "told"),
    [
        ({"indicator": "area.urban", "at_least": 1, "year": 2026}, "limits (no. 1).year: 2026 is no year"),
        ({"indicator": "carbon_balance", "at_least": 0.1}, "is a ratio"),
        ({"indicator": "blue_green_compactness", "at_least": 0.1, "every_year": True}, "edges or corridors"),
        ({"indicator": "area.urban", "at_most": "110%", "counts": "stage"}, "Give a number"),
    ],
)
def test_what_stages_do_not_offer_is_refused(limit: Mapping[str, Any], told: str) -> None:
    """Each in a sentence with its place and remedy."""
    with pytest.raises(StudyError, match="limits") as wrong:
        staged(instance([2025, 2030], [dict(limit)]))
    assert told in str(wrong.value)


def test_years_without_stages_are_refused() -> None:
    """A limit that names a year in a study without stages."""
    study = {"objective": WANTED, "limits": [{"indicator": "area.urban", "at_least": 1, "year": 2030}]}
    with pytest.raises(StudyError, match="no stages"):
        pose(hand_instance(study))


def test_too_many_options_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """A layout keeps one byte a unit: classes times years are no more than 255."""
    monkeypatch.setattr(problem, "MOST_OPTIONS", 10)
    with pytest.raises(StudyError, match="3 years of 4 classes are more than 10 options") as wrong:
        staged(instance([2025, 2030, 2035], []))
    assert "at most 2 years" in str(wrong.value)
