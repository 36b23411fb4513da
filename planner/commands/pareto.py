"""``sansheng pareto``: the front between two indicators, every point certified."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from formulations.sampling.questions import Base
from instances.study.findings import Finding, StudyError
from instances.study.schema import BASE
from planner.commands.options import LangName, MethodName, ScenarioName, StudyPath, Threads, TimeLimit
from planner.commands.summary import console, plain, print_findings, table
from planner.commands.sweeping import ClusterAddress, WorkerCount, tell_sweep
from planner.pareto.ask import Front, accuracy, front, read_axes
from planner.pareto.folder import NAMES, TREE, write_front
from planner.pareto.sentences import sentences
from planner.pareto.trace import AT_ONCE
from planner.plans.optimise import Loaded, load, settings_of
from planner.runs.kept import Keeper
from planner.runs.whole import whole_folder, writing
from planner.sweeps.progress import sweep_bar
from planner.sweeps.sweep import Workforce, open_sweep
from planner.words.notices import told
from planner.words.numbers import nearest

INDICATOR = "INDICATOR"


def pareto(
    study: StudyPath,
    x: Annotated[
        str,
        typer.Option(
            "--x",
            metavar=INDICATOR,
            help="One indicator. Write min:NAME or max:NAME to say which way is better.",
        ),
    ],
    y: Annotated[str, typer.Option("--y", metavar=INDICATOR, help="The other indicator.")],
    z: Annotated[
        str | None,
        typer.Option("--z", metavar=INDICATOR, help="A third: one front for each of several bounds."),
    ] = None,
    points: Annotated[
        int, typer.Option("--points", metavar="N", help="How many points, both ends included.")
    ] = 9,
    scenario: ScenarioName = BASE,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="DIR", help="The folder; default: out/pareto-SCENARIO.")
    ] = None,
    workers: WorkerCount = None,
    cluster: ClusterAddress = None,
    gap: Annotated[
        float | None,
        typer.Option(
            "--gap",
            help="How close to the best possible every point is proven, as a share of the front's extent; "
            "default: 1e-6 for studies of up to 3,000 undecided units (1e-3 with --z), else 0.01.",
        ),
    ] = None,
    time_limit: TimeLimit = None,
    method: MethodName = None,
    threads: Threads = None,
    lang: LangName = None,
) -> None:
    """Trace the front between two indicators: what more of one costs in terms of the other.

    The study's limits and red lines stay in force. What is solved is kept: stopped or killed, the same
    command goes on where it was.
    """
    loaded = load(study, scenario, lang=lang)
    settings = settings_of(loaded.study, gap=gap, time_limit=time_limit, method=method, threads=threads)
    if points < 2:
        raise StudyError([Finding("--points", f"{points} points are no front", "Give 2 or more")])
    folder = Path("out") / f"pareto-{scenario}" if out is None else out
    with whole_folder(folder, NAMES, TREE) as draft, sweep_bar() as bar:
        names = [("--x", x), ("--y", y)] + ([("--z", z)] if z is not None else [])
        base = Base.of(loaded.instance, loaded.problem)
        axes = read_axes(loaded, base, names)
        with open_sweep(loaded, folder, settings, Workforce(workers, cluster), AT_ONCE, bar) as sweep:
            traced = front(sweep, loaded, axes, points, accuracy(sweep, gap, len(axes)))
        bar.stage("writing")
        with writing(folder):
            write_front(traced, sweep, Keeper(loaded, sweep.base, sweep.settings), draft)
    _print(traced, loaded)
    tell_sweep(sweep)
    print_findings(loaded.findings)
    console().print(f"Written to {folder}", markup=False, soft_wrap=True)


def _print(traced: Front, loaded: Loaded) -> None:
    """The points as a table, and what to know of the front."""
    lang, classes, out = loaded.study.lang, loaded.instance.classes, console()
    names = [f"{axis.label(lang, classes)} ({axis.unit}, {axis.way})" for axis in traced.axes]
    best = [f"{axis.name} at best" for axis in traced.axes[:2]]
    shown = table("point", *names, *best, "", numbers=(*names, *best))
    for point in traced.points:
        mark = "knee" if point is traced.at_knee else ""
        shown.add_row(str(point.number), *(nearest(v) for v in (*point.values, *point.best)), mark)
    out.print(f"[bold]{plain(loaded.study.title)}[/bold], scenario {plain(loaded.scenario)}")
    out.print(shown)
    for sentence in sentences(traced, lang, classes):
        out.print(plain(sentence), soft_wrap=True)
    for mark in told(loaded.instance.emissions.notices, lang):
        out.print(f"Note: {plain(mark)}", soft_wrap=True)
