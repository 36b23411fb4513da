"""How far an indicator can go in each district by the classes that every unit may have, counted again."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from instances.units.grid import FloatArray
from planner.recount.figures.amounts import Amounts
from planner.recount.figures.recount import Recount

STEPS = 60


def _in_class(count: Recount, name: str, part: int | None, k: int) -> tuple[NDArray[np.bool_], FloatArray]:
    """(units,) which units may be class k, and what the indicator, or a part of a ratio, has of each then."""
    layout = np.full(len(count.layout), k, dtype=np.uint8)
    found = count.at(layout).indicators()[name]
    amounts = found if part is None or found.ratio is None else found.ratio[part]
    return count.instance.permits(layout), amounts.value


def extremes(
    count: Recount,
    today: Amounts,
    member: NDArray[np.int64],
    districts: int,
    name: str,
    part: int | None = None,
) -> tuple[FloatArray, FloatArray]:
    """(districts,) the least and the greatest of an indicator that is counted unit by unit, or of the part of
    a ratio (0 above, 1 below)."""
    least = np.full(len(count.layout), np.inf)
    greatest = -least
    for k in range(len(count.instance.classes)):
        may, value = _in_class(count, name, part, k)
        least[may] = np.minimum(least[may], value[may])
        greatest[may] = np.maximum(greatest[may], value[may])
    inside = member >= 0
    low, high = (
        np.bincount(member[inside], weights=end[inside], minlength=districts).astype(float)
        for end in (least, greatest)
    )
    return low, high


def ratio_extremes(
    count: Recount, today: Amounts, member: NDArray[np.int64], districts: int, name: str
) -> tuple[FloatArray, FloatArray]:
    """(districts,) the least and the greatest of a ratio: Newton's steps, each unit in the class that is best
    at the ratio of the step before."""
    classes = range(len(count.instance.classes))
    parts = [(_in_class(count, name, 0, k), _in_class(count, name, 1, k)[1]) for k in classes]
    ends = []
    for sign in (-1.0, 1.0):
        ratio, found = np.zeros(districts), np.full(districts, np.nan)
        for _ in range(STEPS):
            best = np.full(len(member), -np.inf)
            above, below = np.zeros(len(member)), np.zeros(len(member))
            for (may, over), under in parts:
                worth = sign * (over - np.append(ratio, 0.0)[member] * under)
                better = may & ((worth > best) | ((worth == best) & (under > below)))
                best[better], above[better], below[better] = worth[better], over[better], under[better]
            inside = member >= 0
            top, bottom = (
                np.bincount(member[inside], weights=one[inside], minlength=districts)
                for one in (above, below)
            )
            now = np.divide(
                top, bottom, out=np.where(sign * top > 0, sign * np.inf, np.nan), where=bottom > 0
            )
            moved = ~np.isnan(now) & (np.isnan(found) | (sign * now > sign * found))
            if not moved.any():
                break
            found[moved] = now[moved]
            ratio = np.where(np.isfinite(found), found, ratio)
        ends.append(found)
    return ends[0], ends[1]
