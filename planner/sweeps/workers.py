"""Workers of this machine: this process and further ones, handed one task at a time each.

Further processes start without holding anything up, while this process is already at its first task. They
hear nothing of Ctrl-C and end with this process, however it ends.
"""

from __future__ import annotations

import pickle
import queue
import threading
from abc import ABC, abstractmethod
from collections import Counter, deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import IO, Any

from formulations.core.solution import Step, Watch
from formulations.core.threads import SOLVER_THREAD
from formulations.sampling.questions import Answer, Base, answer
from instances.study.findings import StudyError
from planner.sweeps.executor import ATTEMPTS, GIVE_UP_S, Solver, Task, too_often
from planner.sweeps.processes import SOLVES, as_message, further_process

DIED = object()
"""What is heard of a worker that is no longer there."""
_HEARING_S = 0.1
Heard = queue.Queue[tuple["Hand", Any]]


class Hand(ABC):
    """Whoever does one task at a time: ``task`` is None between two, and ``heard`` hears of each."""

    def __init__(self, heard: Heard) -> None:
        self.heard = heard
        self.task: Task | None = None

    def takes(self, deaths: int) -> bool:
        """Whether a task is for it that so many processes died of."""
        return True

    @abstractmethod
    def begin(self, solver: Solver, task: Task) -> None:
        """Begin a task; what comes of it is put into ``heard``."""

    def tell_to_stop(self) -> None:  # noqa: B027 - this process hears of it anyway
        """Let the task under way end with the best found so far."""

    @abstractmethod
    def end(self) -> None:
        """Do nothing more."""


class Here(Hand):
    """This process, solving in a thread so that Ctrl-C is heard at once."""

    def __init__(
        self, heard: Heard, bases: Mapping[str, Base], report: Callable[[Step], None], stop: threading.Event
    ) -> None:
        super().__init__(heard)
        self.bases, self.report, self.stop = bases, report, stop
        self._thread: threading.Thread | None = None

    def takes(self, deaths: int) -> bool:
        """None that any died of: the end of this process would be the end of the command."""
        return deaths == 0

    def begin(self, solver: Solver, task: Task) -> None:
        """Solve in a thread."""

        def work() -> None:
            try:
                found: Any = _solve(self.bases, self.stop, solver, task, self.report)
            except BaseException as fault:  # noqa: BLE001 - handed on to the thread that waits
                found = fault
            self.heard.put((self, found))

        self._thread = threading.Thread(target=work, name=SOLVER_THREAD, daemon=True)
        self._thread.start()

    def end(self) -> None:
        """Give a solve under way a moment to hear that it should stop."""
        if self.task is not None and self._thread is not None:
            self.stop.set()
            self._thread.join(GIVE_UP_S)


class There(Hand):
    """A process of its own. Messages go out in a thread: a large one must not hold up the others' answers."""

    def __init__(self, heard: Heard, bases: Mapping[str, Base]) -> None:
        super().__init__(heard)
        self._bases = bases
        self._held: set[str] = set()
        self._start()

    def begin(self, solver: Solver, task: Task) -> None:
        """Hand a task over, and first any scenario that the process does not hold yet."""
        self._hold()
        self._outbox.put(("call", _solve, (solver, task)))

    def tell_to_stop(self) -> None:
        """Tell the process."""
        self._outbox.put(("stop",))

    def again(self) -> None:
        """A new process in place of one that died."""
        self.end()
        self._held.clear()
        self._start()

    def end(self) -> None:
        """End the process, whatever it is at."""
        self.process.kill()
        self.process.wait()
        self._outbox.put(None)

    def _hold(self) -> None:
        new = {name: base for name, base in self._bases.items() if name not in self._held}
        if new:
            self._held |= new.keys()
            self._outbox.put(("hold", new))

    def _start(self) -> None:
        self.process = further_process(SOLVES)
        self._outbox: queue.Queue[tuple[Any, ...] | None] = queue.Queue()
        pipes = self.process.stdin, self.process.stdout
        for work, pipe in zip((self._send, self._hear), pipes, strict=True):
            threading.Thread(target=work, args=(pipe, self._outbox), daemon=True).start()
        self._hold()

    def _send(self, pipe: IO[bytes], outbox: queue.Queue[tuple[Any, ...] | None]) -> None:
        while (message := outbox.get()) is not None:
            try:
                pipe.write(as_message(message))
                pipe.flush()
            except OSError:
                pass  # it died; that is heard at the other pipe
            except Exception as fault:  # noqa: BLE001 - handed on to the thread that waits
                self.heard.put((self, fault))
        with suppress(OSError):
            pipe.close()

    def _hear(self, pipe: IO[bytes], outbox: queue.Queue[tuple[Any, ...] | None]) -> None:
        while True:
            try:
                _, found = pickle.load(pipe)  # noqa: S301 - from a process of our own
            except (EOFError, OSError, pickle.UnpicklingError):  # the pipe's end, maybe within an answer
                found = DIED
            except Exception as fault:  # noqa: BLE001 - handed on to the thread that waits
                found = fault
            if outbox is self._outbox:  # of this process, not of one that was given up
                self.heard.put((self, found))
            if found is DIED:
                pipe.close()
                return


