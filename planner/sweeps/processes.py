"""Further processes of this machine, and messages to them."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

from planner.sweeps.worker import PROTOCOL, SOLVES

__all__ = ["SOLVES", "as_message", "further_process"]

PACKINGS = 20


def further_process(*purposes: str) -> subprocess.Popen[bytes]:
    """A process that does what it is handed (``planner.sweeps.worker``): apart from this one's terminal, and
    importing from the same places; for the purpose ``SOLVES`` with the solvers loaded beforehand.

    It is started by its own module and never by the script that is running here, so that a script or a
    notebook needs no guard (``if __name__ == "__main__"``) around what it asks for.
    """
    windows_group = getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0)
    return subprocess.Popen(
        [sys.executable, "-P", "-m", "planner.sweeps.worker", *purposes],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(path or str(Path.cwd()) for path in sys.path)},
        start_new_session=True,  # Ctrl-C is for the command alone
        creationflags=windows_group,
    )


def as_message(message: tuple[object, ...]) -> bytes:
    """A message as bytes, packed while this process is at work: where a figure is kept for later use in an
    object just being packed, Python refuses, and the next try holds it as well."""
    for _ in range(PACKINGS):
        with suppress(RuntimeError):  # dictionary changed size during iteration
            return pickle.dumps(message, PROTOCOL)
    return pickle.dumps(message, PROTOCOL)
