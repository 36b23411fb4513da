"""Factors of the cycle of waste: what a tonne of each stream does, by technique, with ranges and sources.

Those of ``data/materials/factors.csv`` hold where a table of the study's own (the same columns) says nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from instances.study.findings import Findings
from instances.study.own_tables import Line, lines_of, read_lines
from instances.study.tables import table_text
from words.said import say

STREAMS = ("straw", "manure", "kitchen", "sludge", "green")
"""What villages give off, in t a year as it is collected."""
TECHNIQUES = ("compost", "biogas")
REQUIRED = ("kind", "technique", "stream", "value")
HOME = "materials/factors.csv"

Key = tuple[str, str, str]
"""(kind, technique, stream), empty where a factor does not depend on it."""


@dataclass(frozen=True, slots=True)
class Factor:
    """One figure with its range, unit, source and how sure it is (``mark``)."""

    value: float
    low: float
    high: float
    unit: str
    source: str
    mark: str


def read_factors(path: str | None, folder: Path, place: str, findings: Findings) -> dict[Key, Factor]:
    """The factors of the project, those of a table of the study's own in their place. Faults of all lines are
    errors together."""
    found = _of(lines_of(table_text(HOME), HOME, REQUIRED, findings), {}, findings)
    if path is not None:
        own = _of(read_lines(path, folder, REQUIRED, place, findings), found, findings)
        found = {**found, **own}
    return found


def read_plain_factors(
    home: str, path: str | None, folder: Path, place: str, findings: Findings
) -> dict[Key, Factor]:
    """Factors by their kind alone: those of a table of the project, and of the study's own in their place."""
    required = ("kind", "value")
    found = _of(lines_of(table_text(home), home, required, findings), {}, findings)
    if path is not None:
        found = {**found, **_of(read_lines(path, folder, required, place, findings), found, findings)}
    return found


def _of(lines: tuple[Line, ...], known: dict[Key, Factor], findings: Findings) -> dict[Key, Factor]:
    found: dict[Key, Factor] = {}
    for line in lines:
        key = line.cells["kind"], line.cells.get("technique", ""), line.cells.get("stream", "")
        figures = line.range(findings)
        if known and key not in known:
            fault = say("cycle.no_factor", name=", ".join(part for part in key if part))
            findings.error(line.place, fault, say("cycle.copy_factor"))
        elif figures is not None and figures[1] < 0:
            findings.error(line.place, say("cycle.negative"), say("cycle.not_below"))
        elif figures is not None:
            unit = line.cells.get("unit", "") or (known[key].unit if known else "")
            source, mark = line.cells.get("source", ""), line.cells.get("mark", "")
            found[key] = Factor(*figures, unit, source, mark)
    return found
