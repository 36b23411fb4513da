"""The scenarios of a comparison: read together, and refused where they cannot be compared unit by unit."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from instances.layers.read_cache import ReadCache
from instances.study.file import StudyFile
from instances.study.findings import Finding, Findings, StudyError
from instances.units.grid import Grid, ParcelFrame, RasterFrame
from planner.plans.optimise import Loaded
from words.said import say


def read_alternatives(source: StudyFile, scenarios: Sequence[str] | None = None) -> list[Loaded]:
    """The scenarios, read and posed; ``StudyError`` with everything wrong in any of them, each fault once."""
    names = list(dict.fromkeys(scenarios)) if scenarios is not None else list(source.scenario_names)
    cache, findings = ReadCache(), Findings()
    if len(names) < 2:
        fault = say("figures_compare.too_few", names=names or say("figures_compare.none"))
        remedy = say("figures_compare.name_some", names=list(source.scenario_names))
        findings.error("--scenarios", fault, remedy)
        findings.raise_errors()
    loaded = []
    told: dict[str, Finding] = {}
    for name in names:
        try:
            source.scenario(name)
            one = Loaded(source, name, cache=cache)
            one.log.opening(source.path.name, name)
            _ = one.problem
            loaded.append(one)
        except StudyError as wrong:
            for finding in wrong.findings:
                told.setdefault(str(finding), finding)
    if told:
        raise StudyError(list(told.values()))
    for one in loaded[1:]:
        _same_units(loaded[0], one, findings)
    findings.raise_errors()
    return loaded


def _same_units(first: Loaded, other: Loaded, findings: Findings) -> None:
    """A finding where two scenarios are not about the same units and classes."""
    a, b = first.instance, other.instance
    if a.grid is b.grid and a.classes.names == b.classes.names:
        return
    if not _same_grid(a.grid, b.grid):
        fault = say("figures_compare.other_units", first=first.scenario)
    elif a.classes.names != b.classes.names:
        fault = say("figures_compare.other_classes", first=first.scenario)
    else:
        return
    findings.error(f"scenarios.{other.scenario}", fault, say("figures_compare.same"))


def _same_grid(one: Grid, other: Grid) -> bool:
    a, b = one.frame, other.frame
    if one.crs != other.crs:
        return False
    if isinstance(a, RasterFrame) and isinstance(b, RasterFrame):
        same = a.shape == b.shape and a.transform == b.transform
        return same and np.array_equal(a.cells, b.cells)
    if isinstance(a, ParcelFrame) and isinstance(b, ParcelFrame):
        return np.array_equal(a.ids, b.ids)
    return False
