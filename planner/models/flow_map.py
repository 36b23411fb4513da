"""The map of a cycle of waste: what flows where, and what a hectare of each village is worth to it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import shapely
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from numpy.typing import NDArray

from formulations.linked.cycle_plan import CycleFigures
from instances.land.colours import Colour
from instances.materials.factors import TECHNIQUES
from instances.units.grid import FloatArray
from instances.units.sums import sum_by
from planner.maps.line_names import name_block
from planner.maps.parts import DPI, PIXELS, dot, drawing, footing, heading, legend, panel, panel_title
from planner.maps.pictures import Canvas, canvas
from planner.maps.sheet import HEIGHT, INK, WIDTH, Box, sheet
from planner.models.arcs import away, draw_arcs, draw_borders, width_keys
from planner.models.site_names import SIZE, draw_names
from planner.plans.beside import planned_of
from planner.plans.plan import Plan
from planner.plans.record import SideRecord
from planner.words.crs_names import crs_label
from planner.words.scenario_names import scenario_label
from words.catalogue import Words, difference, figure
from words.numbers import nearest

LAND: Colour = (226, 232, 208)
OTHER: Colour = (240, 240, 236)
MADE: tuple[Colour, ...] = ((140, 81, 10), (1, 102, 94))
"""Compost and biogas: apart for readers who see red and green alike."""
FLOW = "#4d4d4d"
WORTH: tuple[Colour, ...] = ((178, 24, 43), (244, 165, 130), (236, 236, 232), (146, 197, 222), (33, 102, 172))
"""A hectare that costs the cycle much, some, nothing, is worth some, much."""
STEPS = (-0.1, -0.001, 0.001, 0.1)
"""TCO2e/yr per ha between them."""
STEP_KEYS = ("costs_much", "costs", "nothing", "worth", "worth_much")
MOST_NAMED = 30
"""So many villages are named on the map."""


def draw_flows(plan: Plan, path: Path, lang: str | None = None) -> None:
    """Write the map of a plan's cycle to ``path`` (.png), at 200 dpi; ``lang`` is zh or en, by default the
    study's."""
    words = Words(lang or plan.instance.study.lang)
    found = planned_of(plan, CycleFigures)
    if found is None:
        raise ValueError("a plan without a cycle has no map of it")
    (figures, side), cycle = found, found[0].cycle
    ground = canvas(plan.instance.grid, PIXELS)
    where = sheet(ground.drawn_m, 2)
    land = np.where(cycle.land[plan.layout], 0, 1)
    pictures = (
        np.array((LAND, OTHER), np.uint8)[land],
        np.array((*WORTH, OTHER), np.uint8)[worth(figures, side)],
    )
    with drawing():
        drawn = Figure(figsize=(WIDTH, HEIGHT), dpi=DPI, facecolor="white")
        for box, colours, caption in zip(where.panels, pictures, _captions(figures, words), strict=True):
            panel(drawn, box, ground, colours, ())
            panel_title(drawn, box, *caption)
        keys = _flows(drawn, where.panels[0], ground, figures, words)
        _prices(drawn, where.panels[1], ground, figures, side)
        scenario = words.text(
            "page.scenario", name=scenario_label(plan.certificate.scenario, words, plan.instance.study.label)
        )
        area, crs = nearest(plan.certificate.area_ha), crs_label(plan.instance.grid.crs.name, words)
        heading(
            drawn,
            plan.certificate.title,
            words.text("map_sheet.about", scenario=scenario, area=area, crs=crs),
        )
        steps = [
            (colour, words.text(f"cycle_map.{key}")) for colour, key in zip(WORTH, STEP_KEYS, strict=True)
        ]
        swatches = [(LAND, words.text("cycle_map.land")), *steps]
        legend(drawn, where, swatches, (), words.lang, keys)
        footing(drawn, _proof(side, words), plan.certificate.marks)
        drawn.savefig(
            path, dpi=DPI, metadata={"Title": plan.certificate.title}, pil_kwargs={"compress_level": 1}
        )


def worth(figures: CycleFigures, side: SideRecord) -> NDArray[np.uint8]:
    """(units,) the position in ``WORTH`` of what a hectare of each unit's village is worth; the last, one
    more, where it lies in none."""
    prices = {link.district: link.price for link in side.links}
    villages = figures.cycle.villages
    price: FloatArray = np.array([prices.get(name, 0.0) for name in villages.names], dtype=float)
    step = np.append(np.searchsorted(STEPS, price, side="right"), len(WORTH)).astype(np.uint8)
    return step[villages.member]


