"""Progress over all solves of a sweep, told to whoever watches it."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from dataclasses import replace

from formulations.core.solution import Step, Watch

SOLVING = "solving"


class SweepBar:
    """Tells a ``watch`` how many solves are done of those known so far, and which are under way."""

    def __init__(self, watch: Watch | None = None) -> None:
        self._watch = watch or Watch()
        self._began = time.perf_counter()
        self._expected = 0
        self._done = 0
        self._names: list[str] = []

    @property
    def stop(self) -> threading.Event:
        """Set by whoever watches, to end the sweep."""
        return self._watch.stop

    def stage(self, name: str) -> None:
        """Say what is being done beside solving."""
        self._watch.report(Step(name, self._seconds()))

    def expect(self, solves: int) -> None:
        """How many solves there will be, as far as is known."""
        self._expected = solves

    def waiting(self, names: Sequence[str], found: int) -> None:
        """Solves that are given out now, and how many more were found solved already."""
        self._done += found
        self._names += names
        self._expected = max(self._expected, self._done + len(self._names))
        self._tell(Step(SOLVING, self._seconds()))

    def done(self, name: str) -> None:
        """A solve that is finished and kept."""
        self._done += 1
        self._names.remove(name)
        self._tell(Step(SOLVING, self._seconds()))

    def step(self, step: Step) -> None:
        """A step of a solve in this process; called from the thread that solves."""
        self._tell(step)

    def _tell(self, step: Step) -> None:
        counted = replace(step, done=self._done, of=max(1, self._expected), running=tuple(self._names))
        self._watch.report(counted)

    def _seconds(self) -> float:
        return time.perf_counter() - self._began
