from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from planner.charts.shapes import Text
from planner.pareto.chart import WIDE, describe, laid_out
from planner.pareto.picture import draw_front
from tests.support.made_plans import CLASSES
from words.catalogue import Words


def tree(**changed: Any) -> dict[str, Any]:
    """A front of two plans as ``front.json`` has it."""
    values = [{"net_emissions": 0.0, "green_share": 10.0}, {"net_emissions": 50.0, "green_share": 20.0}]
    return {
        "title": "A county",
        "scenario": "base",
        "axes": [
            {"indicator": "net_emissions", "unit": "tCO2e/yr", "way": "min"},
            {"indicator": "green_share", "unit": "%", "way": "max"},
        ],
        "points": [{"point": n + 1, "values": each, "best": each} for n, each in enumerate(values)],
        "knee": None,
        "slices": [
            {
                "level": None,
                "points": [1, 2],
                "floor": [{"slope": 0.0, "least": 0.0, "until": None}],
                "least_second": -20.0,
            }
        ],
        "sentences": ["The two are 50 tCO2e/yr apart."],
    } | changed


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_picture_has_the_words_of_its_language(lang: str, tmp_path: Path) -> None:
    """Axes and signs are named from the catalogue, and a picture comes out."""
    chart = laid_out(describe(tree(), CLASSES, Words(lang)), WIDE)
    written = " ".join(shape.text for shape in chart.shapes if isinstance(shape, Text))
    assert Words(lang).text("front.out") in written
    assert "tCO₂e" in written
    draw_front(tree(), CLASSES, tmp_path / "front.png", lang)
    with Image.open(tmp_path / "front.png") as picture:
        assert picture.width > 1_500


def test_bounds_on_a_third_indicator_are_told() -> None:
    """Each slice says to what its plans keep; what is proven is that of the slice without a bound."""
    third = {"indicator": "changed_area", "unit": "ha", "way": "min"}
    parts = tree()["slices"] + [{"level": 12.5, "points": [2], "floor": [], "least_second": None}]
    parts[0]["points"] = [1]
    shown = describe(tree(axes=[*tree()["axes"], third], slices=parts), CLASSES, Words("en"))
    assert "not limited" in shown.parts[0]
    assert "≤ 12.50 ha" in shown.parts[1]
    assert [mark.part for mark in shown.marks] == [0, 1]
    assert len(shown.proven.lines) == 1
