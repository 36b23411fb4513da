"""A sweep: many solves of one study, several at a time, each kept as soon as it is finished.

The same command repeats nothing that it has solved before, whether it ended well, was stopped or was killed;
whatever decides an answer is in the answer's key, so a changed input is solved anew and nothing else is.
Answers do not depend on how many workers there are or on who finishes first. Questions may belong to
several scenarios of the study.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from formulations.core.solution import SolveSettings, Termination, Watch
from formulations.sampling.questions import Answer, Asked, Base, Question
from instances.carbon.conversion import EmissionRates
from instances.instance import Instance
from instances.study.findings import Finding, StudyError
from planner.plans.connected import refuse_models
from planner.plans.optimise import Loaded
from planner.plans.outcome import Interrupted, NoPlan
from planner.sweeps.capacity import fitting_workers
from planner.sweeps.cluster import existing_cluster
from planner.sweeps.executor import Executor, Task
from planner.sweeps.progress import SweepBar
from planner.sweeps.store import Store, key_of, program_hash, work_folder
from planner.sweeps.workers import local_workers
from words.said import say

ONLY = ""
"""The name of the scenario of a sweep over one."""
MOST_WORKERS = 256
"""Processes on one machine."""
SMALL_UNITS = 10_000
"""Studies of fewer units are solved in this process unless workers are asked for: they are done before a
cluster has started."""
SMALL_SCENARIOS = 1_000_000
"""The same of several scenarios, units of all but the first together: a run is a single solve, and a cluster
takes as long to start as a million units to solve."""
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


@dataclass(frozen=True)
class Tally:
    """How much was solved (``seconds`` of solving), how much was found solved already, and what a planner
    should know of the crew."""

    solved: int = 0
    found: int = 0
    seconds: float = 0.0
    note: str = ""


class Sweep:
    """Asks questions of one scenario or several; every answer is looked up first and kept as soon as it
    arrives.

    ``bases`` and ``roots`` (see ``root_key``) are by the scenario's name; a sweep over one scenario has the
    name ``""``.
    """

    def __init__(
        self,
        bases: dict[str, Base],
        roots: dict[str, str],
        store: Store,
        settings: SolveSettings,
        workers: Executor,
        bar: SweepBar,
    ) -> None:
        self.bases, self.roots, self.store = bases, roots, store
        self.settings, self.workers, self.bar = settings, workers, bar
        self.solved = 0
        self.found = 0
        self.seconds = 0.0
        self.note = ""
        """What a planner should know of the crew."""

    @property
    def base(self) -> Base:
        """The scenario of a sweep over one."""
        return self.bases[ONLY]

    @property
    def tally(self) -> Tally:
        """What was done so far."""
        return Tally(self.solved, self.found, self.seconds, self.note)

    def join(self, name: str, base: Base, root: str) -> None:
        """Take in one more scenario while the sweep is under way."""
        self.bases[name], self.roots[name] = base, root

    def ask(self, asked: Sequence[Asked]) -> list[Answer]:
        """The answers to questions that do not depend on one another, in their order."""
        found = {id(one): answer for one, answer in self.each(list(asked))}
        if any(id(one) not in found or _stopped(found[id(one)]) for one in asked):
            raise Stopped(self.found + self.solved)
        return [found[id(one)] for one in asked]

    def each(self, asked: list[Asked]) -> Iterator[tuple[Asked, Answer]]:
        """Every question with its answer as soon as it is there; what is appended meanwhile is asked as well.

        Once the workers are told to stop no more questions are given out: what was under way comes as
        interrupted, with the best found so far, and is not kept; the rest does not come.
        """
        tasks: list[Task] = []
        waiting: dict[str, list[Asked]] = {}
        ready: deque[tuple[Asked, Answer]] = deque()
        answers, seen = self.workers.answers(tasks), 0
        while True:
            self._give(asked[seen:], tasks, waiting, ready)
            seen = len(asked)
            if ready:
                yield ready.popleft()
                continue
            try:
                answer = next(answers, None)
            except KeyboardInterrupt:
                raise Stopped(self.found + self.solved) from None
            if answer is None:
                return
            self._keep(answer)
            alike = waiting.pop(answer.key)
            self.bar.done(alike[0].question.name)
            ready.extend((one, answer) for one in alike)

    def _give(
        self,
        asked: Sequence[Asked],
        tasks: list[Task],
        waiting: dict[str, list[Asked]],
        ready: deque[tuple[Asked, Answer]],
    ) -> None:
        """Look questions up, and give out those that are not solved; equal ones are one task."""
        given, found = [], 0
        for one in asked:
            task = self._task(one)
            kept = None if task.key in waiting else self.store.get(task.key)
            if kept is not None:
                ready.append((one, kept))
                found += 1
            elif task.key in waiting:
                waiting[task.key].append(one)
            else:
                waiting[task.key] = [one]
                tasks.append(task)
                given.append(one.question.name)
        self.found += found
        if asked:
            self.bar.waiting(given, found)

    def _keep(self, answer: Answer) -> None:
        if _stopped(answer):
            return
        self.store.put(answer)
        self.solved += 1
        self.seconds += answer.seconds

    def _task(self, asked: Asked) -> Task:
        settings = asked.settings or self.settings
        settings = (
            settings
            if asked.gap is None
            else replace(settings, gap=asked.gap, room=None, relative_to="objective")
        )
        decided = {
            "root": self.roots[asked.question.scenario],
            "question": _plain(asked.question),
            "prices": None if asked.prices is None else asked.prices.key,
            "plans": [answer.key for answer in asked.plans],
            "after": None if asked.after is None else asked.after.key,
            "settings": asdict(settings),
        }
        return Task(key_of(decided), asked.question, asked.warm_start, settings)


def _stopped(answer: Answer) -> bool:
    return answer.termination is Termination.INTERRUPTED


def _plain(question: Question) -> dict[str, Any]:
    return {
        "weights": question.weights,
        "bounds": [(bound.indicator, bound.at_least, bound.at_most) for bound in question.bounds],
        "rates": None if question.rates is None else _plain_rates(question.rates),
        "unlike": list(question.unlike),
        "cut": question.cut,
        "whole": question.whole,
        "near": question.near,
        "stated": {name: one.value for name, one in (question.stated or {}).items()},
    }


def _plain_rates(rates: EmissionRates) -> dict[str, Any]:
    local = [[one.part, one.layer, one.counts, one.factor, one.base] for one in rates.local]
    named = {**rates.parts, **{f"stock of {pool}": held for pool, held in rates.stocks.items()}}
    return {"total": rates.total, "named": named, "local": local}


def root_key(instance: Instance) -> str:
    """The key of all that every answer of a sweep depends on: inputs, scenario, program."""
    told = {"title", "lang", "solver", "scenarios"}
    study = instance.study.model_dump(mode="json", exclude=told)
    return key_of({"inputs": dict(instance.inputs), "study": study, "program": program_hash()})


@contextmanager
def open_sweep(
    loaded: Loaded,
    out: Path | None,
    settings: SolveSettings,
    workforce: Workforce,
    most: int,
    bar: SweepBar,
) -> Iterator[Sweep]:
    """A sweep over one scenario whose answers are kept beside the folder ``out``; without one none is.

    At most ``most`` of its questions wait at a time. ``StudyError`` where there can be no such crew.
    """
    alone = _alone(settings, len(loaded.problem))
    with _opened({ONLY: loaded}, out, alone, Crew(workforce, most, bar, bar.stop)) as sweep:
        yield sweep


@contextmanager
def open_scenarios(
    loaded: Sequence[Loaded], out: Path | None, settings: SolveSettings, workforce: Workforce, watch: Watch
) -> Iterator[Sweep]:
    """A sweep over several scenarios, each under its name, that all but the first wait for at a time.

    Answers are kept beside the folder ``out``; without one nothing is kept. ``watch`` hears of the solves,
    and ends them with the best found so far. ``StudyError`` where there can be no such crew.
    """
    further = max(1, len(loaded) - 1)
    crew = Crew(workforce, further, SweepBar(watch), watch.stop, SMALL_SCENARIOS // further)
    with _opened({one.scenario: one for one in loaded}, out, settings, crew) as sweep:
        yield sweep


@dataclass(frozen=True)
class Crew:
    """Who shall solve, how many questions wait at a time at the most, and who hears of it; ``stop`` tells
    them to end with the best found so far. Of fewer than ``small`` units this process solves unless workers
    are asked for."""

    workforce: Workforce
    most: int
    bar: SweepBar
    stop: threading.Event | None = None
    small: int = SMALL_UNITS


@contextmanager
def _opened(
    loaded: Mapping[str, Loaded], out: Path | None, settings: SolveSettings, crew: Crew
) -> Iterator[Sweep]:
    for one in loaded.values():
        refuse_models(one.study)
    bases = {name: Base.of(one.instance, one.problem) for name, one in loaded.items()}
    roots = {name: root_key(one.instance) for name, one in loaded.items()}
    store = Store(None if out is None else work_folder(out))
    store.tidy()
    with ExitStack() as stack:
        workers, note = _hire(stack, bases, crew)
        sweep = Sweep(bases, roots, store, settings, workers, crew.bar)
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


def _hire(stack: ExitStack, bases: Mapping[str, Base], crew: Crew) -> tuple[Executor, str]:
    """The workers, and what a planner should know of them."""
    workforce = crew.workforce
    if workforce.cluster is not None:
        if workforce.workers is not None:
            fault, remedy = say("sweeps.two_crews"), say("sweeps.one_crew")
            raise StudyError([Finding("--workers", fault, remedy)])
        return stack.enter_context(existing_cluster(bases, workforce.cluster, crew.stop)), ""
    units = max(len(base.problem) for base in bases.values())
    if workforce.workers is not None and not 1 <= workforce.workers <= MOST_WORKERS:
        fault = say("sweeps.no_number", number=workforce.workers)
        raise StudyError([Finding("--workers", fault, say("sweeps.one_or_more", most=MOST_WORKERS))])
    count, why = 1, ""
    if workforce.workers is not None or units >= crew.small:
        count, why = fitting_workers(units, workforce.workers, crew.most, len(bases))
    return stack.enter_context(local_workers(bases, count, crew.bar.step, crew.stop)), why
