"""``sansheng run``: one plan."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from instances.study import BASE
from planner.commands.options import Gap, LangName, MethodName, ScenarioName, StudyPath, Threads, TimeLimit
from planner.commands.solving import Overrides, solve
from planner.commands.summary import console, print_findings, print_plan
from planner.folder import NAMES, fill
from planner.optimise import load
from planner.plan import Plan
from planner.whole import whole_folder, writing


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
) -> None:
    """Find the best layout that a study's red lines and limits allow, prove it, and write its folder.

    Ctrl-C once ends with the best plan so far, twice ends at once.
    """
    overrides = Overrides(gap=gap, time_limit=time_limit, method=method, threads=threads)
    loaded = load(study, scenario, lang=lang)
    folder = Path("out") / scenario if out is None else out
    with whole_folder(folder, NAMES) as draft:
        plan = solve(loaded, overrides)
        with writing(folder):
            fill(plan, draft)
    tell_plan(plan, folder)


def tell_plan(plan: Plan, folder: Path) -> None:
    """Print a plan, what to read before using it, and where it lies."""
    print_plan(plan)
    print_findings(plan.findings)
    console().print(f"Written to {folder}", markup=False, soft_wrap=True)
