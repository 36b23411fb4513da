"""``sansheng inventory new``: the workbook of the carbon account, to be filled in."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

import planner
from planner.terminal.options import LangName
from planner.terminal.speech import say, speak


class Deed(StrEnum):
    """What to do with an inventory."""

    NEW = "new"


def inventory(
    deed: Annotated[Deed, typer.Argument(metavar="new", help="Write a new workbook.")],
    out: Annotated[Path, typer.Option("--out", help="The workbook to write (.xlsx).")] = Path(
        "inventory.xlsx"
    ),
    study: Annotated[
        Path | None, typer.Option("--study", help="A study whose districts are offered as choices.")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace a file that is there.")] = False,
    lang: LangName = None,
) -> None:
    """Write the workbook of the carbon account, which a bureau fills in: fuels, people, crops, waste.

    What is left blank takes the default beside it and is told as assumed. A study names the workbook under
    carbon.inventory.
    """
    speak(lang or "en")
    if deed is Deed.NEW:
        say("terminal.written", path=planner.inventory(out, study=study, lang=lang or "en", force=force))
