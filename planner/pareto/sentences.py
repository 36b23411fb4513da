"""What a front says in words: its knee and why, its volume, what it lacks."""

from __future__ import annotations

import math

from formulations.sampling.boxes import TOLERANCE
from formulations.sampling.front import Front, Point
from instances.land.classes import Classes
from planner.words.indicator_names import label
from words.catalogue import Words
from words.numbers import not_above, not_below


def sentences(front: Front, lang: str, classes: Classes | None = None) -> tuple[str, ...]:
    """What to know of a front."""
    words, points = Words(lang), front.points
    x, y = (label(axis.name, lang, classes) for axis in front.axes[:2])
    told, close = [], _close(front)
    if 1 < len(points) < front.asked:
        told.append(words.text("front.fewer", found=len(points), asked=front.asked))
    if len(front.slices) == 1 and len(close) == len(points) - 1:
        told.append(_agreement(front, words, x, y))
    elif len(front.slices) == 1:
        told += _shape(front, words, x, y)
    pairs = [f"{a.number}–{b.number}" for a, b in close]
    if pairs:
        told.append(words.text("front.close", pairs=words.text("series.comma").join(pairs[:4])))
    return tuple(told)


def _agreement(front: Front, words: Words, x: str, y: str) -> str:
    """How little one plan can be beaten in either indicator, where no two points can be told apart."""
    point = min(front.points, key=lambda one: sum(_shares(one)))
    px, py = _shares(point)
    if not px and not py:
        return words.text("front.agree_wholly", n=point.number, x=x, y=y)
    dx, dy = (
        f"{_little(share * abs(value))} {words.unit(axis.unit)}"
        for share, value, axis in zip((px, py), point.values, front.axes, strict=False)
    )
    told = {"dx": dx, "dy": dy, "px": words.gap_text(px), "py": words.gap_text(py)}
    return words.text("front.agree", n=point.number, x=x, y=y, **told)


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


def _shape(front: Front, words: Words, x: str, y: str) -> list[str]:
    told, part = [], front.slices[0]
    bend, at = front.knee, front.at_knee
    if bend is not None and at is not None:
        text = words.text(
            "front.knee_why",
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
        told.append(words.text("front.straight"))
    whole = float(part.volume.box)
    if whole > 0:
        low, high = (100 * float(end) / whole for end in (part.volume.low, part.volume.high))
        shares = {"low": not_above(low), "high": not_below(min(high, 100.0))}
        told.append(
            words.text(
                "front.volume",
                **{key: words.per_cent(share).replace("\u00a0", " ") for key, share in shares.items()},
            )
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
