"""What a layout that was drawn breaks, counted again: rule by rule, against what its certificate tells."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from instances.instance import Instance
from instances.units.grid import Layout
from planner.plans.plan import ScoreRecord
from planner.recount.ledger import Ledger

TRANSITIONS = "transitions"


def check_rules(score: ScoreRecord, instance: Instance, layout: Layout, ledger: Ledger) -> None:
    """Compare units and areas that break each red line, and the table of transitions, with those told."""
    area = np.asarray(instance.grid.area_ha, dtype=float)
    found: dict[str, tuple[int, float]] = {}
    broken = broken_by_rule(instance, layout)
    for name, units in broken.items():
        if units.any():
            found[name] = int(units.sum()), float(area[units].sum())
    said = {_name(rule.redline): (rule.units, rule.area_ha) for rule in score.rules}
    for name in ledger.names("score", said, found):
        ledger.same(f"score.{name}, units", said[name][0], found[name][0])
        ledger.number(f"score.{name}, area_ha", said[name][1], found[name][1], "ha")
    if score.keeps and found:
        ledger.differ("score.keeps", score.keeps, not found, by="the certificate")
    ledger.done("verify.redlines", n=len(instance.redlines))


def broken_by_rule(instance: Instance, layout: NDArray[np.integer]) -> dict[str, NDArray[np.bool_]]:
    """(units,) where a layout breaks each red line, and the table of transitions, by their names."""
    today = instance.today
    barred = ~instance.permits(layout.astype(np.uint8))
    broken = {TRANSITIONS: barred & ~instance.transitions[today, layout]}
    for line in instance.redlines:
        inside = line.bars_inside[today, layout] & line.inside
        broken[f"redlines.{line.name}"] = barred & (
            inside | (line.bars_outside[today, layout] & ~line.inside)
        )
    return broken


def _name(redline: str | None) -> str:
    return TRANSITIONS if redline is None else f"redlines.{redline}"
