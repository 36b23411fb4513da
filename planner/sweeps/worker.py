"""A worker of this machine: a process that holds scenarios, solves what it is handed, and ends with its pipe.

Messages are pickles, one after another: on standard input ``("hold", bases)``, ``("call", function,
arguments)`` and ``("stop",)``; on standard output ``(whether it went well, what came of it)`` for each call.
Whoever started it is trusted, and nobody else can write into its pipe.
"""

from __future__ import annotations

import os
import pickle
import queue
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, BinaryIO

from formulations.sampling.questions import load_solvers

PROTOCOL = 5
SOLVES = "solves"
"""Argument of a worker that is about to solve: it loads the solvers before it is asked."""


@dataclass
class Held:
    """What a call meets at the worker: the scenarios it holds, and the event that tells it to stop."""

    bases: dict[str, Any] = field(default_factory=dict)
    stop: threading.Event = field(default_factory=threading.Event)


Call = tuple[Callable[..., Any], tuple[Any, ...], threading.Event]


def listen(inbox: BinaryIO, held: Held, calls: queue.Queue[Call]) -> None:
    """Take messages for as long as there are any. The end of the pipe is the end of whoever started it: a
    worker then leaves at once, whatever it is at, so that a killed command leaves nothing behind."""
    while True:
        try:
            kind, *content = pickle.load(inbox)  # noqa: S301 - from the process that started this one
        except EOFError:
            os._exit(0)
        except BaseException:  # noqa: BLE001 - half a message: whoever sent it is gone, or cannot be served
            os._exit(1)
        if kind == "hold":
            held.bases.update(content[0])
        elif kind == "call":
            held.stop = threading.Event()
            calls.put((content[0], content[1], held.stop))
        else:
            held.stop.set()


def packed(went_well: bool, what: object) -> bytes:
    """What came of a call, as bytes; a fault that cannot travel goes as its words."""
    try:
        data = pickle.dumps((went_well, what), PROTOCOL)
        if not went_well:
            pickle.loads(data)  # noqa: S301 - ours; some faults can be packed and not unpacked
        return data
    except Exception as fault:  # noqa: BLE001 - whatever an object's own pickling raises
        told = RuntimeError(f"{type(what).__name__}: {what} ({fault})")
        return pickle.dumps((False, told), PROTOCOL)


def main() -> None:
    """Work until the pipe ends; whatever libraries print goes nowhere."""
    outbox = os.fdopen(os.dup(1), "wb")
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    held, calls = Held(), queue.Queue[Call]()
    threading.Thread(target=listen, args=(sys.stdin.buffer, held, calls), daemon=True).start()
    if SOLVES in sys.argv[1:]:
        load_solvers()  # meanwhile the process that started this one is at its first task
    while True:
        function, arguments, stop = calls.get()
        try:
            answer = packed(True, function(held.bases, stop, *arguments))
        except BaseException as fault:  # noqa: BLE001 - handed on to the process that asked
            answer = packed(False, fault)
        outbox.write(answer)
        outbox.flush()


if __name__ == "__main__":
    main()
