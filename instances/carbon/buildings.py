"""What newly built land emits, class by class: energy each year, and what is embodied in its buildings.

Both are sums of the entries (``entries.py``) of land of the class planned that is not built today, so that
their ranges are those of single coefficients: area x rate, each at its low or high.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from instances.carbon.coefficients import ENERGY, Kind
from instances.carbon.entries import Entries
from instances.carbon.interval import Interval
from instances.land.classes import Classes
from instances.units.grid import FloatArray


@dataclass(frozen=True, slots=True)
class NewBuilt:
    """Newly built land of one class, ha; its energy in tCO2e/yr; what is embodied in it in tCO2e, in all:
    over the horizon where a coefficient is so much a year."""

    name: str
    area_ha: float
    energy: Interval
    embodied: Interval


def new_built(
    entries: Entries, transitions_ha: FloatArray, classes: Classes, years: float
) -> tuple[NewBuilt, ...]:
    """One line a class that has newly built land, in the order of the classes; ``transitions_ha`` is (classes
    today, classes planned) in ha, ``years`` the horizon."""
    moved = np.where(~classes.built[:, None] & classes.built[None, :], transitions_ha, 0.0)
    kind = np.array([part.partition(": ")[0] for part in entries.parts], dtype=str)
    pool = np.array([part.partition(": ")[2] for part in entries.parts], dtype=str)
    energy = (pool == ENERGY)[entries.part]
    embodied = (kind == Kind.CONSTRUCTION)[entries.part]
    once = np.ones(len(entries.rows))
    whole = np.array([row.life_years or years for row in entries.rows], dtype=float)
    amount = entries.weight * moved[entries.today, entries.planned]
    lines = []
    for k in np.flatnonzero(moved.sum(axis=0) > 0).tolist():
        mine = entries.planned == k
        lines.append(
            NewBuilt(
                classes.names[k],
                float(moved[:, k].sum()),
                _range(entries, amount, mine & energy, once),
                _range(entries, amount, mine & embodied, whole),
            )
        )
    return tuple(lines)


def _range(entries: Entries, amount: FloatArray, where: NDArray[np.bool_], times: FloatArray) -> Interval:
    """The sum of some entries' amounts by their coefficients, each so many ``times`` (rows,), and its
    range."""
    activity = np.bincount(entries.row[where], amount[where], minlength=len(entries.rows)) * times
    ends = activity * entries.figures("low"), activity * entries.figures("high")
    value = float(activity @ entries.figures())
    return Interval(value, float(np.minimum(*ends).sum()), float(np.maximum(*ends).sum()))
