"""Fronts of a study: its indicators as axes, solves from a sweep; the mathematics is ``sampling.front``."""

from __future__ import annotations

from collections.abc import Sequence

from formulations.core.solution import Watch
from formulations.sampling.axes import Axis
from formulations.sampling.front import Front, accuracy
from formulations.sampling.front import front as trace_front
from formulations.sampling.oracle import NoLayout
from formulations.sampling.questions import Base
from instances.study.findings import Findings
from planner.pareto.axes import read_axis
from planner.plans.optimise import Loaded, no_plan
from planner.sweeps.sweep import Sweep
from words.said import say


def read_axes(loaded: Loaded, base: Base, names: Sequence[tuple[str, str]]) -> tuple[Axis, ...]:
    """The axes that options name, (option, text) each; ``StudyError`` with everything that is wrong."""
    findings = Findings()
    axes = [read_axis(text, place, loaded.instance, base.indicators, findings) for place, text in names]
    known = [axis for axis in axes if axis is not None]
    for n, axis in enumerate(known):
        if axis.name in {other.name for other in known[:n]}:
            findings.error(
                names[n][0], say("figures_front.twice", name=axis.name), say("figures_front.different")
            )
    findings.raise_errors()
    return tuple(known)


def front(
    sweep: Sweep, loaded: Loaded, axes: tuple[Axis, ...], points: int, gap: float | None = None
) -> Front:
    """The front of two or three axes with so many points, fewer where there are no more; ``gap`` is the share
    of its extent to which each is proven, by the study's size where None.

    Raises ``NoPlan`` where the study has no plan at all.
    """
    sweep.bar.expect(points + 4)
    try:
        return trace_front(sweep.ask, sweep.base, axes, points, accuracy(sweep.base.problem, gap, len(axes)))
    except NoLayout as none:
        solution = none.answer.solution(loaded.problem)
        raise no_plan(loaded.scenario, loaded.problem, solution, sweep.settings, Watch()) from None
