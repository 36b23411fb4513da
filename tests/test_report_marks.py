from __future__ import annotations

from planner.report.marks import told
from planner.report.words import Words
from tests.made_reports import solved


def chinese(mark: str) -> str:
    """A mark as a Chinese report shows it."""
    return told(mark, solved().instance.classes, Words("zh"))


def test_every_mark_of_a_certificate_is_told_in_chinese() -> None:
    """The sentences that the project's coefficients bring stand on a Chinese report in Chinese."""
    certificate = solved().certificate
    assert certificate.marks
    for mark in certificate.marks:
        assert told(mark, solved().instance.classes, Words("en")) == mark
        assert "are" not in chinese(mark).split()
        assert "耕地" in chinese(mark) or "城镇住宅" in chinese(mark)


def test_an_unknown_mark_stays_as_it_is() -> None:
    """A sentence of a form that the report does not know is shown, not lost."""
    assert chinese("Something new.") == "Something new."
