"""The legend of a sheet keeps to its own place, however much it names."""

from __future__ import annotations

import pytest
from matplotlib.figure import Figure

from planner.maps.parts import drawing, legend
from planner.maps.sheet import HEIGHT, WIDTH, sheet


@pytest.mark.parametrize("size_m", [(30_000.0, 30_000.0), (60_000.0, 12_000.0), (9_000.0, 30_000.0)])
@pytest.mark.parametrize(
    "name", ["Bare and unused land → Urban residential, 85.50 ha", "未利用地 → 城镇住宅用地"]
)
@pytest.mark.parametrize("count", [3, 17, 26])
def test_a_legend_keeps_to_its_place(size_m: tuple[float, float], name: str, count: int) -> None:
    """Thirteen classes, changes and red lines of long names run neither into the notes nor over the edge."""
    where = sheet(size_m)
    swatches = [((200, 90, 40), f"{name} {number}" if number % 2 else "林地") for number in range(count)]
    with drawing():
        figure = Figure(figsize=(WIDTH, HEIGHT), dpi=50)
        legend(figure, where, swatches, (), "zh")
        figure.draw_without_rendering()
        drawn = figure.legends[0].get_window_extent()
    assert drawn.y0 / 50 >= where.legend.bottom - 0.05
    assert drawn.x1 / 50 <= WIDTH
