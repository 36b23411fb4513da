"""The map of services: which sites have them and who goes there, and how far it is from every unit."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from numpy.typing import NDArray

from formulations.linked.services_plan import ServicesFigures
from instances.land.colours import Colour
from instances.materials.services import YEAR
from instances.units.sums import sum_by
from planner.maps.parts import DPI, PIXELS, dot, drawing, footing, heading, legend, panel, panel_title
from planner.maps.pictures import Canvas, canvas
from planner.maps.sheet import HEIGHT, WIDTH, Box, sheet
from planner.models.arcs import away, draw_arcs, draw_borders, width_keys
from planner.models.site_names import draw_names
from planner.plans.beside import planned_of
from planner.plans.plan import Plan
from planner.plans.record import SideRecord
from planner.words.crs_names import crs_label
from planner.words.scenario_names import scenario_label
from words.catalogue import Words, figure
from words.numbers import nearest

LIVED: Colour = (226, 220, 208)
EMPTY: Colour = (244, 244, 242)
NEW: Colour = (178, 24, 43)
OLD: Colour = (33, 102, 172)
WAY = "#4d4d4d"
FAR: tuple[Colour, ...] = ((237, 248, 251), (178, 212, 230), (140, 150, 198), (136, 86, 167), (77, 0, 75))
"""How far it is: light is near, dark is far; apart in grey as well."""
STEPS_KM = (0.5, 1.0, 2.0, 5.0)
MOST_NAMED = 24
"""Sites that are named, if there are no more."""


def draw_services(plan: Plan, path: Path, lang: str | None = None) -> None:
    """Write the map of a plan's services to ``path`` (.png), at 200 dpi; ``lang`` is zh or en, by default the
    study's."""
    words = Words(lang or plan.instance.study.lang)
    found = planned_of(plan, ServicesFigures)
    if found is None:
        raise ValueError("a plan without services has no map of them")
    figures, side = found
    ground = canvas(plan.instance.grid, PIXELS)
    where = sheet(ground.drawn_m, 2)
    member, lived = figures.services.units.member, figures.people > 0
    homes = np.append(lived, False)[member]
    step = np.searchsorted(STEPS_KM, figures.mean_km.max(axis=1), side="right")
    far = np.append(np.where(lived, step, len(FAR)), len(FAR))[member]
    pictures = (
        np.array((EMPTY, LIVED), np.uint8)[homes.astype(np.int64)],
        np.array((*FAR, EMPTY), np.uint8)[far],
    )
    with drawing():
        drawn = Figure(figsize=(WIDTH, HEIGHT), dpi=DPI, facecolor="white")
        for box, colours, caption in zip(where.panels, pictures, _captions(figures, words), strict=True):
            panel(drawn, box, ground, colours, ())
            panel_title(drawn, box, *caption)
        signs = _ways(drawn, where.panels[0], ground, figures, words)
        scenario = words.text(
            "page.scenario", name=scenario_label(plan.certificate.scenario, words, plan.instance.study.label)
        )
        area, crs = nearest(plan.certificate.area_ha), crs_label(plan.instance.grid.crs.name, words)
        about = words.text("map_sheet.about", scenario=scenario, area=area, crs=crs)
        heading(drawn, plan.certificate.title, about)
        keys = [
            (LIVED, words.text("services_map.lived")),
            (EMPTY, words.text("services_map.empty")),
            *((colour, words.text(f"services_map.step_{k}")) for k, colour in enumerate(FAR)),
        ]
        legend(drawn, where, keys, (), words.lang, signs)
        footing(drawn, _proof(side, words), plan.certificate.marks)
        about_file = {"Title": plan.certificate.title}
        drawn.savefig(path, dpi=DPI, metadata=about_file, pil_kwargs={"compress_level": 1})


def _ways(drawn: Figure, box: Box, ground: Canvas, figures: ServicesFigures, words: Words) -> list[Line2D]:
    """Arcs from units to sites as wide as the persons on them, and a dot for every site with a service;
    returns what signs and widths mean."""
    services, plan = figures.services, figures.plan
    left, bottom, right, top = ground.bounds
    low, size = np.array([left, bottom]), np.array([right - left, top - bottom])
    unit, _, site = plan.way
    count = len(services.sites)
    there = site >= 0
    pair, of = np.unique(unit[there] * count + site[there], return_inverse=True)
    persons = sum_by(of, plan.persons[there], len(pair))
    axes = box.axes(drawn)
    axes.set_xlim(0, 1)
    axes.set_ylim(0, 1)
    draw_borders(axes, ground, services.units.member)
    ends = (np.stack([services.unit_xy[pair // count], services.site_xy[pair % count]], axis=1) - low) / size
    leaves = away(ends)
    ends, persons = ends[leaves], persons[leaves]
    courses = draw_arcs(axes, box, ends, persons, WAY)
    opened = np.flatnonzero(plan.open.any(axis=0))
    built: NDArray[np.bool_] = plan.open & ~services.stands
    new = np.any(built[:, opened], axis=0)
    place = (services.site_xy[opened] - low) / size
    colours = np.where(new[:, None], NEW, OLD).reshape(-1, 3) / 255
    axes.scatter(place[:, 0], place[:, 1], s=34, c=colours, edgecolors="white", linewidths=0.7, zorder=3)
    if len(opened) <= MOST_NAMED:
        draw_names(axes, box, place, [services.sites[j] for j in opened.tolist()], courses)
    dots = [dot(NEW, words.text("services_map.new")), dot(OLD, words.text("services_map.old"))]
    return dots + width_keys(
        persons, WAY, lambda n: words.text("services_map.width", amount=f"{n:,g} {words.unit('person')}")
    )


def _captions(figures: ServicesFigures, words: Words) -> tuple[tuple[str, str], ...]:
    opened = figures.plan.open
    new = int((opened & ~figures.services.stands).sum())
    people = max(float(figures.people.sum()), 1e-9)
    daily = 2 * float((figures.km * figures.trips).sum()) / YEAR / people
    places, held = int(opened.any(axis=0).sum()), int(opened.sum())
    told = words.text("services_map.told", places=places, held=held, new=new, km=figure(daily))
    return (
        (words.text("services_map.sites"), told),
        (words.text("services_map.far"), words.text("services_map.far_told")),
    )


def _proof(side: SideRecord, words: Words) -> str:
    return words.text(
        "services_map.proof",
        objective=figure(side.objective), low=figure(side.low), high=figure(side.high),
    )  # fmt: skip
