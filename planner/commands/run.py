"""``sansheng run``: one plan."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

import planner
from planner.terminal.options import (
    Gap,
    LangName,
    MethodName,
    ScenarioName,
    StudyPath,
    Threads,
    TimeLimit,
    WithPrices,
)
from planner.terminal.progress import watching
from planner.terminal.speech import say, speak
from planner.terminal.summary import print_findings, print_plan


def run(
    study: StudyPath,
    scenario: ScenarioName = "base",
    out: Annotated[Path | None, typer.Option("--out", metavar="DIR", help="help.out_run")] = None,
    gap: Gap = None,
    time_limit: TimeLimit = None,
    method: MethodName = None,
    threads: Threads = None,
    lang: LangName = None,
    prices: WithPrices = False,
) -> None:
    """Find the best layout that a study's red lines and limits allow, prove it, and write its folder.

    Ctrl-C once ends with the best plan so far, twice ends at once.
    """
    loaded = planner.load(study, scenario, lang=lang)
    speak(loaded.study.lang)
    with watching(best_so_far=True) as watch:
        result = planner.run(
            loaded,
            prices=prices,
            out=Path("out") / loaded.folder_name if out is None else out,
            gap=gap,
            time_limit=time_limit,
            method=method,
            threads=threads,
            watch=watch,
        )
    print_run(result)


def print_run(result: planner.RunResult) -> None:
    """Print a plan, what to read before using it, and where it lies."""
    print_plan(result)
    if result.prices is not None:
        from planner.terminal.price_summary import print_prices  # noqa: PLC0415 - `--help` need not wait for it

        print_prices(result.prices)
    print_findings(result.plan.findings)
    say("terminal.written", path=result.folder)
