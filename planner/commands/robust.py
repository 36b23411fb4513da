"""``sansheng robust``: what plans lose where the carbon coefficients are not what they were taken to be."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

import planner
from planner.terminal.options import (
    ClusterAddress,
    Gap,
    LangName,
    MethodName,
    ScenarioName,
    StudyPath,
    Threads,
    TimeLimit,
    WorkerCount,
)
from planner.terminal.progress import watching
from planner.terminal.speech import console, say, speak, text, unit, words
from planner.terminal.summary import plain, print_end, print_marks, print_title, table
from words.numbers import nearest, not_above, not_below

MOST_ROWS = 12


class Together(StrEnum):
    """What moves together (``instances.carbon.draws`` has the same; it loads what `--help` need not)."""

    ROWS = "rows"
    POOLS = "pools"
    SET = "set"


def robust(
    study: StudyPath,
    draws: Annotated[int, typer.Option("--draws", metavar="N", help="help.draws")] = 20,
    together: Annotated[
        Together,
        typer.Option("--together", help="help.together"),
    ] = Together.ROWS,
    sets: Annotated[
        str,
        typer.Option("--sets", metavar="A,B", help="help.sets"),
    ] = "",
    seed: Annotated[int, typer.Option("--seed", metavar="N", help="help.seed", min=0)] = 0,
    scenario: ScenarioName = "base",
    out: Annotated[Path | None, typer.Option("--out", metavar="DIR", help="help.out_robust")] = None,
    workers: WorkerCount = None,
    cluster: ClusterAddress = None,
    gap: Gap = None,
    time_limit: TimeLimit = None,
    method: MethodName = None,
    threads: Threads = None,
    lang: LangName = None,
) -> None:
    """Draw carbon coefficients from their ranges, plan anew, and find the plan that can lose least.

    What is solved is kept: stopped or killed, the same command goes on where it was.
    """
    loaded = planner.load(study, scenario, lang=lang)
    speak(loaded.study.lang)
    with watching() as watch:
        result = planner.robust(
            loaded,
            draws=draws,
            together=together.value,
            sets=[name.strip() for name in sets.split(",") if name.strip()],
            seed=seed,
            out=Path("out") / f"robust-{loaded.folder_name}" if out is None else out,
            workers=workers,
            cluster=cluster,
            gap=gap,
            time_limit=time_limit,
            method=method,
            threads=threads,
            watch=watch,
        )
    _print(result)
    print_end(result)


def _print(result: planner.RobustResult) -> None:
    """The plan to choose, the others by their greatest regret, and how much land is firm."""
    found, loaded = result.regrets, result.loaded
    low, high = text("terminal_robust.at_least"), text("terminal_robust.at_most")
    names = (text("terminal.plan"), text("terminal_robust.found_by"), low, high, text("terminal.unit"), "")
    shown = table(*names, numbers=(low, high))
    greatest = found.greatest
    order = sorted(range(len(greatest)), key=lambda n: (n != found.chosen, greatest[n, 1]))
    for number in order[:MOST_ROWS]:
        ends = not_above(greatest[number, 0]), not_below(greatest[number, 1])
        mark = text("terminal_robust.choose") if number == found.chosen else ""
        by = plain(result.found_by(number, words()))
        shown.add_row(result.name(number), by, *ends, unit("tCO2e/yr"), mark)
    if len(order) > MOST_ROWS:
        shown.add_row(text("terminal.more_in", n=f"{len(order) - MOST_ROWS:,}", file="plans.csv"))
    print_title(loaded.study.title, loaded.scenario, loaded.study.label)
    console().print(shown)
    say(
        "terminal_robust.chosen",
        n=len(greatest),
        plan=result.name(found.chosen),
        draws=len(found.draws),
        tolerance=not_below(found.tolerance),
    )
    stays, changes, mostly, fragile = (nearest(area) for area in result.land_ha)
    say("terminal_robust.land", changes=changes, stays=stays, mostly=mostly, fragile=fragile)
    if result.unproven:
        say("terminal_robust.unproven")
    print_marks(loaded.marks)
