"""A sign of life on standard error from the first moments of a command until it says something.

Loading the program takes a second or two, and commands that solve nothing show no progress of their own.
Nothing is written where standard error is no terminal.
"""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO

AFTER, EVERY = 0.3, 0.1
"""Seconds until the sign appears, and between its turns."""
TURNS, PLAIN_TURNS = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏", "|/-\\"


class Sign:
    """What turns while a planner waits, in a thread of its own; once cleared it does not come back."""

    def __init__(self, told: str, stream: TextIO) -> None:
        self._told, self._stream = told, stream
        self._over = threading.Event()
        self._lock = threading.Lock()
        self._wide = 0
        self._turns = TURNS if _can_say(TURNS + told, stream) else PLAIN_TURNS
        self._thread = threading.Thread(target=self._turn, daemon=True, name="sign of life")

    def start(self) -> None:
        """Show it from ``AFTER`` seconds on."""
        self._thread.start()

    def clear(self) -> None:
        """Take it away, before anything else is written."""
        self._over.set()
        with self._lock:
            if self._wide:
                self._write("\r" + " " * self._wide + "\r")
                self._wide = 0

    def _turn(self) -> None:
        number = 0
        while not self._over.wait(EVERY if number else AFTER):
            with self._lock:
                if self._over.is_set():
                    return
                line = f"{self._turns[number % len(self._turns)]} {self._told}"
                self._write("\r" + line)
                self._wide = 2 * len(line)  # Chinese characters are two wide
            number += 1

    def _write(self, text: str) -> None:
        try:
            self._stream.write(text)
            self._stream.flush()
        except (OSError, ValueError):  # the terminal is gone
            self._over.set()


_shown: list[Sign] = []
"""The sign of the command under way, if it has one."""


@contextmanager
def waiting(told: str) -> Iterator[None]:
    """Show a sign of life while the block says nothing."""
    stream = sys.stderr
    if stream is None or not stream.isatty() or os.environ.get("TERM") == "dumb":
        yield
        return
    sign = Sign(told, stream)
    _shown.append(sign)
    sign.start()
    try:
        yield
    finally:
        over()


def over() -> None:
    """Take the sign away: something is said now."""
    while _shown:
        _shown.pop().clear()


def _can_say(text: str, stream: TextIO) -> bool:
    try:
        text.encode(stream.encoding or "ascii")
    except (UnicodeEncodeError, LookupError):
        return False
    return True
