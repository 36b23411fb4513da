"""What commands that solve many times share: who solves, and what is told of it."""

from __future__ import annotations

from typing import Annotated

import typer

from planner.commands.summary import console
from planner.sweeps.sweep import Sweep, Tally

WorkerCount = Annotated[
    int | None,
    typer.Option(
        "--workers", metavar="N", help="Solves at a time; default: as many as cores and memory allow."
    ),
]
ClusterAddress = Annotated[
    str | None,
    typer.Option(
        "--cluster", metavar="ADDRESS", help="A running Dask cluster to solve on, such as tcp://HOST:8786."
    ),
]


def tell_sweep(sweep: Sweep | Tally) -> None:
    """Print how many solves there were, and what to know of those who solved."""
    found = f", {sweep.found} found solved already" if sweep.found else ""
    console().print(f"{sweep.solved} solves in {sweep.seconds:.1f} s of solving{found}", soft_wrap=True)
    if sweep.note:
        console().print(f"Note: {sweep.note}", markup=False, soft_wrap=True)