def _flows(drawn: Figure, box: Box, ground: Canvas, figures: CycleFigures, words: Words) -> list[Line2D]:
    """Arcs from villages to plants as wide as what flows, and a dot for every plant by its technique; returns
    what signs and widths mean."""
    cycle, plan = figures.cycle, figures.plan
    left, bottom, right, top = ground.bounds
    low, size = np.array([left, bottom]), np.array([right - left, top - bottom])
    village, _, site, _ = plan.flow
    count = len(cycle.sites)
    pair, of = np.unique(village * count + site, return_inverse=True)
    tonnes = sum_by(of, plan.t, len(pair))
    axes = box.axes(drawn)
    axes.set_xlim(0, 1)
    axes.set_ylim(0, 1)
    draw_borders(axes, ground, cycle.villages.member)
    ends = (np.stack([cycle.village_xy[pair // count], cycle.site_xy[pair % count]], axis=1) - low) / size
    leaves = away(ends)
    ends, tonnes = ends[leaves], tonnes[leaves]
    courses = draw_arcs(axes, box, ends, tonnes, FLOW)
    built = np.flatnonzero(plan.kind >= 0)
    place = (cycle.site_xy[built] - low) / size
    technique = [TECHNIQUES.index(cycle.plants[k].technique) for k in plan.kind[built].tolist()]
    colours = np.array([MADE[t] for t in technique], dtype=float).reshape(-1, 3) / 255
    axes.scatter(place[:, 0], place[:, 1], s=46, c=colours, edgecolors="white", linewidths=0.8, zorder=3)
    draw_names(axes, box, place, [cycle.sites[j] for j in built.tolist()], courses)
    dots = [
        dot(colour, words.text(f"cycle_techniques.{t}")) for colour, t in zip(MADE, TECHNIQUES, strict=True)
    ]
    return dots + width_keys(
        tonnes, FLOW, lambda t: words.text("cycle_map.width", amount=f"{t:,g} {words.unit('t/yr')}")
    )


def _prices(drawn: Figure, box: Box, ground: Canvas, figures: CycleFigures, side: SideRecord) -> None:
    """The borders of villages, and the price of a hectare of each at its middle where they are few enough to
    be read; of names that would lie over one another, that of the dearer hectare."""
    left, bottom, right, top = ground.bounds
    low, size = np.array([left, bottom]), np.array([right - left, top - bottom])
    axes = box.axes(drawn)
    axes.set_xlim(0, 1)
    axes.set_ylim(0, 1)
    draw_borders(axes, ground, figures.cycle.villages.member)
    if len(side.links) > MOST_NAMED:
        return
    prices = {link.district: link.price for link in side.links}
    places = zip(figures.cycle.villages.names, (figures.cycle.village_xy - low) / size, strict=True)
    taken: list[shapely.Geometry] = []
    for name, place in sorted(places, key=lambda each: -abs(prices[each[0]])):
        block = name_block(name, 2 * SIZE, float(place[0]) * box.width, float(place[1]) * box.height)
        if any(block.intersects(other) for other in taken):
            continue
        taken.append(block)
        axes.text(
            float(place[0]), float(place[1]), f"{name}\n{difference(prices[name])}",
            fontsize=7, ha="center", va="center", color=INK,
            bbox={"boxstyle": "round,pad=0.2", "facecolor": "white", "edgecolor": "none", "alpha": 0.8},
        )  # fmt: skip


def _captions(figures: CycleFigures, words: Words) -> tuple[tuple[str, str], ...]:
    plants = int((figures.plan.kind >= 0).sum())
    share, nitrogen = figure(100 * figures.ratio), nearest(figures.brought_back.sum() / 1000)
    told = words.text("cycle_map.flowing", plants=plants, t=nearest(figures.plan.t.sum()), share=share)
    return (
        (words.text("cycle_map.flows"), told),
        (words.text("cycle_map.price"), words.text("cycle_map.nitrogen", t=nitrogen)),
    )


def _proof(side: SideRecord, words: Words) -> str:
    return words.text(
        "cycle_map.proof", objective=figure(side.objective), low=figure(side.low), high=figure(side.high)
    )
