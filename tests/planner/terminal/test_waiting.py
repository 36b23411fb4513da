from __future__ import annotations

import io
import time
from types import SimpleNamespace

import pytest

from planner.terminal import waiting as room
from planner.terminal.speech import say, tell
from planner.terminal.waiting import over, waiting


class Terminal(io.StringIO):
    """A terminal of an encoding."""

    encoding = "utf-8"

    def isatty(self) -> bool:
        """It is one."""
        return True


@pytest.fixture
def screen(monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """Standard error as a terminal, and a sign that comes at once."""
    found = Terminal()
    monkeypatch.setattr(room, "sys", SimpleNamespace(stderr=found))
    monkeypatch.setattr(room, "AFTER", 0.0)
    monkeypatch.setenv("TERM", "xterm")
    return found


def until(screen: Terminal, text: str) -> None:
    """Wait until a text is on the screen."""
    for _ in range(500):
        if text in screen.getvalue():
            return
        time.sleep(0.01)
    pytest.fail(f"{text!r} never came")


def test_a_command_gives_a_sign_of_life_and_takes_it_away(
    screen: Terminal, capsys: pytest.CaptureFixture[str]
) -> None:
    """It turns until something is said, and leaves nothing behind on its line."""
    with waiting("正在运行"):
        until(screen, "⠋ 正在运行")
        tell("x")
        shown = screen.getvalue()
        time.sleep(3 * room.EVERY)
        assert screen.getvalue() == shown
    assert shown.endswith(f"\r{' ' * len('⠋ 正在运行') * 2}\r")
    assert capsys.readouterr().err == "sansheng: x\n"


def test_the_sign_is_gone_before_results_are_printed(
    screen: Terminal, capsys: pytest.CaptureFixture[str]
) -> None:
    """What goes to standard output comes after the line is clean."""
    with waiting("working"):
        until(screen, "working")
        say("terminal.written", path="x")
        assert screen.getvalue().endswith(" \r")
    assert "working" not in capsys.readouterr().out


@pytest.mark.parametrize("dumb", [True, False])
def test_no_sign_where_it_cannot_be_shown(
    screen: Terminal, monkeypatch: pytest.MonkeyPatch, dumb: bool
) -> None:
    """Nothing is written into a pipe or to a terminal that knows no way back."""
    monkeypatch.setenv("TERM", "dumb" if dumb else "xterm")
    monkeypatch.setattr(Terminal, "isatty", lambda self: dumb)
    with waiting("working"):
        time.sleep(2 * room.EVERY)
    assert screen.getvalue() == ""


def test_an_encoding_without_the_signs_gets_plain_ones(
    screen: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Signs that a terminal lacks are replaced by ones that every terminal has."""
    monkeypatch.setattr(Terminal, "encoding", "gbk")
    with waiting("正在运行"):
        until(screen, "| 正在运行")
        over()
        over()
