"""Pieces of a plan that are too small, repaired at prices: round by round, until none is left."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from formulations.core.patch_sizes import PatchSizes
from formulations.core.problem import LayoutProblem
from formulations.patches.ground import Ground
from formulations.patches.growth import Counted, repair_round
from formulations.patches.moves import Sizes
from instances.rules.patch_pieces import Pieces, has_new, pieces
from instances.rules.patches import PatchRule
from instances.units.grid import FloatArray, Layout

ROUNDS = 8
"""Rounds in which pieces may grow; after them they return, so that no two classes take from each other for
ever. Dongguan needs three."""
LAST_ROUNDS = 6
"""Further rounds in which they return. A return makes pieces of today's class larger only, so that one is
enough where every unit may be what it is today."""


def strictest(sizes: PatchSizes) -> list[PatchRule]:
    """For each class and form of counting the rule that asks most."""
    found: dict[tuple[int, bool], PatchRule] = {}
    for rule in sizes.rules:
        for k in rule.classes:
            known = found.get((k, rule.project))
            if known is None or rule.min_ha > known.min_ha:
                found[k, rule.project] = PatchRule(
                    rule.name, rule.label, (k,), rule.min_ha, rule.project, None
                )
    return list(found.values())


def repaired(
    problem: LayoutProblem, sizes: PatchSizes, ground: Ground, layout: Layout
) -> tuple[Layout, bool]:
    """The layout with every piece that is too small grown or returned to today's land, whichever costs less
    at the ground's prices, and whether none is left: one that can do neither stays. Limits are not looked
    at."""
    layout, today = layout.copy(), problem.today
    rules = strictest(sizes)
    for number in range(ROUNDS + LAST_ROUNDS):
        busy = np.zeros(len(layout), dtype=bool)
        broken = False
        for rule in rules:
            k = rule.classes[0]
            if not has_new(k, layout, today):
                continue
            found = pieces(rule, k, layout, today, sizes.grid)
            if found.small.any():
                broken = True
                seeds = _seeds(found, layout, today)
                counted = Counted(found.k, found.of, found.area_ha, rule.least_ha, rule.project)
                repair_round(ground, layout, today, counted, seeds, busy, number >= ROUNDS)
        if not broken:
            return layout, True
    return layout, sizes.kept(layout, today)


def _seeds(found: Pieces, layout: Layout, today: Layout) -> NDArray[np.int64]:
    """A new unit of every piece that is too small, the largest pieces first: they need least."""
    units = np.flatnonzero(found.small[found.of] & (layout == found.k) & (today != found.k))
    numbers, first = np.unique(found.of[units], return_index=True)
    return units[first[np.argsort(-found.area_ha[numbers], kind="stable")]]


def sizes_of(sizes: PatchSizes, layout: Layout, today: Layout, classes: int) -> Sizes:
    """The pieces of all classes with a least size, as moves look at them."""
    least = np.zeros((2, classes))
    of = np.zeros((2, len(layout)), dtype=np.int32)
    area: list[list[FloatArray]] = [[np.zeros(1)], [np.zeros(1)]]
    bound: list[list[NDArray[np.bool_]]] = [[np.zeros(1, dtype=bool)], [np.zeros(1, dtype=bool)]]
    count = [1, 1]
    for rule in strictest(sizes):
        form, k = int(rule.project), rule.classes[0]
        found = pieces(rule, k, layout, today, sizes.grid)
        least[form, k] = rule.least_ha
        of[form] += np.where(found.of > 0, found.of + np.int32(count[form] - 1), 0).astype(np.int32)
        area[form].append(found.area_ha[1:])
        bound[form].append(found.new_ha[1:] > 0)
        count[form] += len(found.area_ha) - 1
    width = max(count)
    areas, bounds = np.zeros((2, width)), np.zeros((2, width), dtype=bool)
    for form in range(2):
        areas[form, : count[form]] = np.concatenate(area[form])
        bounds[form, : count[form]] = np.concatenate(bound[form])
    return Sizes(least, of, areas, bounds)
