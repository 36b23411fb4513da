"""``sansheng verify``: every figure of a run's folder, or of several, again and without a solver."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

import planner
from planner.terminal.answers import WRONG
from planner.terminal.language import speak_as
from planner.terminal.options import LangName
from planner.terminal.speech import say, show, tell, text, words

MOST_DIFFERENCES = 40


def verify(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="help.folder")],
    lang: LangName = None,
) -> None:
    """Re-derive every figure of a certificate from the exported files and the inputs, without a solver.

    Of a comparison, a front, alternatives or a robustness sweep: of every plan inside. Exit status 0 where
    all agree, 2 where something differs (each line says what).
    """
    speak_as(lang, folder)
    outcome = planner.verify(folder)
    _tell(folder, outcome, brief=False)
    for run, each in outcome.inside:
        _tell(run, each, brief=True)
    if outcome.inside and outcome.holds:
        say("verify.all_hold", n=len(outcome.inside), folder=folder)
    if not outcome.holds:
        raise typer.Exit(WRONG)


def _tell(folder: Path, outcome: planner.Verification, *, brief: bool) -> None:
    """Tell what differs, or what agrees (in one line where ``brief``), and what is not checked."""
    for difference in outcome.differences[:MOST_DIFFERENCES]:
        tell(difference.text(words()))
    more = len(outcome.differences) - MOST_DIFFERENCES
    if more > 0:
        tell(text("verify.more", n=f"{more:,}"))
    if outcome.differences:
        tell(text("verify.differs", folder=folder, n=f"{len(outcome.differences):,}"))
    elif outcome.figures:
        say("verify.holds_brief" if brief else "verify.holds", folder=folder, n=f"{outcome.figures:,}")
        for what in () if brief else outcome.checked:
            show(f"  {what.text(words())}")
    for note in () if brief else outcome.notes:
        show(note.text(words()))
