"""A second process that draws maps and pages while the first writes layers and tables.

Of a million cells either takes some seconds, and Python computes on one core at a time. The second process is
started before the solve, loads meanwhile what draws (by then it is ready), is sent the plan, and tells when
its files are written or what went wrong. It is no fork: a process with a solver's threads cannot be forked
safely. What it does stands in ``drawer``. Where it cannot be started, or dies, the first process writes all.
"""

from __future__ import annotations

import os
import pickle
import struct
import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any

from planner.plans.plan import Plan
from planner.runs.profiles import (
    MAP,
    MODEL_MAP,
    NETWORK_MAP,
    PAGE,
    RASTER,
    STAGE_FILM,
    WORKBOOK,
    Deliverable,
)

DRAWN = (MAP, NETWORK_MAP, *MODEL_MAP.values(), STAGE_FILM, PAGE, WORKBOOK, RASTER)
"""What the second process writes: about as much work as all the rest."""
LEAST, MOST = 100_000, 3_000_000
"""Units from which on starting it pays, and up to which memory for the plan twice is there: of 2.6 million
cells both processes hold 2.8 GB, of 10 million it would be more than 6."""
UNSENT = (TypeError, AttributeError, pickle.PicklingError)
"""What is raised for an object that cannot be pickled."""
_SIZE = struct.Struct("<Q")


class Second:
    """The process, and what it was asked to write."""

    def __init__(self) -> None:
        # `-P`: a folder of the user's that is called like a library is not taken for it.
        known = os.pathsep.join(path or str(Path.cwd()) for path in sys.path)
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", "planner.runs.drawer"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=os.environ | {"PYTHONPATH": known},
        )

    def ask(self, plan: Plan, folder: Path, parts: Iterable[Deliverable]) -> bool:
        """Have parts of a plan's folder written; False where the process is gone or the plan holds what
        cannot be sent."""
        assert self._process.stdin is not None
        with suppress(OSError, *UNSENT):
            send(self._process.stdin, (plan, folder, [part.names for part in parts]))
            return True
        return False

    def answer(self) -> bool:
        """Wait for the files: True once they are written, False where the process is gone. Raises what
        writing them raised."""
        assert self._process.stdout is not None
        try:
            fault = received(self._process.stdout)
        except (EOFError, OSError, pickle.UnpicklingError):
            return False
        if fault is not None:
            raise fault
        return True

    def end(self) -> None:
        """End the process, whatever it is at."""
        self._process.kill()
        for stream in (self._process.stdin, self._process.stdout):
            with suppress(OSError):  # what was not sent to the end cannot be flushed
                assert stream is not None
                stream.close()
        self._process.wait()


@contextmanager
def second(units: int) -> Iterator[Second | None]:
    """A second process for a plan of so many units; None where it would not pay or cannot be started."""
    process = None
    if LEAST <= units <= MOST and (os.cpu_count() or 1) > 1 and sys.executable:
        with suppress(OSError):
            process = Second()
    try:
        yield process
    finally:
        if process is not None:
            process.end()


def send(stream: IO[bytes], what: object) -> None:
    """Write an object to a stream, its arrays as they lie in memory."""
    arrays: list[pickle.PickleBuffer] = []
    head = pickle.dumps(what, protocol=5, buffer_callback=arrays.append)
    stream.write(_SIZE.pack(len(arrays)))
    for part in (memoryview(head), *(array.raw() for array in arrays)):
        stream.write(_SIZE.pack(len(part)))
        stream.write(part)
    stream.flush()


def received(stream: IO[bytes]) -> Any:
    """The object that ``send`` wrote; ``EOFError`` where the stream ends before."""
    (count,) = _SIZE.unpack(_exactly(stream, _SIZE.size))
    parts = [_exactly(stream, _SIZE.unpack(_exactly(stream, _SIZE.size))[0]) for _ in range(count + 1)]
    return pickle.loads(parts[0], buffers=parts[1:])  # noqa: S301 - of our own process alone


def _exactly(stream: IO[bytes], size: int) -> bytearray:
    """So many bytes, in memory that arrays may be changed in."""
    found = bytearray(size)
    view, at = memoryview(found), 0
    while at < size:
        read = stream.readinto(view[at:])  # type: ignore[attr-defined]
        if not read:
            raise EOFError
        at += read
    return found
