"""What solves the questions of a sweep: tasks in, answers out.

Tasks do not depend on one another, and each answer is given back as soon as it is there. A worker that dies
loses nothing but the solve it was at, which is done again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from formulations.core.solution import SolveSettings, WarmStart, Watch
from formulations.sampling.questions import Answer, Base, Question
from instances.study.findings import Finding
from words.said import say

ATTEMPTS = 4
"""How often a solve is begun whose worker dies."""
GIVE_UP_S = 5.0
"""Seconds that whoever solves has to hear that it should stop."""


@dataclass(frozen=True, eq=False)
class Task:
    """A question with all that its answer depends on."""

    key: str
    question: Question
    begin: WarmStart
    settings: SolveSettings


Solver = Callable[[Base, str, Question, WarmStart, SolveSettings, Watch], Answer]


class Executor(Protocol):
    """Whoever solves tasks over some scenarios.

    Once told to stop (``stop``) it gives no more tasks out; those under way end as interrupted.
    """

    count: int

    def answers(self, tasks: Sequence[Task]) -> Iterator[Answer]:
        """The answers, each as soon as it is there; tasks appended meanwhile are solved as well."""


def too_often(name: str) -> Finding:
    """What a planner is told of a solve whose workers die of it."""
    return Finding(
        "--workers",
        say("sweeps.died", name=name, times=ATTEMPTS),
        say("sweeps.less_memory"),
    )
