from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.small_study import EASY, tree, write_quick_study
from words.visible import visible

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small study: townships with Chinese names, limits told with their signs."""
    return write_quick_study(tmp_path_factory.mktemp("streams"))


def shell(line: str, study: Path, **environment: str) -> subprocess.CompletedProcess[bytes]:
    """A line of bash with ``sansheng`` as the command of this repository."""
    program = f'sansheng() {{ "{sys.executable}" -m planner "$@"; }}; set -o pipefail; {line}'
    there = {**os.environ, "PYTHONPATH": str(ROOT), **environment}
    return subprocess.run(
        ["bash", "-c", program], cwd=study.parent, env=there, capture_output=True, check=False
    )


@pytest.mark.slow
@pytest.mark.parametrize(
    ("encoding", "command", "signs", "names"),
    [
        ("cp1252", "check study.toml", False, False),
        ("cp1252", "run study.toml --prices --out out", False, False),
        ("ascii", "check study.toml", False, False),
        ("cp437", "check study.toml", True, False),
        ("gbk", "check study.toml", True, True),
        ("utf-8", "check study.toml", True, True),
    ],
)
def test_any_console_takes_every_sentence(
    encoding: str, command: str, signs: bool, names: bool, study: Path
) -> None:
    """What an encoding lacks is replaced: ``>=`` for its sign, a question mark for a Chinese character."""
    found = shell(f"sansheng {command}", study, PYTHONIOENCODING=encoding)
    assert (found.returncode, b"Traceback" in found.stderr) == (0, False), found.stderr
    told = found.stdout.decode(encoding)
    assert ("≤ " if signs else "<= ") in told
    assert ("东镇" in told) == names


@pytest.mark.slow
@pytest.mark.parametrize(
    "line",
    [
        "sansheng run study.toml --out piped | head -1",
        "sansheng check study.toml | true",
        "sansheng run study.toml --out piped >&-",
        "sansheng check study.toml >&- 2>&-",
    ],
)
def test_a_reader_who_leaves_is_no_fault(line: str, study: Path) -> None:
    """A pipe that is closed early, or a stream that was never open, ends in 0; the folder is whole."""
    found = shell(line, study)
    assert (found.returncode, found.stderr.count(b"fault")) == (0, 0), found.stderr
    if "run" in line:
        assert (study.parent / "piped" / "certificate.json").is_file()


def test_a_reader_who_leaves_the_help_is_no_fault(study: Path) -> None:
    """Help is printed before any command is there to answer: nothing on standard error, and an end in 0."""
    found = shell("sansheng run --help | true", study)
    assert (found.returncode, found.stderr) == (0, b"")


@pytest.mark.slow
@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no device that is always full")
def test_a_full_standard_output_is_told(study: Path) -> None:
    """It is no fault of ours: one sentence, and what a run writes is whole."""
    found = shell("sansheng run study.toml --out full > /dev/full", study)
    assert (found.returncode, found.stderr.count(b"fault")) == (2, 0), found.stderr
    assert b"standard output is full" in found.stderr
    assert (study.parent / "full" / "certificate.json").is_file()


@pytest.mark.slow
def test_names_cannot_command_a_terminal(tmp_path: Path) -> None:
    """Escape sequences in titles and names are shown, not sent; so is what turns text around."""
    lines = tree()["redlines"]
    lines["farmland"]["label"] = "\x1b]0;owned\x07 \x1b[2J[red]"
    other = write_quick_study(tmp_path, {**EASY, "title": "\x1b[31mred\u202e", "redlines": lines})
    for command in ("check study.toml", "run study.toml --prices --out out"):
        found = shell(f"sansheng {command}", other)
        assert found.returncode == 0, found.stderr
        told = (found.stdout + found.stderr).decode()
        assert "\x1b" not in told
        assert "\u202e" not in told
        assert "\\x1b[31mred\\u202e" in told


@pytest.mark.parametrize(
    ("text", "shown"), [("a\x1b[0m", "a\\x1b[0m"), ("红线\n", "红线\n"), ("a\tb", "a\tb")]
)
def test_only_what_a_terminal_obeys_is_changed(text: str, shown: str) -> None:
    """Lines, tabs and every character that is shown stay."""
    assert visible(text) == shown