class Workers:
    """Solves tasks with ``count`` hands: this process is one of them, the others are further ones.

    Every scenario is sent to a further process once. A process that dies costs the solve it was at, which
    is begun anew, ``ATTEMPTS`` times at the most.
    """

    def __init__(
        self,
        bases: Mapping[str, Base],
        report: Callable[[Step], None],
        solver: Solver = answer,
        count: int = 1,
        stop: threading.Event | None = None,
    ) -> None:
        self.count, self.solver = count, solver
        self.stop = stop or threading.Event()
        self._heard: Heard = queue.Queue()
        self._tries = Counter[str]()
        further = [There(self._heard, bases) for _ in range(count - 1)]
        self.hands: list[Hand] = [Here(self._heard, bases, report, self.stop), *further]

    def answers(self, tasks: Sequence[Task]) -> Iterator[Answer]:
        """The answers in the order in which they arrive."""
        waiting: deque[Task] = deque()
        given = 0
        while True:
            waiting.extend(tasks[given:])
            given = len(tasks)
            self._give(waiting)
            if all(hand.task is None for hand in self.hands):
                return
            hand, found = self._next()
            task, hand.task = hand.task, None
            if found is DIED and isinstance(hand, There):
                hand.again()
                if task is not None:
                    waiting.appendleft(self._lost(task))
            elif isinstance(found, BaseException):
                raise found
            else:
                yield found

    def close(self) -> None:
        """End all further processes, and a solve under way in this one."""
        for hand in reversed(self.hands):
            hand.end()

    def _give(self, waiting: deque[Task]) -> None:
        """Hand tasks to whoever is free; none once told to stop."""
        if self.stop.is_set():
            waiting.clear()
        for hand in self.hands:
            fit = [task for task in waiting if hand.takes(self._tries[task.key])]
            if hand.task is None and fit:
                hand.task = fit[0]
                waiting.remove(hand.task)
                hand.begin(self.solver, hand.task)

    def _lost(self, task: Task) -> Task:
        """A task whose process died, to be begun anew; ``StudyError`` after so many times."""
        self._tries[task.key] += 1
        if self._tries[task.key] >= ATTEMPTS:
            raise StudyError([too_often(task.question.name)])
        return task

    def _next(self) -> tuple[Hand, Any]:
        """What is heard next. Whoever is at a task is told once that it should stop."""
        told = False
        while True:
            if self.stop.is_set() and not told:
                told = True
                for hand in self.hands:
                    hand.tell_to_stop()
            with suppress(queue.Empty):
                return self._heard.get(timeout=_HEARING_S)


@contextmanager
def local_workers(
    bases: Mapping[str, Base],
    count: int,
    report: Callable[[Step], None],
    stop: threading.Event | None = None,
) -> Iterator[Workers]:
    """So many workers on this machine while the block runs."""
    workers = Workers(bases, report, count=count, stop=stop)
    try:
        yield workers
    finally:
        workers.close()


def _solve(
    bases: Mapping[str, Base],
    stop: threading.Event,
    solver: Solver,
    task: Task,
    report: Callable[[Step], None] = lambda step: None,
) -> Answer:
    """What whoever solves does."""
    base = bases[task.question.scenario]
    return solver(base, task.key, task.question, task.begin, task.settings, Watch(report, stop))
