"""``sansheng report``: the report of a finished run written again, without solving."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from planner.commands.options import LangName
from planner.commands.summary import console


def report(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The folder of a run, or of several.")],
    lang: LangName = None,
) -> None:
    """Write report.html of a finished run again, in the language asked for, without solving.

    Of a comparison or a front, its own report and that of every run inside it.
    """
    from planner.reissue.report import rewrite_reports  # noqa: PLC0415 - the drawing library is slow to load

    for path in rewrite_reports(folder, None if lang is None else str(lang)):
        console().print(f"Written to {path}", markup=False, soft_wrap=True)
