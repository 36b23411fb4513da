"""Stages as maps: the land of every year, the year of every change, and all years as one moving picture."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from matplotlib.figure import Figure
from PIL import Image

from planner.maps.page import draw_page
from planner.maps.parts import PIXELS, drawing
from planner.maps.pictures import canvas
from planner.maps.series_page import MapPage
from planner.plans.plan import Plan
from planner.styles.change_colours import GROUND, year_colours
from words.catalogue import Words
from words.numbers import nearest

DOTS = 100
"""Dots an inch of the moving picture: the page fits a slide."""
SHOWN_MS, LAST_MS = 1600, 3200
"""How long each year is shown, and the last."""
SHARE = 0.25
"""Share of its colour that land keeps where another change is shown."""
COLOURS = 255
"""Colours of a frame: a GIF has 256."""


def stage_pages(plan: Plan, words: Words) -> Iterator[MapPage]:
    """The land of every year, then the year of every change; nothing of a plan without stages."""
    if plan.staged is None:
        return
    yield from year_pages(plan, words)
    years, instance = plan.staged.years, plan.instance
    palette = year_colours(len(years))
    colours = np.array([*palette, GROUND], dtype=np.uint8)[plan.staged.stage]
    area = [float(instance.grid.area_ha[plan.staged.stage == place].sum()) for place in range(len(years))]
    named = (
        words.text("series_pages.in_year", year=year, area=f"{nearest(ha)} {words.unit('ha')}")
        for year, ha in zip(years, area, strict=True)
    )
    legend = (*zip(palette, named, strict=True), (GROUND, words.text("series_pages.unchanged")))
    yield MapPage("stages", words.text("series_titles.stages"), colours, (), False, legend)


def year_pages(plan: Plan, words: Words) -> Iterator[MapPage]:
    """The land of every year, in the colours of the classes that stand in any of them."""
    if plan.staged is None:
        return
    instance = plan.instance
    palette = np.array([item.colour for item in instance.classes], dtype=np.uint8)
    layouts = plan.staged.layouts(plan.layout)
    present = np.unique(np.concatenate([np.unique(layout) for layout in (instance.today, *layouts)]))
    legend = tuple(
        (instance.classes[int(k)].colour, instance.classes[int(k)].label(words.lang)) for k in present
    )
    for year, layout in zip(plan.staged.years, layouts, strict=True):
        title = words.text("series_titles.in_year", year=year)
        yield MapPage(f"year_{year}", title, palette[layout], (), False, legend)


def change_pages(plan: Plan, words: Words) -> Iterator[MapPage]:
    """What changes in every year, in the colours of what it becomes, over the muted land of the year."""
    if plan.staged is None:
        return
    instance, legend = plan.instance, next(year_pages(plan, words)).legend
    palette = np.array([item.colour for item in instance.classes], dtype=np.uint8)
    muted = (palette * SHARE + 255.0 * (1.0 - SHARE)).astype(np.uint8)
    layouts = plan.staged.layouts(plan.layout)
    for place, (year, layout) in enumerate(zip(plan.staged.years, layouts, strict=True)):
        now = plan.staged.stage == place
        area = float(instance.grid.area_ha[now].sum())
        told = f"{nearest(area)} {words.unit('ha')}"
        title = words.text("series_titles.changes_in_year", year=year, area=told)
        colours = np.where(now[:, None], palette[layout], muted[layout])
        yield MapPage(f"changes_{year}", title, colours, (), False, legend)


def draw_stages(plan: Plan, path: Path, lang: str) -> None:
    """Write today's land and that of every year as one moving picture (.gif), which runs again and again:
    before each year what changes in it, on a muted ground."""
    words, ground = Words(lang), canvas(plan.instance.grid, PIXELS)
    years = list(year_pages(plan, words))
    changes = list(change_pages(plan, words))
    palette = np.array([item.colour for item in plan.instance.classes], dtype=np.uint8)
    today = words.text("series_titles.today")
    first = MapPage("today", today, palette[plan.instance.today], (), False, years[-1].legend)
    with drawing():
        frames = [
            _frame(draw_page(plan, page.title, page.colours, ground, words, (), page.legend, filled=False))
            for page in (first, *(page for pair in zip(changes, years, strict=True) for page in pair))
        ]
    shown = [SHOWN_MS] * (len(frames) - 1) + [LAST_MS]
    frames[0].save(path, save_all=True, append_images=frames[1:], duration=shown, loop=0, disposal=1)


def _frame(figure: Figure) -> Image.Image:
    drawn = io.BytesIO()
    figure.savefig(drawn, format="png", dpi=DOTS, pil_kwargs={"compress_level": 1})
    return Image.open(drawn).convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
