"""What reports are tested on: a small study solved once, and the pages made of it."""

from __future__ import annotations

import tempfile
from functools import cache
from pathlib import Path

from planner.plans.optimise import load, optimise
from planner.plans.plan import Plan
from planner.report.page import report_page
from planner.report.subject import Subject
from tests.support.made_plans import small_plan
from tests.support.small_study import write_study
from words.catalogue import Words


@cache
def solved() -> Plan:
    """The plan of the small study: three red lines, two townships, limits that bind."""
    with tempfile.TemporaryDirectory() as folder:
        return optimise(load(write_study(Path(folder))), method="exact")


def subject(lang: str = "en") -> Subject:
    """The solved plan, told in a language."""
    return Subject(solved(), Words(lang))


def made_subject(lang: str = "en") -> Subject:
    """The plan made by hand: two cells of cropland become forest, one becomes urban, each of 1 ha."""
    plan = small_plan(lang)
    return Subject(plan, Words(lang))


@cache
def page(lang: str = "en") -> str:
    """The report of the solved plan."""
    return report_page(solved(), lang)
