"""The language that a command speaks: that asked for, else the study's, else the machine's."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Iterable
from pathlib import Path

import planner
from planner.terminal.speech import speak
from words.catalogue import LANGS

MOST_BYTES = 1_000_000
"""A study file larger than this is not looked into for its language."""
_LOCALES = ("LC_ALL", "LC_MESSAGES", "LANG")


def speak_as(lang: str | None, folder: Path) -> None:
    """Speak the language asked for, else that of the study in a run's folder, or in the first of several."""
    if lang is None:
        try:
            lang = planner.load(planner.runs_in(folder)[0] / "study.toml").study.lang
        except planner.StudyError:
            return  # what is wrong with the folder is told by whoever opens it
    speak(lang)


def first_language(typed: Iterable[str]) -> str | None:
    """The language of whatever is said before a command knows its own: of ``--lang`` among the words typed,
    else of a study file among them, else of the machine's locale; None where none of these says."""
    given = list(typed)
    for before, word in zip(["", *given], given, strict=False):
        lang = word if before == "--lang" else word.removeprefix("--lang=")
        if lang in LANGS and (before == "--lang" or word != lang):
            return lang
    studies = (_of_study(Path(word)) for word in given if word.endswith(".toml"))
    return next((lang for lang in studies if lang is not None), None) or _of_machine()


def _of_study(path: Path) -> str | None:
    """The language that a study file states; a file that cannot be read states none, and is told later."""
    try:
        if not path.is_file() or path.stat().st_size > MOST_BYTES:  # a pipe would never end
            return None
        stated = tomllib.loads(path.read_text(encoding="utf-8")).get("lang")
    except (OSError, ValueError, RecursionError):
        return None
    return stated if stated in LANGS else None


def _of_machine() -> str | None:
    locale = next((os.environ[name] for name in _LOCALES if os.environ.get(name)), "")
    return next((lang for lang in LANGS if locale.lower().startswith(lang)), None)
