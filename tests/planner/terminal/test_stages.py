"""Stages and solves under way have names in the language that is spoken."""

from __future__ import annotations

import pytest

from planner.terminal.stages import solve_name, stage_name
from words.catalogue import Words


@pytest.mark.parametrize(
    ("stage", "zh"),
    [
        ("red lines", "红线代价"),
        ("strict: milp", "strict：取整"),
        ("range of area.cropland (东镇)", "area.cropland (东镇)的价格区间"),
        ("without farmland", "取消farmland"),
        ("something new", "something new"),
    ],
)
def test_stages(stage: str, zh: str) -> None:
    """In English a stage is called as it reports itself; in Chinese it has its own name, if it has one."""
    assert stage_name(stage, Words("en")) == stage
    assert stage_name(stage, Words("zh")) == zh


@pytest.mark.parametrize(
    ("name", "zh"),
    [
        ("best plan", "最优方案"),
        ("alternative 2", "备选方案 2"),
        ("end at the best net_emissions", "net_emissions 最优的一端"),
        ("best area.cropland", "area.cropland 的最优值"),
        ("point at 12.5 km", "12.5 km 处的点"),
        ("area.forest 30: point at 12.5 km", "area.forest 30：12.5 km 处的点"),
        ("coefficients: draw 3", "系数：抽样 3"),
        ("nearest to the plan as given: draw 3", "最接近原系数方案：抽样 3"),
        ("something new", "something new"),
    ],
)
def test_solves(name: str, zh: str) -> None:
    """Questions of a sweep are named in either language."""
    assert solve_name(name, Words("en")) == name
    assert solve_name(name, Words("zh")) == zh
