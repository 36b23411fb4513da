"""Solve with a bar to watch and Ctrl-C to stop: once for the best plan so far, twice to end at once."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TypedDict

from formulations.solution import Watch
from planner.commands.answers import SOLVER_THREAD, tell
from planner.optimise import Loaded, optimise, settings_of
from planner.plan import Plan
from planner.progress import progress_bar


class Overrides(TypedDict):
    """Settings given on the command line; None leaves the study's own."""

    gap: float | None
    time_limit: float | None
    method: str | None
    threads: int | None


def solve(loaded: Loaded, overrides: Overrides) -> Plan:
    """The plan of a loaded study. The solver runs in a thread of its own, so that Ctrl-C is heard at once."""
    settings_of(loaded.study, **overrides)
    with progress_bar() as bar:
        bar.stage("reading")
        _ = loaded.problem
        bar.stage("solving")
        watch = Watch(report=bar.step)
        job = _Job(loaded, overrides, watch)
        with _stopping(watch.stop):
            job.start()
            while job.is_alive():
                job.join(0.1)
        return job.outcome()


class _Job(threading.Thread):
    def __init__(self, loaded: Loaded, overrides: Overrides, watch: Watch) -> None:
        super().__init__(name=SOLVER_THREAD, daemon=True)
        self._loaded, self._overrides, self._watch = loaded, overrides, watch
        self._plan: Plan | None = None
        self._fault: BaseException | None = None

    def run(self) -> None:
        try:
            self._plan = optimise(self._loaded, **self._overrides, watch=self._watch)
        except BaseException as fault:  # noqa: BLE001 - handed on to the thread that waits
            self._fault = fault

    def outcome(self) -> Plan:
        if self._fault is not None:
            raise self._fault
        if self._plan is None:
            raise RuntimeError("the solve ended without a plan and without a reason")
        return self._plan


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
