"""``sansheng replan``: the study for the rest of a plan, and its plan."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

import planner
from planner.terminal.language import speak_as
from planner.terminal.options import (
    Gap,
    LangName,
    MapClasses,
    MapCrs,
    MapField,
    MapLayer,
    MapScheme,
    MethodName,
    Threads,
    TimeLimit,
)
from planner.terminal.progress import watching
from planner.terminal.speech import say, show, words


class Lock(StrEnum):
    """What must stay as it is now."""

    BUILT = "built"
    DONE = "done"
    NOTHING = "nothing"


def replan(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="help.monitor_folder")],
    observed: Annotated[
        Path,
        typer.Option("--observed", metavar="FILE", help="help.observed"),
    ],
    year: Annotated[int, typer.Option("--year", metavar="Y", help="help.year")],
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="help.out_replan")],
    lock: Annotated[
        list[Lock] | None,
        typer.Option(
            "--lock",
            help="help.lock",
        ),
    ] = None,
    layer: MapLayer = None,
    field: MapField = None,
    scheme: MapScheme = None,
    classes: MapClasses = None,
    crs: MapCrs = None,
    gap: Gap = None,
    time_limit: TimeLimit = None,
    method: MethodName = None,
    threads: Threads = None,
    lang: LangName = None,
) -> None:
    """Write the study for the rest of a plan (its land as it is now, its limits as they were stated), solve
    it near the old plan, and tell what the delay costs."""
    speak_as(lang, folder)
    kept = [each for each in lock or [Lock.BUILT] if each is not Lock.NOTHING]
    with watching(best_so_far=True) as watch:
        result = planner.replan(
            folder,
            observed,
            year=year,
            out=out,
            lock=kept,
            layer=layer,
            field=field,
            scheme=scheme,
            classes=classes,
            crs=crs,
            gap=gap,
            time_limit=time_limit,
            method=method,
            threads=threads,
            lang=lang,
            watch=watch,
        )
    say("terminal_replan.title", title=result.title, year=str(year))
    for sentence in result.sentences(words().lang):
        show(sentence.replace("₂", "2"))
    say("terminal.written", path=result.folder)
