from __future__ import annotations

from dataclasses import replace

from planner.maps.sheet import columns_of
from planner.report.subject import Subject
from planner.report.transitions import LETTER, diagrams
from tests.support.made_plans import small_plan, with_layout
from tests.support.made_reports import made_subject
from words.catalogue import Words


def test_bands_say_what_becomes_what() -> None:
    """Every band tells both classes and its area, on the desk's diagram and on the phone's."""
    wide, slim = diagrams(made_subject())
    texts = ["Cropland → Forest: 2.00 ha", "Cropland → Urban land: 1.00 ha"]
    assert [band.text for band in wide.ribbons] == [band.text for band in slim.ribbons] == texts
    assert slim.diagram.width < 400 < wide.diagram.width


def test_labels_keep_to_the_room_beside_the_bars() -> None:
    """A class with a name longer than there is room for is cut, on the desk's diagram and on the phone's."""
    subject = made_subject()
    long = [replace(item, name_en="Land " * 20) for item in subject.instance.classes]
    instance = replace(subject.instance, classes=replace(subject.instance.classes, items=tuple(long)))
    for drawing in diagrams(Subject(replace(subject.plan, instance=instance), subject.words)):
        room = drawing.diagram.left / LETTER
        lines = [line for label in (*drawing.today, *drawing.planned) for line in label.lines]
        assert lines
        assert all(columns_of(line) <= room for line in lines)


def test_no_change_no_diagram() -> None:
    """A plan that changes nothing has no diagram."""
    plan = small_plan()
    assert diagrams(Subject(with_layout(plan, plan.instance.today), Words("en"))) == ()
