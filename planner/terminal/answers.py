"""How every command ends: one sentence for every fault, and the exit status that goes with it.

0 done · 1 a fault of ours · 2 the input is wrong · 3 infeasible · 4 time ran out with no plan · 130 stopped.
"""

from __future__ import annotations

import errno
import os
import sys
import tempfile
import threading
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn, ParamSpec

import typer

from formulations.core.threads import SOLVER_THREAD
from instances.study.findings import StudyError
from planner.plans.outcome import (
    Infeasible,
    Interrupted,
    NoPlan,
    NothingFound,
    OutOfReach,
    Unordered,
    Unserved,
)
from planner.terminal.speech import speak, tell, text, words
from planner.terminal.waiting import waiting
from words.said import short

if TYPE_CHECKING:
    from formulations.infeasible import Infeasibility

FAULT, WRONG, INFEASIBLE, NO_TIME, STOPPED = 1, 2, 3, 4, 130
P = ParamSpec("P")


@contextmanager
def answering() -> Iterator[None]:
    """Turn whatever ends a command into its sentences and its exit status."""
    try:
        yield
    except StudyError as wrong:
        for finding in wrong.findings:
            tell(finding.told(words().lang))
        raise typer.Exit(WRONG) from None
    except NoPlan as ended:
        tell(ended.text(words()))
        if isinstance(ended, Infeasible | NothingFound):
            tell_collision(ended.why)
        raise typer.Exit(status_of(ended)) from None
    except KeyboardInterrupt:
        tell(text("endings.stopped"))
        leave_if_solving(STOPPED)
        raise typer.Exit(STOPPED) from None
    except BrokenPipeError:
        print_no_more()
        raise typer.Exit(0) from None
    except typer.Exit:
        raise
    except MemoryError:
        tell(text("endings.memory"))
        raise typer.Exit(WRONG) from None
    except OSError as fault:
        _tell_system(fault)
    except Exception as fault:  # noqa: BLE001 - the last stop: a planner must never meet a traceback
        _tell_fault(fault)


def _tell_system(fault: OSError) -> NoReturn:
    """Tell what the system refused."""
    if fault.errno == errno.ENOSPC and _prints_in_vain():
        print_no_more()
        tell(text("endings.full"))
        raise typer.Exit(WRONG) from None
    if fault.errno != errno.ENAMETOOLONG:
        _tell_fault(fault)
    tell(text("endings.long_name", name=short(str(fault.filename))))
    raise typer.Exit(WRONG) from None


def _prints_in_vain() -> bool:
    """True where standard output takes nothing more, not even the end of a line."""
    try:
        os.write(sys.stdout.fileno(), b"\n")
    except OSError:
        return True
    return False


def print_no_more() -> None:
    """Let standard output swallow what is still to come, also at the very end."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _tell_fault(fault: Exception) -> NoReturn:
    """Tell what we did not foresee; where the libraries below ran out of memory, that."""
    if "bad_alloc" in str(fault):
        tell(text("endings.memory"))
        raise typer.Exit(WRONG) from None
    tell(text("endings.fault", fault=_in_brief(fault), log=_keep_traceback()))
    raise typer.Exit(FAULT) from None


def answered(command: Callable[P, None]) -> Callable[P, None]:
    """A command that ends in a sentence and an exit status of the contract, never in a traceback."""

    @wraps(command)
    def run(*arguments: P.args, **options: P.kwargs) -> None:
        lang = options.get("lang")
        if lang is not None:  # else what the command line as a whole says of it holds
            speak(str(lang))
        with answering(), waiting(text("progress.waiting")):
            command(*arguments, **options)

    return run


def status_of(ended: NoPlan) -> int:
    """The exit status of a run without a plan."""
    if isinstance(ended, Infeasible | Unserved | Unordered) or (
        isinstance(ended, OutOfReach) and ended.proven
    ):
        return INFEASIBLE
    return STOPPED if isinstance(ended, Interrupted) else NO_TIME


def tell_collision(why: Infeasibility) -> None:
    """Name what collides, and what would mend it."""
    if why.together:
        tell(text("endings.together"))
        for relaxation in why.together:
            tell(f"  {relaxation.told(words().lang)}")
    said = [relaxation.told(words().lang) for relaxation in why.together]
    if why.alone and said != [relaxation.told(words().lang) for relaxation in why.alone]:
        tell(text("endings.alone"))
        for relaxation in why.alone:
            tell(f"  {relaxation.told(words().lang)}")


def leave_if_solving(status: int) -> None:
    """End the process at once where a solver still runs: its thread cannot be told to stop sooner."""
    if any(thread.name == SOLVER_THREAD for thread in threading.enumerate()):
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)


def _in_brief(fault: Exception) -> str:
    lines = str(fault).strip().splitlines()
    return f"{type(fault).__name__}: {lines[0]}" if lines else type(fault).__name__


def _keep_traceback() -> Path:
    handle, name = tempfile.mkstemp(prefix="sansheng-fault-", suffix=".log")
    with os.fdopen(handle, "w", encoding="utf-8") as stream:
        stream.write(traceback.format_exc())
    return Path(name)
