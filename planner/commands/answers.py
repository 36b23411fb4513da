"""How every command ends: one sentence for every fault, and the exit status that goes with it.

0 done · 1 a fault of ours · 2 the input is wrong · 3 infeasible · 4 time ran out with no plan · 130 stopped.
"""

from __future__ import annotations

import os
import sys
import tempfile
import threading
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, ParamSpec

import typer

from instances.study.findings import StudyError
from planner.plans.outcome import Infeasible, Interrupted, NoPlan, NothingFound

if TYPE_CHECKING:
    from formulations.infeasible import Infeasibility

FAULT, WRONG, INFEASIBLE, NO_TIME, STOPPED = 1, 2, 3, 4, 130
SOLVER_THREAD = "solve"
P = ParamSpec("P")


def tell(sentence: str) -> None:
    """Print one line on standard error."""
    typer.echo(f"sansheng: {sentence}", err=True)


@contextmanager
def answering() -> Iterator[None]:
    """Turn whatever ends a command into its sentences and its exit status."""
    try:
        yield
    except StudyError as wrong:
        for finding in wrong.findings:
            tell(str(finding))
        raise typer.Exit(WRONG) from None
    except NoPlan as ended:
        tell(str(ended))
        if isinstance(ended, Infeasible | NothingFound):
            tell_collision(ended.why)
        raise typer.Exit(status_of(ended)) from None
    except KeyboardInterrupt:
        tell("stopped; nothing was written, and a result from before is kept.")
        leave_if_solving(STOPPED)
        raise typer.Exit(STOPPED) from None
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise typer.Exit(0) from None
    except typer.Exit:
        raise
    except MemoryError:
        tell("the memory of this machine is too small for the study. Coarsen it with landcover.resolution.")
        raise typer.Exit(WRONG) from None
    except Exception as fault:  # noqa: BLE001 - the last stop: a planner must never meet a traceback
        tell(f"a fault of ours: {_in_brief(fault)}. Please report it with {_keep_traceback()}.")
        raise typer.Exit(FAULT) from None


def answered(command: Callable[P, None]) -> Callable[P, None]:
    """A command that ends in a sentence and an exit status of the contract, never in a traceback."""

    @wraps(command)
    def run(*arguments: P.args, **options: P.kwargs) -> None:
        with answering():
            command(*arguments, **options)

    return run


def status_of(ended: NoPlan) -> int:
    """The exit status of a run without a plan."""
    if isinstance(ended, Infeasible):
        return INFEASIBLE
    return STOPPED if isinstance(ended, Interrupted) else NO_TIME


def tell_collision(why: Infeasibility) -> None:
    """Name what collides, and what would mend it."""
    if why.together:
        tell("the smallest relaxation that mends it, all of these together:")
        for relaxation in why.together:
            tell(f"  {relaxation}")
    if why.alone:
        tell("or one of these alone:")
        for relaxation in why.alone:
            tell(f"  {relaxation}")


def leave_if_solving(status: int) -> None:
    """End the process at once where a solver still runs: its thread cannot be told to stop sooner."""
    if any(thread.name == SOLVER_THREAD for thread in threading.enumerate()):
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)


def _in_brief(fault: Exception) -> str:
    text = str(fault).strip().splitlines()
    return f"{type(fault).__name__}: {text[0]}" if text else type(fault).__name__


def _keep_traceback() -> Path:
    handle, name = tempfile.mkstemp(prefix="sansheng-fault-", suffix=".log")
    with os.fdopen(handle, "w", encoding="utf-8") as stream:
        stream.write(traceback.format_exc())
    return Path(name)
