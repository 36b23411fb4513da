from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from planner.charts.axes import Scale, level, reach, ticks
from planner.charts.shapes import Text, overlap


@given(st.floats(-1e7, 1e7), st.floats(1e-3, 1e6))
def test_figures_are_round_and_within(low: float, extent: float) -> None:
    """The figures of an axis lie within it, are few, and no two are written alike."""
    found = ticks(low, low + extent)
    assert 2 <= len(found) <= 9
    assert all(low - 1e-6 * extent <= tick.value <= low + extent * (1 + 1e-6) for tick in found)
    assert len({tick.text for tick in found}) == len(found)


def test_figures_are_written_as_readers_write_them() -> None:
    """True minus signs, thousands, and as many decimals as the steps have."""
    assert [tick.text for tick in ticks(-1_200, 1_200, 4)] == ["−1,000", "0", "1,000"]
    assert [tick.text for tick in ticks(0, 1, 4)] == ["0.00", "0.25", "0.50", "0.75", "1.00"]
    assert [tick.text for tick in ticks(0, 10, 4)] == ["0.0", "2.5", "5.0", "7.5", "10.0"]


def test_one_figure_has_an_axis() -> None:
    """An axis of one figure, or of several that differ by rounding only, reaches to both sides of it."""
    for values in ([0.0], [5.0], [1e6, 1e6 + 1e-6]):
        low, high = reach(values)
        assert low < min(values) - 1e-3
        assert high > max(values) + 1e-3


def test_figures_that_would_touch_are_thinned() -> None:
    """On a narrow chart there are fewer figures along an axis."""
    scale = Scale(0, 9_000_000, 40, 200)
    texts = [shape for shape in level(scale, (40, 0, 200, 100), 12, 220) if isinstance(shape, Text)]
    assert texts
    assert not any(overlap(one.box, other.box) for one, other in pairwise(texts))
