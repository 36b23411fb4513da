"""Explaining infeasibility, by hand and against enumeration."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from formulations.column_generation import graph_cut_structure
from formulations.core.indicator import CellTerm, Indicator
from formulations.core.problem import LayoutProblem, Limit, Options
from formulations.core.solution import SolveSettings, Watch
from formulations.infeasible import Relaxation, explain
from instances.rules.districts import Districts
from tests.support.enumeration import enumerate_best
from tests.support.random_problems import Shape, random_problem


def four_hectares(urban_at_least: float, crop_at_least: float) -> LayoutProblem:
    """Four cropland units of 1 ha; a red line `farm` keeps two of them cropland."""
    kind = np.array([0, 0, 1, 1], np.int32)
    allowed = np.array([[True, False], [True, True]])
    options = Options(kind, allowed, {"farm": np.ones((2, 2), bool)})
    area, whole = np.ones(4), Districts.whole(4)

    def land(name: str, row: list[float]) -> Indicator:
        return Indicator(name, "ha", (CellTerm(area, np.zeros(4, np.int32), np.array([row])),))

    crop, urban = land("area.cropland", [1.0, 0.0]), land("area.urban", [0.0, 1.0])
    none = np.full(1, np.inf)
    limits = (
        Limit(crop, whole, np.array([crop_at_least]), none, "limits[0]"),
        Limit(urban, whole, np.array([urban_at_least]), none, "limits[1]"),
    )
    return LayoutProblem(options, ((1.0, urban),), limits, ("cropland", "urban"), np.zeros(4, np.uint8), area)


def test_limits_that_collide_are_named_with_the_smallest_relaxation_of_each() -> None:
    """3 ha of cropland and 2 ha of urban land do not fit 4 ha: either gives way by 1 ha, no red line
    helps."""
    why = explain(four_hectares(urban_at_least=2.0, crop_at_least=3.0), SolveSettings(), Watch())
    assert why.proven
    found = {each.label: (each.kind, each.amount, each.bound_to) for each in why.alone}
    assert found == {
        "area.cropland": ("limit", pytest.approx(1.0), pytest.approx(2.0)),
        "area.urban": ("limit", pytest.approx(1.0), pytest.approx(1.0)),
    }
    assert sum(each.amount for each in why.together) == pytest.approx(1.0)


def test_a_red_line_in_the_way_is_named_with_the_land_it_must_let_go() -> None:
    """3 ha of urban land need 1 ha of the two that the farm line keeps."""
    why = explain(four_hectares(urban_at_least=3.0, crop_at_least=0.5), SolveSettings(), Watch())
    line = next(each for each in why.alone if each.kind == "redline")
    assert (line.label, line.amount, line.units) == ("farm", pytest.approx(1.0), 1)
    assert "redlines.farm" in str(line)


@pytest.mark.parametrize("seed", range(40))
def test_the_joint_relaxation_mends_what_it_explains(seed: int) -> None:
    """Where no layout keeps the limits, moving the bounds as told leaves one that does."""
    shape = Shape(rows=2, columns=3, limits=2, limit_pairs=seed % 2 == 0, infeasible=True)
    problem = random_problem(np.random.default_rng(seed), shape)
    assert enumerate_best(problem).layout is None
    why = explain(problem, SolveSettings(), Watch())
    assert why.together
    told = {(each.place, each.label): each.bound_to for each in why.together}
    mended = replace(problem, limits=tuple(_moved(problem, n, told) for n in range(len(problem.limits))))
    assert enumerate_best(mended).layout is not None


@pytest.mark.parametrize("prices", [False, True])
@pytest.mark.parametrize("seed", range(12))
def test_what_one_limit_must_give_lies_between_what_is_proven_and_what_is_told(
    seed: int, prices: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each limit that is told alone mends by itself where it is moved as told, and not short of ``least``;
    with the whole model and with prices alike."""
    if prices:
        monkeypatch.setattr(graph_cut_structure, "EXACT_UNITS", 0)
    shape = Shape(rows=2, columns=3, limits=2, limit_pairs=False, infeasible=True)
    problem = random_problem(np.random.default_rng(seed), shape)
    why = explain(problem, SolveSettings(), Watch())
    for each in (one for one in why.alone if one.kind == "limit" and one.enough):
        assert each.least is not None
        assert each.bound_from is not None
        assert each.least <= each.amount * (1 + 1e-6) + 1e-9
        assert _mended(problem, each, each.bound_to)
        towards = np.sign((each.bound_to or 0.0) - each.bound_from)
        assert not _mended(problem, each, each.bound_from + towards * (each.least * (1 - 1e-6) - 1e-6))


