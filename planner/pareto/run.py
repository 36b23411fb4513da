"""A front from a study to its folder: axes read, points traced in a sweep, every plan written."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from formulations.core.solution import Watch
from formulations.sampling.front import Front
from formulations.sampling.questions import Base
from formulations.sampling.traversal import AT_ONCE
from instances.study.findings import Finding, StudyError
from planner.pareto.ask import front as trace_front
from planner.pareto.ask import read_axes
from planner.pareto.folder import TREE, write_front
from planner.pareto.sentences import sentences
from planner.plans.optimise import Loaded, loaded_from, settings_of
from planner.plans.plan import Plan
from planner.runs.kept import Keeper
from planner.runs.place import place_for
from planner.runs.whole import writing
from planner.sweeps.progress import SweepBar
from planner.sweeps.sweep import Tally, Workforce, open_sweep
from words.said import say

MOST_POINTS = 1_000
"""A front of more points is a line."""


@dataclass(frozen=True, eq=False)
class FrontResult:
    """A traced front of a study, what the sweep took, and the folder that was written (None: none)."""

    loaded: Loaded
    front: Front
    keeper: Keeper
    tally: Tally
    folder: Path | None = None

    def plan(self, number: int) -> Plan:
        """The plan of the point with a number (from 1), certified; ``IndexError`` where there is none."""
        if not 1 <= number <= len(self.front.points):
            raise IndexError(f"the front has points 1 to {len(self.front.points)}, not {number}")
        point = self.front.points[number - 1]
        return self.keeper.plan(point.question, point.answer)

    def sentences(self, lang: str | None = None) -> tuple[str, ...]:
        """What to know of the front, in words: zh or en, by default the study's language."""
        return sentences(self.front, lang or self.loaded.study.lang, self.loaded.instance.classes)


def front(
    study: Loaded | str | Path,
    x: str,
    y: str,
    z: str | None = None,
    *,
    points: int = 9,
    out: str | Path | None = None,
    workers: int | None = None,
    cluster: str | None = None,
    gap: float | None = None,
    time_limit: float | None = None,
    method: str | None = None,
    threads: int | None = None,
    watch: Watch | None = None,
) -> FrontResult:
    """The front between two indicators of a study, every point a plan that is proven.

    ``x``, ``y`` (and ``z``: one front for each of several bounds on it) are names of indicators, ``min:NAME``
    or ``max:NAME`` where nothing says which way is better. ``points`` counts both ends. ``gap`` is the share
    of the front's extent to which each point is proven; ``time_limit`` in seconds holds for each solve.

    ``result.front.points`` go from the best of ``x`` to the best of ``y``; their ``values`` are in the
    indicators' units. With ``out`` the folder is written whole or not at all, and what is solved is kept
    beside it: stopped, the same call goes on where it was. ``workers`` solves run at a time on this machine
    (None: as many as fit), or those of a Dask ``cluster`` at an address. ``watch.report`` hears how many are
    ``done`` ``of`` how many; ``watch.stop`` ends the sweep.

    Raises ``StudyError`` (the input is wrong) or ``NoPlan`` (why there is none, or that it was stopped).

    >>> result = planner.front("study.toml", "net_emissions", "area.cropland", points=3, gap=0.01)
    >>> [axis.unit for axis in result.front.axes], len(result.front.points) <= 3
    (['tCO2e/yr', 'ha'], True)
    >>> result.plan(1).certificate.limits[0].indicator
    'area.cropland'
    """
    loaded, bar = loaded_from(study), SweepBar(watch)
    settings = settings_of(loaded.study, gap=gap, time_limit=time_limit, method=method, threads=threads)
    if not 2 <= points <= MOST_POINTS:
        fault = say("figures_front.no_number", points=points)
        raise StudyError([Finding("--points", fault, say("figures_front.two", most=MOST_POINTS))])
    with place_for(out, TREE) as place:
        bar.stage("reading")
        names = [("--x", x), ("--y", y)] + ([("--z", z)] if z is not None else [])
        axes = read_axes(loaded, Base.of(loaded.instance, loaded.problem), names)
        with open_sweep(loaded, place.out, settings, Workforce(workers, cluster), AT_ONCE, bar) as sweep:
            found = trace_front(sweep, loaded, axes, points, gap)
        keeper = Keeper(loaded, sweep.base, sweep.settings)
        if place.draft is not None and place.out is not None:
            bar.stage("writing")
            with writing(place.out):
                write_front(found, sweep, keeper, place.draft)
    return FrontResult(loaded, found, keeper, sweep.tally, place.out)
