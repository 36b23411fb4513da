"""Errands that do not depend on one another, such as folders to be written: done by this process and by
further ones, which start while this one is already at the first."""

from __future__ import annotations

import pickle
import threading
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any

from planner.sweeps.capacity import fitting_workers
from planner.sweeps.processes import as_message, further_process

Errand = tuple[Callable[..., None], tuple[Any, ...]]
"""A function that a further process can import, and its arguments."""
SMALL_UNITS = 100_000
"""Errands over fewer units together are done here alone: a further process takes a second to start."""
_POLL_S = 0.1


def hands_for(units: int, errands: int, asked: int | None) -> int:
    """How many processes do so many errands over ``units`` each; ``asked`` None: as many as are of use and
    fit."""
    if asked is None and units * errands < SMALL_UNITS:
        return 1
    return max(1, min(errands, fitting_workers(units, asked, errands)[0]))


def side_by_side(errands: Sequence[Errand], hands: int) -> None:
    """Do errands with so many processes, this one among them, begun in their order.

    Raises what an errand raised; no process is left then, and none after Ctrl-C. An errand whose process died
    is done again by this one.
    """
    waiting = deque(errands)
    further = [_Hand(waiting) for _ in range(min(hands, len(errands)) - 1)]
    try:
        while True:
            busy = [hand for hand in further if hand.is_alive()]  # looked at first: it may hand one back
            if not _one_done(waiting):
                if not busy:
                    break
                busy[0].join(_POLL_S)
            for hand in further:
                if hand.fault is not None:
                    raise hand.fault
    finally:
        for hand in further:
            hand.end()


def errand(bases: object, stop: threading.Event, function: Callable[..., None], arguments: Any) -> None:
    """What a further process does."""
    function(*arguments)


def _one_done(waiting: deque[Errand]) -> bool:
    """Do the next errand; False where none is waiting."""
    try:
        function, arguments = waiting.popleft()
    except IndexError:
        return False
    function(*arguments)
    return True


class _Hand(threading.Thread):
    """Hands errands to a process of its own for as long as there are any."""

    def __init__(self, waiting: deque[Errand]) -> None:
        super().__init__(daemon=True)
        self.waiting = waiting
        self.fault: BaseException | None = None
        self.process = further_process()
        self.start()

    def run(self) -> None:
        """One errand after another, until none is waiting, one fails or the process dies."""
        while self.fault is None:
            try:
                mine = self.waiting.popleft()
            except IndexError:
                return
            try:
                went_well, what = self._done(mine)
            except (EOFError, OSError, pickle.UnpicklingError):
                self.waiting.appendleft(mine)
                return
            except Exception as fault:  # noqa: BLE001 - handed on to the thread that waits
                went_well, what = False, fault
            if not went_well:
                self.fault = what

    def end(self) -> None:
        """End the process, whatever it is at."""
        self.process.kill()
        self.process.wait()
        self.join()
        for pipe in (self.process.stdin, self.process.stdout):
            with suppress(OSError):  # what was on its way to it
                if pipe is not None:
                    pipe.close()

    def _done(self, mine: Errand) -> tuple[bool, Any]:
        inbox, outbox = self.process.stdin, self.process.stdout
        if inbox is None or outbox is None:
            raise EOFError
        inbox.write(as_message(("call", errand, mine)))
        inbox.flush()
        answer: tuple[bool, Any] = pickle.load(outbox)  # noqa: S301 - from a process of our own
        return answer
