"""``sansheng report``: the report of a finished run written again, without solving."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

import planner
from planner.terminal.language import speak_as
from planner.terminal.options import LangName
from planner.terminal.speech import say


def report(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="help.folder")],
    lang: LangName = None,
) -> None:
    """Write report.html of a finished run again, in the language asked for, without solving.

    Of a comparison or a front, its own report and that of every run inside it.
    """
    speak_as(lang, folder)
    for path in planner.report(folder, lang=lang):
        say("terminal.written", path=path)
