"""``sansheng check``: what a study holds, and where it contradicts itself; solves nothing."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

import planner
from instances.study.findings import Severity
from planner.terminal.crosswalk import print_crosswalk
from planner.terminal.options import LangName, ScenarioName, StudyPath
from planner.terminal.speech import console, say, speak, text, unit, words
from planner.terminal.summary import limit_name, plain, print_findings, print_title, table
from planner.words.crs_names import crs_label
from words.numbers import nearest, not_above, not_below

if TYPE_CHECKING:
    from planner.start.check import LimitRange

MOST_LIMITS = 60


def check(
    study: StudyPath,
    scenario: ScenarioName = "base",
    audit_file: Annotated[
        Path | None,
        typer.Option("--audit", metavar="FILE", help="help.audit"),
    ] = None,
    lang: LangName = None,
) -> None:
    """Read everything a study names, say what was found, and audit its red lines for conflicts."""
    loaded = planner.load(study, scenario, lang=lang)
    speak(loaded.study.lang)
    found = planner.check(loaded, out=audit_file)
    print_study(found)
    _print_conflicts(found)
    print_findings(found.findings, Severity.NOTE)
    if audit_file is not None:
        say("terminal_check.audited", path=audit_file)


def print_study(found: planner.Check) -> None:
    """Print the area, its classes, red lines, options and limits."""
    instance, out = found.instance, console()
    grid = instance.grid
    units = "cells" if grid.is_raster else "parcels"
    print_title(instance.study.title, instance.scenario, instance.study.label)
    say(
        f"terminal_check.{units}",
        n=f"{len(instance):,}",
        area=nearest(grid.total_ha),
        kind=text(f"area_kinds.{grid.area_kind}"),
        crs=crs_label(grid.crs.name, words()),
    )
    for policy in found.policies:
        say("terminal_check.policy", name=policy.name, title=policy.title(words().lang))
    if found.other_scenarios:
        say("terminal_check.others", names=words().series(found.other_scenarios))
    out.print()
    out.print(_classes(found))
    out.print()
    print_crosswalk(found.codes(words().lang))
    out.print()
    say(f"terminal_check.free_{units}", free=f"{found.free_units:,}", n=f"{len(instance):,}")
    out.print()
    for shown in (_redlines(found), _limits(found)):
        if shown.row_count:
            out.print(shown)
            out.print()


def _classes(found: planner.Check) -> Table:
    """Every class: area today, and the most and least of it that the options leave."""
    code, *areas = [text(f"terminal_check.{key}") for key in ("code", "today_ha", "may_be_ha", "must_be_ha")]
    names = text("terminal_check.class"), code, text("terminal_check.space")
    shown = table(*names, *areas, numbers=(code, *areas))
    for each in found.classes:
        item = each.item
        figures = (nearest(area) for area in (each.today_ha, each.may_be_ha, each.must_be_ha))
        name = f"{item.name} ({item.label(words().lang)})"
        shown.add_row(plain(name), str(item.code), text(f"terminal_check.{item.space}"), *figures)
    return shown


def _redlines(found: planner.Check) -> Table:
    numbers = [text(f"terminal_check.{key}") for key in ("inside_ha", "share", "against")]
    shown = table(text("terminal_check.redline"), *numbers, numbers=numbers)
    for line in found.redlines:
        share = words().per_cent(nearest(100 * line.share)).replace("\u00a0", " ")
        name = plain(f"{line.name} ({line.label})")
        shown.add_row(name, nearest(line.inside_ha), share, f"{line.existing_units:,}")
    return shown


def _limits(found: planner.Check) -> Table:
    """Every limit with today's value and the range that the options leave."""
    numbers = [text("terminal.bound"), text("terminal.today"), text("terminal_check.reachable")]
    shown = table(text("terminal.limit"), *numbers, text("terminal.unit"), "", numbers=numbers)
    for limit in found.limits[:MOST_LIMITS]:
        shown.add_row(*_limit_row(limit, found))
    if len(found.limits) > MOST_LIMITS:
        shown.add_row(text("terminal.more", n=f"{len(found.limits) - MOST_LIMITS:,}"))
    return shown


def _limit_row(limit: LimitRange, found: planner.Check) -> tuple[str, ...]:
    bounds = [] if limit.at_least is None else [f"≥ {nearest(limit.at_least)}"]
    bounds += [] if limit.at_most is None else [f"≤ {nearest(limit.at_most)}"]
    return (
        plain(limit_name(limit.label, found.loaded.indicator_label)),
        ", ".join(bounds),
        nearest(limit.today),
        text("terminal_check.range", low=not_below(limit.low), high=not_above(limit.high)),
        unit(limit.unit),
        "" if limit.reachable else text("terminal_check.out_of_reach"),
    )


def _print_conflicts(found: planner.Check) -> None:
    rows = found.conflicts.table.to_dict("records")
    if not rows:
        if found.redlines:
            say("redlines.conflicts_none")
        return
    kind, line, other = (text(f"terminal_check.{key}") for key in ("conflict", "redline", "with"))
    numbers = [text(f"terminal_check.{key}") for key in ("patches", "area_ha")]
    shown = table(kind, line, other, *numbers, numbers=numbers)
    names = {item.name: item.label(words().lang) for item in found.instance.classes}
    names |= {line.name: line.label for line in found.redlines}
    for row in rows:
        shown.add_row(
            text(f"terminal_check.{row['kind']}"),
            plain(names.get(row["redline_a"], row["redline_a"])),
            plain(names.get(row["redline_b"] or row["class"], "")),
            f"{row['patches']:,}",
            nearest(row["area_ha"]),
        )
    console().print(shown)
    console().print()
