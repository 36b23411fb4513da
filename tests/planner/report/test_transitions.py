from __future__ import annotations

from planner.report.subject import Subject
from planner.report.transitions import diagrams
from tests.support.made_plans import small_plan, with_layout
from tests.support.made_reports import made_subject
from words.catalogue import Words


def test_bands_say_what_becomes_what() -> None:
    """Every band tells both classes and its area, on the desk's diagram and on the phone's."""
    wide, slim = diagrams(made_subject())
    texts = ["Cropland → Forest: 2.00 ha", "Cropland → Urban land: 1.00 ha"]
    assert [band.text for band in wide.ribbons] == [band.text for band in slim.ribbons] == texts
    assert slim.diagram.width < 400 < wide.diagram.width


def test_no_change_no_diagram() -> None:
    """A plan that changes nothing has no diagram."""
    plan = small_plan()
    assert diagrams(Subject(with_layout(plan, plan.instance.today), Words("en"))) == ()
