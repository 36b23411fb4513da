"""``sansheng check``: what a study holds, and where it contradicts itself; solves nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import numpy as np
import typer
from rich.table import Table

from formulations.core.problem import LayoutProblem
from formulations.core.rows import Row
from formulations.sensitivity.attainable_range import attainable_range
from instances.instance import Instance
from instances.rules.conflicts import Audit
from instances.study.findings import Severity
from instances.study.schema import BASE
from instances.units.sums import sum_by
from planner.commands.options import ScenarioName, StudyPath
from planner.commands.summary import console, plain, print_findings, table
from planner.plans.optimise import Loaded, load
from planner.runs.whole import writing
from planner.words.numbers import nearest

MOST_LIMITS = 60


def check(
    study: StudyPath,
    scenario: ScenarioName = BASE,
    audit_file: Annotated[
        Path | None,
        typer.Option("--audit", metavar="FILE", help="Write the conflicts as a GeoPackage layer to look at."),
    ] = None,
) -> None:
    """Read everything a study names, say what was found, and audit its red lines for conflicts."""
    loaded = load(study, scenario)
    print_study(loaded)
    conflicts = loaded.instance.conflicts
    _print_audit(conflicts, loaded.instance)
    print_findings(loaded.findings, Severity.NOTE)
    if audit_file is not None:
        with writing(audit_file):
            _write_audit(conflicts, audit_file)
        console().print(f"Conflicts written to {audit_file}", markup=False, soft_wrap=True)


def print_study(loaded: Loaded) -> None:
    """Print the area, its classes, red lines, options and limits."""
    instance, problem, out = loaded.instance, loaded.problem, console()
    grid = instance.grid
    units = "cells" if grid.is_raster else "parcels"
    out.print(f"[bold]{plain(instance.study.title)}[/bold], scenario {plain(instance.scenario)}")
    out.print(
        f"{len(instance):,} {units}, {nearest(grid.total_ha)} ha ({grid.area_kind}), {plain(grid.crs.name)}"
    )
    others = [scenario for scenario in loaded.source.scenario_names if scenario != instance.scenario]
    if others:
        out.print(f"Other scenarios: {plain(', '.join(others))}")
    out.print()
    out.print(_classes(instance))
    free = int((problem.options.allowed.sum(axis=1) > 1)[problem.options.kind].sum())
    out.print(f"\n{free:,} of {len(instance):,} {units} have a choice; the others stay as they must.\n")
    if instance.redlines:
        out.print(_redlines(instance))
        out.print()
    if problem.limits:
        out.print(_limits(problem))
        out.print()


def _classes(instance: Instance) -> Table:
    """Every class: area today, and the most and least of it that the options leave."""
    shown = table(
        "class",
        "code",
        "space",
        "today ha",
        "may be ha",
        "must be ha",
        numbers=("code", "today ha", "may be ha", "must be ha"),
    )
    kinds = instance.kinds
    kind_ha = sum_by(kinds.of, instance.grid.area_ha, len(kinds.today))
    locked = kinds.allowed.sum(axis=1) == 1
    for k, item in enumerate(instance.classes):
        may = float(kind_ha[kinds.allowed[:, k]].sum())
        must = float(kind_ha[kinds.allowed[:, k] & locked].sum())
        name = item.label(instance.study.lang)
        today = float(instance.today_ha[k])
        shown.add_row(
            f"{item.name} ({name})",
            str(item.code),
            str(item.space),
            nearest(today),
            nearest(may),
            nearest(must),
        )
    return shown


def _redlines(instance: Instance) -> Table:
    shown = table(
        "red line",
        "inside ha",
        "share",
        "units against it today",
        numbers=("inside ha", "share", "units against it today"),
    )
    for line in instance.redlines:
        area = float(instance.grid.area_ha[line.inside].sum())
        share = f"{100 * area / instance.grid.total_ha:.1f} %"
        shown.add_row(plain(f"{line.name} ({line.label})"), nearest(area), share, f"{line.existing_units:,}")
    return shown


def _limits(problem: LayoutProblem) -> Table:
    """Every limit with today's value and the range that the options leave."""
    shown = table("limit", "bound", "today", "reachable", "unit", "", numbers=("bound", "today", "reachable"))
    ranges = [attainable_range(limit, problem.options) for limit in problem.limits]
    today = problem.values(problem.today)
    for row, value in zip(problem.rows[:MOST_LIMITS], today.tolist(), strict=False):
        low, high = (side[row.position] for side in ranges[row.limit])
        shown.add_row(*_limit_row(row, value, low, high))
    if len(problem.rows) > MOST_LIMITS:
        shown.add_row(f"and {len(problem.rows) - MOST_LIMITS:,} more", "", "", "", "", "")
    return shown


def _limit_row(row: Row, today: float, low: float, high: float) -> tuple[str, ...]:
    least, most = row.lower, row.upper
    bounds = [f"≥ {nearest(least)}"] if np.isfinite(least) else []
    bounds += [f"≤ {nearest(most)}"] if np.isfinite(most) else []
    slack = 1e-9 * max(1.0, abs(low), abs(high))
    reachable = (not np.isfinite(least) or high >= least - slack) and (
        not np.isfinite(most) or low <= most + slack
    )
    return (
        plain(row.label),
        ", ".join(bounds),
        nearest(today),
        f"{nearest(low)} to {nearest(high)}",
        row.unit,
        "" if reachable else "out of reach",
    )


def _print_audit(conflicts: Audit, instance: Instance) -> None:
    out = console()
    if conflicts.table.empty:
        if instance.redlines:
            out.print("The red lines contradict neither each other nor today's land.")
        return
    shown = table("conflict", "red line", "with", "patches", "area ha", numbers=("patches", "area ha"))
    for row in conflicts.table.to_dict("records"):
        other = row["redline_b"] or row["class"]
        kind = str(row["kind"]).replace("_", " ")
        shown.add_row(
            kind, plain(row["redline_a"]), plain(other), f"{row['patches']:,}", nearest(row["area_ha"])
        )
    out.print(shown)
    out.print()


def _write_audit(conflicts: Audit, path: Path) -> None:
    """Write the polygons as the layer ``conflicts`` of a GeoPackage, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.draft.gpkg")
    try:
        conflicts.polygons.to_file(draft, layer="conflicts", driver="GPKG", engine="pyogrio")
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
