"""The picture of a front: the chart of its page, with what the front tells of itself below."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from instances.land.classes import Classes
from instances.study.schema import Label
from planner.charts.picture import write_picture
from planner.pareto.chart import WIDE, describe, laid_out
from planner.words.scenario_names import scenario_label
from words.catalogue import Words


def draw_front(
    tree: dict[str, Any], classes: Classes, path: Path, lang: str, label: Label | None = None
) -> None:
    """Write the picture of a front, as it stands in ``front.json``, to ``path`` (.png, .pdf or .svg);
    ``label`` is the scenario's name for readers."""
    words = Words(lang)
    scenario = words.text("page.scenario", name=scenario_label(tree["scenario"], words, label))
    chart = laid_out(describe(tree, classes, words), WIDE)
    notes = [text.replace("tCO2e", "tCO₂e") for text in tree["sentences"]]
    write_picture(chart, tree["title"], f"{words.text('front.chart')}   ·   {scenario}", notes, path)
