"""The map of a comparison: the first plan, and for every other where it differs, on one sheet."""

from __future__ import annotations

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
from words.catalogue import Words
from words.numbers import nearest

WHOLE_LINE, THIN_LINE = 0.7, 0.35
"""Widths of red lines in points; thin where what differs is small."""
MOST_PANELS = 8
"""Plans that one sheet can show; the rest is in the GeoPackage."""


def draw_comparison(comparison: Comparison, path: Path) -> None:
    """Write the map of a comparison to ``path`` (.png, .pdf or .svg)."""
    lang, first = comparison.lang, comparison.first
    words = Words(lang)
    shown = comparison.alternatives[:MOST_PANELS]
    ground = canvas(first.plan.instance.grid, PIXELS)
    where = sheet(ground.drawn_m, len(shown))
    with drawing():
        figure = Figure(figsize=(WIDTH, HEIGHT), dpi=DPI, facecolor="white")
        for box, each in zip(where.panels, shown, strict=True):
            width = WHOLE_LINE if each is first else THIN_LINE
            lines = outlines(each.plan.instance)
            panel(figure, box, ground, _colours(comparison, each), lines, width)
            panel_title(figure, box, *_captions(comparison, each, words))
        certificate = first.plan.certificate
        about = words.text("comparison.map_about", n=len(comparison.alternatives), name=first.label(words))
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


def _captions(comparison: Comparison, each: Alternative, words: Words) -> tuple[str, str]:
    """Title and figures of a panel."""
    name = each.label(words)
    if each is not comparison.first:
        area = comparison.differs_ha(each)
        share = 100 * area / each.plan.instance.grid.total_ha
        figures = words.text("comparison.map_differs", area=nearest(area), share=nearest(share))
        return words.text("comparison.map_other", name=name), figures
    net = each.plan.certificate.indicators.get("net_emissions")
    figures = words.text("comparison.map_net", value=nearest(net.value)) if net else ""
    return words.text("comparison.map_first", name=name), figures


def _swatches(comparison: Comparison, words: Words) -> list[tuple[Colour, str]]:
    """The classes of any plan, and the ground of what is planned alike."""
    classes = comparison.first.plan.instance.classes
    present = np.unique(np.concatenate([np.unique(each.plan.layout) for each in comparison.alternatives]))
    items = [classes[int(k)] for k in present]
    same = words.text("comparison.map_same", name=comparison.first.label(words))
    return [*((item.colour, item.label(comparison.lang)) for item in items), (UNCHANGED, same)]


def _foot(figure: Figure, comparison: Comparison, words: Words) -> None:
    total = comparison.first.plan.instance.grid.total_ha
    share = 100 * comparison.firm_ha / total
    firm = words.text("comparison.map_firm", area=nearest(comparison.firm_ha), share=nearest(share))
    notes = [gap_advice(comparison, comparison.lang), words.text("comparison.map_own")]
    beyond = [each.label(words) for each in comparison.alternatives[MOST_PANELS:]]
    if beyond:
        names = words.text("series.semicolon").join(beyond)
        notes.append(words.text("comparison.map_more", names=names))
    marks = [mark for each in comparison.alternatives for mark in each.plan.certificate.marks]
    own = [mark for each in comparison.alternatives for mark in each.plan.instance.study.marks]
    footing(figure, firm, list(dict.fromkeys([*own, *(note for note in notes if note), *marks])))
