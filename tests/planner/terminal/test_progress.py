from __future__ import annotations

import io

import pytest
from rich.console import Console
from rich.progress import Progress, TextColumn

from formulations.core.solution import Step
from planner.terminal.progress import Bar, progress_bar
from words.catalogue import Words


def test_nothing_goes_into_a_pipe(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where standard error is no terminal there is no bar, not even where colours are forced."""
    monkeypatch.setenv("FORCE_COLOR", "1")
    with progress_bar() as bar:
        bar.step(Step("reading", 0.0))
        bar.step(Step("milp", 1.0, plan=5.0, bound=4.0))
    assert capsys.readouterr() == ("", "")


def test_a_terminal_sees_plan_bound_and_gap() -> None:
    """On a terminal the figures close in on each other as they are found."""
    screen = io.StringIO()
    progress = Progress(TextColumn("{task.description} {task.fields[figures]}"), console=Console(file=screen))
    with progress:
        bar = Bar(progress, Words("en"))
        bar.step(Step("solving", 0.0))
        for step in (
            Step("lp", 1.0, bound=4.0),
            Step("milp", 2.0, plan=5.0, scale=2.0),
            Step("milp", 3.0, plan=6.0),
        ):
            bar.step(step)
        assert progress.tasks[0].description == "milp"
        assert progress.tasks[0].fields["figures"] == "plan 5.00  bound 4.00  gap 50 %"


def test_a_terminal_sees_how_many_solves_are_done() -> None:
    """Of a sweep the bar shows done and known solves, and the first names of those under way."""
    screen = io.StringIO()
    progress = Progress(TextColumn("{task.description} {task.fields[figures]}"), console=Console(file=screen))
    with progress:
        bar = Bar(progress, Words("zh"))
        names = ("best plan", "alternative 2", "alternative 3", "alternative 4")
        bar.step(Step("milp", 1.0, plan=5.0, done=2, of=9, running=names))
        task = progress.tasks[0]
        assert (task.description, task.completed, task.total) == ("求解", 2, 9)
        assert task.fields["figures"] == "最优方案、备选方案 2、备选方案 3、另有 1 个  取整"
        bar.step(Step("writing", 2.0))
        assert (task.description, task.total) == ("写入", None)
