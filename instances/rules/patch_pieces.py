"""Pieces of a layout under rules of patches: how large they are, and which are smaller than they may be.

patch    the plan's land of a class that hangs together over shared edges; too small where it is below the
         least size and any of it is new
project  the same of new land alone
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from instances.rules.patches import PatchRule
from instances.units.grid import FloatArray, Grid, Layout
from instances.units.patches import patches_of
from instances.units.sums import sum_by


@dataclass(frozen=True, eq=False)
class Pieces:
    """The pieces of one class under one rule: ``of`` (units,) number of each unit's piece from 1, 0 where it
    is in none; ``area_ha``, ``new_ha`` and ``small`` (pieces + 1,), the first of them of no piece."""

    rule: PatchRule
    k: int
    of: NDArray[np.int32]
    area_ha: FloatArray
    new_ha: FloatArray
    small: NDArray[np.bool_]

    @property
    def total_new_ha(self) -> float:
        """New land of the class in ha."""
        return float(self.new_ha[1:].sum())

    @property
    def below_ha(self) -> float:
        """New land in pieces that are too small, in ha."""
        return float(self.new_ha[self.small].sum())


def pieces(rule: PatchRule, k: int, layout: Layout, today: Layout, grid: Grid) -> Pieces:
    """The pieces of class k of a layout (units,) under a rule."""
    mine = layout == k
    new = mine & (today != k)
    found = patches_of(new if rule.project else mine, grid)
    count = len(found) + 1
    area = np.concatenate([np.zeros(1), found.area_ha])
    units = np.flatnonzero(new)
    new_ha = sum_by(found.of[units], grid.area_ha[units], count)
    small = (area < rule.least_ha) & (new_ha > 0)
    small[0] = False
    return Pieces(rule, k, found.of, area, new_ha, small)


def has_new(k: int, layout: Layout, today: Layout) -> bool:
    """Whether a layout has new land of class k: without it no piece is too small."""
    return bool(((layout == k) & (today != k)).any())


def all_pieces(rules: Sequence[PatchRule], layout: Layout, today: Layout, grid: Grid) -> Iterator[Pieces]:
    """The pieces of every class under every rule that has a least size."""
    for rule in rules:
        if rule.min_ha > 0:
            for k in rule.classes:
                yield pieces(rule, k, layout, today, grid)


def too_small(rules: Sequence[PatchRule], layout: Layout, today: Layout, grid: Grid) -> NDArray[np.bool_]:
    """(units,) new land that lies in a piece smaller than a rule asks for."""
    below = np.zeros(len(layout), dtype=bool)
    for rule in rules:
        for k in rule.classes:
            if rule.min_ha > 0 and has_new(k, layout, today):
                each = pieces(rule, k, layout, today, grid)
                if each.small.any():
                    below |= each.small[each.of] & (today != k) & (layout == k)
    return below


def new_land(rules: Sequence[PatchRule], layout: Layout, today: Layout) -> NDArray[np.bool_]:
    """(units,) new land of the classes that have a least size."""
    sized = sorted({k for rule in rules if rule.min_ha > 0 for k in rule.classes})
    return (layout != today) & np.isin(layout, sized)
