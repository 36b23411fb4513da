"""Progress on standard error; nothing at all where standard error is no terminal."""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    SpinnerColumn,
    Task,
    TextColumn,
    TimeElapsedColumn,
)
from rich.text import Text

import planner
from planner.terminal.speech import tell, words
from planner.terminal.stages import solve_name, stage_name
from planner.terminal.waiting import over
from words.catalogue import Words
from words.numbers import not_above, not_below
from words.visible import visible

if TYPE_CHECKING:
    from rich.console import RenderableType

MOST_NAMES = 3
BESIDE_SOLVING = ("reading", "writing")
"""Stages in which nothing is found yet, or nothing more: Ctrl-C ends them at once."""


class Bar:
    """What a planner sees while waiting: the stage, then the plan and the bound as they close, or how many
    solves are done of how many and which are under way."""

    def __init__(self, progress: Progress | None, said: Words | None = None) -> None:
        self._progress, self._words = progress, said or words()
        self._task = None
        self._lock = threading.Lock()
        self._plan: float | None = None
        self._bound: float | None = None
        self._scale: float | None = None
        self.stage = BESIDE_SOLVING[0]
        if progress is not None:
            name = stage_name(self.stage, self._words)
            self._task = progress.add_task(name, total=None, figures="")

    def step(self, step: planner.Step) -> None:
        """Show a step; called from the thread that solves."""
        with self._lock:
            self.stage = step.stage
            if step.of:
                self._show("solving", self._under_way(step), step.done, step.of)
                return
            if step.plan is None and step.bound is None:  # another solve begins
                self._plan = self._bound = self._scale = None
            if step.plan is not None:
                self._plan = step.plan if self._plan is None else min(self._plan, step.plan)
            if step.bound is not None:
                self._bound = step.bound if self._bound is None else max(self._bound, step.bound)
            self._scale = step.scale if step.scale is not None else self._scale
            self._show(step.stage, self._figures())

    def _under_way(self, step: planner.Step) -> str:
        names = [solve_name(name, self._words) for name in step.running[:MOST_NAMES]]
        more = len(step.running) - len(names)
        if more > 0:
            names.append(self._words.text("progress.more", n=more))
        shown = self._words.text("progress.between").join(names)
        return shown if step.stage == "solving" else f"{shown}  {stage_name(step.stage, self._words)}"

    def _figures(self) -> str:
        parts = []
        if self._plan is not None:
            parts.append(self._words.text("progress.found", value=not_below(self._plan)))
        if self._bound is not None:
            parts.append(self._words.text("progress.proven", value=not_above(self._bound)))
        if self._plan is not None and self._bound is not None and self._scale:
            gap = max(0.0, self._plan - self._bound) / self._scale
            parts.append(self._words.text("progress.gap", value=self._words.gap_text(gap)))
        return "  ".join(parts)

    def _show(self, stage: str, figures: str, done: int = 0, of: int | None = None) -> None:
        if self._progress is None or self._task is None:
            return
        name = stage_name(stage, self._words)
        self._progress.update(self._task, description=visible(name), figures=visible(figures), completed=done)
        self._progress.tasks[0].total = of  # `update` takes None for "as before"


class _OfMany(ProgressColumn):
    """A column that is empty while there is one solve only."""

    def __init__(self, column: ProgressColumn) -> None:
        super().__init__()
        self._column = column

    def render(self, task: Task) -> RenderableType:
        """The column, or nothing."""
        return Text("") if task.total is None else self._column.render(task)


@contextmanager
def progress_bar() -> Iterator[Bar]:
    """A bar on standard error while the block runs; silent into a pipe or a file."""
    if not sys.stderr.isatty():  # rich would take FORCE_COLOR for a terminal
        yield Bar(None)
        return
    over()
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}", markup=False),
        _OfMany(BarColumn(bar_width=24)),
        _OfMany(MofNCompleteColumn()),
        TimeElapsedColumn(),
        TextColumn("{task.fields[figures]}", markup=False),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        yield Bar(progress)


@contextmanager
def watching(*, best_so_far: bool = False) -> Iterator[planner.Watch]:
    """A watch with a bar for a call of the face.

    With ``best_so_far`` the first Ctrl-C while something is solved asks it to end with the best it has, and
    the second ends the command; without, the first does.
    """
    with progress_bar() as bar:
        watch = planner.Watch(report=bar.step)
        if not best_so_far or threading.current_thread() is not threading.main_thread():
            yield watch
            return

        def heard(_number: int, _frame: object) -> None:
            if watch.stop.is_set() or bar.stage in BESIDE_SOLVING:
                raise KeyboardInterrupt
            watch.stop.set()
            tell(words().text("endings.stopping"))

        before = signal.signal(signal.SIGINT, heard)
        try:
            yield watch
        finally:
            signal.signal(signal.SIGINT, before)
