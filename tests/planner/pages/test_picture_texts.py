from __future__ import annotations

import re

import numpy as np

from planner.pages.picture_texts import change_told, districts_told, land_told, marked_told
from tests.support.made_plans import small_plan
from tests.support.made_reports import page
from words.catalogue import Words


def test_a_map_of_land_names_its_largest_classes() -> None:
    """Classes stand in the order of their land, with shares that are counted by hand."""
    plan = small_plan()
    told = land_told(plan.instance, plan.layout, Words("en"))
    counts = np.bincount(plan.layout, minlength=len(plan.instance.classes))
    largest = plan.instance.classes[int(counts.argmax())].label("en")
    assert told.startswith(f"Most land: {largest} ")
    assert f"{100 * counts.max() / counts.sum():.2f}" in told


def test_a_map_of_changes_says_how_much_changes() -> None:
    """Two hectares become forest and one urban; a plan without change says so."""
    plan = small_plan()
    told = change_told(plan.instance, plan.layout, Words("zh"))
    assert (
        told == "3.00 公顷改变地类，面积最大的变化：耕地 → 林地，2.00 公顷；耕地 → 城镇建设用地，1.00 公顷。"
    )
    assert change_told(plan.instance, plan.instance.today, Words("zh")) == "没有用地改变地类。"


def test_marked_land_and_districts_are_told() -> None:
    """Marked land has its area; of districts that have a figure the highest and the lowest are named."""
    plan = small_plan()
    changed = plan.layout != plan.instance.today
    assert marked_told(plan.instance, changed, Words("en")).startswith("3.00 ha are marked, ")
    values = np.array([2.0, np.nan, 7.0])
    assert districts_told(["a", "b", "c"], values, Words("en")) == "Highest in c (7.00), lowest in a (2.00)."
    assert districts_told(["a"], np.array([np.nan]), Words("en")) == ""


def test_every_picture_of_a_report_has_a_text() -> None:
    """No picture is without a text, and those of land say more than their title."""
    texts = re.findall(r'<img [^>]*alt="([^"]*)"', page("zh"))
    assert texts
    assert all(texts)
    assert sum("面积最大的地类" in text for text in texts) >= 3
