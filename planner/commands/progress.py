"""Progress of a solve on standard error; nothing at all where standard error is no terminal."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from formulations.core.solution import Step
from planner.words.numbers import not_above, not_below, percent_not_below


class Bar:
    """What a planner sees while waiting: the stage, the plan and the bound as they close, the time."""

    def __init__(self, progress: Progress | None) -> None:
        self._progress = progress
        self._task = None if progress is None else progress.add_task("reading", total=None, figures="")
        self._lock = threading.Lock()
        self._plan: float | None = None
        self._bound: float | None = None

    def stage(self, name: str) -> None:
        """Say what is being done."""
        self._show(name, "")

    def step(self, step: Step) -> None:
        """Show a step of the solve; called from the thread that solves."""
        with self._lock:
            if step.plan is None and step.bound is None:  # another solve begins
                self._plan = self._bound = None
            if step.plan is not None:
                self._plan = step.plan if self._plan is None else min(self._plan, step.plan)
            if step.bound is not None:
                self._bound = step.bound if self._bound is None else max(self._bound, step.bound)
            self._show(step.stage, self._figures())

    def _figures(self) -> str:
        parts = []
        if self._plan is not None:
            parts.append(f"plan {not_below(self._plan)}")
        if self._bound is not None:
            parts.append(f"bound {not_above(self._bound)}")
        if self._plan is not None and self._bound is not None:
            gap = abs(self._plan - self._bound) / max(1e-9, abs(self._plan))
            parts.append(f"gap {percent_not_below(gap)}")
        return "  ".join(parts)

    def _show(self, stage: str, figures: str) -> None:
        if self._progress is not None and self._task is not None:
            self._progress.update(self._task, description=stage, figures=figures)


@contextmanager
def progress_bar() -> Iterator[Bar]:
    """A bar on standard error while the block runs; silent into a pipe or a file."""
    if not sys.stderr.isatty():  # rich would take FORCE_COLOR for a terminal
        yield Bar(None)
        return
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        TimeElapsedColumn(),
        TextColumn("{task.fields[figures]}"),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        yield Bar(progress)
