"""The map of firm and fragile land: a plan's changes, and in how many plans (or draws) they are the same."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from matplotlib.figure import Figure

from formulations.sampling.agreement import Agreement
from planner.agreement.measure import COLOURS, STAYS
from planner.maps.outlines import outlines
from planner.maps.parts import DPI, PIXELS, drawing, footing, heading, legend, panel, panel_title
from planner.maps.pictures import canvas
from planner.maps.sheet import HEIGHT, WIDTH, sheet
from planner.plans.plan import Plan
from planner.words.numbers import nearest

_WORDS: dict[str, dict[str | int, str]] = {
    "en": {
        "plan": "Plan",
        "firm": "Firm and fragile land",
        0: "Stays as today in all {n}",
        1: "Changes alike in all {n}",
        2: "Alike in two thirds or more",
        3: "Fragile: alike in fewer",
        "figures": "{} ha firm change, {} ha fragile",
        "proof": "In how many of {n} plans (or draws) a unit has the class of the plan on the left.",
    },
    "zh": {
        "plan": "规划",
        "firm": "稳定与不确定用地",
        0: "全部 {n} 个方案中保持现状",
        1: "全部 {n} 个方案中变化一致",
        2: "三分之二以上方案一致",
        3: "不确定：一致的方案不足三分之二",
        "figures": "稳定变化 {} 公顷，不确定 {} 公顷",
        "proof": "{n} 个方案（或抽样）中，有多少个使单元取得左图方案中的地类。",
    },
}


def draw_agreement(found: Agreement, plan: Plan, count: int, path: Path, lang: str, line: str) -> None:
    """Write the map of firm and fragile land: the reference plan's changes beside how firm they are.

    ``count`` plans (or draws) were compared; ``line`` says of what, under the title.
    """
    instance, words = plan.instance, _WORDS[lang]
    palette = np.array([item.colour for item in instance.classes], dtype=np.uint8)
    changes = palette[plan.layout]
    changes[plan.layout == instance.today] = STAYS
    firmness = np.array(COLOURS, dtype=np.uint8)[found.standing(instance.today)]
    areas = found.areas_ha(instance.today, instance.grid.area_ha)
    ground = canvas(instance.grid, PIXELS)
    where = sheet(ground.size_m, panels=2)
    present = [instance.classes[int(k)] for k in np.unique(plan.layout[plan.layout != instance.today])]
    swatches = [(item.colour, item.label(lang)) for item in present]
    swatches += [(colour, words[n].format(n=count)) for n, colour in enumerate(COLOURS)]
    with drawing():
        figure = Figure(figsize=(WIDTH, HEIGHT), dpi=DPI, facecolor="white")
        drawn = outlines(instance)
        figures = words["figures"].format(nearest(areas[1]), nearest(areas[3]))
        titles = ((words["plan"], ""), (words["firm"], figures))
        for box, colours, title in zip(where.panels, (changes, firmness), titles, strict=True):
            panel(figure, box, ground, colours, drawn)
            panel_title(figure, box, *title)
        heading(figure, plan.certificate.title, line)
        legend(figure, where, swatches, drawn, lang)
        footing(figure, words["proof"].format(n=count), list(plan.certificate.marks))
        figure.savefig(path, dpi=DPI)
