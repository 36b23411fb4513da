"""The map of firm and fragile land: a plan's changes, and in how many plans (or draws) they are the same."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from matplotlib.figure import Figure

from formulations.sampling.agreement import Agreement
from planner.agreement.measure import COLOURS, STANDINGS, STAYS
from planner.maps.outlines import outlines
from planner.maps.parts import DPI, PIXELS, drawing, footing, heading, legend, panel, panel_title
from planner.maps.pictures import canvas
from planner.maps.sheet import HEIGHT, WIDTH, sheet
from planner.plans.plan import Plan
from words.catalogue import Words
from words.numbers import nearest


def draw_agreement(found: Agreement, plan: Plan, count: int, path: Path, lang: str, line: str) -> None:
    """Write the map of firm and fragile land: the reference plan's changes beside how firm they are.

    ``count`` plans (or draws) were compared; ``line`` says of what, under the title.
    """
    instance, words = plan.instance, Words(lang)
    palette = np.array([item.colour for item in instance.classes], dtype=np.uint8)
    changes = palette[plan.layout]
    changes[plan.layout == instance.today] = STAYS
    firmness = np.array(COLOURS, dtype=np.uint8)[found.standing(instance.today)]
    areas = found.areas_ha(instance.today, instance.grid.area_ha)
    ground = canvas(instance.grid, PIXELS)
    where = sheet(ground.drawn_m, panels=2)
    present = [instance.classes[int(k)] for k in np.unique(plan.layout[plan.layout != instance.today])]
    swatches = [(item.colour, item.label(lang)) for item in present]
    swatches += [
        (colour, words.text(f"agreement.{standing}", n=count))
        for standing, colour in zip(STANDINGS, COLOURS, strict=True)
    ]
    with drawing():
        figure = Figure(figsize=(WIDTH, HEIGHT), dpi=DPI, facecolor="white")
        drawn = outlines(instance)
        figures = words.text("agreement.figures", firm=nearest(areas[1]), fragile=nearest(areas[3]))
        titles = ((words.text("maps.plan"), ""), (words.text("agreement.title"), figures))
        for box, colours, title in zip(where.panels, (changes, firmness), titles, strict=True):
            panel(figure, box, ground, colours, drawn)
            panel_title(figure, box, *title)
        heading(figure, plan.certificate.title, line)
        legend(figure, where, swatches, drawn, lang)
        footing(figure, words.text("agreement.proof", n=count), list(plan.certificate.marks))
        figure.savefig(path, dpi=DPI)
