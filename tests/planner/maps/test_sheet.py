from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.maps.sheet import HEIGHT, WIDTH, columns_of, round_length, sheet, shorten, wrap


@pytest.mark.parametrize(
    ("most", "length"),
    [(1, 1), (1.9, 1), (7_300, 5_000), (26_000, 20_000), (50, 50), (0.3, 0.2), (99_999, 50_000)],
)
def test_scale_bars_have_round_lengths(most, length):
    """A scale bar is 1, 2 or 5 times a power of ten long, and never longer than its room."""
    assert round_length(most) == pytest.approx(length)


@given(st.floats(1, 1e6), st.floats(0.05, 20))
def test_panels_lie_on_the_sheet_apart(width, ratio):
    """For every shape of area the panels have its shape, lie on the sheet and overlap neither each other
    nor the legend."""
    where = sheet((width, width * ratio))
    boxes = [*where.panels, where.legend]
    for box in boxes:
        assert box.left >= 0
        assert box.bottom >= 0
        assert box.left + box.width <= WIDTH + 1e-9
        assert box.bottom + box.height <= HEIGHT + 1e-9
    for box in where.panels:
        assert box.height / box.width == pytest.approx(ratio)
        assert box.width == pytest.approx(width * where.scale)
    for number, one in enumerate(boxes):
        for other in boxes[:number]:
            beside = one.left >= other.left + other.width - 1e-9 or other.left >= one.left + one.width - 1e-9
            above = (
                one.bottom >= other.bottom + other.height - 1e-9
                or other.bottom >= one.bottom + one.height - 1e-9
            )
            assert beside or above


def test_wide_and_tall_areas_are_arranged_differently():
    """Wide areas stand in two rows, square ones in a row over the legend, tall ones beside it."""
    wide, square, tall = sheet((3e4, 1e4)), sheet((1e4, 1e4)), sheet((1e4, 3e4))
    assert wide.panels[2].bottom < wide.panels[0].bottom
    assert square.legend_below
    assert square.panels[2].bottom == square.panels[0].bottom
    assert not tall.legend_below
    assert tall.panels[2].bottom == tall.panels[0].bottom


@given(st.text(alphabet="ab ,，中文字。", max_size=80), st.integers(4, 30))
def test_wrapping_loses_nothing(text, columns):
    """Lines are never wider than asked for unless a word is, and hold every letter in order."""
    lines = wrap(text, columns)
    assert "".join("".join(lines).split()) == "".join(text.split())
    for line in lines:
        assert columns_of(line) <= columns or len(line.split()) == 1


def test_long_names_end_in_an_ellipsis():
    """A name too long for its place is cut; Chinese characters count double."""
    assert shorten("Forest", 10) == "Forest"
    assert shorten("Permanent basic farmland", 10) == "Permanent…"
    assert columns_of(shorten("永久基本农田保护红线", 10)) <= 10
