"""Progress over all solves of a sweep on standard error; nothing where standard error is no terminal."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TextColumn,
    TimeElapsedColumn,
)

from formulations.core.solution import Step

MOST_NAMES = 3


class SweepBar:
    """How many solves are done of those known so far, and which are under way."""

    def __init__(self, progress: Progress | None = None, expected: int = 0) -> None:
        self._progress = progress
        self._expected = expected
        self._done = 0
        self._names: list[str] = []
        self._task = None if progress is None else progress.add_task("reading", total=None, figures="")

    def stage(self, name: str) -> None:
        """Say what is being done beside solving."""
        self._show(name, "")

    def expect(self, solves: int) -> None:
        """How many solves there will be, as far as is known."""
        self._expected = solves

    def waiting(self, names: Sequence[str], found: int) -> None:
        """Solves that are given out now, and how many more were found solved already."""
        self._done += found
        self._names += names
        self._expected = max(self._expected, self._done + len(self._names))
        self._show("solving", "")

    def done(self, name: str) -> None:
        """A solve that is finished and kept."""
        self._done += 1
        self._names.remove(name)
        self._show("solving", "")

    def step(self, step: Step) -> None:
        """A step of a solve in this process; called from the thread that solves."""
        self._show("solving", f" {step.stage}")

    def _show(self, stage: str, more: str) -> None:
        if self._progress is None or self._task is None:
            return
        names = self._under_way()
        total = self._expected or None
        self._progress.update(
            self._task, description=stage, completed=self._done, total=total, figures=names + more
        )

    def _under_way(self) -> str:
        names = ", ".join(self._names[:MOST_NAMES])
        return names + (f" and {len(self._names) - MOST_NAMES} more" if len(self._names) > MOST_NAMES else "")


class StepBar(SweepBar):
    """Tells a watcher of single solves what is under way, as steps whose stage names the solves."""

    def __init__(self, report: Callable[[Step], None]) -> None:
        super().__init__()
        self._report = report

    def step(self, step: Step) -> None:
        """A step of the solve that this process is at: the first of those given out."""
        name = f"{self._names[0]}: " if self._names else ""
        self._report(replace(step, stage=f"{name}{step.stage}"))

    def _show(self, stage: str, more: str) -> None:
        if self._names:
            self._report(Step(self._under_way(), 0.0))


@contextmanager
def sweep_bar() -> Iterator[SweepBar]:
    """A bar on standard error while the block runs; silent into a pipe or a file."""
    if not sys.stderr.isatty():  # rich would take FORCE_COLOR for a terminal
        yield SweepBar()
        return
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(bar_width=24),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("{task.fields[figures]}"),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        yield SweepBar(progress)
