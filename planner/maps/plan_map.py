"""The map of a plan: today, plan and change on one sheet (A4 landscape)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from instances.land.colours import Colour
from planner.maps.outlines import outlines
from planner.maps.parts import DPI, PIXELS, drawing, footing, heading, legend, panel, panel_title
from planner.maps.pictures import canvas
from planner.maps.sheet import HEIGHT, WIDTH, sheet
from planner.plans.plan import Plan
from planner.styles.change_colours import change_legend, changes_of
from planner.words.crs_names import crs_label
from planner.words.scenario_names import scenario_label
from words.catalogue import Words, figure
from words.numbers import nearest, room_between

UNCHANGED: Colour = (222, 222, 222)
"""Ground of maps of differences."""


def draw_map(plan: Plan, path: Path, lang: str | None = None) -> None:
    """Write the map of a plan to ``path`` (.png, .pdf or .svg), at 200 dpi.

    ``lang`` is zh or en; default: the study's. Colours are the classes' own; in the change map units
    that change class are coloured by origin and destination.
    """
    lang = lang or plan.instance.study.lang
    words = Words(lang)
    ground = canvas(plan.instance.grid, PIXELS)
    where = sheet(ground.drawn_m)
    with drawing():
        figure = Figure(figsize=(WIDTH, HEIGHT), dpi=DPI, facecolor="white")
        drawn = outlines(plan.instance)
        captions = _captions(plan, words)
        for box, colours, caption, lines in zip(
            where.panels, _panel_colours(plan), captions, ((), drawn, drawn), strict=True
        ):
            panel(figure, box, ground, colours, lines)
            panel_title(figure, box, *caption)
        _header(figure, plan, words)
        legend(figure, where, _swatches(plan, words), drawn, lang)
        _footer(figure, plan, words, ground.widened)
        title = {"Title": plan.certificate.title} if path.suffix != ".svg" else None
        if path.suffix == ".png":  # at compression level 6 it is 8 % smaller and takes twice as long
            figure.savefig(path, dpi=DPI, metadata=title, pil_kwargs={"compress_level": 1})
        else:
            figure.savefig(path, dpi=DPI, metadata=title)


def _panel_colours(plan: Plan) -> Iterator[NDArray[np.uint8]]:
    """(units, 3) colours of today, the plan, and the change."""
    palette = np.array([item.colour for item in plan.instance.classes], dtype=np.uint8)
    yield palette[plan.instance.today]
    yield palette[plan.layout]
    found = changes_of(plan.instance, plan.layout)
    yield np.array(found.colours, dtype=np.uint8)[found.value]


def _captions(plan: Plan, words: Words) -> tuple[tuple[str, str], ...]:
    """Title and figures of each panel."""
    changed = float(plan.instance.grid.area_ha[plan.instance.today != plan.layout].sum())
    share = 100 * changed / plan.instance.grid.total_ha
    net = plan.certificate.indicators.get("net_emissions")
    emissions = ["", ""]
    if net:
        emissions = [words.text("map_sheet.net", value=figure(value)) for value in (net.baseline, net.value)]
    return (
        (words.text("maps.today"), emissions[0]),
        (words.text("maps.plan"), emissions[1]),
        (
            words.text("maps.change"),
            words.text("map_sheet.changed", area=nearest(changed), share=nearest(share)),
        ),
    )


def _header(figure: Figure, plan: Plan, words: Words) -> None:
    certificate = plan.certificate
    scenario = words.text(
        "page.scenario", name=scenario_label(certificate.scenario, words, plan.instance.study.label)
    )
    area, crs = nearest(certificate.area_ha), crs_label(plan.instance.grid.crs.name, words)
    heading(figure, certificate.title, words.text("map_sheet.about", scenario=scenario, area=area, crs=crs))


def _footer(figure: Figure, plan: Plan, words: Words, widened: float) -> None:
    """The certificate's gap, and the sentences that every use of the plan must show."""
    gap, objective, bound = (getattr(plan.certificate, part) for part in ("gap", "objective", "bound"))
    score = plan.certificate.score
    if score is not None and not score.keeps:
        proof = words.text("score.no_distance")
    elif gap is None:
        proof = words.text("found.unproven")
    else:
        room = room_between(objective, bound)
        proof = words.text("map_sheet.proven", gap=words.gap_text(gap), room=room)
    generalised = [words.text("map_sheet.generalised")] * bool(plan.instance.redlines)
    strip = [words.text("maps.widened", times=f"{widened:.3g}")] * (widened > 1)
    footing(figure, proof, [*strip, *generalised, *plan.certificate.marks])


def _swatches(plan: Plan, words: Words) -> list[tuple[Colour, str]]:
    """The classes present, and the colours of changes."""
    items = [plan.instance.classes[int(k)] for k in np.union1d(plan.instance.today, plan.layout)]
    return [
        *((item.colour, item.label(words.lang)) for item in items),
        *change_legend(changes_of(plan.instance, plan.layout), plan.instance, words),
    ]
