from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from formulations.sensitivity.difference import Interval
from formulations.sensitivity.opportunity_cost import Opportunity
from formulations.sensitivity.price_ranges import PriceRange
from formulations.sensitivity.tightening import Equivalent
from instances.land.classes import Classes, class_table
from planner.plans.plan import LimitRecord
from planner.prices.ask import LineCost
from planner.prices.sentences import line_in_words, price_in_words, range_in_words
from planner.prices.worth import Worth
from tests.support.made_plans import CLASSES


def limit(
    indicator: str = "area.cropland", price: float | None = 27.5, unit: str = "ha", **more
) -> LimitRecord:
    """A limit that its plan meets exactly."""
    bounds = (
        {"at_least": None, "at_most": 100.0} if (price or 0.0) < 0 else {"at_least": 100.0, "at_most": None}
    )
    fields = {"district": None, "value": 100.0, "slack": 0.0, "price_unit": f"tCO2e/yr per {unit}", **bounds}
    return LimitRecord(indicator=indicator, price=price, **{**fields, **more})


@pytest.mark.parametrize(
    ("record", "english", "chinese"),
    [
        (
            limit(district="Township 12"),
            "one more hectare of cropland in Township 12 costs 27.50 tCO2e/yr",
            "Township 12耕地每多要求一公顷，代价为 27.50 tCO2e/年",
        ),
        (
            limit("changed_area", -3.0),
            "allowing one more hectare of area that changes saves 3.00 tCO2e/yr",
            "用地变化面积每多允许一公顷，可减少 3.00 tCO2e/年",
        ),
        (
            limit("blue_green_compactness", 2.0, "km"),
            "one more km of blue-green compactness costs 2.00 tCO2e/yr",
            "蓝绿紧凑度每多要求一公里，代价为 2.00 tCO2e/年",
        ),
        (
            limit("green_share", 500.0, "%"),
            "one more percentage point of blue-green share of the area costs 500.00 tCO2e/yr",
            "蓝绿空间占比每多要求一个百分点，代价为 500.00 tCO2e/年",
        ),
        (limit(price=0.0, slack=20.0), "costs nothing: the limit on cropland leaves room", "尚有余量"),
        (
            limit(price=0.0),
            "costs nothing: without the limit on cropland the plan would be as good",
            "没有代价：取消耕地的约束也不会更好",
        ),
        (
            limit(district="Township 12", edge="at_least"),
            "not one more hectare of cropland in Township 12 can be had than the 100.00 ha asked for; "
            "asking for one hectare less saves 27.50 tCO2e/yr",
            "Township 12耕地无法比所要求的 100.00 公顷再多一公顷；每少要求一公顷，可减少 27.50 tCO2e/年",
        ),
        (
            limit("changed_area", -3.0, edge="at_most"),
            "not one hectare of area that changes less is possible than the 100.00 ha allowed; "
            "allowing one hectare more saves 3.00 tCO2e/yr",
            "用地变化面积无法比所允许的 100.00 公顷再少一公顷；每多允许一公顷，可减少 3.00 tCO2e/年",
        ),
        (
            limit(price=None, edge="at_least"),
            "not one more hectare of cropland can be had than the 100.00 ha asked for; "
            "what loosening it would save was not looked for (`--prices` does)",
            "放宽可减少多少未求",
        ),
        (limit(price=None), "no price was found for the limit on cropland", "没有求得价格"),
        (
            limit(value=120.0, slack=20.0, price=0.2),
            "costs nothing: the limit on cropland leaves room",
            "余量",
        ),
    ],
)
def test_a_price_is_told_in_both_languages(record: LimitRecord, english: str, chinese: str) -> None:
    """One more hectare of what, where, costs how much; a ceiling saves; a limit with room costs nothing."""
    assert price_in_words(record, "en", CLASSES) == english
    assert chinese in price_in_words(record, "zh", CLASSES)


@pytest.mark.parametrize(
    ("found", "english", "chinese"),
    [
        (None, "", ""),
        (PriceRange(90.0, 110.0, False, False), "from 90.00 to 110.00 ha", "90.00 至 110.00 公顷"),
        (PriceRange(90.0, 110.0, True, False), "further down", "更低处仍成立"),
        (PriceRange(90.0, 110.0, False, True), "further up", "更高处仍成立"),
        (PriceRange(90.0, 110.0, True, True), "further on both sides", "两侧"),
        (PriceRange(100.0, 100.0, False, False), "for the next hectare only", "仅对下一公顷成立"),
    ],
)
def test_how_far_a_price_holds_is_told(found: PriceRange | None, english: str, chinese: str) -> None:
    """Both ends, and whether an end was found at all."""
    assert english in range_in_words(found, limit(), "en")
    assert chinese in range_in_words(found, limit(), "zh")


def line(whole: Interval | None, cost: list[float]) -> LineCost:
    """A red line with these costs of its units."""
    values = np.array(cost)
    return LineCost(
        "eco", "Ecology", Opportunity("eco", values, values, np.zeros(len(cost), np.uint8)), whole
    )


@pytest.mark.parametrize(
    ("whole", "cost", "english", "chinese"),
    [
        (
            Interval(10.0, 20.0),
            [0.0, 3.0],
            "Ecology as a whole costs between 10",
            "“Ecology”整条红线的代价为 10",
        ),
        (Interval(0.0, 20.0), [0.0], "perhaps nothing: the gaps do not tell; no single unit", "不超过 20"),
        (Interval(5.0, math.inf), [1.0], "costs at least 5", "至少为 5"),
        (Interval(0.0, math.inf), [1.0], "was not found; 1 unit would gain", "未能求得"),
        (
            None,
            [2.0, 7.5],
            "was not found; 2 units would gain by being released alone, the dearest about 7.50",
            "单元有 2 个，最多的一个约减少 7.50",
        ),
    ],
)
def test_what_a_line_costs_is_said_as_surely_as_it_is_known(
    whole: Interval | None, cost: list[float], english: str, chinese: str
) -> None:
    """The whole line as an interval, then its dearest unit."""
    assert english in line_in_words(line(whole, cost), "en")
    assert chinese in line_in_words(line(whole, cost), "zh")


def test_a_small_cost_of_a_line_is_told_as_land_too() -> None:
    """Forest takes up 4 t a hectare: at most 12 t is next to nothing, what 3 ha take up; what is neither
    small nor known to a tenth says how wide it is and how wide it may be; both in both languages."""
    worth = Worth(Equivalent(0, 4.0, 12.0), Classes((class_table()["forest"],)))
    small, wide = (replace(line(whole, [0.0]), worth=worth) for whole in (Interval(0, 12), Interval(80, 120)))
    assert "next to nothing: at most 12.00 tCO2e/yr, what 3.00 ha of forest take up" in line_in_words(
        small, "en"
    )
    assert "至多 12.00 tCO2e/年，相当于 3.00 公顷林地" in line_in_words(small, "zh")
    assert "40.00 tCO2e/yr wide and would have to be 20.00" in line_in_words(wide, "en")
    assert "需缩小到 20.00" in line_in_words(wide, "zh")
