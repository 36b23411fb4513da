"""Solve with a bar to watch and Ctrl-C to stop: once for the best plan so far, twice to end at once."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Generic, TypedDict, TypeVar

from formulations.core.solution import Watch
from planner.commands.answers import SOLVER_THREAD, tell
from planner.commands.progress import Bar, progress_bar
from planner.plans.optimise import Loaded, optimise, settings_of
from planner.plans.plan import Plan

T = TypeVar("T")


class Overrides(TypedDict):
    """Settings given on the command line; None leaves the study's own."""

    gap: float | None
    time_limit: float | None
    method: str | None
    threads: int | None


def solve(loaded: Loaded, overrides: Overrides) -> Plan:
    """The plan of a loaded study."""
    settings_of(loaded.study, **overrides)
    with progress_bar() as bar:
        bar.stage("reading")
        _ = loaded.problem
        bar.stage("solving")
        return watched(lambda watch: optimise(loaded, **overrides, watch=watch), bar)


def watched(work: Callable[[Watch], T], bar: Bar) -> T:
    """What work with solves in it leaves; it runs in a thread of its own, so that Ctrl-C is heard at once."""
    watch = Watch(report=bar.step)
    job = _Job(work, watch)
    with _stopping(watch.stop):
        job.start()
        while job.is_alive():
            job.join(0.1)
    return job.outcome()


class _Job(threading.Thread, Generic[T]):
    def __init__(self, work: Callable[[Watch], T], watch: Watch) -> None:
        super().__init__(name=SOLVER_THREAD, daemon=True)
        self._work, self._watch = work, watch
        self._left: list[T] = []
        self._fault: BaseException | None = None

    def run(self) -> None:
        try:
            self._left.append(self._work(self._watch))
        except BaseException as fault:  # noqa: BLE001 - handed on to the thread that waits
            self._fault = fault

    def outcome(self) -> T:
        if self._fault is not None:
            raise self._fault
        return self._left[0]


@contextmanager
def _stopping(stop: threading.Event) -> Iterator[None]:
    """While the block runs, the first Ctrl-C sets ``stop`` and the second raises ``KeyboardInterrupt``."""

    def heard(_number: int, _frame: object) -> None:
        if stop.is_set():
            raise KeyboardInterrupt
        stop.set()
        tell("stopping with the best plan so far; press Ctrl-C again to end at once without it.")

    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, heard)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
