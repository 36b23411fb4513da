from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from formulations.core.ratios import ratio_range
from formulations.core.solution import SolveSettings, Watch
from formulations.indicators.catalogue import indicators
from formulations.infeasible import explain
from formulations.posing import pose
from formulations.solving import solve
from instances.rules.redlines import kinds_of
from instances.study.findings import Findings, StudyError
from planner.plans.certify import limit_records
from tests.formulations.indicators.test_sums import TABLES, instance
from tests.support.enumeration import enumerate_best, layouts
from tests.support.hand_instance import HALVES, TODAY
from tests.support.made_plans import CROPLAND, FOREST, URBAN

STAYS = np.ones((4, 4), dtype=bool)
STAYS[URBAN] = np.arange(4) == URBAN


def limited(*limits: dict[str, Any], transitions: Any = None) -> Any:
    """The six cells with limits on jobs a person."""
    one = instance(limits=list(limits), objective={"minimise": {"net_emissions": 1.0}})
    if transitions is None:
        return one
    return replace(one, transitions=transitions, kinds=kinds_of(TODAY, transitions, ()))


def test_a_ratio_is_one_linear_row_and_told_as_a_ratio() -> None:
    """30 jobs and 8 on fields for 55 people are 0.69; at least 0.9 of them is jobs - 0.9 people >= 0."""
    problem = pose(limited({"indicator": "balance", "at_least": 0.9}))
    [row] = problem.rows
    assert (row.lower, row.unit) == (0.0, "people")
    assert problem.values(TODAY)[0] == pytest.approx(38 - 0.9 * 55)
    [told] = limit_records(problem, TODAY)
    assert (told.at_least, told.price_unit) == (0.9, "tCO2e/yr per 0.01")
    assert told.value == pytest.approx(38 / 55)
    assert told.slack == pytest.approx(38 / 55 - 0.9)


@pytest.mark.slow
@given(st.floats(0.3, 1.2), st.sampled_from(["at_least", "at_most"]))
def test_the_optimum_is_that_of_every_layout_tried(bound: float, side: str) -> None:
    """The linear row cuts off the same layouts as the ratio does, whole and by district."""
    problem = pose(limited({"indicator": "balance", side: bound, "by": "halves", "district": "east"}))
    ratio = indicators(limited())["balance"]
    kept = []
    for layout in list(layouts(problem))[::7]:
        value = ratio.evaluate_by(layout, HALVES)[1]
        holds = problem.holds(layout)
        nothing = not (layout[[2, 5]] == URBAN).any()
        right = nothing or (value >= bound if side == "at_least" else value <= bound)
        if not nothing or side == "at_least":
            assert holds == right
        kept.append(holds)
    assert any(kept)


def test_both_sides_and_shares_of_today_are_asked_in_every_district() -> None:
    """Two rows a district, each with its own bound; none of a share of what has nothing to divide by."""
    problem = pose(town_stays(at_least="90%", at_most="120%"))
    told = [(row.district, row.at_least, row.at_most) for row in limit_records(problem, TODAY)]
    east = 30 / 55
    assert told == [
        ("east", pytest.approx(0.9 * east), None),
        ("east", None, pytest.approx(1.2 * east)),
    ]  # fmt: skip


def test_a_solved_ratio_is_kept_and_the_price_is_of_a_hundredth() -> None:
    """The solver's plan keeps the ratio and is the best of all layouts."""
    problem = pose(
        limited({"indicator": "balance", "at_least": 0.9}, {"indicator": "area.urban", "at_least": 1})
    )
    solution = solve(problem, SolveSettings(gap=1e-9), Watch())
    assert solution.layout is not None
    best = enumerate_best(problem)
    assert solution.objective == pytest.approx(best.objective)
    told = limit_records(problem, solution.layout, solution)[0]
    assert told.value >= 0.9 - 1e-9
    people = indicators(limited())["people"].evaluate(solution.layout)
    price = solution.prices.get(problem.rows[0].key)
    assert told.price is None or told.price == pytest.approx(0.01 * people * (price or 0.0))


