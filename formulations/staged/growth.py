"""Growth by age: what a hectare that is newly of a class has gained of carbon so many years after its change.

    gained(a) = mean over b of  what is cleared at once  -  a x stock_a[b, k]

with the hectares of every class b that became k as weights; positive is carbon taken up.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from instances.carbon.ages import AT_ONCE
from instances.carbon.coefficients import Kind
from instances.carbon.conversion import EmissionRates
from instances.carbon.entries import Entries
from instances.instance import Instance
from instances.units.grid import FloatArray, Layout
from instances.units.sums import sum_by

LEAST = 1e-9
"""tCO2e/ha: less is no growth."""


@dataclass(frozen=True, eq=False)
class Growth:
    """``hectares`` newly of a class, by its place in the classes, and tCO2e/ha gained by each age: ``value``,
    ``low`` and ``high`` (ages,)."""

    place: int
    hectares: float
    value: FloatArray
    low: FloatArray
    high: FloatArray


def growth(
    instance: Instance,
    planned: Layout,
    ages: Sequence[float],
    at_once: EmissionRates,
    by_age: Sequence[EmissionRates],
) -> tuple[Growth, ...]:
    """The growth of every class with new land that grows, the one with most of it first."""
    size = len(instance.classes)
    changed = instance.today != planned
    code = instance.today[changed].astype(np.int64) * size + planned[changed]
    land = sum_by(code, instance.grid.area_ha[changed], size * size).reshape(size, size)
    if at_once.entries is None:
        return ()
    each = [
        _gained(at_once.entries, rates.entries, age)
        for rates, age in zip(by_age, ages, strict=True)
        if rates.entries is not None
    ]
    curves = np.array(each).reshape(len(ages), 3, size, size)
    hectares = land.sum(axis=0)
    found = []
    for place in np.argsort(-hectares, kind="stable")[: np.count_nonzero(hectares)].tolist():
        mean = curves[..., place] @ land[:, place] / hectares[place]
        if mean[:, 0].max(initial=0.0) > LEAST:
            found.append(Growth(place, float(hectares[place]), mean[:, 0], mean[:, 1], mean[:, 2]))
    return tuple(found)


def _gained(at_once: Entries, until: Entries, age: float) -> FloatArray:
    """(value low high, classes today, classes planned) tCO2e/ha that grows until an age."""
    stocks = [place for place, name in enumerate(at_once.parts) if name.startswith(f"{Kind.STOCK}: ")]
    grown = AT_ONCE * at_once.weight - age * until.weight
    amounts = [grown * at_once.figures(end)[at_once.row] for end in ("value", "low", "high")]
    ordered = (amounts[0], np.minimum(*amounts[1:]), np.maximum(*amounts[1:]))
    return np.array([at_once.sums(each)[stocks].sum(axis=0) for each in ordered])