def _mended(problem: LayoutProblem, relaxation: Relaxation, bound: float | None) -> bool:
    """Whether some layout keeps the limits once one of them is moved."""
    told = {(relaxation.place, relaxation.label): bound}
    limits = tuple(_moved(problem, n, told) for n in range(len(problem.limits)))
    return enumerate_best(replace(problem, limits=limits)).layout is not None


def _moved(problem: LayoutProblem, number: int, told: dict[tuple[str, str], float | None]) -> Limit:
    limit = problem.limits[number]
    low, high = limit.at_least.copy(), limit.at_most.copy()
    for row in problem.rows:
        bound = told.get((row.place, row.label)) if row.limit == number else None
        if bound is not None:
            low[row.position], high[row.position] = min(row.lower, bound), max(row.upper, bound)
    return replace(limit, at_least=low, at_most=high)


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        (50.0, 43.456, "limits[1]: lower area.cropland from 50.00 to 43.45 ha (by 6.55)"),
        (40.0, 45.001, "limits[1]: raise area.cropland from 40.00 to 45.01 ha (by 5.01)"),
        (36.07, 36.0689, "limits[1]: lower area.cropland from 36.0700 to 36.0689 ha (by 0.0011)"),
    ],
)
def test_a_relaxation_is_rounded_to_the_side_that_mends(start: float, end: float, expected: str) -> None:
    """Whoever types in the bound of a message has a plan, however small the step."""
    said = Relaxation("area.cropland", "limits[1]", "limit", abs(start - end), "ha", start, end)
    assert str(said) == expected


@pytest.mark.parametrize(
    ("relaxation", "english", "chinese"),
    [
        (
            Relaxation("area.cropland (North)", "limits[0]", "limit", 12.5, "ha", 100.0, 87.5),
            "limits[0]: lower area.cropland (North) from 100.00 to 87.50 ha (by 12.50)",
            "limits[0]：将 area.cropland (North) 由 100.00 降至 87.50 公顷（降低 12.50）",
        ),
        (
            Relaxation("changed_area", "limits[1]", "limit", 0.005, "ha", 1.0, 1.005),
            "limits[1]: raise changed_area from 1.0000 to 1.0050 ha (by 0.0050)",
            "limits[1]：将 changed_area 由 1.0000 提高到 1.0050 公顷（提高 0.0050）",
        ),
        (
            Relaxation("area.cropland", "limits[0]", "limit", 12.5, "ha", 100.0, 87.5, least=12.0),
            "limits[0]: lower area.cropland from 100.00 to 87.50 ha (by 12.50; any plan needs 12.00 or more)",
            "limits[0]：将 area.cropland 由 100.00 降至 87.50 公顷（降低 12.50；"
            "任何方案都至少需要降低 12.00）",
        ),
        (
            Relaxation("area.urban", "limits[1]", "limit", 2.0, "ha", 1.0, 3.0, least=2.0, enough=False),
            "limits[1]: raise area.urban from 1.00 to 3.00 ha or further (by 2.00 or more; no plan was found "
            "that shows how much is enough)",
            "limits[1]：将 area.urban 由 1.00 至少提高到 3.00 公顷（提高 2.00 或更多；"
            "未找到方案，尚不知多少才够）",
        ),
        (
            Relaxation("ecology", "redlines.ecology", "redline", 3.0, "ha", units=3, least=2.5),
            "redlines.ecology: let 3.00 ha (3 units) out of the red line ecology "
            "(any plan needs 2.50 ha or more)",
            "redlines.ecology：将 3.00 公顷（3 个单元）划出红线“ecology”（任何方案都至少需要 2.50 公顷）",
        ),
        (
            Relaxation("ecology", "redlines.ecology", "redline", 2.5, "ha", least=2.5, enough=False),
            "redlines.ecology: let 2.50 ha or more out of the red line ecology (no plan was found that shows "
            "how much is enough)",
            "redlines.ecology：至少将 2.50 公顷划出红线“ecology”（未找到方案，尚不知多少才够）",
        ),
        (
            Relaxation("ecology", "redlines.ecology", "redline", 3.0, "ha", units=3),
            "redlines.ecology: let 3.00 ha (3 units) out of the red line ecology",
            "redlines.ecology：将 3.00 公顷（3 个单元）划出红线“ecology”",
        ),
    ],
)
def test_relaxations_are_told_in_both_languages(relaxation: Relaxation, english: str, chinese: str) -> None:
    """What would mend a study is a sentence, in Chinese and in English."""
    assert (str(relaxation), relaxation.told("zh")) == (english, chinese)
