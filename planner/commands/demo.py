"""``sansheng demo``: the embedded county, planned."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from instances.demo import write_demo
from planner.commands.options import LangName
from planner.commands.run import tell_plan
from planner.commands.solving import Overrides, solve
from planner.plans.optimise import load
from planner.runs.folder import NAMES, fill
from planner.runs.whole import whole_folder, writing

COUNTY = "county"
"""The folder, inside the demo's, of the county's own files."""


def demo(
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="Where to write it.")] = Path("out/demo"),
    size: Annotated[int, typer.Option("--size", metavar="N", help="Cells a side, 20 to 5,000.")] = 200,
    lang: LangName = None,
) -> None:
    """Build the embedded county (its files in DIR/county), optimise it, and write all deliverables."""
    with whole_folder(out, NAMES | {COUNTY}) as draft:
        with writing(out):
            study = write_demo(draft / COUNTY, size)
        plan = solve(load(study, lang=lang), Overrides(gap=None, time_limit=None, method=None, threads=None))
        with writing(out):
            fill(plan, draft)
    tell_plan(plan, out)
