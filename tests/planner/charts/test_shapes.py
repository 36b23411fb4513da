from __future__ import annotations

import pytest
from matplotlib.font_manager import FontProperties
from matplotlib.textpath import TextPath

from planner.charts.shapes import Path, Text, width_of
from planner.styles.fonts import font_files


@pytest.mark.parametrize(
    "text", ["Net carbon emissions (tCO₂e/yr)", "净碳排放量（tCO₂e/年）", "−1,234.5", "88"]
)
@pytest.mark.parametrize("weight", ["regular", "bold"])
def test_texts_have_about_the_width_that_is_kept_for_them(text: str, weight: str) -> None:
    """Room for a text is never a tenth too small, nor a half too large."""
    font = FontProperties(fname=str(font_files()[weight]))
    true = TextPath((0, 0), text, size=12, prop=font).get_extents().width
    assert 0.95 * true <= width_of(text, 12) <= 1.5 * true


def test_places_of_texts_follow_their_anchor() -> None:
    """A text ends, begins, or has its middle at its place."""
    left, _, right, _ = Text(100, 50, "word", 10, "end").box
    assert right == pytest.approx(100)
    assert Text(100, 50, "word", 10, "middle").box[0] == pytest.approx(100 - (right - left) / 2)


def test_areas_are_closed_and_lines_are_open() -> None:
    """As SVG writes them."""
    corners = ((0.0, 0.0), (1.0, 0.0), (1.0, 1.0))
    assert Path(corners, fill="#000000").course == "M0.0 0.0L1.0 0.0L1.0 1.0Z"
    assert Path(corners).moved(1, 2).course == "M1.0 2.0L2.0 2.0L2.0 3.0"
