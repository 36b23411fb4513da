"""The command from its first moment to its last."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.small_study import write_study

ROOT = Path(__file__).resolve().parents[2]
EARLY = """
import os, signal, sys
from planner.__main__ import main
signal.signal(signal.SIGINT, signal.default_int_handler)  # the tests may run where it is ignored
signal.signal(signal.SIGALRM, lambda *_: os.kill(os.getpid(), signal.SIGINT))
signal.setitimer(signal.ITIMER_REAL, float(sys.argv.pop(1)))
main()
"""
BETWEEN = """
import typer
from planner import cli, __main__
cli.app = typer.Typer()
@cli.app.command()
def interrupted():
    raise KeyboardInterrupt
__main__.main()
"""
ABANDONED = """
import sys, threading, time
from formulations.core.threads import SOLVER_THREAD
from planner import cli, __main__
threading.Thread(target=time.sleep, args=(600,), name=SOLVER_THREAD).start()
def app():
    print("told", flush=True)
    sys.exit(4)
cli.app = app
__main__.main()
"""


def python(code: str, *words: str | Path) -> subprocess.CompletedProcess[str]:
    """Some code in a process of its own."""
    return subprocess.run(
        [sys.executable, "-c", code, *map(str, words)],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )


@pytest.mark.parametrize("seconds", [0.001, 0.1, 0.4])
def test_ctrl_c_while_modules_load_is_a_sentence(tmp_path: Path, seconds: float) -> None:
    """However early it comes, status and sentence are the contract's, and nothing is written."""
    study = write_study(tmp_path / "study")
    done = python(EARLY, str(seconds), "run", study, "--out", tmp_path / "out")
    assert done.returncode == 130, done.stderr
    assert "stopped" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "out").exists()


def test_ctrl_c_is_a_sentence_wherever_it_is_heard() -> None:
    """Outside our own commands the library of the command line ends with 130 and says nothing."""
    done = python(BETWEEN)
    assert done.returncode == 130, done.stderr
    assert done.stderr.count("stopped") == 1


def test_a_solver_that_does_not_hear_changes_no_exit_status() -> None:
    """A command that is done is not held up, or aborted, by a solver it has given up."""
    done = python(ABANDONED)
    assert (done.returncode, done.stdout.strip(), done.stderr) == (4, "told", "")
