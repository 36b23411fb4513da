"""What the quality check of an export prints: what is at fault, layer by layer, and how much was checked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from planner.terminal.speech import console, say, text
from planner.terminal.summary import plain, table

if TYPE_CHECKING:
    from planner.quality.item import LayerItem

GRAVEST = ("error", "warning", "note")


def print_quality(items: Sequence[LayerItem]) -> None:
    """Print what must be mended or looked at as a table, and in a line how much was checked."""
    faults = text("quality.faults")
    heads = [text(f"quality.{key}") for key in ("severity", "file", "layer", "check")]
    shown = table(*heads, faults, text("quality.example"), numbers=(faults,))
    at_fault = (one for one in items if one.item.faults)
    found = sorted(at_fault, key=lambda one: GRAVEST.index(one.item.severity))
    told = [one for one in found if one.item.severity != "note"]
    for one in told:
        shown.add_row(
            text(f"quality_severity.{one.item.severity}"),
            plain(one.file),
            plain(one.layer),
            text(f"quality_rules.{one.item.rule}"),
            f"{one.item.faults:,}",
            plain(one.item.example),
        )
    if told:
        console().print(shown)
    counts = {name: sum(one.item.severity == name for one in found) for name in GRAVEST}
    layers = len({(one.file, one.layer) for one in items if one.layer})  # files have checks of their own
    say("quality.counted", layers=f"{layers:,}", checks=f"{len(items):,}", **counts)
