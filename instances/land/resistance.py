"""Resistances: how much dearer a metre of a land class is to cross than a metre of the best habitat.

The project's table is ``data/resistance.csv``. Published tables (1 to 1000) go with thresholds of cost, which
no planner knows; here thresholds are metres of easy land (how far a species spreads), so that the square root
of the published figures is taken, which keeps their order. Built land without a row of its own counts as
urban, blue-green land as grassland, other land as cropland.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from instances.land.classes import Classes, LandClass, lineage
from instances.study.tables import table
from instances.units.grid import FloatArray

BUILT, GREEN, OPEN = "urban_residential", "grassland", "cropland"
"""Classes whose resistance is taken for built, blue-green and other land without a row of its own."""


def resistances(classes: Classes, stated: Mapping[str, float] | None = None) -> FloatArray:
    """(classes,) the resistance of every class: stated by name, else that of the project's table for it or
    for the class it is like."""
    known = {row["class"]: float(row["resistance"]) for row in table("resistance.csv")} | dict(stated or {})
    return np.array([known[_row(item, known)] for item in classes])


def _row(item: LandClass, known: Mapping[str, float]) -> str:
    found = next((name for name in lineage(item) if name in known), None)
    return found or (GREEN if item.blue_green else BUILT if item.built else OPEN)
