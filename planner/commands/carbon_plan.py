"""``sansheng carbon-plan``: caps of a carbon plan first, then the layout, then what collides."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

import planner
from planner.terminal.comparison_summary import print_comparison
from planner.terminal.options import Gap, LangName, MethodName, StudyPath, Threads, TimeLimit, WorkerCount
from planner.terminal.progress import watching
from planner.terminal.speech import console, say, speak, text, unit
from planner.terminal.summary import plain, print_tally, table
from words.numbers import nearest


def carbon_plan(
    study: StudyPath,
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="help.out_folder")] = Path(
        "out/carbon-plan"
    ),
    workers: WorkerCount = None,
    gap: Gap = None,
    time_limit: TimeLimit = None,
    method: MethodName = None,
    threads: Threads = None,
    lang: LangName = None,
) -> None:
    """Carbon plan first: the layout without the caps of a carbon plan, every district tested against its cap,
    then the layout that keeps them, or what collides and the smallest change that mends it.

    The study names the caps: [[limits]] with caps = "carbon_plan.csv" and by.
    """
    loaded = planner.load(study, lang=lang)
    speak(loaded.study.lang)
    with watching(best_so_far=True) as watch:
        result = planner.carbon_plan(
            loaded,
            out=out,
            workers=workers,
            gap=gap,
            time_limit=time_limit,
            method=method,
            threads=threads,
            watch=watch,
        )
    say("carbon_plan.audit", n=result.conflicts)
    print_comparison(result.compared)
    console().print()
    _print_caps(result.caps)
    print_tally(result.compared)
    say("terminal.written", path=result.folder)


def _print_caps(rows: tuple[planner.CapRow, ...]) -> None:
    kept = sum(row.kept for row in rows)
    say("carbon_plan.tested", kept=kept, n=len(rows), held=sum(row.held for row in rows))
    heads = [text(f"carbon_plan.{key}") for key in ("cap", "today", "without", "with")]
    shown = table(text("carbon_plan.district"), *heads, text("terminal.unit"), numbers=heads)
    for row in rows:
        figures = [nearest(value) for value in (row.at_most, row.today, row.without, row.planned)]
        mark = "" if row.kept else " *"
        shown.add_row(plain(f"{row.district}{mark}"), *figures, unit(row.unit))
    console().print(shown)
    if kept < len(rows):
        say("carbon_plan.star")
