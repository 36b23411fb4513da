"""``sansheng robust``: what plans lose where the carbon coefficients are not what they were taken to be."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from instances.carbon.draws import Together
from instances.study.schema import BASE
from planner.agreement.measure import Agreement
from planner.commands.options import Gap, LangName, MethodName, ScenarioName, StudyPath, Threads, TimeLimit
from planner.commands.summary import console, plain, print_findings, table
from planner.commands.sweeping import ClusterAddress, WorkerCount, tell_sweep
from planner.plans.optimise import Loaded, load, settings_of
from planner.robust.ask import Regrets, accuracy, regrets
from planner.robust.draws import read_draws
from planner.robust.folder import NAMES, TREE, plan_name, write_regrets
from planner.runs.kept import Keeper
from planner.runs.whole import whole_folder, writing
from planner.sweeps.progress import sweep_bar
from planner.sweeps.sweep import Workforce, open_sweep
from planner.words.notices import told
from planner.words.numbers import nearest, not_above, not_below

MOST_ROWS = 12


def robust(
    study: StudyPath,
    draws: Annotated[
        int, typer.Option("--draws", metavar="N", help="How often to draw coefficients from their ranges.")
    ] = 20,
    together: Annotated[
        Together,
        typer.Option(
            "--together", help="What moves together: each row by itself, all of a pool, the whole set."
        ),
    ] = Together.ROWS,
    sets: Annotated[
        str,
        typer.Option("--sets", metavar="A,B", help="Other coefficient sets to compare: names, or CSV files."),
    ] = "",
    seed: Annotated[
        int, typer.Option("--seed", metavar="N", help="The same seed draws the same.", min=0)
    ] = 0,
    scenario: ScenarioName = BASE,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="DIR", help="The folder; default: out/robust-SCENARIO.")
    ] = None,
    workers: WorkerCount = None,
    cluster: ClusterAddress = None,
    gap: Gap = None,
    time_limit: TimeLimit = None,
    method: MethodName = None,
    threads: Threads = None,
    lang: LangName = None,
) -> None:
    """Draw carbon coefficients from their ranges, plan anew, and find the plan that can lose least.

    What is solved is kept: stopped or killed, the same command goes on where it was.
    """
    loaded = load(study, scenario, lang=lang)
    settings = settings_of(loaded.study, gap=gap, time_limit=time_limit, method=method, threads=threads)
    folder = Path("out") / f"robust-{scenario}" if out is None else out
    others = [name.strip() for name in sets.split(",") if name.strip()]
    options = {"draws": draws, "together": str(together), "sets": others, "seed": seed}
    with whole_folder(folder, NAMES, TREE) as draft, sweep_bar() as bar:
        drawn = read_draws(loaded, draws, together, seed, others)
        with open_sweep(loaded, folder, settings, Workforce(workers, cluster), draws + 1, bar) as sweep:
            found = regrets(sweep, loaded, drawn.draws, accuracy(sweep, gap))
        bar.stage("writing")
        with writing(folder):
            keeper = Keeper(loaded, sweep.base, sweep.settings)
            firm = write_regrets(found, drawn, sweep, keeper, draft, options)
    _print(found, firm, loaded)
    tell_sweep(sweep)
    print_findings(loaded.findings)
    console().print(f"Written to {folder}", markup=False, soft_wrap=True)


def _print(found: Regrets, firm: Agreement, loaded: Loaded) -> None:
    """The plan to choose, the others by their greatest regret, and how much land is firm."""
    out, instance = console(), loaded.instance
    low, high = "greatest regret at least", "at most"
    shown = table("plan", "found by", low, high, "unit", "", numbers=(low, high))
    greatest = found.greatest
    order = sorted(range(len(greatest)), key=lambda n: (n != found.chosen, greatest[n, 1]))
    for number in order[:MOST_ROWS]:
        by = found.plans[number].draw.name
        ends = not_above(greatest[number, 0]), not_below(greatest[number, 1])
        mark = "choose" if number == found.chosen else ""
        shown.add_row(plan_name(number), plain(by), *ends, "tCO2e/yr", mark)
    if len(order) > MOST_ROWS:
        shown.add_row(f"and {len(order) - MOST_ROWS:,} more in plans.csv", "", "", "", "", "")
    out.print(f"[bold]{plain(loaded.study.title)}[/bold], scenario {plain(loaded.scenario)}")
    out.print(shown)
    chosen, tolerance = plan_name(found.chosen), not_below(found.tolerance)
    out.print(
        f"Of the {len(greatest)} plans found, plan {chosen} has the least greatest regret over "
        f"{len(found.draws)} assumptions on the coefficients (of those within {tolerance} tCO2e/yr the one "
        "that changes least against the plan as given).",
        soft_wrap=True,
    )
    areas = firm.areas_ha(instance.today, instance.grid.area_ha)
    out.print(
        f"Under all of them {nearest(areas[1])} ha change alike and {nearest(areas[0])} ha stay; "
        f"{nearest(areas[2])} ha are alike in two thirds or more, {nearest(areas[3])} ha in fewer.",
        soft_wrap=True,
    )
    spread = found.best - found.bound
    if (spread > found.greatest[found.chosen, 0]).any():
        out.print(
            "Note: what is unproven is more than the regrets; a smaller --gap tells more.", soft_wrap=True
        )
    for mark in told(instance.emissions.notices, instance.study.lang):
        out.print(f"Note: {plain(mark)}", soft_wrap=True)
