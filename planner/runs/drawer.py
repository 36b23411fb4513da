"""What the second process does: draw the maps and pages of the plan that it is sent; see ``second``."""

from __future__ import annotations

import os
import pickle
import signal
import sys
import threading
from contextlib import suppress
from typing import IO

from planner.export import workbook  # noqa: F401 - loaded while the plan is solved
from planner.maps import plan_map  # noqa: F401
from planner.pages.rendered import compile_templates
from planner.report import page  # noqa: F401
from planner.runs.folder import WRITERS
from planner.runs.second import UNSENT, received, send


def main() -> None:
    """Load what draws, wait for a plan, write its files and tell how that went."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the first process hears it, and ends this one
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    compile_templates()
    questions = sys.stdin.buffer
    try:
        plan, folder, names = received(questions)
    except EOFError:
        return
    threading.Thread(target=_until_gone, args=(questions,), daemon=True).start()
    fault: Exception | None = None
    try:
        for part, write in WRITERS.items():
            if part.names in names:
                write(plan, folder)
    except MemoryError:
        return  # the first process may have room for one plan
    except Exception as found:  # noqa: BLE001 - told by the first process
        fault = found if _travels(found) else RuntimeError(repr(found))
    send(answers, fault)


def _travels(fault: Exception) -> bool:
    """True where an exception arrives as it was sent: some are made from more than they keep."""
    with suppress(*UNSENT):
        pickle.loads(pickle.dumps(fault))  # noqa: S301 - our own
        return True
    return False


def _until_gone(stream: IO[bytes]) -> None:
    """End this process with the first one: nobody is left who wants its files."""
    stream.read()
    os._exit(1)


if __name__ == "__main__":
    main()
