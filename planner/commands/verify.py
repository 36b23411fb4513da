"""``sansheng verify``: every figure of a run's folder, or of several, again and without a solver."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

import planner
from planner.commands.answers import WRONG
from planner.commands.language import speak_as
from planner.commands.options import LangName
from planner.commands.speech import say, show, tell, text, words

MOST_DIFFERENCES = 40


def verify(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The folder of a run, or of several.")],
    lang: LangName = None,
) -> None:
    """Re-derive every figure of a certificate from the exported files and the inputs, without a solver.

    Of a comparison, a front, alternatives or a robustness sweep: of every plan inside. Exit status 0 where
    all agree, 2 where something differs (each line says what).
    """
    speak_as(lang, folder)
    runs = planner.runs_in(folder)
    held = [_holds(run, brief=len(runs) > 1) for run in runs]
    if len(runs) > 1 and all(held):
        say("verify.all_hold", n=len(runs), folder=folder)
    if not all(held):
        raise typer.Exit(WRONG)


def _holds(folder: Path, *, brief: bool) -> bool:
    """Verify one plan and tell what differs, or what agrees (in one line where it shall be ``brief``)."""
    outcome = planner.verify(folder)
    for difference in outcome.differences[:MOST_DIFFERENCES]:
        tell(difference.text(words()))
    more = len(outcome.differences) - MOST_DIFFERENCES
    if more > 0:
        tell(text("verify.more", n=f"{more:,}"))
    if not outcome.holds:
        tell(text("verify.differs", folder=folder, n=f"{len(outcome.differences):,}"))
        return False
    say("verify.holds_brief" if brief else "verify.holds", folder=folder, n=f"{outcome.figures:,}")
    for what in () if brief else outcome.checked:
        show(f"  {what.text(words())}")
    return True
