"""The map series of a plan as mapping standards have it: one full page a map, with frame, grid and legend.

Land today, land planned, control lines, changes, the blue-green network, and with stages every year; each
with boundaries and names of districts, neat line, kilometre grid, scale bar and fraction, legend, compiler,
date and source.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
from matplotlib.backends.backend_pdf import PdfPages
from matplotlib.figure import Figure

from planner.maps.outlines import Outline, outlines
from planner.maps.page import draw_page
from planner.maps.parts import DPI, PIXELS, drawing
from planner.maps.pictures import Canvas, canvas
from planner.maps.series_page import MapPage
from planner.maps.stage_maps import stage_pages
from planner.plans.plan import Plan
from planner.styles.change_colours import GROUND, change_legend, changes_of
from words.catalogue import Words
from words.numbers import nearest

BOOK = "maps.pdf"
"""All maps of the series, one a page."""
KEPT, GAINED, LOST = (147, 201, 154), (0, 68, 136), (221, 85, 0)
"""The blue-green network: what stays, what comes, what is given up."""


def draw_series(plan: Plan, folder: Path, lang: str | None = None) -> None:
    """Write every map of a plan into ``folder`` (made where absent) as PNG, and all of them as one PDF."""
    lang = lang or plan.instance.study.lang
    words, ground = Words(lang), canvas(plan.instance.grid, PIXELS)
    folder.mkdir(parents=True, exist_ok=True)
    stamps = {"CreationDate": None, "ModDate": None, "Title": plan.certificate.title}
    with drawing(), PdfPages(folder / BOOK, metadata=stamps) as book:
        for page in pages(plan, words):
            figure = _drawn(plan, page, ground, words)
            figure.savefig(folder / f"{page.key}.png", dpi=DPI, pil_kwargs={"compress_level": 1})
            book.savefig(figure, dpi=DPI)


def _drawn(plan: Plan, page: MapPage, ground: Canvas, words: Words) -> Figure:
    return draw_page(
        plan, page.title, page.colours, ground, words, page.lines, page.legend, filled=page.filled
    )


def pages(plan: Plan, words: Words) -> Iterator[MapPage]:
    """The maps of a plan, one at a time."""
    instance, lines = plan.instance, outlines(plan.instance)
    palette = np.array([item.colour for item in instance.classes], dtype=np.uint8)
    for key, layout in (("today", instance.today), ("plan", plan.layout)):
        present = [instance.classes[int(k)] for k in np.unique(layout)]
        legend = tuple((item.colour, item.label(words.lang)) for item in present)
        yield MapPage(key, words.text(f"series_titles.{key}"), palette[layout], (), False, legend)
    if lines:
        pale = 255 - (255 - palette.astype(np.int16)) // 4
        yield MapPage(
            "lines", words.text("series_titles.lines"), pale.astype(np.uint8)[plan.layout], lines, True, ()
        )
    yield _changes(plan, words, lines)
    yield _network(plan, words)
    yield from stage_pages(plan, words)


def _changes(plan: Plan, words: Words, lines: tuple[Outline, ...]) -> MapPage:
    """What changes, by origin and destination, on a muted ground."""
    found = changes_of(plan.instance, plan.layout)
    legend = change_legend(found, plan.instance, words)
    colours = np.array(found.colours, dtype=np.uint8)[found.value]
    return MapPage("change", words.text("series_titles.change"), colours, lines, False, tuple(legend))


def _network(plan: Plan, words: Words) -> MapPage:
    """Blue-green land that stays, comes, and is given up."""
    instance = plan.instance
    green = instance.classes.blue_green
    before, after = green[instance.today], green[plan.layout]
    area = instance.grid.area_ha
    colours = np.full((len(before), 3), GROUND, dtype=np.uint8)
    legend = []
    for key, colour, where in (
        ("kept", KEPT, before & after),
        ("gained", GAINED, ~before & after),
        ("lost", LOST, before & ~after),
    ):
        colours[where] = colour
        hectares = nearest(float(area[where].sum()))
        legend.append((colour, words.text(f"series_pages.{key}", area=f"{hectares} {words.unit('ha')}")))
    legend.append((GROUND, words.text("series_pages.other_land")))
    return MapPage("network", words.text("series_titles.network"), colours, (), False, tuple(legend))
