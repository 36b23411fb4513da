"""The map of a plan's network: what is linked that was not, and what the land that joins costs."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from instances.land.colours import Colour
from instances.units.centres import middles
from planner.maps.parts import DPI, PIXELS, drawing, footing, heading, legend, panel, panel_title
from planner.maps.pictures import Canvas, canvas
from planner.maps.sheet import HEIGHT, INK, WIDTH, Box, sheet
from planner.plans.networked import Networked, networked
from planner.plans.plan import Plan
from planner.words.crs_names import crs_label
from planner.words.scenario_names import scenario_label
from words.catalogue import Words, figure
from words.numbers import nearest

OTHER: Colour = (236, 236, 232)
STAYS: Colour = (182, 212, 174)
JOINS: Colour = (0, 90, 70)
THICKENS: Colour = (120, 190, 90)
LOST: Colour = (150, 60, 190)
COSTS: tuple[Colour, ...] = ((33, 102, 172), (146, 197, 222), (244, 165, 130), (178, 24, 43))
"""Land that saves much, some; that costs some, much."""
MUCH = 5.0
"""TCO2e/yr per ha from which on it is much."""
LINKED_KEYS = ("stays", "joins", "thickens", "lost", "other")
COST_KEYS = ("saves_much", "saves", "costs", "costs_much", "stays", "other")
LINKED: tuple[Colour, ...] = (STAYS, JOINS, THICKENS, LOST, OTHER)
COSTED: tuple[Colour, ...] = (*COSTS, STAYS, OTHER)
MOST_NUMBERED, TOO_NEAR = 12, 0.03
"""So many corridors have a number on the map; two numbers are farther apart than this share of it."""


def linked(found: Networked) -> NDArray[np.uint8]:
    """(units,) the position in ``LINKED_KEYS`` of what every unit is to the network."""
    between = found.linkage
    kind = np.full(len(between.won), LINKED_KEYS.index("other"), dtype=np.uint8)
    kind[between.plan.patch >= 0] = LINKED_KEYS.index("stays")
    kind[between.won] = LINKED_KEYS.index("thickens")
    kind[between.lost] = LINKED_KEYS.index("lost")
    kind[between.joins] = LINKED_KEYS.index("joins")
    return kind


def costed(found: Networked) -> NDArray[np.uint8]:
    """(units,) the position in ``COST_KEYS`` of what the change of every unit that joins costs a hectare."""
    between = found.linkage
    kind = np.full(len(between.won), COST_KEYS.index("other"), dtype=np.uint8)
    kind[between.plan.patch >= 0] = COST_KEYS.index("stays")
    rate = found.cost / found.mesh.grid.area_ha
    step = np.searchsorted([-MUCH, 0.0, MUCH], rate, side="right").astype(np.uint8)
    kind[between.won] = step[between.won]
    return kind


def draw_network(plan: Plan, path: Path, lang: str | None = None) -> None:
    """Write the map of a plan's network to ``path`` (.png, .pdf or .svg), at 200 dpi; ``lang`` is zh or en,
    by default the study's. Corridors that gain most are numbered as in ``network.gpkg``."""
    lang = lang or plan.instance.study.lang
    words = Words(lang)
    found = networked(plan.instance, plan.layout)
    ground = canvas(plan.instance.grid, PIXELS)
    where = sheet(ground.drawn_m, 2)
    pictures = (np.array(LINKED, np.uint8)[linked(found)], np.array(COSTED, np.uint8)[costed(found)])
    with drawing():
        figure = Figure(figsize=(WIDTH, HEIGHT), dpi=DPI, facecolor="white")
        for box, colours, caption in zip(where.panels, pictures, _captions(found, words), strict=True):
            panel(figure, box, ground, colours, ())
            panel_title(figure, box, *caption)
            _numbers(figure, box, ground, found)
        certificate = plan.certificate
        scenario = words.text(
            "page.scenario", name=scenario_label(certificate.scenario, words, plan.instance.study.label)
        )
        area, crs = nearest(certificate.area_ha), crs_label(plan.instance.grid.crs.name, words)
        about = words.text("map_sheet.about", scenario=scenario, area=area, crs=crs)
        heading(figure, certificate.title, about)
        keys = [*zip(LINKED, LINKED_KEYS, strict=True), *zip(COSTS, COST_KEYS, strict=False)]
        swatches = [(colour, words.text(f"network_map.{key}", much=f"{MUCH:g}")) for colour, key in keys]
        legend(figure, where, swatches, (), lang)
        footing(figure, _proof(plan, found, words), certificate.marks)
        title = {"Title": certificate.title} if path.suffix != ".svg" else None
        if path.suffix == ".png":
            figure.savefig(path, dpi=DPI, metadata=title, pil_kwargs={"compress_level": 1})
        else:
            figure.savefig(path, dpi=DPI, metadata=title)


def places(found: Networked, ground: Canvas) -> list[tuple[int, float, float]]:
    """The corridors that gain most, by their numbers, and where the middle of each lies, as shares of the
    ground from its lower left; those too near to one before are left out."""
    left, bottom, right, top = ground.bounds
    middle = middles(found.mesh.grid)
    shown = [middle[each.way[len(each.way) // 2]] for each in found.linkage.corridors[:MOST_NUMBERED]]
    kept: list[tuple[int, float, float]] = []
    for number, (x, y) in enumerate(shown, start=1):
        across, up = (x - left) / (right - left), (y - bottom) / (top - bottom)
        if all(max(abs(across - a), abs(up - b)) > TOO_NEAR for _, a, b in kept):
            kept.append((number, across, up))
    return kept


def _numbers(figure: Figure, box: Box, ground: Canvas, found: Networked) -> None:
    axes = box.axes(figure)
    axes.set_xlim(0, 1)
    axes.set_ylim(0, 1)
    for number, x, y in places(found, ground):
        axes.text(
            x, y, str(number), fontsize=7, weight="bold", ha="center", va="center", color=INK,
            bbox={"boxstyle": "circle,pad=0.16", "facecolor": "white", "edgecolor": INK, "linewidth": 0.5},
        )  # fmt: skip


def _captions(found: Networked, words: Words) -> tuple[tuple[str, str], ...]:
    between = found.linkage
    eca = [found.mesh.eca_ha(each) for each in (between.mesh_today_ha, between.mesh_plan_ha)]
    won = float(found.mesh.grid.area_ha[between.won].sum())
    return (
        (
            words.text("network_map.linked"),
            words.text("network_map.eca", today=nearest(eca[0]), plan=nearest(eca[1])),
        ),
        (
            words.text("network_map.cost"),
            words.text(
                "network_map.land", area=nearest(won), net=figure(float(found.cost[between.won].sum()))
            ),
        ),
    )


def _proof(plan: Plan, found: Networked, words: Words) -> str:
    """How the network is counted, and the share of the ceiling where that is known."""
    km = f"{found.mesh.distance_m / 1000:g}"
    if found.mesh.grid.is_raster:
        text = words.text("network_map.counted", km=km, neighbours=int(found.mesh.neighbours))
    else:
        text = words.text("network_map.counted_parcels", km=km)
    record = plan.certificate.network
    if record is None:
        return text
    return text + words.text("network_map.ceiling", share=f"{100 * record.share:.0f}")
