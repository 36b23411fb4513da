"""``sansheng verify``: every figure of a run's folder again, without a solver."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from planner.commands.answers import WRONG, tell
from planner.commands.summary import console
from planner.verify import verify as verify_folder

MOST_DIFFERENCES = 40


def verify(folder: Annotated[Path, typer.Argument(metavar="DIR", help="A run's folder.")]) -> None:
    """Re-derive every figure of a certificate from the exported files and the inputs, without a solver.

    Exit status 0 where all agree, 2 where something differs (each line says what).
    """
    outcome = verify_folder(folder)
    for difference in outcome.differences[:MOST_DIFFERENCES]:
        tell(str(difference))
    more = len(outcome.differences) - MOST_DIFFERENCES
    if more > 0:
        tell(f"and {more:,} more")
    if not outcome.holds:
        tell(f"{folder} does not hold: {len(outcome.differences):,} differ. Run the study again.")
        raise typer.Exit(WRONG)
    out = console()
    out.print(f"Yes: {folder} holds. {outcome.figures:,} figures agree:", markup=False, soft_wrap=True)
    for what in outcome.checked:
        out.print(f"  {what}", markup=False, soft_wrap=True)
