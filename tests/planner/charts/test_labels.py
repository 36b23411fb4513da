from __future__ import annotations

from planner.charts.labels import beside

FRAME = (0.0, 0.0, 100.0, 100.0)


def test_names_stand_on_the_free_side() -> None:
    """A name stands below right of its point where that side has no lines."""
    (label,) = beside([((50.0, 50.0), "1")], [0], (1, 1), [], FRAME, 12)
    assert label.anchor == "start"
    assert label.y > 50


def test_a_name_gives_way_to_lines_and_to_the_frame() -> None:
    """Where the free side is taken, another is found."""
    line = ((50.0, 50.0), (90.0, 60.0))
    (label,) = beside([((50.0, 50.0), "1")], [0], (1, 1), [line], FRAME, 12)
    assert not (label.box[0] < 56 < label.box[2] and label.box[1] < 51.5 < label.box[3])
    (label,) = beside([((98.0, 50.0), "1")], [0], (1, 1), [], FRAME, 12)
    assert label.box[2] <= 100


def test_names_without_room_are_left_out() -> None:
    """Of points that lie on each other those first in order keep their names."""
    points = [((50.0 + 0.1 * n, 50.0), str(n)) for n in range(30)]
    placed = beside(points, [29, *range(29)], (1, 1), [], FRAME, 12)
    assert placed[0].text == "29"
    assert 1 < len(placed) < 30
