"""The coefficients of a study: those of its set, with lines of its own in their place or beside them.

``carbon.lines`` is a table in the form of a set (``coefficient_csv.py``). Each of its lines takes the place
of the set's line of the same class, kind and pool, or is added: building energy and embodied carbon class by
class, the flows and stocks of vegetation types. A line per area of floor with ``class`` as its floor-area
ratio becomes a line of each class that it holds for, times the ``floor_ratio`` of that class.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from instances.carbon.coefficient_csv import read_file, read_set, refuse_double_counting
from instances.carbon.coefficients import Coefficient, CoefficientSet, Kind
from instances.land.classes import Classes
from instances.study.findings import Findings
from instances.study.schema import Study
from words.said import say

PLACE = "carbon.lines"


def study_set(
    study: Study, folder: Path, classes: Classes, findings: Findings, instead: str | None = None
) -> CoefficientSet | None:
    """The set that ``carbon.coefficients`` names (or ``instead``) with the lines of ``carbon.lines`` laid
    over it; None, and errors, where either is missing or wrong."""
    found = read_set(instead or study.carbon.coefficients, folder, classes.names, findings)
    own = None
    if study.carbon.lines is not None:
        own = read_file(study.carbon.lines, folder, classes.names, PLACE, findings)
        if own is None:
            return None
    if found is None:
        return None
    rows = dict(found.rows)
    if own is not None:
        rows |= {key: replace(row, stated=True) for key, row in own.rows.items()}
        before = len(findings.errors)
        refuse_double_counting(rows, PLACE, findings)
        if len(findings.errors) > before:
            return None
    return _by_class(CoefficientSet(found.name, rows), study, classes, findings)


def _by_class(found: CoefficientSet, study: Study, classes: Classes, findings: Findings) -> CoefficientSet:
    """The set with every line per area of floor as a line of each class that it holds for."""
    floors = [row for row in found.rows.values() if row.by_floor]
    if not floors:
        return found
    rows = {key: row for key, row in found.rows.items() if not row.by_floor}
    lacking: dict[str, None] = {}
    for kind, pool in dict.fromkeys((row.kind, row.pool) for row in floors):
        for name, row in _held(found, classes, kind, pool):
            table = study.classes.get(name)
            if table is None or table.floor_ratio is None:
                lacking[name] = None
            else:
                rows[name, kind, pool] = _times(replace(row, name=name, by_floor=False), table.floor_ratio)
    for name in lacking:
        findings.error(
            f"classes.{name}", say("coefficients.no_floor"), say("coefficients.give_floor", name=name)
        )
    return CoefficientSet(found.name, rows)


def _held(
    found: CoefficientSet, classes: Classes, kind: Kind, pool: str
) -> Iterable[tuple[str, Coefficient]]:
    """The built classes of the study for which a line per area of floor holds, with that line."""
    for item in classes:
        row = found.find(item, kind, pool) if item.built else None
        if row is not None and row.by_floor:
            yield item.name, row


def _times(row: Coefficient, ratio: float) -> Coefficient:
    """A line with all of its figures times a ratio."""
    reference = None if row.reference is None else row.reference * ratio
    return replace(
        row, value=row.value * ratio, low=row.low * ratio, high=row.high * ratio, reference=reference
    )
