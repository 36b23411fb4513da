"""``sansheng pareto``: the front between two indicators, every point certified."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

import planner
from planner.terminal.options import (
    ClusterAddress,
    LangName,
    MethodName,
    ScenarioName,
    StudyPath,
    Threads,
    TimeLimit,
    WorkerCount,
)
from planner.terminal.progress import watching
from planner.terminal.speech import console, show, speak, text, unit
from planner.terminal.summary import print_end, print_marks, print_title, table
from words.numbers import nearest, not_above, not_below

INDICATOR = "INDICATOR"
ShareOfExtent = Annotated[
    float | None,
    typer.Option(
        "--gap",
        help="help.gap_pareto",
    ),
]


def pareto(
    study: StudyPath,
    x: Annotated[
        str,
        typer.Option(
            "--x",
            metavar=INDICATOR,
            help="help.x",
        ),
    ],
    y: Annotated[str, typer.Option("--y", metavar=INDICATOR, help="help.y")],
    z: Annotated[
        str | None,
        typer.Option("--z", metavar=INDICATOR, help="help.z"),
    ] = None,
    points: Annotated[int, typer.Option("--points", metavar="N", help="help.points")] = 9,
    scenario: ScenarioName = "base",
    out: Annotated[Path | None, typer.Option("--out", metavar="DIR", help="help.out_pareto")] = None,
    workers: WorkerCount = None,
    cluster: ClusterAddress = None,
    gap: ShareOfExtent = None,
    time_limit: TimeLimit = None,
    method: MethodName = None,
    threads: Threads = None,
    lang: LangName = None,
) -> None:
    """Trace the front between two indicators: what more of one costs in terms of the other.

    The study's limits and red lines stay in force. What is solved is kept: stopped or killed, the same
    command goes on where it was.
    """
    loaded = planner.load(study, scenario, lang=lang)
    speak(loaded.study.lang)
    with watching() as watch:
        result = planner.front(
            loaded,
            x,
            y,
            z,
            points=points,
            out=Path("out") / f"pareto-{loaded.folder_name}" if out is None else out,
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


def _print(result: planner.FrontResult) -> None:
    """The points as a table, and what to know of the front."""
    front, loaded = result.front, result.loaded
    names = [
        text(f"terminal_front.{axis.way}", name=loaded.indicator_label(axis.name), unit=unit(axis.unit))
        for axis in front.axes
    ]
    best = [text("terminal_front.best", name=loaded.indicator_label(axis.name)) for axis in front.axes[:2]]
    shown = table(text("terminal_front.point"), *names, *best, "", numbers=(*names, *best))
    for point in front.points:
        mark = text("terminal_front.knee") if point is front.at_knee else ""
        limits = (
            not_above(value) if axis.way == "min" else not_below(value)
            for axis, value in zip(front.axes, point.best, strict=False)
        )
        shown.add_row(str(point.number), *map(nearest, point.values), *limits, mark)
    print_title(loaded.study.title, loaded.scenario, loaded.study.label)
    console().print(shown)
    for sentence in result.sentences():
        show(sentence)
    print_marks(loaded.marks)
