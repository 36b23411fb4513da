"""The workers of a running Dask cluster, on this machine or on others."""

from __future__ import annotations

import logging
import secrets
import threading
from collections.abc import Generator, Iterator, Mapping, Sequence
from concurrent.futures import CancelledError
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from formulations.core.solution import Watch
from formulations.sampling.questions import Answer, Base, answer
from instances.study.findings import Finding, StudyError
from planner.sweeps.executor import ATTEMPTS, GIVE_UP_S, Executor, Solver, Task, too_often
from words.said import say

if TYPE_CHECKING:
    from distributed import Client, Future

CONNECT_S = 15
_HEARING_S = 0.5
"""Seconds between two looks whether to stop."""


class Cluster:
    """Solves tasks on the workers of a Dask cluster, each on one thread of one worker.

    Each scenario is sent to the workers once, when it is first asked; again only where a worker died.
    """

    def __init__(
        self,
        client: Client,
        bases: Mapping[str, Base],
        count: int,
        solver: Solver = answer,
        stop: threading.Event | None = None,
    ) -> None:
        self.client, self.bases, self.count, self.solver = client, bases, count, solver
        self.stop = stop
        self._signal = None if stop is None else f"sansheng-stop-{secrets.token_hex(8)}"
        self._sent: dict[str, Future[Base]] = {}

    def answers(self, tasks: Sequence[Task]) -> Iterator[Answer]:
        """The answers in the order in which they arrive; tasks whose worker died are given out again."""
        left: dict[str, Task] = {}
        given = 0
        with self._relayed():
            for _ in range(ATTEMPTS):
                given = yield from self._round(tasks, given, left)
                if not left or self._stopping:
                    return
                self._sent.clear()
        raise StudyError([too_often(next(iter(left.values())).question.name)])

    def _round(
        self, tasks: Sequence[Task], given: int, left: dict[str, Task]
    ) -> Generator[Answer, None, int]:
        """Give out what is left, and the tasks from number ``given`` on for as long as more come; returns
        how many were given. A fault that is no worker's death is raised."""
        from distributed import as_completed
        from distributed.scheduler import KilledWorker

        completed = as_completed([])
        futures: dict[Future[Answer], str] = {}
        waiting = list(left.values())
        try:
            while True:
                waiting = [] if self._stopping else [*waiting, *tasks[given:]]
                given = len(tasks)
                for task in waiting:
                    left[task.key] = task
                    future = self._submit(task)
                    futures[future] = task.key
                    completed.add(future)
                waiting = []
                try:
                    done = next(completed)
                except StopIteration:
                    return given
                try:
                    found: Answer = done.result()
                except (CancelledError, KilledWorker):
                    continue
                del left[futures[done]]
                yield found
        finally:
            self.client.cancel([future for future in futures if not future.done()], force=True)

    @property
    def _stopping(self) -> bool:
        return self.stop is not None and self.stop.is_set()

    def _submit(self, task: Task) -> Future[Answer]:
        name = task.question.scenario
        if name not in self._sent:
            self._sent[name] = self.client.scatter(self.bases[name], broadcast=True, hash=False)
        return self.client.submit(_solve, self.solver, self._sent[name], task, self._signal, pure=False)

    @contextmanager
    def _relayed(self) -> Iterator[None]:
        """While the block runs, workers are told as soon as this process is told to stop."""
        if self._signal is None or self.stop is None:
            yield
            return
        from distributed import Event

        stop, signal_for_all, done = self.stop, Event(self._signal, client=self.client), threading.Event()

        def relay() -> None:
            while not done.is_set():
                if stop.wait(_HEARING_S):
                    signal_for_all.set()
                    return

        thread = threading.Thread(target=relay, name="stop-relay", daemon=True)
        thread.start()
        try:
            yield
        finally:
            done.set()
            thread.join()
            if stop.is_set():
                signal_for_all.clear()


def _solve(solver: Solver, base: Base, task: Task, signal_name: str | None) -> Answer:
    """What a worker does."""
    with _listening(signal_name) as stop:
        return solver(base, task.key, task.question, task.begin, task.settings, Watch(stop=stop))


@contextmanager
def _listening(signal_name: str | None) -> Iterator[threading.Event]:
    """An event that is set on this worker when the command is told to stop while the block runs."""
    heard, done = threading.Event(), threading.Event()
    if signal_name is None:
        yield heard
        return
    from distributed import Event, get_client

    told = Event(signal_name, client=get_client())

    def listen() -> None:
        while not done.is_set():
            with suppress(OSError, TimeoutError, RuntimeError, CancelledError):
                if told.wait(_HEARING_S):
                    heard.set()
                    return

    threading.Thread(target=listen, name="stop-listener", daemon=True).start()
    try:
        yield heard
    finally:
        done.set()


@contextmanager
def existing_cluster(
    bases: Mapping[str, Base], address: str, stop: threading.Event | None = None
) -> Iterator[Executor]:
    """The workers of a running cluster; ``StudyError`` where it cannot be reached or has none."""
    from distributed import Client

    with _quiet():
        try:
            client = Client(address, timeout=CONNECT_S)
        except (OSError, ValueError, TimeoutError) as fault:
            reason = str(fault).splitlines()[0] if str(fault) else type(fault).__name__
            remedy = say("sweeps.start_cluster")
            raise StudyError(
                [Finding("--cluster", say("sweeps.no_answer", address=address, reason=reason), remedy)]
            ) from None
    try:
        count = len(client.scheduler_info(n_workers=-1)["workers"])
        if count == 0:
            remedy = say("sweeps.start_workers", address=address)
            raise StudyError([Finding("--cluster", say("sweeps.no_workers", address=address), remedy)])
        yield Cluster(client, bases, count, stop=stop)
    finally:
        with _quiet():
            client.close(timeout=GIVE_UP_S)


@contextmanager
def _quiet() -> Iterator[None]:
    """Dask says nothing: what a planner must know is said by the commands."""
    for name in ("distributed", "tornado", "asyncio", "bokeh"):
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
    yield
