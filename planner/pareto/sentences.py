"""What a front says in words, in Chinese or English: its knee and why, its volume, what it lacks."""

from __future__ import annotations

import math

from formulations.sampling.boxes import TOLERANCE
from formulations.sampling.front import Front, Point
from instances.land.classes import Classes
from planner.words.numbers import nearest, percent_not_below

_EN = {
    "knee": "Point {n} is the knee: with both ranges scaled to 1 it lies farthest below the straight line "
    "between the two ends (by {distance:.2f}; 0.71 would be the most). Against point {start} it gives up "
    "{given:.0f} % of the range of {x} and gains {gained:.0f} % of that of {y}.",
    "straight": "There is no marked knee: every point lies near the straight line between the two ends, so "
    "each step along the front costs about the same.",
    "agree": "As far as is proven the two do not conflict: no plan as good in the other beats point {n} "
    "by more than {dx} ({px}) in {x} or {dy} ({py}) in {y}.",
    "fewer": "There are {found} points, not {asked}: no further plan was found that is better than all of "
    "these in one of the indicators.",
    "volume": "The front covers {low} {unit} of the rectangle between its ends; no set of plans could cover "
    "more than {high}.",
    "close": "Points {pairs} lie closer together than is proven of them: read them as one.",
}
_ZH = {
    "knee": "方案 {n} 为拐点：将两项指标的取值范围均归一化后，它位于两端连线下方最远处"
    "（距离 {distance:.2f}，最大可能为 0.71）。"
    "与方案 {start} 相比，它让出{x}取值范围的 {given:.0f} %，换得{y}取值范围的 {gained:.0f} %。",
    "straight": "没有明显拐点：各方案均靠近两端连线，沿前沿每前进一步的代价大致相同。",
    "agree": "在已证明的精度内两者并无冲突：在另一项不变差的前提下，任何方案优于方案 {n} 的幅度，"
    "{x}不超过 {dx}（{px}），{y}不超过 {dy}（{py}）。",
    "fewer": "共有 {found} 个方案，少于要求的 {asked} 个：未发现其他在任一指标上更优的方案。",
    "volume": "前沿覆盖两端之间矩形中的 {low} {unit}；任何方案集合所能覆盖的都不超过 {high}。",
    "close": "方案 {pairs} 之间的距离小于已证明的精度：可视为同一方案。",
}


def words(lang: str) -> dict[str, str]:
    """The sentences of a language."""
    return _ZH if lang == "zh" else _EN


def sentences(front: Front, lang: str, classes: Classes | None = None) -> tuple[str, ...]:
    """What to know of a front."""
    said, points = words(lang), front.points
    x, y = (axis.label(lang, classes) for axis in front.axes[:2])
    told, close = [], _close(front)
    if 1 < len(points) < front.asked:
        told.append(said["fewer"].format(found=len(points), asked=front.asked))
    if len(front.slices) == 1 and len(close) == len(points) - 1:
        told.append(_agreement(front, said, x, y))
    elif len(front.slices) == 1:
        told += _shape(front, said, x, y)
    pairs = [f"{a.number}–{b.number}" for a, b in close]
    if pairs:
        told.append(said["close"].format(pairs=", ".join(pairs[:4])))
    return tuple(told)


def _agreement(front: Front, said: dict[str, str], x: str, y: str) -> str:
    """How little one plan can be beaten in either indicator, where no two points can be told apart."""
    point = min(front.points, key=lambda one: sum(_shares(one)))
    px, py = _shares(point)
    dx, dy = (
        f"{_little(share * abs(value))} {axis.unit}"
        for share, value, axis in zip((px, py), point.values, front.axes, strict=False)
    )
    told = {"dx": dx, "dy": dy, "px": percent_not_below(px), "py": percent_not_below(py)}
    return said["agree"].format(n=point.number, x=x, y=y, **told)


def _shares(point: Point) -> tuple[float, float]:
    """By which share of its own value a point could be better in each indicator; rounding is none."""
    first, second = (
        abs(value - best) / max(1e-9, abs(value))
        for value, best in zip(point.values, point.best, strict=False)
    )
    return (first if first > TOLERANCE else 0.0), (second if second > TOLERANCE else 0.0)


def _little(value: float) -> str:
    """A small difference to three digits, rounded up."""
    if not 0 < value < math.inf:
        return f"{value:g}"
    step = 10.0 ** (math.floor(math.log10(value)) - 2)
    return f"{math.ceil(value / step) * step:,.10g}"


def _shape(front: Front, said: dict[str, str], x: str, y: str) -> list[str]:
    told, part = [], front.slices[0]
    bend, at = front.knee, front.at_knee
    if bend is not None and at is not None:
        text = said["knee"].format(
            n=at.number,
            start=part.points[0].number,
            distance=bend.distance,
            given=100 * bend.given_up,
            gained=100 * bend.gained,
            x=x,
            y=y,
        )
        told.append(text)
    elif len(part.points) > 2:
        told.append(said["straight"])
    unit = " × ".join(axis.unit for axis in front.axes[:2])
    told.append(
        said["volume"].format(low=nearest(part.volume.low), high=nearest(part.volume.high), unit=unit)
    )
    return told


def _close(front: Front) -> list[tuple[Point, Point]]:
    """Neighbours whose second is no worse than the first within what is proven of both."""
    found = []
    for part in front.slices:
        for a, b in zip(part.points, part.points[1:], strict=False):
            gap = [abs(p - q) for p, q in zip(a.values, b.values, strict=True)]
            unproven = [max(abs(point.values[n] - point.best[n]) for point in (a, b)) for n in (0, 1)]
            if gap[0] < unproven[0] and gap[1] < unproven[1]:
                found.append((a, b))
    return found
