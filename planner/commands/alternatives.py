"""``sansheng alternatives``: plans nearly as good as the best, as different as can be."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from instances.study.findings import Finding, StudyError
from instances.study.schema import BASE
from planner.agreement.measure import Agreement
from planner.alternatives.ask import Alternatives
from planner.alternatives.ask import alternatives as find_alternatives
from planner.alternatives.folder import NAMES, TREE, write_alternatives
from planner.commands.options import Gap, LangName, MethodName, ScenarioName, StudyPath, Threads, TimeLimit
from planner.commands.summary import console, plain, print_findings, table
from planner.commands.sweeping import ClusterAddress, WorkerCount, tell_sweep
from planner.plans.optimise import Loaded, load, settings_of
from planner.runs.kept import Keeper
from planner.runs.whole import whole_folder, writing
from planner.sweeps.progress import sweep_bar
from planner.sweeps.sweep import Workforce, open_sweep
from planner.words.notices import told
from planner.words.numbers import nearest, not_below, percent_not_below


def alternatives(
    study: StudyPath,
    within: Annotated[
        str,
        typer.Option(
            "--within",
            metavar="DISTANCE",
            help="How much worse than the best possible: 1% of the objective, or 5000 tCO2e/yr.",
        ),
    ] = "1%",
    count: Annotated[
        int, typer.Option("--plans", metavar="N", help="How many plans, the best included.")
    ] = 4,
    scenario: ScenarioName = BASE,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="DIR", help="The folder; default: out/alternatives-SCENARIO."),
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
    loaded = load(study, scenario, lang=lang)
    settings = settings_of(loaded.study, gap=gap, time_limit=time_limit, method=method, threads=threads)
    if count < 2:
        raise StudyError([Finding("--plans", f"{count} plans have no alternative", "Give 2 or more")])
    folder = Path("out") / f"alternatives-{scenario}" if out is None else out
    with whole_folder(folder, NAMES, TREE) as draft, sweep_bar() as bar:
        with open_sweep(loaded, folder, settings, Workforce(workers, cluster), 1, bar) as sweep:
            found = find_alternatives(sweep, loaded, within, count)
        bar.stage("writing")
        with writing(folder):
            keeper = Keeper(loaded, sweep.base, sweep.settings)
            alike = write_alternatives(found, sweep, keeper, draft, within)
    _print(found, alike, loaded)
    tell_sweep(sweep)
    print_findings(loaded.findings)
    console().print(f"Written to {folder}", markup=False, soft_wrap=True)


def _print(found: Alternatives, alike: Agreement, loaded: Loaded) -> None:
    """The plans with their distance from the best and from each other."""
    out, instance = console(), loaded.instance
    numbers = ("objective", "from the best at most", "differs from all before by", "from the nearest by")
    shown = table("plan", *numbers, numbers=numbers)
    for plan in found.plans:
        least = f"{nearest(min(plan.differs_ha))} ha" if plan.differs_ha else ""
        total = f"{nearest(sum(plan.differs_ha))} ha" if plan.differs_ha else ""
        objective = f"{not_below(plan.objective)} tCO2e/yr"
        shown.add_row(plan.folder, objective, percent_not_below(plan.distance), total, least)
    out.print(f"[bold]{plain(loaded.study.title)}[/bold], scenario {plain(loaded.scenario)}")
    out.print(shown)
    if len(found.plans) < found.asked:
        out.print(
            f"There are {len(found.plans)} plans, not {found.asked}: no further one differs from these."
        )
    areas = alike.areas_ha(instance.today, instance.grid.area_ha)
    out.print(
        f"In all of them {nearest(areas[1])} ha change alike and {nearest(areas[0])} ha stay as today; "
        f"{nearest(areas[2] + areas[3])} ha differ between plans.",
        soft_wrap=True,
    )
    for mark in told(instance.emissions.notices, instance.study.lang):
        out.print(f"Note: {plain(mark)}", soft_wrap=True)
