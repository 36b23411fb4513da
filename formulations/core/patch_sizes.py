"""Least sizes of new land as a layout problem carries them, and what they made of a plan."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from instances.rules.patch_pieces import too_small
from instances.rules.patches import PatchRule
from instances.units.grid import Edges, FloatArray, Grid, Layout, ParcelFrame


@dataclass(frozen=True, eq=False)
class PatchSizes:
    """Rules with a least size, and the land on which pieces hang together. They are no limits: column
    generation and the exact model leave them out, and ``formulations.patches`` keeps them."""

    rules: tuple[PatchRule, ...]
    grid: Grid

    def below(self, layout: Layout, today: Layout) -> NDArray[np.bool_]:
        """(units,) new land of a layout in pieces that are too small."""
        return too_small(self.rules, layout, today, self.grid)

    def kept(self, layout: Layout, today: Layout) -> bool:
        """True where no piece with new land is too small."""
        return not self.below(layout, today).any()

    def merged(self, of: NDArray[np.int32], area_ha: FloatArray) -> PatchSizes:
        """The same over merged units, ``area_ha`` (merged,) large; ``of`` (units,) is that of each unit. What
        hangs together does so merged as well, and the other way round."""
        edges = self.grid.edges
        one, other = of[edges.first].astype(np.int64), of[edges.second].astype(np.int64)
        low, high = np.minimum(one, other), np.maximum(one, other)
        apart = low != high
        key, place = np.unique(low[apart] * len(area_ha) + high[apart], return_inverse=True)
        length = np.bincount(place, weights=edges.length_m[apart], minlength=len(key))
        ends = (key // len(area_ha)).astype(np.int32), (key % len(area_ha)).astype(np.int32)
        nowhere = ParcelFrame(np.full(len(area_ha), None), np.arange(len(area_ha)).astype(object))
        land = Edges(*ends, length.astype(np.float32))
        return PatchSizes(self.rules, Grid(self.grid.crs, area_ha, land, nowhere, self.grid.area_kind))


@dataclass(frozen=True)
class Patched:
    """What least sizes made of a plan: new land under the rules and how much of it lay in pieces that are too
    small, before and after, in ha; ``cost`` by how much the objective rose, and ``floor``, the bound of every
    layout whatever its sizes, in tCO2e/yr: the sizes cost at most the plan's distance to that."""

    new_ha: tuple[float, float]
    below_ha: tuple[float, float]
    cost: float
    floor: float = -math.inf

    @property
    def kept(self) -> bool:
        """True where nothing is too small any more."""
        return self.below_ha[1] == 0
