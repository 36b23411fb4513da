"""The picture of regrets: for every plan what it loses under each draw, and at the most."""

from __future__ import annotations

from pathlib import Path as File

import numpy as np

from formulations.sampling.regret import Regrets
from instances.instance import Instance
from planner.charts.axes import Scale, level
from planner.charts.legend import Entry, legend
from planner.charts.picture import write_picture
from planner.charts.shapes import BLUE, FRAME, RED, Chart, Dot, Path, Shape, Text, texts, width_of
from planner.robust.tables import plan_name
from planner.words.scenario_names import scenario_label
from words.catalogue import Words

WIDTH, ROW, SIZE = 900.0, 34.0, 13.0
MOST_PLANS = 16


def firm_line(instance: Instance, name: str, lang: str) -> str:
    """The line under the title of the map of firm land."""
    words = Words(lang)
    return words.text(
        "robust.firm", plan=name, scenario=scenario_label(instance.scenario, words, instance.study.label)
    )


def draw_regrets(found: Regrets, instance: Instance, path: File, lang: str) -> None:
    """Write the regrets of the plans, those of least greatest regret first, to ``path``."""
    words = Words(lang)
    scenario = words.text(
        "page.scenario", name=scenario_label(instance.scenario, words, instance.study.label)
    )
    line = f"{words.text('robust.title')}   ·   {scenario}"
    write_picture(regret_chart(found, words), instance.study.title, line, (), path)


def regret_chart(found: Regrets, words: Words) -> Chart:
    """A row a plan: its regret under each draw as dots, its greatest regret as an interval."""
    greatest = found.greatest
    finite = [n for n in np.argsort(greatest[:, 1], kind="stable").tolist() if np.isfinite(greatest[n, 1])]
    order = finite[:MOST_PLANS]
    names = [words.text("front.plan", n=plan_name(plan)) for plan in order]
    signs, top = legend(_entries(words), WIDTH, SIZE)
    left = max((width_of(name, SIZE) for name in names), default=0.0) + 12
    frame = (left, top + 10, WIDTH - 14, top + 10 + ROW * max(3, len(order)))
    most = max(1e-9, float(greatest[order, 1].max(initial=0.0)))
    scale = Scale(-0.02 * most, 1.04 * most, frame[0], frame[2])
    shapes: list[Shape] = [*signs, *level(scale, frame, SIZE, WIDTH)]
    shapes.append(Path(((frame[0], frame[3]), (frame[2], frame[3])), FRAME))
    for place, plan in enumerate(order):
        y = frame[1] + (place + 0.5) * ROW
        colour = RED if plan == found.chosen else BLUE
        low, high = (scale(end) for end in greatest[plan].tolist())
        shapes.append(Text(left - 10, y + 0.36 * SIZE, names[place], SIZE, "end", bold=plan == found.chosen))
        shapes.append(_interval(low, high, y, colour))
        shapes += [Dot(scale(loss), y, 3.6, colour, 0.6) for loss in found.least[plan].tolist()]
        shapes.append(_greatest(high, y, colour))
    middle = (frame[0] + frame[2]) / 2
    title, bottom = texts(
        [words.text("robust.axis")], middle, frame[3] + 2.1 * SIZE, SIZE, anchor="middle", bold=True
    )
    return Chart("wide", WIDTH, bottom + 4, (*shapes, *title))


def _entries(words: Words) -> list[Entry]:
    return [
        Entry((Dot(0, 0, 3.6, BLUE, 0.6),), words.text("robust.draw")),
        Entry((_greatest(0, 0, BLUE),), words.text("robust.greatest")),
        Entry((_interval(-11, 11, 0, RED),), words.text("robust.chosen")),
    ]


def _interval(low: float, high: float, y: float, colour: str) -> Path:
    return Path(((low, y), (high, y)), colour, width=8.0, opacity=0.3)


def _greatest(x: float, y: float, colour: str) -> Path:
    return Path(((x, y - 9), (x, y + 9)), colour, width=2.0)
