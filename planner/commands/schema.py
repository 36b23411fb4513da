"""``sansheng schema``: the JSON schema of the study file, for editors."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

import planner
from planner.terminal.options import LangName
from planner.terminal.speech import say, words
from planner.terminal.waiting import over


def schema(
    out: Annotated[Path | None, typer.Option("--out", help="help.out_schema")] = None,
    force: Annotated[bool, typer.Option("--force", help="help.force")] = False,
    lang: LangName = None,
) -> None:
    """Give the JSON schema of the study file, with which editors complete and check its keys.

    A study names it in its first line: #:schema ./sansheng.schema.json
    """
    found = planner.schema(out, lang=lang or words().lang, force=force)
    if out is None:
        over()
        typer.echo(json.dumps(found, ensure_ascii=False, indent=1))
    else:
        say("terminal.written", path=out)
