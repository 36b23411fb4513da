"""``sansheng demo``: the embedded county, planned."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

import planner
from planner.commands.run import print_run
from planner.terminal.options import LangName
from planner.terminal.progress import watching
from planner.terminal.speech import words


def demo(
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="help.out_demo")] = Path("out/demo"),
    size: Annotated[int, typer.Option("--size", metavar="N", help="help.size")] = 200,
    lang: LangName = None,
) -> None:
    """Build the embedded county (its files in DIR/county), optimise it, and write all deliverables."""
    with watching(best_so_far=True) as watch:
        result = planner.demo(out, size=size, lang=lang or words().lang, watch=watch)
    print_run(result)
