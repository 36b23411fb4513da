"""The map of a plan: today, plan and change on one sheet (A4 landscape), in Chinese or English."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from instances.land.colours import Colour
from instances.study.schema import BASE
from planner.maps.outlines import outlines
from planner.maps.parts import DPI, PIXELS, drawing, footing, heading, legend, panel, panel_title
from planner.maps.pictures import canvas
from planner.maps.sheet import HEIGHT, WIDTH, sheet
from planner.plans.plan import Plan
from planner.words.numbers import nearest, percent_not_below

UNCHANGED: Colour = (222, 222, 222)
"""Ground of the change map."""


@dataclass(frozen=True, slots=True)
class _Words:
    """What a map says, in one language."""

    today: str = "Today"
    plan: str = "Plan"
    change: str = "Change"
    unchanged: str = "Unchanged (change map)"
    scenario: str = "Scenario: {}"
    base: str = "base"
    net: str = "Net emissions {} tCO2e/yr"
    changed: str = "{} ha change class ({:.1f} % of the area)"
    proven: str = "No layout that keeps to the red lines and limits is better by more than {} (gap)."
    generalised: str = "Red lines are generalised to the scale of the map."
    unproven: str = "How far this plan is from the best possible is not known."
    area: str = "{} ha, {}"


_EN = _Words()
_ZH = _Words(
    today="现状",
    plan="规划",
    change="变化",
    unchanged="未变化（变化图）",
    scenario="情景：{}",
    base="基准",
    net="净碳排放量 {} tCO2e/年",
    changed="{} 公顷改变地类（占总面积 {:.1f} %）",
    proven="在满足红线与约束的所有布局中，没有任何布局能优于本方案 {} 以上（最优性差距）。",
    generalised="红线已按制图比例概括表示。",
    unproven="本方案与最优布局的差距尚不清楚。",
    area="总面积 {} 公顷，{}",
)


def draw_map(plan: Plan, path: Path, lang: str | None = None) -> None:
    """Write the map of a plan to ``path`` (.png, .pdf or .svg), at 200 dpi.

    ``lang`` is zh or en; default: the study's. Colours are the classes' own; in the change map only units
    that change class have the colour of their planned class.
    """
    lang = lang or plan.instance.study.lang
    words = _ZH if lang == "zh" else _EN
    ground = canvas(plan.instance.grid, PIXELS)
    where = sheet(ground.size_m)
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
        legend(figure, where, _swatches(plan, words, lang), drawn, lang)
        _footer(figure, plan, words)
        figure.savefig(
            path, dpi=DPI, metadata={"Title": plan.certificate.title} if path.suffix != ".svg" else None
        )


def _panel_colours(plan: Plan) -> Iterator[NDArray[np.uint8]]:
    """(units, 3) colours of today, the plan, and the change."""
    palette = np.array([item.colour for item in plan.instance.classes], dtype=np.uint8)
    yield palette[plan.instance.today]
    yield palette[plan.layout]
    colours = palette[plan.layout]
    colours[plan.instance.today == plan.layout] = UNCHANGED
    yield colours


def _captions(plan: Plan, words: _Words) -> tuple[tuple[str, str], ...]:
    """Title and figures of each panel."""
    changed = float(plan.instance.grid.area_ha[plan.instance.today != plan.layout].sum())
    share = 100 * changed / plan.instance.grid.total_ha
    net = plan.certificate.indicators.get("net_emissions")
    emissions = [words.net.format(nearest(value)) for value in (net.baseline, net.value)] if net else ["", ""]
    return (
        (words.today, emissions[0]),
        (words.plan, emissions[1]),
        (words.change, words.changed.format(nearest(changed), share)),
    )


def _header(figure: Figure, plan: Plan, words: _Words) -> None:
    certificate = plan.certificate
    scenario = words.base if certificate.scenario == BASE else certificate.scenario
    about = words.area.format(nearest(certificate.area_ha), plan.instance.grid.crs.name)
    heading(figure, certificate.title, f"{words.scenario.format(scenario)}   ·   {about}")


def _footer(figure: Figure, plan: Plan, words: _Words) -> None:
    """The certificate's gap, and the sentences that every use of the plan must show."""
    gap = plan.certificate.gap
    proof = words.unproven if gap is None else words.proven.format(percent_not_below(gap))
    footing(figure, proof, [words.generalised] * bool(plan.instance.redlines) + list(plan.certificate.marks))


def _swatches(plan: Plan, words: _Words, lang: str) -> list[tuple[Colour, str]]:
    """The classes present, and the ground of the change map."""
    items = [plan.instance.classes[int(k)] for k in np.union1d(plan.instance.today, plan.layout)]
    return [*((item.colour, item.label(lang)) for item in items), (UNCHANGED, words.unchanged)]
