"""Carbon coefficient sets: figures in tCO2e/ha (and year) by class, kind and pool, with their ranges.

``coefficient_csv.py`` reads them; the project's own sets are in ``data/carbon``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from instances.land.classes import Classes, LandClass, lineage
from instances.units.grid import FloatArray

ENERGY = "energy"
"""The flux pool that ``carbon.built_total_tco2e`` replaces on built land."""
GENERIC = "built"
"""Rows of this class hold for every built class that has none of its own."""
MEMBERS = {
    "vegetation": frozenset({"above", "below"}),
    "dead": frozenset({"dead_wood", "litter"}),
    "ecosystem": frozenset({"above", "below", "dead_wood", "litter", "soil"}),
}
"""Pools made of others."""


class Kind(StrEnum):
    """What a coefficient measures: a flow per year, a store of carbon, or the making of built land."""

    FLUX = "flux"
    STOCK = "stock"
    CONSTRUCTION = "construction"


class Mark(StrEnum):
    """What a reader must know of a coefficient."""

    NONE = ""
    PLACEHOLDER = "placeholder"
    MEMORY = "from memory"
    ASSUMED = "assumed"
    DERIVED = "derived"


@dataclass(frozen=True, slots=True)
class Coefficient:
    """One row of a set: value, low and high in tCO2e/ha/yr (flux, construction) or tCO2e/ha (stock)."""

    name: str
    kind: Kind
    pool: str
    value: float
    low: float
    high: float
    source: str
    mark: Mark


@dataclass(frozen=True, eq=False)
class CoefficientSet:
    """A set of coefficients by class, kind and pool."""

    name: str
    rows: Mapping[tuple[str, Kind, str], Coefficient]

    def pools(self, kind: Kind) -> tuple[str, ...]:
        """The pools of one kind, in the order of the file."""
        return tuple(dict.fromkeys(pool for _, found, pool in self.rows if found is kind))

    def find(self, item: LandClass, kind: Kind, pool: str) -> Coefficient | None:
        """The coefficient of a class: its own, else that of the class it is like, else that of built land."""
        names = lineage(item) if not item.built else (*lineage(item), GENERIC)
        return next((self.rows[name, kind, pool] for name in names if (name, kind, pool) in self.rows), None)


@dataclass(frozen=True, eq=False)
class RateRange:
    """Value, low and high of one kind's coefficients, each (pools, classes) in tCO2e/ha/yr or, for a stock,
    tCO2e/ha; NaN where the set has none."""

    pools: tuple[str, ...]
    value: FloatArray
    low: FloatArray
    high: FloatArray


def rate_range(found: CoefficientSet, kind: Kind, classes: Classes) -> RateRange:
    """The coefficients of one kind for the classes of a study."""
    pools = found.pools(kind)
    figures = np.full((3, len(pools), len(classes)), np.nan)
    for p, pool in enumerate(pools):
        for k, item in enumerate(classes):
            row = found.find(item, kind, pool)
            if row is not None:
                figures[:, p, k] = row.value, row.low, row.high
    return RateRange(pools, *figures)
