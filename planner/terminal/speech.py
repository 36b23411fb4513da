"""What commands say: sentences of the catalogue, on standard output or on standard error.

The language is that of ``--lang``, else the study's; it is set once by each command.
"""

from __future__ import annotations

import sys
from contextvars import ContextVar

import typer

from planner.terminal.streams import Screen
from planner.terminal.waiting import over
from words.catalogue import Words
from words.said import numbered
from words.visible import visible

PIPE_WIDTH = 110
FIRST = "en"
"""The language until a command knows its own."""
_spoken: ContextVar[Words] = ContextVar("spoken")


def speak(lang: str | None) -> None:
    """Speak a language (zh or en) from here on."""
    _spoken.set(Words(lang or FIRST))


def words() -> Words:
    """The words of the language that is spoken."""
    return _spoken.get(Words(FIRST))


def text(key: str, **values: object) -> str:
    """A sentence of the catalogue as plain text."""
    return visible(words().text(key, **values))


def unit(name: str) -> str:
    """A unit as terminals show it: without the subscripts that some of them lack."""
    return words().unit(name).replace("₂", "2")


def say(key: str, **values: object) -> None:
    """Print a sentence of the catalogue on standard output."""
    show(text(key, **values))


def show(line: str) -> None:
    """Print one line on standard output as it is, broken by the terminal alone."""
    console().print(visible(line), markup=False, soft_wrap=True)


def tell(sentence: str) -> None:
    """Print one line on standard error."""
    over()
    typer.echo(f"sansheng: {visible(numbered(sentence, words().lang))}", err=True)


def console() -> Screen:
    """Standard output; into a pipe without colours and wide enough for the tables."""
    over()
    width = None if sys.stdout.isatty() else PIPE_WIDTH
    return Screen(file=sys.stdout, width=width, highlight=False)
