"""Work in a thread of its own, so that Ctrl-C is heard at once while a solver is busy."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Generic, TypeVar

from formulations.core.threads import SOLVER_THREAD

POLL_S = 0.1
T = TypeVar("T")


def aside(work: Callable[[], T]) -> T:
    """What ``work`` gives, or its exception.

    The calling thread only waits, which Python interrupts for signals; inside a solver's compiled code it
    would not. A ``KeyboardInterrupt`` leaves the work behind: its thread ends with the process.
    """
    job = _Job(work)
    job.start()
    while job.is_alive():
        job.join(POLL_S)
    return job.outcome()


class _Job(threading.Thread, Generic[T]):
    def __init__(self, work: Callable[[], T]) -> None:
        super().__init__(name=SOLVER_THREAD, daemon=True)
        self._work = work
        self._left: list[T] = []
        self._fault: BaseException | None = None

    def run(self) -> None:
        try:
            self._left.append(self._work())
        except BaseException as fault:  # noqa: BLE001 - handed on to the thread that waits
            self._fault = fault

    def outcome(self) -> T:
        if self._fault is not None:
            raise self._fault
        return self._left[0]