def test_a_collision_is_told_in_the_ratio() -> None:
    """Ten jobs a person cannot be had with a hectare of town: the smallest change is a lower ratio."""
    problem = pose(
        limited({"indicator": "balance", "at_least": 10}, {"indicator": "area.urban", "at_least": 1})
    )
    why = explain(problem, SolveSettings(), Watch())
    moved = next(each for each in why.alone if each.label == "balance")
    assert (moved.bound_from, moved.unit) == (10.0, "")
    assert moved.bound_to == pytest.approx(50 / 55)


def town_stays(**limit: Any) -> Any:
    """The six cells with the town where it is, and a limit on jobs a person by halves."""
    return limited({"indicator": "balance", "by": "halves", **limit}, transitions=STAYS)


def test_the_range_of_a_ratio_is_that_of_all_layouts() -> None:
    """Newton's steps end at the least and the greatest of every layout there is; the sea has none."""
    one = town_stays(at_least=0)
    problem = pose(one)
    low, high = ratio_range(indicators(one)["balance"], HALVES, problem.options)
    values = []
    for k in range(4):
        layout = TODAY.copy()
        layout[2] = k
        values.append(indicators(one)["balance"].evaluate_by(layout, HALVES)[1])
    assert (low[1], high[1]) == (pytest.approx(min(values)), pytest.approx(max(values)))
    assert high[0] == np.inf  # fields, and nobody to divide them by
    assert np.isnan(high[2])


def test_bounds_are_moved_to_what_is_possible_and_told() -> None:
    """Jobs a person can be 0.62 in the east at most: that is asked, with a warning that says where."""
    findings = Findings()
    problem = pose(town_stays(at_least=2, where_possible=True), findings)
    [warning] = [each for each in findings if each.place == "limits[0].at_least"]
    assert "less than asked in 1 places; in east 0.618182" in str(warning)
    told = {row.district: row.at_least for row in limit_records(problem, TODAY)}
    assert told == {"west": 2.0, "east": pytest.approx(34 / 55)}
    assert not problem.holds(TODAY)
    field = TODAY.copy()
    field[2] = CROPLAND
    assert problem.holds(field)


@pytest.mark.parametrize("side", ["at_least", "at_most"])
def test_plain_bounds_are_moved_as_well(side: str) -> None:
    """9 ha of forest of six are asked as six; at most -1 ha as none."""
    asked = {"at_least": 9, "at_most": -1}[side]
    limit = {"indicator": "area.forest", side: asked, "where_possible": True}
    problem = pose(limited(limit))
    [row] = problem.rows
    assert (row.lower if side == "at_least" else row.upper) == {"at_least": 6.0, "at_most": 0.0}[side]
    assert problem.holds(np.full(6, FOREST if side == "at_least" else URBAN, dtype=np.uint8))


@pytest.mark.parametrize(
    ("limit", "said"),
    [
        ({"indicator": "green_share", "at_least": 99, "where_possible": True}, "counted unit by unit"),
        (
            {"indicator": "upside", "at_least": 1},
            "divides by net_emissions, which a plan could bring down to -30",
        ),
        ({"indicator": "empty", "at_least": 1}, "divides by area.living, which is 0 whatever the plan"),
        ({"indicator": "balance", "at_least": 2, "at_most": 1}, "asks for 2"),
    ],
)
def test_limits_that_say_nothing_are_told(limit: dict[str, Any], said: str) -> None:
    """Shares that cannot be moved, denominators below 0 or always 0, and bounds that contradict."""
    more = {"upside": {"ratio": ["jobs", "net_emissions"]}, "empty": {"ratio": ["jobs", "area.living"]}}
    one = instance({**TABLES, **more}, limits=[limit])
    if limit["indicator"] == "empty":
        kinds = replace(one.kinds, allowed=one.kinds.allowed & (np.arange(4) != URBAN))
        one = replace(one, kinds=kinds)
    with pytest.raises(StudyError, match=said):
        pose(one)
