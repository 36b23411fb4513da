"""Grades of what a hectare of a red line costs: round steps that all red lines of a plan share."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from instances.land.colours import parse_colour
from planner.maps.sheet import round_length
from planner.styles.layer_styles import RAMP, Mark
from words.catalogue import Words
from words.numbers import nearest


def steps_of(dearest: float) -> tuple[float, ...]:
    """Where the grades above the lowest begin, from low to high, at round figures."""
    if not dearest > 0:
        return ()
    found = [round_length(dearest)]
    while len(found) < len(RAMP) - 1:
        found.append(round_length(found[-1] * 0.999))
    return tuple(reversed(found))


def grades_of(per_ha: NDArray[np.floating], steps: Sequence[float]) -> NDArray[np.int64]:
    """The grade of each cost a hectare, from 1."""
    return 1 + np.searchsorted(np.asarray(steps, dtype=float), per_ha, side="right")


def ranks_of(per_ha: NDArray[np.floating]) -> NDArray[np.int32]:
    """The rank of each cost a hectare, the dearest first."""
    ranks = np.empty(len(per_ha), dtype=np.int32)
    ranks[np.argsort(-per_ha, kind="stable")] = np.arange(1, len(per_ha) + 1, dtype=np.int32)
    return ranks


def grade_names(steps: Sequence[float], words: Words) -> tuple[str, ...]:
    """What each grade means, from low to high."""
    unit = words.unit("tCO2e/ha/yr")
    shown = [nearest(step) for step in steps]
    if not shown:
        return (words.text("cost_map.any", unit=unit),)
    between = [words.text("cost_map.between", low=low, high=high, unit=unit) for low, high in pairwise(shown)]
    below = words.text("cost_map.below", high=shown[0], unit=unit)
    return (below, *between, words.text("cost_map.from", low=shown[-1], unit=unit))


def grade_marks(steps: Sequence[float], lang: str) -> tuple[Mark, ...]:
    """A mark for each grade, the dearest first."""
    names = grade_names(steps, Words(lang))
    colours = [parse_colour(colour) for colour in RAMP[: len(names)]]
    rim = parse_colour("#7a5a3a")
    return tuple(
        Mark(str(number), name, colour, rim)
        for number, (name, colour) in reversed(list(enumerate(zip(names, colours, strict=True), start=1)))
    )


def marks_by(steps: Sequence[float]) -> partial[tuple[Mark, ...]]:
    """The marks of the grades in any language."""
    return partial(grade_marks, tuple(steps))
