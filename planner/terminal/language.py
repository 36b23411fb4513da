"""The language in which a command speaks of a finished folder."""

from __future__ import annotations

from pathlib import Path

import planner
from planner.terminal.speech import speak


def speak_as(lang: str | None, folder: Path) -> None:
    """Speak the language asked for, else that of the study in a run's folder, or in the first of several."""
    if lang is None:
        try:
            lang = planner.load(planner.runs_in(folder)[0] / "study.toml").study.lang
        except planner.StudyError:
            return  # what is wrong with the folder is told by whoever opens it
    speak(lang)
