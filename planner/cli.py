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
from planner.commands.interlace import interlace
from planner.commands.inventory import inventory
from planner.commands.monitor import monitor
from planner.commands.network import network
from planner.commands.pareto import pareto
from planner.commands.policies import policies
from planner.commands.replan import replan
from planner.commands.report import report
from planner.commands.robust import robust
from planner.commands.run import run
from planner.commands.schema import schema
from planner.commands.score import score
from planner.commands.verify import verify
from planner.plans.versions import own_version
from planner.terminal.answers import answered
from planner.terminal.help import SpokenCommand, SpokenGroup, show_all

app = typer.Typer(
    name="sansheng",
    cls=SpokenGroup,
    invoke_without_command=True,
    add_completion=True,
    pretty_exceptions_enable=False,
)
for command in (
    demo,
    init,
    schema,
    inventory,
    policies,
    check,
    run,
    compare,
    carbon_plan,
    pareto,
    alternatives,
    robust,
    network,
    interlace,
    score,
    monitor,
    replan,
    verify,
    report,
    export,
):
    app.command(cls=SpokenCommand)(answered(command))


def _say_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"sansheng {own_version()}")
        raise typer.Exit


@app.callback()
def options(
    ctx: typer.Context,
    version: Annotated[
        bool,
        typer.Option("--version", help="help.version", callback=_say_version, is_eager=True),
    ] = False,
) -> None:
    """Options before the command; all of them are shown where no command is named."""
    show_all(ctx)
