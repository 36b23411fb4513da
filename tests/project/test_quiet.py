"""Standard output is for what a command means to say.

Libraries in C write past Python to the descriptor itself: a table piped into another program would begin with
a solver's banner.
"""

from __future__ import annotations

import io
import os
import re
import shutil
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.support.small_study import write_study
from tests.support.started import forked, typed

SWEEP = ("study/study.toml", "--out", "swept", "--gap", "0.01")
FRONT = ("--x", "net_emissions", "--y", "area.cropland", "--points", "3")


def say(folder: Path, *words: str) -> tuple[int | None, str, str]:
    """A command in a process of its own, with what Python prints kept in ``said.txt``: its status, and what
    reaches the descriptors of standard output and error all the same."""
    process = forked().Process(target=_say, args=(folder, words))
    process.start()
    process.join(300)
    out, err = ((folder / name).read_text(encoding="utf-8") for name in ("stdout", "stderr"))
    return process.exitcode, out, err


def _say(folder: Path, words: Sequence[str]) -> None:
    """The child."""
    said = io.StringIO()
    status = typed(words, folder, folder / "stdout", folder / "stderr", stdout=said)
    (folder / "said.txt").write_text(said.getvalue(), encoding="utf-8")
    os._exit(status)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A study and a run of it."""
    folder = tmp_path_factory.mktemp("quiet")
    write_study(folder / "study")
    assert say(folder, "run", "study/study.toml", "--out", "run") == (0, "", "")
    return folder


@pytest.mark.skipif(os.name == "nt", reason="Windows cannot fork a process")
@pytest.mark.parametrize(
    "words",
    [
        ("init", "study/cover.tif", "--scheme", "CLCD", "--out", "begun.toml"),
        ("check", "study/study.toml"),
        pytest.param(
            ("run", "study/study.toml", "--out", "exact", "--method", "exact", "--prices"),
            marks=pytest.mark.slow,
        ),
        ("run", "study/study.toml", "--out", "cuts", "--method", "decompose"),
        ("verify", "run"),
        pytest.param(("report", "run", "--lang", "zh"), marks=pytest.mark.slow),
        pytest.param(("export", "run", "--format", "all"), marks=pytest.mark.slow),
        pytest.param(("demo", "--size", "60", "--out", "demo"), marks=pytest.mark.slow),
        pytest.param(("compare", *SWEEP), marks=pytest.mark.slow),
        pytest.param(("pareto", *SWEEP, *FRONT, "--workers", "2"), marks=pytest.mark.slow),
        pytest.param(("alternatives", *SWEEP, "--plans", "2"), marks=pytest.mark.slow),
        pytest.param(("robust", *SWEEP, "--draws", "2"), marks=pytest.mark.slow),
    ],
    ids=lambda words: words[0] + (f"-{words[-1]}" if words[0] == "run" else ""),
)
def test_a_command_alone_speaks(home: Path, tmp_path: Path, words: tuple[str, ...]) -> None:
    """Nothing but the command's own words reaches standard output, and nothing at all standard error."""
    for name in ("study", "run"):
        shutil.copytree(home / name, tmp_path / name)
    assert say(tmp_path, *words) == (0, "", "")
    assert (tmp_path / "said.txt").read_text(encoding="utf-8").strip()


def test_integer_programs_go_to_highs_by_our_own_hand() -> None:
    """The HiGHS inside SciPy prints a line where it mends a solution, whatever it is told."""
    root = Path(__file__).resolve().parents[2]
    for package in ("formulations", "instances", "planner"):
        for path in (root / package).rglob("*.py"):
            text = path.read_text(encoding="utf-8")
            assert not re.search(r"scipy\.optimize import [^\n]*\bmilp\b", text), path
