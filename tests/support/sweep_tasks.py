"""Tasks of a sweep for tests: over the six cells made by hand."""

from __future__ import annotations

from formulations.core.solution import SolveSettings, WarmStart
from formulations.posing import pose
from formulations.sampling.questions import Base, Bound, Question
from planner.sweeps.executor import Task
from tests.support.hand_instance import CHOICE, hand_instance

SETTINGS = SolveSettings(gap=1e-6, threads=1)


def hand_bases() -> dict[str, Base]:
    """The six cells as the only scenario of a sweep."""
    instance = hand_instance(CHOICE)
    return {"": Base.of(instance, pose(instance))}


def tasks(count: int) -> list[Task]:
    """So many tasks, named by number."""
    return [
        Task(
            str(n), Question(str(n), bounds=(Bound("changed_area", at_most=float(n)),)), WarmStart(), SETTINGS
        )
        for n in range(count)
    ]
