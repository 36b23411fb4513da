"""``sansheng run``: one plan."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from instances.study.schema import BASE
from planner.commands.options import (
    Gap,
    LangName,
    MethodName,
    ScenarioName,
    StudyPath,
    Threads,
    TimeLimit,
    WithPrices,
)
from planner.commands.price_summary import print_prices
from planner.commands.progress import progress_bar
from planner.commands.solving import Overrides, solve, watched
from planner.commands.summary import console, print_findings, print_plan
from planner.plans.optimise import load
from planner.plans.plan import Plan
from planner.prices.ask import Prices, prices_of
from planner.prices.folder import write_prices
from planner.runs.folder import NAMES, fill
from planner.runs.whole import whole_folder, writing


def run(
    study: StudyPath,
    scenario: ScenarioName = BASE,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="DIR", help="The run's folder; default: out/SCENARIO.")
    ] = None,
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
    overrides = Overrides(gap=gap, time_limit=time_limit, method=method, threads=threads)
    loaded = load(study, scenario, lang=lang)
    folder = Path("out") / scenario if out is None else out
    with whole_folder(folder, NAMES) as draft:
        plan = solve(loaded, overrides)
        costs = price(plan) if prices else None
        with writing(folder):
            if costs is not None:
                plan = costs.plan
                write_prices(costs, draft)
            fill(plan, draft)
    print_plan(plan, sentences=costs is None)
    if costs is not None:
        print_prices(costs)
    tell_rest(plan, folder)


def price(plan: Plan) -> Prices:
    """What the limits and red lines of a plan cost, with a bar to watch and Ctrl-C to leave the rest out."""
    with progress_bar() as bar:
        return watched(lambda watch: prices_of(plan, watch), bar)


def tell_plan(plan: Plan, folder: Path) -> None:
    """Print a plan, what to read before using it, and where it lies."""
    print_plan(plan)
    tell_rest(plan, folder)


def tell_rest(plan: Plan, folder: Path) -> None:
    """Print what to read before using a plan, and where it lies."""
    print_findings(plan.findings)
    console().print(f"Written to {folder}", markup=False, soft_wrap=True)
