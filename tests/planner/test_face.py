"""The face: what `import planner` offers, with every example of its docstrings run as it stands."""

from __future__ import annotations

import ast
import doctest
import inspect
import subprocess
import sys
import threading
from pathlib import Path

import pytest

import planner
from instances.carbon.draws import Together
from planner.commands import robust as robust_command
from tests.support.small_study import write_quick_study

ROOT = Path(__file__).resolve().parents[2]
FUNCTIONS = [name for name in planner.__all__ if inspect.isfunction(getattr(planner, name))]
MANY = {"compare", "demo", "front", "alternatives", "robust"}
"""Functions whose examples solve several problems."""
SETTINGS = ("out", "workers", "cluster", "gap", "time_limit", "method", "threads", "watch")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the small study in it, and its run under ``out/base``."""
    folder = tmp_path_factory.mktemp("face")
    planner.run(write_quick_study(folder), out=folder / "out" / "base")
    return folder


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=pytest.mark.slow if name in MANY else ()) for name in FUNCTIONS]
)
def test_every_example_runs(name: str, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every function of the face says what it does, and shows it by an example that holds."""
    monkeypatch.chdir(home)
    function = getattr(planner, name)
    found = [
        test for test in doctest.DocTestFinder().find(function, name, globs={"planner": planner}) if test
    ]
    examples = [test for test in found if test.examples]
    assert examples, f"planner.{name} has no example"
    said: list[str] = []
    runner = doctest.DocTestRunner(verbose=False, optionflags=doctest.NORMALIZE_WHITESPACE)
    for test in examples:
        runner.run(test, out=said.append)
    assert runner.failures == 0, "".join(said)


def test_the_face_names_only() -> None:
    """What the face lists is what types are checked against and what its rooms hold."""
    tree = ast.parse((ROOT / "planner" / "__init__.py").read_text(encoding="utf-8"))
    typed = {
        alias.name: node.module
        for block in tree.body
        if isinstance(block, ast.If)
        for node in block.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    assert typed == planner._HOME_OF
    assert sorted(typed) == sorted(planner.__all__)
    assert set(planner.__all__) <= set(dir(planner))
    for name in planner.__all__:
        assert getattr(planner, name).__module__ == typed[name]


@pytest.mark.slow
def test_no_folder_hides_a_function() -> None:
    """`planner.compare` is the function, also after `planner/compare/` was imported first."""
    code = (
        "import planner.compare.ask, planner.report.page, planner.alternatives.ask, planner.robust.ask; "
        "from planner import alternatives, compare, export, report, robust; "
        "assert all(map(callable, (alternatives, compare, export, report, robust, planner.compare)))"
    )
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True)


def test_an_unknown_name_is_told() -> None:
    """A name that the face lacks is an ``AttributeError``, as of any module."""
    with pytest.raises(AttributeError, match="no attribute 'optimize'"):
        _ = planner.optimize


def test_settings_have_the_same_names_everywhere() -> None:
    """Whoever knows one function knows the settings of the others, all of them by keyword."""
    for name in ("front", "alternatives", "robust"):
        parameters = inspect.signature(getattr(planner, name)).parameters
        assert [one for one in parameters if one in SETTINGS] == list(SETTINGS)
        assert all(parameters[one].kind is inspect.Parameter.KEYWORD_ONLY for one in SETTINGS)
    for name in ("run", "compare"):
        parameters = inspect.signature(getattr(planner, name)).parameters
        assert {"out", "gap", "time_limit", "method", "threads", "watch"} <= set(parameters)


def test_the_command_knows_what_moves_together() -> None:
    """``robust --together`` offers what the draws know."""
    assert list(robust_command.Together) == list(Together)


@pytest.mark.slow
def test_a_sweep_tells_its_progress_and_prints_nothing(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A studio hears how many solves are done of how many, and which are under way."""
    steps: list[planner.Step] = []
    watch = planner.Watch(report=steps.append)
    planner.alternatives(home / "study.toml", within="5%", plans=2, gap=0.001, watch=watch)
    assert steps[0].stage == "reading"
    counted = [step for step in steps if step.of]
    assert (counted[-1].done, counted[-1].of) == (2, 2)
    assert ("best plan",) in {step.running for step in counted}
    assert capsys.readouterr() == ("", "")


@pytest.mark.slow
def test_a_sweep_can_be_stopped(home: Path) -> None:
    """Once told to stop it ends, keeps what is solved, and the same call goes on there."""
    out = home / "stopped"
    stop = threading.Event()

    def report(step: planner.Step) -> None:
        if step.done == 1:
            stop.set()

    with pytest.raises(planner.NoPlan, match="1 finished solves are kept"):
        planner.alternatives(
            home / "study.toml", within="5%", plans=3, out=out, watch=planner.Watch(report, stop)
        )
    assert not out.exists()
    assert planner.alternatives(home / "study.toml", within="5%", plans=3, out=out).tally.found == 1


def test_without_a_folder_nothing_is_written(home: Path) -> None:
    """A notebook that names no folder leaves no file behind, not even finished solves."""
    before = sorted(home.iterdir())
    result = planner.front(home / "study.toml", "net_emissions", "area.cropland", points=2, gap=0.01)
    assert result.folder is None
    assert sorted(home.iterdir()) == before


def test_a_stop_is_heard_once(home: Path) -> None:
    """The solve ends with the best plan so far, and prices that were asked for are still looked for."""
    stop = threading.Event()

    def report(step: planner.Step) -> None:
        if step.plan is not None and step.stage not in ("prices", "writing"):
            stop.set()

    result = planner.run(home / "study.toml", prices=True, watch=planner.Watch(report, stop))
    assert result.prices is not None
    assert len(result.prices.lines) == 3


def test_points_have_plans(home: Path) -> None:
    """A point of a front is a certified plan; one that there is not is told."""
    result = planner.front(home / "study.toml", "net_emissions", "area.cropland", points=2, gap=0.01)
    assert result.plan(1).certificate.bound is not None
    with pytest.raises(IndexError, match="points 1 to"):
        result.plan(0)


@pytest.mark.parametrize(
    ("wrong", "place"),
    [
        (lambda study: planner.robust(study, together="all"), "--together"),
        (lambda study: planner.alternatives(study, plans=1), "--plans"),
        (lambda study: planner.front(study, "net_emissions", "area.cropland", points=1), "--points"),
        (lambda study: planner.export(study.parent / "out" / "base", ["tif"], fields="his"), "--fields"),
    ],
)
def test_wrong_settings_are_told(home: Path, wrong: object, place: str) -> None:
    """A setting out of range is a finding with its place, before anything is solved."""
    assert callable(wrong)
    with pytest.raises(planner.StudyError, match=place):
        wrong(home / "study.toml")
