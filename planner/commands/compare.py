"""``sansheng compare``: one plan per red-line alternative, and what each costs."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from formulations.core.solution import Watch
from planner.commands.comparison_summary import print_comparison
from planner.commands.options import Gap, LangName, MethodName, StudyPath, Threads, TimeLimit, WithPrices
from planner.commands.price_summary import print_prices
from planner.commands.progress import progress_bar
from planner.commands.solving import Overrides, watched
from planner.commands.summary import console
from planner.commands.sweeping import ClusterAddress, WorkerCount, tell_sweep
from planner.compare.ask import Comparison
from planner.compare.ask import compare as compare_scenarios
from planner.compare.folder import NAMES, RECORD, fill_comparison
from planner.prices.ask import Prices, prices_of
from planner.runs.whole import whole_folder, writing


def compare(
    study: StudyPath,
    scenarios: Annotated[
        str | None,
        typer.Option(
            "--scenarios",
            metavar="A,B,…",
            help="Which scenarios, the one to compare with first; default: all, base first.",
        ),
    ] = None,
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="The comparison's folder.")] = Path(
        "out/compare"
    ),
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
    overrides = Overrides(gap=gap, time_limit=time_limit, method=method, threads=threads)
    with whole_folder(out, NAMES, RECORD) as draft, progress_bar() as bar:
        comparison = watched(
            lambda watch: compare_scenarios(
                study, names, lang=lang, workers=workers, cluster=cluster, out=out, watch=watch, **overrides
            ),
            bar,
        )
        costs = watched(lambda watch: _prices(comparison, watch), bar) if prices else None
        if costs is not None:
            comparison = _told(comparison, costs)
        bar.stage("writing")
        with writing(out):
            fill_comparison(comparison, draft, costs)
    print_comparison(comparison)
    for title, found in (costs or {}).items():
        console().print(f"\nScenario {title}", markup=False)
        print_prices(found)
    tell_sweep(comparison.tally)
    console().print(f"Written to {out}", markup=False, soft_wrap=True)


def _prices(comparison: Comparison, watch: Watch) -> dict[str, Prices]:
    """Prices and opportunity costs of every plan, by its title."""
    return {each.title: prices_of(each.plan, watch) for each in comparison.alternatives}


def _told(comparison: Comparison, prices: dict[str, Prices]) -> Comparison:
    """The comparison with the prices found in its plans' certificates."""
    found = (replace(each, plan=prices[each.title].plan) for each in comparison.alternatives)
    return replace(comparison, alternatives=tuple(found))
