"""The command ``sansheng``: what a planner types."""

from __future__ import annotations

from typing import Annotated

import typer

from planner.commands.alternatives import alternatives
from planner.commands.carbon_plan import carbon_plan
from planner.commands.check import check
from planner.commands.compare import compare
from planner.commands.demo import demo
from planner.commands.export import export
from planner.commands.init import init
from planner.commands.inventory import inventory
from planner.commands.monitor import monitor
from planner.commands.network import network
from planner.commands.pareto import pareto
from planner.commands.replan import replan
from planner.commands.report import report
from planner.commands.robust import robust
from planner.commands.run import run
from planner.commands.schema import schema
from planner.commands.score import score
from planner.commands.verify import verify
from planner.plans.versions import own_version
from planner.terminal.answers import answered

SUMMARY = """Plan where production, living and ecological land goes.

A study file names layers, red lines and targets; the plan is the layout with the lowest net carbon
emissions and the best-connected blue-green network that they allow, with a proof of how good it is.
"""


app = typer.Typer(
    name="sansheng",
    help=SUMMARY,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
for command in (
    demo,
    init,
    schema,
    inventory,
    check,
    run,
    compare,
    carbon_plan,
    pareto,
    alternatives,
    robust,
    network,
    score,
    monitor,
    replan,
    verify,
    report,
    export,
):
    app.command()(answered(command))


def _say_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"sansheng {own_version()}")
        raise typer.Exit


@app.callback(help=SUMMARY)
def options(
    version: Annotated[
        bool,
        typer.Option("--version", help="Say which version this is.", callback=_say_version, is_eager=True),
    ] = False,
) -> None:
    """Options before the command."""
