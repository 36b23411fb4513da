from __future__ import annotations

from itertools import combinations

from planner.charts.legend import Entry, legend
from planner.charts.shapes import Dot, Text, overlap


def test_a_legend_takes_the_rows_that_it_needs() -> None:
    """Names stand beside one another while there is room, then below; none is wider than the chart."""
    entries = [Entry((Dot(0, 0, 5, "#000000"),), "a name of some length " * n) for n in (1, 1, 4)]
    wide, low = legend(entries, 900, 12)
    slim, high = legend(entries, 300, 12)
    assert low < high
    for shapes, width in ((wide, 900), (slim, 300)):
        texts = [shape for shape in shapes if isinstance(shape, Text)]
        assert len(texts) == 3
        assert all(text.box[2] <= width + 1 for text in texts)
        assert not any(overlap(one.box, other.box) for one, other in combinations(texts, 2))
