from __future__ import annotations

import pytest

from planner.charts.shapes import Text
from planner.maps.sheet import columns_of
from planner.pages.flow_chart import Band, Bar, flow_chart

NAMES = ("甲", "工业生产过程与产品使用的其他投入", "Fuels, electricity and everything else that is bought")
LETTER = 0.6
"""Width of a Latin letter as a share of its height; a Chinese sign takes two columns of half its height."""


@pytest.mark.parametrize(("width", "label"), [(900.0, 210.0), (348.0, 96.0)])
@pytest.mark.parametrize("count", [1, 6])
def test_no_label_of_a_flow_diagram_reaches_past_it(width: float, label: float, count: int) -> None:
    """However long names and amounts are, and however few bars there are, letters stay in the drawing."""
    bars = [Bar(NAMES[n % 3], 10.0 + n, "123,456,789,012 tC/yr and more", "#888888") for n in range(count)]
    whole = [Bar(NAMES[1], sum(bar.amount for bar in bars), "9", "#444444")]
    bands = [Band(0, n, 0, bar.amount, "#888888", "") for n, bar in enumerate(bars)]
    bands += [Band(1, 0, n, bar.amount, "#888888", "") for n, bar in enumerate(bars)]
    chart = flow_chart("wide", (bars, whole, bars), bands, width, label)
    texts = [shape for shape in chart.shapes if isinstance(shape, Text)]
    assert texts
    for text in texts:
        long = columns_of(text.text) * LETTER * text.size
        left = text.x - {"end": long, "middle": long / 2, "start": 0.0}[text.anchor]
        assert left >= 0
        assert left + long <= chart.width
        assert text.size <= text.y <= chart.height
