"""Draws of figures that a study states with a range: people, jobs, floors and costs, a line of a table each.

A line that several indicators read from one file is one figure, and has one value in all of them. Where an
indicator is calibrated, its drawn figures are scaled to today's count again.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from instances.land.stated import Stated
from instances.units.grid import FloatArray

Line = tuple[str, int, int]
"""The file of a figure, the class today (-1: whatever it is) and the class planned."""


def ranged(stated: Mapping[str, Stated]) -> tuple[str, ...]:
    """The indicators of which a figure has a range."""
    return tuple(name for name, one in stated.items() if (one.high > one.low).any())


def lines_of(stated: Mapping[str, Stated]) -> tuple[Line, ...]:
    """The figures with a range, file by file, in a fixed order."""
    return tuple(sorted({line for one in stated.values() for line in _places(one)}))


def at_shares(stated: Mapping[str, Stated], shares: Mapping[Line, float]) -> dict[str, Stated]:
    """The figures at a share of their ranges: 0 low, 1/2 the value, 1 high, linear in between."""
    found = {}
    for name, one in stated.items():
        share = np.full(one.value.shape, 0.5)
        for (file, today, planned), each in shares.items():
            if file == one.file:
                share[slice(None) if today < 0 else today, planned] = each
        below = one.low + 2 * share * (one.value - one.low)
        above = one.value + (2 * share - 1) * (one.high - one.value)
        value = np.where(share < 0.5, below, np.where(share > 0.5, above, one.value))
        found[name] = replace(one, value=value)
    return found


def mean_of(draws: Sequence[Mapping[str, Stated]]) -> dict[str, Stated]:
    """Figures that are the mean of several draws'."""
    return {
        name: replace(one, value=np.mean([draw[name].value for draw in draws], axis=0))
        for name, one in (draws[0] if draws else {}).items()
    }


def columns(stated: Mapping[str, Stated], classes: Sequence[str]) -> dict[str, float]:
    """Every figure with a range by a name for tables, INDICATOR.CLASS or INDICATOR.TODAY.PLANNED, a hectare
    and before it is calibrated."""
    found = {}
    for name, one in stated.items():
        for _, today, planned in _places(one):
            before = "" if today < 0 else f"{classes[today]}."
            found[f"{name}.{before}{classes[planned]}"] = float(one.value[max(today, 0), planned])
    return found


def text_of(one: Stated, classes: Sequence[str]) -> str:
    """Figures a hectare as CSV, to be named in ``per_class`` or ``per_change``."""
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow((*(("class",) if one.by_class else ("from", "to")), "value", "low", "high"))
    low, high = np.minimum(one.low, one.value), np.maximum(one.high, one.value)
    said = np.any([one.value, low, high], axis=0)
    for today, planned in np.argwhere(said[:1] if one.by_class else said).tolist():
        names = (classes[planned],) if one.by_class else (classes[today], classes[planned])
        figures: list[FloatArray] = [each[today, planned] for each in (one.value, low, high)]
        writer.writerow((*names, *map(float, figures)))
    return stream.getvalue()


def _places(one: Stated) -> list[Line]:
    """The figures of an indicator that have a range, where they stand."""
    free = one.high > one.low
    if one.by_class:
        return [(one.file, -1, int(planned)) for planned in np.flatnonzero(free[0])]
    return [(one.file, today, planned) for today, planned in np.argwhere(free).tolist()]
