"""The picture of a front: its points, what is proven to be out of reach, and the knee."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from matplotlib import colormaps
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from formulations.sampling.front import Front, Slice
from instances.instance import Instance
from instances.study.schema import BASE
from planner.maps.parts import DPI, drawing
from planner.maps.sheet import FAINT, INK, shorten, wrap
from planner.pareto.sentences import sentences
from planner.words.indicator_names import label
from planner.words.numbers import nearest

if TYPE_CHECKING:
    from matplotlib.axes import Axes

WIDTH, HEIGHT = 8.27, 6.4
_POINT, _KNEE, _PROVEN = "#1f5c99", "#c8102e", "#e9eef3"
_EN = {
    "front": "What one indicator costs in terms of the other",
    "less": "{} ({}) — less is better",
    "more": "{} ({}) — more is better",
    "out": "Proven out of reach",
    "point": "Plan with its certified interval",
    "knee": "Knee",
    "scenario": "Scenario: {}",
    "base": "base",
    "level": "{} {} {} {}",
    "free": "{}: not limited",
}
_ZH = {
    "front": "一项指标的代价：以另一项指标衡量",
    "less": "{}（{}），越小越好",
    "more": "{}（{}），越大越好",
    "out": "已证明无法达到",
    "point": "方案及其认证区间",
    "knee": "拐点",
    "scenario": "情景：{}",
    "base": "基准",
    "level": "{} {} {} {}",
    "free": "{}：不限",
}


def draw_front(front: Front, instance: Instance, path: Path, lang: str) -> None:
    """Write the picture of a front of a scenario's plans to ``path`` (.png, .pdf or .svg)."""
    said = _ZH if lang == "zh" else _EN
    with drawing():
        figure = Figure(figsize=(WIDTH, HEIGHT), dpi=DPI, facecolor="white")
        told = sentences(front, lang, instance.classes)
        foot = [line for text in told for line in wrap(text, 128)][:6]
        bottom = (0.72 + 0.16 * len(foot)) / HEIGHT
        axes = figure.add_axes((0.115, bottom, 0.85, 1 - bottom - 0.85 / HEIGHT))
        _frame(axes, front, instance, said, lang)
        if len(front.slices) == 1:
            _proven(axes, front, said)
        for part, colour in zip(front.slices, _colours(front), strict=True):
            _points(axes, front, part, colour, said, instance, lang)
        _knee(axes, front, said)
        axes.legend(
            loc="best", fontsize=8, frameon=True, facecolor="white", edgecolor="none", framealpha=0.85
        )
        _text(figure, instance, said, foot)
        figure.savefig(path, dpi=DPI)


def _frame(axes: Axes, front: Front, instance: Instance, said: dict[str, str], lang: str) -> None:
    for axis, place in zip(front.axes[:2], ("x", "y"), strict=True):
        name = shorten(label(axis.name, lang, instance.classes), 60)
        text = said["less" if axis.sign > 0 else "more"].format(name, axis.unit)
        getattr(axes, f"set_{place}label")(text, fontsize=9.5, color=INK, labelpad=8)
        line = axes.xaxis if place == "x" else axes.yaxis
        line.set_major_locator(MaxNLocator(6))
        line.set_major_formatter(FuncFormatter(_tick))
    axes.tick_params(labelsize=8.5, colors=FAINT, length=3)
    axes.grid(color="#eeeeee", linewidth=0.8)
    axes.set_axisbelow(True)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    for side in ("left", "bottom"):
        axes.spines[side].set_color("#999999")
    # What is proven belongs into the picture: points that look far apart may be one within it.
    values = np.array([ends for point in front.points for ends in (point.values[:2], point.best)])
    values = np.where(np.isfinite(values), values, np.nan)
    low, high = np.nanmin(values, axis=0), np.nanmax(values, axis=0)
    room = np.where(high > low, 0.12 * (high - low), np.maximum(1e-6, 0.001 * np.abs(high)))
    axes.set_xlim(low[0] - room[0], high[0] + room[0])
    axes.set_ylim(low[1] - room[1], high[1] + room[1])


def _tick(value: float, _: int) -> str:
    return f"{value:,.10g}"


def _proven(axes: Axes, front: Front, said: dict[str, str]) -> None:
    """Shade what no plan can reach: beyond the certified floor."""
    x, y = front.axes[:2]
    low, high = axes.get_ylim()
    at = np.linspace(low, high, 1_500)
    floor = x.natural(1.0) * front.slices[0].floor(y.sign * at)
    edge = axes.get_xlim()[0 if x.sign > 0 else 1]
    floor = np.where(np.isfinite(floor), floor, edge)
    axes.fill_betweenx(at, edge, floor, color=_PROVEN, linewidth=0, zorder=0.5, label=said["out"])


def _points(
    axes: Axes, front: Front, part: Slice, colour: str, said: dict[str, str], instance: Instance, lang: str
) -> None:
    values = np.array([point.values[:2] for point in part.points]).reshape(-1, 2)
    best = np.array([point.best for point in part.points]).reshape(-1, 2)
    axes.plot(values[:, 0], values[:, 1], color=colour, linewidth=1.0, alpha=0.45, zorder=2)
    axes.hlines(values[:, 1], values[:, 0], best[:, 0], color=colour, linewidth=2.2, alpha=0.4, zorder=2)
    axes.scatter(
        values[:, 0], values[:, 1], s=38, color=colour, edgecolor="white", linewidth=0.8, zorder=3,
        label=_label(front, part, said, instance, lang),
    )  # fmt: skip
    for point in part.points:
        axes.annotate(
            str(point.number), (point.values[0], point.values[1]), textcoords="offset points",
            xytext=(7, 6), fontsize=8.5, color=INK, zorder=4,
        )  # fmt: skip


def _label(front: Front, part: Slice, said: dict[str, str], instance: Instance, lang: str) -> str:
    if len(front.axes) < 3:
        return said["point"]
    third = front.axes[2]
    name = label(third.name, lang, instance.classes)
    if part.level is None:
        return said["free"].format(name)
    return said["level"].format(name, "≤" if third.sign > 0 else "≥", nearest(part.level), third.unit)


def _colours(front: Front) -> list[str]:
    if len(front.slices) == 1:
        return [_POINT]
    shades = colormaps["viridis"](np.linspace(0.05, 0.85, len(front.slices)))
    return ["#{:02x}{:02x}{:02x}".format(*(round(255 * part) for part in shade[:3])) for shade in shades]


def _knee(axes: Axes, front: Front, said: dict[str, str]) -> None:
    at = front.at_knee
    if at is None:
        return
    axes.scatter(
        at.values[0],
        at.values[1],
        s=190,
        facecolor="none",
        edgecolor=_KNEE,
        linewidth=1.6,
        zorder=3.5,
        label=said["knee"],
    )


def _text(figure: Figure, instance: Instance, said: dict[str, str], foot: list[str]) -> None:
    scenario = said["base"] if instance.scenario == BASE else instance.scenario
    top = 1 - 0.34 / HEIGHT
    figure.text(0.04, top, shorten(instance.study.title, 70), fontsize=14, weight="bold", color=INK)
    line = f"{said['front']}   ·   {said['scenario'].format(scenario)}"
    figure.text(0.04, top - 0.24 / HEIGHT, line, fontsize=8.5, color=FAINT)
    for number, text in enumerate(foot):
        figure.text(0.04, (0.12 + 0.16 * (len(foot) - 1 - number)) / HEIGHT, text, fontsize=7.6, color=FAINT)
