"""A sweep: many solves of one study, several at a time, each kept as soon as it is finished.

The same command repeats nothing that it has solved before, whether it ended well, was stopped or was killed;
whatever decides an answer is in the answer's key, so a changed input is solved anew and nothing else is.
Answers do not depend on how many workers there are or on who finishes first.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from formulations.core.solution import SolveSettings, Termination
from formulations.sampling.questions import Answer, Asked, Base, Question, warm_start_from
from instances.instance import Instance
from instances.study.findings import Finding, StudyError
from planner.plans.optimise import Loaded
from planner.plans.outcome import Interrupted, NoPlan
from planner.sweeps.executor import (
    Executor,
    InProcess,
    Task,
    existing_cluster,
    fitting_workers,
    local_cluster,
)
from planner.sweeps.progress import SweepBar
from planner.sweeps.store import Store, key_of, program_hash, work_folder

SMALL_UNITS = 10_000
"""Studies of fewer units are solved in this process unless workers are asked for: they are done before a
cluster has started."""
LEAST_SECONDS, UNITS_A_SECOND = 60.0, 4_000
"""Time limit of a solve where none is given: a minute, or longer for more units."""


@dataclass(frozen=True)
class Workforce:
    """Who solves: ``workers`` on this machine (None: as many as fit), or a cluster at an address."""

    workers: int | None = None
    cluster: str | None = None


class Stopped(Interrupted):
    """The planner stopped a sweep; what it has solved is kept."""

    def __init__(self, kept: int) -> None:
        NoPlan.__init__(self, "endings.kept", n=kept)


class Sweep:
    """Asks questions of one base; every answer is looked up first and kept as soon as it arrives."""

    def __init__(
        self, base: Base, root: str, store: Store, settings: SolveSettings, workers: Executor, bar: SweepBar
    ) -> None:
        self.base, self.root, self.store = base, root, store
        self.settings, self.workers, self.bar = settings, workers, bar
        self.solved = 0
        self.found = 0
        self.seconds = 0.0
        self.note = ""
        """What a planner should know of the crew."""

    def ask(self, asked: Sequence[Asked]) -> list[Answer]:
        """The answers to questions that do not depend on one another, in their order."""
        tasks = [self._task(each) for each in asked]
        answers: dict[str, Answer] = {}
        for task in tasks:
            kept = self.store.get(task.key)
            if kept is not None:
                answers[task.key] = kept
                self.found += 1
        waiting = {task.key: task for task in tasks if task.key not in answers}
        self.bar.waiting([task.question.name for task in waiting.values()], len(tasks) - len(waiting))
        try:
            for answer in self.workers.answers(list(waiting.values())):
                self._keep(answer)
                answers[answer.key] = answer
                self.bar.done(waiting[answer.key].question.name)
        except KeyboardInterrupt:
            raise Stopped(self.found + self.solved) from None
        if any(task.key not in answers for task in tasks):  # told to stop, the workers left some out
            raise Stopped(self.found + self.solved)
        return [answers[task.key] for task in tasks]

    def _keep(self, answer: Answer) -> None:
        if answer.termination is Termination.INTERRUPTED:
            raise Stopped(self.found + self.solved)
        self.store.put(answer)
        self.solved += 1
        self.seconds += answer.seconds

    def _task(self, asked: Asked) -> Task:
        settings = self.settings if asked.gap is None else replace(self.settings, gap=asked.gap)
        decided = {
            "root": self.root,
            "question": _plain(asked.question),
            "prices": None if asked.prices is None else asked.prices.key,
            "plans": [answer.key for answer in asked.plans],
            "settings": asdict(settings),
        }
        return Task(key_of(decided), asked.question, warm_start_from(asked.prices, asked.plans), settings)


def _plain(question: Question) -> dict[str, Any]:
    return {
        "weights": question.weights,
        "bounds": [(bound.indicator, bound.at_least, bound.at_most) for bound in question.bounds],
        "rates": question.rates,
        "unlike": list(question.unlike),
        "cut": question.cut,
    }


def root_key(instance: Instance) -> str:
    """The key of all that every answer of a sweep depends on: inputs, scenario, program."""
    told = {"title", "lang", "solver", "scenarios"}
    study = instance.study.model_dump(mode="json", exclude=told)
    return key_of({"inputs": dict(instance.inputs), "study": study, "program": program_hash()})


@contextmanager
def open_sweep(
    loaded: Loaded, out: Path, settings: SolveSettings, workforce: Workforce, most: int, bar: SweepBar
) -> Iterator[Sweep]:
    """A sweep over one scenario whose answers are kept beside the folder ``out``.

    At most ``most`` of its questions wait at a time. ``StudyError`` where there can be no such crew.
    """
    base = Base.of(loaded.instance, loaded.problem)
    store = Store(work_folder(out))
    store.tidy()
    with ExitStack() as stack:
        workers, note = _hire(stack, base, workforce, most, bar)
        sweep = Sweep(
            base, root_key(loaded.instance), store, _alone(settings, len(base.problem)), workers, bar
        )
        sweep.note = note
        try:
            yield sweep
        except KeyboardInterrupt:
            raise Stopped(len(store)) from None


def _alone(settings: SolveSettings, units: int) -> SolveSettings:
    """Settings of one solve among many: one thread each, however many workers there are, and an end.

    No solve may hold up the rest for ever: without a time limit of the planner's each has a minute, and more
    where there are more than a quarter of a million units.
    """
    limit = settings.time_limit
    if limit is None:
        limit = max(LEAST_SECONDS, units / UNITS_A_SECOND)
    return replace(settings, threads=settings.threads or 1, time_limit=limit)


def _hire(
    stack: ExitStack, base: Base, workforce: Workforce, most: int, bar: SweepBar
) -> tuple[Executor, str]:
    """The workers, and what a planner should know of them."""
    if workforce.cluster is not None:
        if workforce.workers is not None:
            fault, remedy = "a cluster has the workers it has", "Leave out --workers or --cluster"
            raise StudyError([Finding("--workers", fault, remedy)])
        return stack.enter_context(existing_cluster(base, workforce.cluster, bar.stop)), ""
    units = len(base.problem)
    if workforce.workers is not None and workforce.workers < 1:
        raise StudyError(
            [Finding("--workers", f"{workforce.workers} is no number of workers", "Give 1 or more")]
        )
    if workforce.workers is None and units < SMALL_UNITS:
        return InProcess(base, bar.step, stop=bar.stop), ""
    count, why = fitting_workers(units, workforce.workers, most)
    if count == 1:
        return InProcess(base, bar.step, stop=bar.stop), why
    return stack.enter_context(local_cluster(base, count, bar.stop)), why
