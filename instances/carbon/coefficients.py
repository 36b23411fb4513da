"""Carbon coefficient sets: figures in tCO2e/ha (and year) by class, kind and pool, with their ranges.

``coefficient_csv.py`` reads them; the project's own sets are in ``data/carbon``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from instances.land.classes import LandClass, lineage

ENERGY = "energy"
"""The flux pool that ``carbon.built_total_tco2e`` replaces on built land."""
CLEARED = frozenset({"vegetation", "above", "below", "dead", "dead_wood", "litter"})
"""Pools that a change of class clears away, and that grow anew; all others move from one store to the
other."""
GENERIC = "built"
"""Rows of this class hold for every built class that has none of its own."""
MEMBERS = {
    "vegetation": frozenset({"above", "below"}),
    "dead": frozenset({"dead_wood", "litter"}),
    "ecosystem": frozenset({"above", "below", "dead_wood", "litter", "soil"}),
}
"""Pools made of others."""


class Kind(StrEnum):
    """What a coefficient measures: a flow per year (of all land of a class, of land that keeps its class, or
    of land newly of it), a store of carbon, or the making of built land."""

    FLUX = "flux"
    STANDING = "standing"
    NEW = "new"
    STOCK = "stock"
    CONSTRUCTION = "construction"


class Mark(StrEnum):
    """What a reader must know of a coefficient."""

    NONE = ""
    PLACEHOLDER = "placeholder"
    MEMORY = "from memory"
    ASSUMED = "assumed"
    DERIVED = "derived"


FLOWS = (Kind.FLUX, Kind.STANDING, Kind.NEW)
"""Kinds that are flows per year."""
GROUND = {
    Kind.FLUX: frozenset({"kept", "changed"}),
    Kind.STANDING: frozenset({"kept"}),
    Kind.NEW: frozenset({"changed"}),
    Kind.STOCK: frozenset({"changed"}),
    Kind.CONSTRUCTION: frozenset[str](),
}
"""On which land a kind counts carbon; the same pool is counted once on the same land."""


@dataclass(frozen=True, slots=True)
class Coefficient:
    """One row of a set: value, low and high in tCO2e/ha/yr (flows, construction) or tCO2e/ha (stock, and
    construction that emits ``once``, spread over the study's horizon).

    ``gain_years``: the e-folding time of what a stock gains on new land; 0, it is there at once. ``typical``
    is the value by which the direction of a change is told, so that draws of the value move along a line.
    ``stated``: a figure of the study's own, which no total of the area scales. ``by_floor``: it is per area
    of floor still, to be multiplied by the floor ratio of each class. ``life_years``: over which a total of
    construction was spread; 0, it was none, or is spread over the horizon.
    """

    name: str
    kind: Kind
    pool: str
    value: float
    low: float
    high: float
    source: str
    mark: Mark
    region: str = ""
    gain_years: float = 0.0
    once: bool = False
    reference: float | None = None
    stated: bool = False
    by_floor: bool = False
    life_years: float = 0.0

    @property
    def typical(self) -> float:
        """The value before any draw."""
        return self.value if self.reference is None else self.reference


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
