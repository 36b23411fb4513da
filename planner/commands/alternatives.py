"""``sansheng alternatives``: plans nearly as good as the best, as different as can be."""

from __future__ import annotations

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
from planner.terminal.summary import print_end, print_marks, print_title, table
from words.numbers import nearest, not_below


def alternatives(
    study: StudyPath,
    within: Annotated[
        str,
        typer.Option(
            "--within",
            metavar="DISTANCE",
            help="help.within",
        ),
    ] = "1%",
    count: Annotated[int, typer.Option("--plans", metavar="N", help="help.plans")] = 4,
    scenario: ScenarioName = "base",
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="DIR", help="help.out_alternatives"),
    ] = None,
    workers: WorkerCount = None,
    cluster: ClusterAddress = None,
    gap: Gap = None,
    time_limit: TimeLimit = None,
    method: MethodName = None,
    threads: Threads = None,
    lang: LangName = None,
) -> None:
    """Find plans nearly as good as the best that differ from each other as much as possible.

    Each differs as much as can be from all before it, so they are found one after another. What is solved is
    kept: stopped or killed, the same command goes on where it was.
    """
    loaded = planner.load(study, scenario, lang=lang)
    speak(loaded.study.lang)
    with watching() as watch:
        result = planner.alternatives(
            loaded,
            within=within,
            plans=count,
            out=Path("out") / f"alternatives-{loaded.folder_name}" if out is None else out,
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


def _print(result: planner.AlternativesResult) -> None:
    """The plans with their distance from the best and from each other."""
    found, loaded = result.alternatives, result.loaded
    numbers = [text(f"terminal_alternatives.{key}") for key in ("objective", "distance", "sum", "least")]
    shown = table(text("terminal.plan"), *numbers, numbers=numbers)
    ha, score = unit("ha"), unit("tCO2e/yr")
    for plan in found.plans:
        least = f"{nearest(min(plan.differs_ha))} {ha}" if plan.differs_ha else ""
        total = f"{nearest(sum(plan.differs_ha))} {ha}" if plan.differs_ha else ""
        objective = f"{not_below(plan.objective)} {score}"
        shown.add_row(plan.folder, objective, words().gap_text(plan.distance), total, least)
    print_title(loaded.study.title, loaded.scenario, loaded.study.label)
    console().print(shown)
    if len(found.plans) < found.asked:
        say("terminal_alternatives.fewer", n=len(found.plans), asked=found.asked)
    stays, changes, *differ = result.land_ha
    say(
        "terminal_alternatives.land",
        changes=nearest(changes),
        stays=nearest(stays),
        differ=nearest(sum(differ)),
    )
    print_marks(loaded.marks)
