from __future__ import annotations

from dataclasses import replace

from planner.report.subject import Subject, scenario_label
from tests.support.made_reports import made_subject, solved, subject
from words.catalogue import Words


def test_land_moved_adds_up_to_the_area() -> None:
    """All of the land is in the matrix of what becomes what; its diagonal keeps its class."""
    moved = made_subject().moved_ha
    assert moved.sum() == 11.0
    assert moved.trace() == 8.0


def test_the_day_is_that_of_the_run() -> None:
    """The report is dated by the run's log, so that writing it again changes nothing."""
    plan = replace(solved(), log=("     0.00 s  study.toml, scenario base, 2026-03-09T10:00:00+00:00",))
    assert Subject(plan, Words("en")).day == "2026-03-09"
    assert Subject(replace(plan, log=()), Words("en")).day == ""


def test_the_base_scenario_has_a_name() -> None:
    """The base is told in the report's language, other scenarios by their own name."""
    assert subject("zh").scenario == "基准"
    assert scenario_label("strict", Words("zh")) == "strict"
