"""``sansheng verify``: every figure of a run's folder, or of several, again and without a solver."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from planner.commands.answers import WRONG, tell
from planner.commands.summary import console
from planner.runs.reopen import runs_in
from planner.runs.verify import verify as verify_folder

MOST_DIFFERENCES = 40


def verify(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The folder of a run, or of several.")],
) -> None:
    """Re-derive every figure of a certificate from the exported files and the inputs, without a solver.

    Of a comparison, a front, alternatives or a robustness sweep: of every plan inside. Exit status 0 where
    all agree, 2 where something differs (each line says what).
    """
    runs = runs_in(folder)
    held = [_holds(run, brief=len(runs) > 1) for run in runs]
    if len(runs) > 1 and all(held):
        console().print(f"Yes: all {len(runs)} plans in {folder} hold.", markup=False, soft_wrap=True)
    if not all(held):
        raise typer.Exit(WRONG)


def _holds(folder: Path, *, brief: bool) -> bool:
    """Verify one plan and tell what differs, or what agrees (in one line where it shall be ``brief``)."""
    outcome = verify_folder(folder)
    for difference in outcome.differences[:MOST_DIFFERENCES]:
        tell(str(difference))
    more = len(outcome.differences) - MOST_DIFFERENCES
    if more > 0:
        tell(f"and {more:,} more")
    if not outcome.holds:
        tell(f"{folder} does not hold: {len(outcome.differences):,} differ. Run the study again.")
        return False
    out, end = console(), "." if brief else ":"
    out.print(f"Yes: {folder} holds. {outcome.figures:,} figures agree{end}", markup=False, soft_wrap=True)
    for what in () if brief else outcome.checked:
        out.print(f"  {what}", markup=False, soft_wrap=True)
    return True
