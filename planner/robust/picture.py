"""The picture of regrets: for every plan what it loses under each draw, and at the most."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from formulations.sampling.regret import Regrets
from instances.instance import Instance
from planner.maps.parts import DPI, drawing
from planner.maps.sheet import FAINT, INK, shorten
from planner.robust.tables import plan_name
from planner.words.catalogue import Words, scenario_label

WIDTH = 8.27
MOST_PLANS = 16
_DRAW, _CHOSEN = "#1f5c99", "#c8102e"


def firm_line(instance: Instance, name: str, lang: str) -> str:
    """The line under the title of the map of firm land."""
    words = Words(lang)
    return words.text("robust.firm", plan=name, scenario=scenario_label(instance.scenario, words))


def draw_regrets(found: Regrets, instance: Instance, path: Path, lang: str) -> None:
    """Write the regrets of the plans, those of least greatest regret first, to ``path``."""
    words = Words(lang)
    greatest = found.greatest
    finite = [n for n in np.argsort(greatest[:, 1], kind="stable") if np.isfinite(greatest[n, 1])]
    order = finite[:MOST_PLANS]
    height = 2.2 + 0.3 * max(3, len(order))
    with drawing():
        figure = Figure(figsize=(WIDTH, height), dpi=DPI, facecolor="white")
        axes = figure.add_axes((0.12, 0.75 / height, 0.84, 1 - 1.95 / height))
        for place, plan in enumerate(order):
            colour = _CHOSEN if plan == found.chosen else _DRAW
            axes.hlines(place, *greatest[plan], color=colour, linewidth=7, alpha=0.28)
            axes.scatter(
                found.least[plan], np.full(found.least.shape[1], place), s=14, color=colour, alpha=0.55
            )
            axes.scatter([greatest[plan, 1]], [place], marker="|", s=170, color=colour, linewidth=1.8)
        names = [words.text("front.plan", n=plan_name(plan)) for plan in order]
        axes.set_yticks(range(len(order)), names, fontsize=8.5)
        axes.set_ylim(len(order) - 0.4, -0.6)
        axes.set_xlim(left=-0.02 * max(1e-9, float(greatest[order, 1].max(initial=0.0))))
        axes.xaxis.set_major_locator(MaxNLocator(6))
        axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.10g}"))
        axes.set_xlabel(words.text("robust.axis"), fontsize=9.5, color=INK)
        axes.tick_params(labelsize=8.5, colors=FAINT, length=3)
        axes.grid(axis="x", color="#eeeeee", linewidth=0.8)
        axes.set_axisbelow(True)
        for side in ("top", "right", "left"):
            axes.spines[side].set_visible(False)
        axes.scatter([], [], s=14, color=_DRAW, alpha=0.55, label=words.text("robust.draw"))
        axes.scatter(
            [], [], marker="|", s=120, color=_DRAW, linewidth=1.8, label=words.text("robust.greatest")
        )
        axes.plot([], [], color=_CHOSEN, linewidth=7, alpha=0.5, label=words.text("robust.chosen"))
        figure.legend(
            loc="upper right", bbox_to_anchor=(0.965, 1 - 0.62 / height), ncols=3, fontsize=8, frameon=False
        )
        scenario = words.text("page.scenario", name=scenario_label(instance.scenario, words))
        top = 1 - 0.32 / height
        figure.text(0.04, top, shorten(instance.study.title, 70), fontsize=14, weight="bold", color=INK)
        line = f"{words.text('robust.title')}   ·   {scenario}"
        figure.text(0.04, top - 0.24 / height, line, fontsize=8.5, color=FAINT)
        figure.savefig(path, dpi=DPI)
