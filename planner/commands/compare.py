"""``sansheng compare``: one plan per red-line alternative, and what each costs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

import planner
from planner.terminal.comparison_summary import print_comparison
from planner.terminal.options import (
    ClusterAddress,
    Gap,
    LangName,
    MethodName,
    StudyPath,
    Threads,
    TimeLimit,
    WithPrices,
    WorkerCount,
)
from planner.terminal.progress import watching
from planner.terminal.speech import console, say, speak
from planner.terminal.summary import print_tally


def compare(
    study: StudyPath,
    scenarios: Annotated[
        str | None,
        typer.Option(
            "--scenarios",
            metavar="A,B,…",
            help="help.scenarios",
        ),
    ] = None,
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="help.out_compare")] = Path("out/compare"),
    workers: WorkerCount = None,
    cluster: ClusterAddress = None,
    gap: Gap = None,
    time_limit: TimeLimit = None,
    method: MethodName = None,
    threads: Threads = None,
    lang: LangName = None,
    prices: WithPrices = False,
) -> None:
    """One plan for each red-line alternative of a study, what each costs, and where and why they differ.

    A scenario that no layout can meet is named with its smallest relaxation, and compared with it.
    The first is solved first, the others several at a time. --time-limit holds for each scenario. Ctrl-C once
    ends with the scenarios solved so far. What is solved is kept: stopped or killed, the same command goes on
    where it was.
    """
    names = None if scenarios is None else [name.strip() for name in scenarios.split(",") if name.strip()]
    loaded = planner.load(study, lang=lang)
    speak(loaded.study.lang)
    with watching(best_so_far=True) as watch:
        result = planner.compare(
            loaded,
            names,
            prices=prices,
            out=out,
            workers=workers,
            cluster=cluster,
            gap=gap,
            time_limit=time_limit,
            method=method,
            threads=threads,
            watch=watch,
        )
    print_comparison(result)
    for title, found in result.prices.items():
        from planner.terminal.price_summary import print_prices  # noqa: PLC0415 - `--help` need not wait for it

        console().print()
        say("terminal_compare.scenario", name=title)
        print_prices(found)
    print_tally(result)
    say("terminal.written", path=result.folder)
