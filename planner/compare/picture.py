"""The map of a comparison: the first plan, and for every other where it differs, on one sheet."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from instances.land.colours import Colour
from planner.compare.ask import Alternative, Comparison
from planner.compare.sentences import gap_advice
from planner.maps.outlines import outlines
from planner.maps.parts import DPI, PIXELS, drawing, footing, heading, legend, panel, panel_title
from planner.maps.pictures import canvas
from planner.maps.plan_map import UNCHANGED
from planner.maps.sheet import HEIGHT, WIDTH, sheet
from planner.words.catalogue import Words, scenario_label
from planner.words.numbers import nearest

WHOLE_LINE, THIN_LINE = 0.7, 0.35
"""Widths of red lines in points; thin where what differs is small."""
MOST_PANELS = 8
"""Plans that one sheet can show; the rest is in the GeoPackage."""


@dataclass(frozen=True, slots=True)
class _Words:
    """What the map says, in one language."""

    about: str = "Plans of {} scenarios compared with {}"
    first: str = "{}: the plan"
    other: str = "{}: where it differs"
    net: str = "Net emissions {} tCO2e/yr"
    differs: str = "{} ha planned otherwise ({:.1f} %)"
    same: str = "Planned as in {}"
    firm: str = "{} ha ({:.1f} % of the area) have one class in every plan."
    own: str = "Each map shows the red lines of its own scenario, generalised to the scale of the map."
    more: str = "Further scenarios are in comparison.gpkg: {}."


_EN = _Words()
_ZH = _Words(
    about="{} 个情景的方案，与“{}”比较",
    first="{}：方案",
    other="{}：不同之处",
    net="净碳排放量 {} tCO2e/年",
    differs="{} 公顷规划不同（{:.1f} %）",
    same="与“{}”相同",
    firm="{} 公顷（占总面积 {:.1f} %）在所有方案中地类一致。",
    own="每幅图绘出各自情景的红线，已按制图比例概括表示。",
    more="其余情景见 comparison.gpkg：{}。",
)


def draw_comparison(comparison: Comparison, path: Path) -> None:
    """Write the map of a comparison to ``path`` (.png, .pdf or .svg)."""
    lang, first = comparison.lang, comparison.first
    words = _ZH if lang == "zh" else _EN
    shown = comparison.alternatives[:MOST_PANELS]
    ground = canvas(first.plan.instance.grid, PIXELS)
    where = sheet(ground.size_m, len(shown))
    with drawing():
        figure = Figure(figsize=(WIDTH, HEIGHT), dpi=DPI, facecolor="white")
        for box, each in zip(where.panels, shown, strict=True):
            width = WHOLE_LINE if each is first else THIN_LINE
            lines = outlines(each.plan.instance)
            panel(figure, box, ground, _colours(comparison, each), lines, width)
            panel_title(figure, box, *_captions(comparison, each, words))
        certificate = first.plan.certificate
        about = words.about.format(len(comparison.alternatives), _name(first, lang))
        heading(figure, certificate.title, about)
        widest = max((outlines(each.plan.instance) for each in shown), key=len)
        legend(figure, where, _swatches(comparison, words), widest, lang)
        _foot(figure, comparison, words)
        figure.savefig(path, dpi=DPI)


def _colours(comparison: Comparison, each: Alternative) -> NDArray[np.uint8]:
    """(units, 3) the first plan in its colours; of another what it plans otherwise."""
    palette = np.array([item.colour for item in each.plan.instance.classes], dtype=np.uint8)
    colours: NDArray[np.uint8] = palette[each.plan.layout]
    if each is not comparison.first:
        colours[each.plan.layout == comparison.first.plan.layout] = UNCHANGED
    return colours


def _captions(comparison: Comparison, each: Alternative, words: _Words) -> tuple[str, str]:
    """Title and figures of a panel."""
    name = _name(each, comparison.lang)
    if each is not comparison.first:
        area = comparison.differs_ha(each)
        share = 100 * area / each.plan.instance.grid.total_ha
        return words.other.format(name), words.differs.format(nearest(area), share)
    net = each.plan.certificate.indicators.get("net_emissions")
    return words.first.format(name), words.net.format(nearest(net.value)) if net else ""


def _name(each: Alternative, lang: str) -> str:
    """A scenario's name for readers."""
    return scenario_label(each.title, Words(lang))


def _swatches(comparison: Comparison, words: _Words) -> list[tuple[Colour, str]]:
    """The classes of any plan, and the ground of what is planned alike."""
    classes = comparison.first.plan.instance.classes
    present = np.unique(np.concatenate([np.unique(each.plan.layout) for each in comparison.alternatives]))
    items = [classes[int(k)] for k in present]
    same = words.same.format(_name(comparison.first, comparison.lang))
    return [*((item.colour, item.label(comparison.lang)) for item in items), (UNCHANGED, same)]


def _foot(figure: Figure, comparison: Comparison, words: _Words) -> None:
    total = comparison.first.plan.instance.grid.total_ha
    firm = words.firm.format(nearest(comparison.firm_ha), 100 * comparison.firm_ha / total)
    notes = [gap_advice(comparison, comparison.lang), words.own]
    beyond = [each.title for each in comparison.alternatives[MOST_PANELS:]]
    if beyond:
        notes.append(words.more.format("; ".join(beyond)))
    marks = [mark for each in comparison.alternatives for mark in each.plan.certificate.marks]
    own = [mark for each in comparison.alternatives for mark in each.plan.instance.study.marks]
    footing(figure, firm, list(dict.fromkeys([*own, *(note for note in notes if note), *marks])))
