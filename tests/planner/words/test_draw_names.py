from __future__ import annotations

import pytest

from formulations.sampling.regret import AS_GIVEN, MEAN
from planner.terminal.stages import solve_name
from planner.words.draw_names import draw_name
from words.catalogue import Words


@pytest.mark.parametrize(
    ("name", "english", "chinese"),
    [
        (AS_GIVEN, "as given", "原系数"),
        (MEAN, "mean of the draws", "抽样平均"),
        ("draw 12", "draw 12", "抽样 12"),
        ("mine.csv", "mine.csv", "mine.csv"),
    ],
)
def test_draws_have_names_in_both_languages(name: str, english: str, chinese: str) -> None:
    """The study's own coefficients, their mean and every draw are named; another set keeps its name."""
    assert (draw_name(name, Words("en")), draw_name(name, Words("zh"))) == (english, chinese)
    assert solve_name(f"coefficients: {name}", Words("zh")) == f"系数：{chinese}"
