"""``sansheng inventory new``: the workbook of the carbon account, to be filled in."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

import planner
from planner.terminal.options import LangName
from planner.terminal.speech import say, words


class Deed(StrEnum):
    """What to do with an inventory."""

    NEW = "new"


def inventory(
    deed: Annotated[Deed, typer.Argument(metavar="new", help="help.inventory_new")],
    out: Annotated[Path, typer.Option("--out", help="help.out_inventory")] = Path("inventory.xlsx"),
    study: Annotated[Path | None, typer.Option("--study", help="help.inventory_study")] = None,
    force: Annotated[bool, typer.Option("--force", help="help.force")] = False,
    lang: LangName = None,
) -> None:
    """Write the workbook of the carbon account, which a bureau fills in: fuels, people, crops, waste.

    What is left blank takes the default beside it and is told as assumed. A study names the workbook under
    carbon.inventory.
    """
    if deed is Deed.NEW:
        say(
            "terminal.written",
            path=planner.inventory(out, study=study, lang=lang or words().lang, force=force),
        )
