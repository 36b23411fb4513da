"""Least sizes of new land in a plan, counted on its layout: which keep them, and what is too small."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from formulations.core.patch_sizes import Patched
from instances.instance import Instance
from instances.rules.patch_pieces import Pieces, all_pieces, new_land, too_small
from instances.rules.patches import middle
from instances.study.findings import Finding, Severity
from instances.units.grid import Layout
from planner.plans.plan import PatchesRecord, PatchRecord, SmallPieceRecord
from words.said import Said, say

MOST_LISTED = 20
"""Pieces that a certificate lists."""


def patch_records(instance: Instance, layout: Layout, patched: Patched | None) -> PatchesRecord | None:
    """What a certificate tells of least sizes; None where the study asks for none."""
    sizes, small = [], []
    rules, today, area = instance.patches, instance.today, instance.grid.area_ha
    for found in all_pieces(rules, layout, today, instance.grid):
        sizes.append(
            PatchRecord(
                rule=found.rule.name,
                land=instance.classes[found.k].name,
                kind="project" if found.rule.project else "patch",
                min_ha=found.rule.min_ha,
                new_ha=found.total_new_ha,
                below_ha=found.below_ha,
                pieces=int(found.small.sum()),
            )
        )
        small += list(_small(instance, layout, found))
    if not sizes:
        return None
    return PatchesRecord(
        sizes=tuple(sizes),
        new_ha=float(area[new_land(rules, layout, today)].sum()),
        below_ha=float(area[too_small(rules, layout, today, instance.grid)].sum()),
        too_small=tuple(small[:MOST_LISTED]),
        before_ha=None if patched is None else patched.below_ha[0],
        before_new_ha=None if patched is None else patched.new_ha[0],
        cost=None if patched is None else patched.cost,
        floor=None if patched is None or not math.isfinite(patched.floor) else patched.floor,
    )


def _small(instance: Instance, layout: Layout, found: Pieces) -> Iterator[SmallPieceRecord]:
    """The first pieces of a class that are too small."""
    for number in np.flatnonzero(found.small)[:MOST_LISTED].tolist():
        mine = (found.of == number) & (layout == found.k) & (instance.today != found.k)
        x, y, parcel = middle(instance.grid, int(np.flatnonzero(mine)[0]))
        yield SmallPieceRecord(
            rule=found.rule.name,
            land=instance.classes[found.k].name,
            area_ha=float(found.area_ha[number]),
            x=x,
            y=y,
            parcel=parcel,
        )


def patch_findings(record: PatchesRecord | None) -> tuple[Finding, ...]:
    """A warning for every rule whose least size a plan does not keep: how many pieces are too small, and
    where."""
    if record is None:
        return ()
    found = []
    for size in record.sizes:
        if size.pieces:
            mine = [one for one in record.too_small if (one.rule, one.land) == (size.rule, size.land)]
            fault = say(
                "patches.not_kept",
                n=size.pieces,
                land=size.land,
                ha=size.below_ha,
                least=size.min_ha,
                places=[_place(one) for one in mine[:3]],
            )
            found.append(
                Finding(
                    f"patches.{size.rule}.min_ha", fault, say("patches.not_kept_remedy"), Severity.WARNING
                )
            )
    return tuple(found)


def _place(one: SmallPieceRecord) -> Said:
    if one.parcel is not None:
        return say("rules_patches.parcel", id=one.parcel)
    return say("rules_patches.at", x=f"{one.x:.10g}", y=f"{one.y:.10g}")
