from __future__ import annotations

from dataclasses import replace

from planner.report.marks import marks
from planner.report.subject import Subject
from planner.report.words import Words
from tests.made_reports import solved


def told(mark: str, lang: str) -> str:
    """A mark as the report shows it."""
    plan = solved()
    certificate = plan.certificate.model_copy(update={"marks": (mark,)})
    return marks(Subject(replace(plan, certificate=certificate), Words(lang)))[0]


def test_every_mark_of_a_certificate_is_told_in_chinese() -> None:
    """The sentences that the project's coefficients bring stand on a Chinese report in Chinese."""
    certificate = solved().certificate
    assert certificate.marks
    for mark in certificate.marks:
        assert told(mark, "en") == mark
        chinese = told(mark, "zh")
        assert "are" not in chinese.split()
        assert "耕地" in chinese or "城镇住宅" in chinese


def test_an_unknown_mark_stays_as_it_is() -> None:
    """A sentence of a form that the report does not know is shown, not lost."""
    assert told("Something new.", "zh") == "Something new."
