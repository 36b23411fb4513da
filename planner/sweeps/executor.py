"""Who solves the questions of a sweep: this process, or the workers of a Dask cluster.

Both take tasks that do not depend on one another and give back each answer as soon as it is there. A worker
that dies loses nothing but the solve it was at, which is done again.
"""

from __future__ import annotations

import logging
import queue
import secrets
import signal
import threading
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from concurrent.futures import CancelledError
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from formulations.core.solution import SolveSettings, Step, WarmStart, Watch
from formulations.sampling.questions import Answer, Base, Question, answer
from instances.study.findings import Finding, StudyError

if TYPE_CHECKING:
    from distributed import Client, Future

SOLVER_THREAD = "solve"
ATTEMPTS = 4
"""How often a solve is begun whose worker dies."""
CONNECT_S = 15
GIVE_UP_S = 5.0
"""Seconds that a solve in this process has to hear that it should stop."""
PRELOAD = """
import logging, signal
signal.signal(signal.SIGINT, signal.SIG_IGN)
logging.getLogger("distributed").setLevel(logging.CRITICAL + 1)
"""
"""What every worker of this machine begins with: Ctrl-C is for the command alone, and so is speaking."""
ANY_PORT = "127.0.0.1:0"
"""Where the cluster serves its own pages: a free port, so that two commands at a time do not meet."""
_HEARING_S = 0.5
"""Seconds between two looks whether to stop."""
_GIB = 2.0**30
SOLVE_BYTES, UNIT_BYTES, HELD_BYTES = 0.45e9, 1_300.0, 300.0
"""Memory of a solve: what the program itself takes, each unit of the study, and each of a further scenario
that a worker holds without solving it."""


@dataclass(frozen=True, eq=False)
class Task:
    """A question with all that its answer depends on."""

    key: str
    question: Question
    begin: WarmStart
    settings: SolveSettings


Solver = Callable[[Base, str, Question, WarmStart, SolveSettings, Watch], Answer]


class Executor(Protocol):
    """Whoever solves tasks over some scenarios.

    Once told to stop (``stop``) it gives no more tasks out; those under way end as interrupted.
    """

    count: int

    def answers(self, tasks: Sequence[Task]) -> Iterator[Answer]:
        """The answers, each as soon as it is there; tasks appended meanwhile are solved as well."""


class InProcess:
    """Solves one task after another, in a thread so that Ctrl-C is heard at once."""

    count = 1

    def __init__(
        self,
        bases: Mapping[str, Base],
        report: Callable[[Step], None],
        solver: Solver = answer,
        stop: threading.Event | None = None,
    ) -> None:
        self.bases, self.report, self.solver = bases, report, solver
        self.stop = stop or threading.Event()

    def answers(self, tasks: Sequence[Task]) -> Iterator[Answer]:
        """The answers in the order of the tasks."""
        for task in tasks:
            if self.stop.is_set():
                return
            yield self._answer(task)

    def _answer(self, task: Task) -> Answer:
        done: queue.Queue[Answer | BaseException] = queue.Queue()

        def work() -> None:
            try:
                watch, base = Watch(self.report, self.stop), self.bases[task.question.scenario]
                done.put(self.solver(base, task.key, task.question, task.begin, task.settings, watch))
            except BaseException as fault:  # noqa: BLE001 - handed on to the thread that waits
                done.put(fault)

        thread = threading.Thread(target=work, name=SOLVER_THREAD, daemon=True)
        thread.start()
        try:
            while True:
                with suppress(queue.Empty):
                    found = done.get(timeout=0.1)
                    break
        except KeyboardInterrupt:
            self.stop.set()
            thread.join(GIVE_UP_S)
            raise
        if isinstance(found, BaseException):
            raise found
        return found


class Cluster:
    """Solves tasks on the workers of a Dask cluster, each on one thread of one worker.

    Each scenario is sent to the workers once, when it is first asked; again only where a worker died.
    """

    def __init__(
        self,
        client: Client,
        bases: Mapping[str, Base],
        count: int,
        solver: Solver = answer,
        stop: threading.Event | None = None,
    ) -> None:
        self.client, self.bases, self.count, self.solver = client, bases, count, solver
        self.stop = stop
        self._signal = None if stop is None else f"sansheng-stop-{secrets.token_hex(8)}"
        self._sent: dict[str, Future[Base]] = {}

    def answers(self, tasks: Sequence[Task]) -> Iterator[Answer]:
        """The answers in the order in which they arrive; tasks whose worker died are given out again."""
        left: dict[str, Task] = {}
        given = 0
        with self._relayed():
            for _ in range(ATTEMPTS):
                given = yield from self._round(tasks, given, left)
                if not left or self._stopping:
                    return
                self._sent.clear()
        raise StudyError([_too_often(next(iter(left.values())).question.name)])

    def _round(
        self, tasks: Sequence[Task], given: int, left: dict[str, Task]
    ) -> Generator[Answer, None, int]:
        """Give out what is left, and the tasks from number ``given`` on for as long as more come; returns
        how many were given. A fault that is no worker's death is raised."""
        from distributed import as_completed
        from distributed.scheduler import KilledWorker

        completed = as_completed([])
        futures: dict[Future[Answer], str] = {}
        waiting = list(left.values())
        try:
            while True:
                waiting = [] if self._stopping else [*waiting, *tasks[given:]]
                given = len(tasks)
                for task in waiting:
                    left[task.key] = task
                    future = self._submit(task)
                    futures[future] = task.key
                    completed.add(future)
                waiting = []
                try:
                    done = next(completed)
                except StopIteration:
                    return given
                try:
                    found: Answer = done.result()
                except (CancelledError, KilledWorker):
                    continue
                del left[futures[done]]
                yield found
        finally:
            self.client.cancel([future for future in futures if not future.done()], force=True)

    @property
    def _stopping(self) -> bool:
        return self.stop is not None and self.stop.is_set()

    def _submit(self, task: Task) -> Future[Answer]:
        name = task.question.scenario
        if name not in self._sent:
            self._sent[name] = self.client.scatter(self.bases[name], broadcast=True, hash=False)
        return self.client.submit(_solve, self.solver, self._sent[name], task, self._signal, pure=False)

    @contextmanager
    def _relayed(self) -> Iterator[None]:
        """While the block runs, workers are told as soon as this process is told to stop."""
        if self._signal is None or self.stop is None:
            yield
            return
        from distributed import Event

        stop, signal_for_all, done = self.stop, Event(self._signal, client=self.client), threading.Event()

        def relay() -> None:
            while not done.is_set():
                if stop.wait(_HEARING_S):
                    signal_for_all.set()
                    return

        thread = threading.Thread(target=relay, name="stop-relay", daemon=True)
        thread.start()
        try:
            yield
        finally:
            done.set()
            thread.join()
            if stop.is_set():
                signal_for_all.clear()


def _solve(solver: Solver, base: Base, task: Task, signal_name: str | None) -> Answer:
    """What a worker does."""
    with _listening(signal_name) as stop:
        return solver(base, task.key, task.question, task.begin, task.settings, Watch(stop=stop))


@contextmanager
def _listening(signal_name: str | None) -> Iterator[threading.Event]:
    """An event that is set on this worker when the command is told to stop while the block runs."""
    heard, done = threading.Event(), threading.Event()
    if signal_name is None:
        yield heard
        return
    from distributed import Event, get_client

    told = Event(signal_name, client=get_client())

    def listen() -> None:
        while not done.is_set():
            with suppress(OSError, TimeoutError, RuntimeError, CancelledError):
                if told.wait(_HEARING_S):
                    heard.set()
                    return

    threading.Thread(target=listen, name="stop-listener", daemon=True).start()
    try:
        yield heard
    finally:
        done.set()


def _too_often(name: str) -> Finding:
    return Finding(
        "--workers",
        f"the worker that solved {name} died {ATTEMPTS} times, most likely for want of memory",
        "Give fewer --workers, or coarsen the study with landcover.resolution",
    )


@contextmanager
def local_cluster(
    bases: Mapping[str, Base], count: int, stop: threading.Event | None = None
) -> Iterator[Executor]:
    """So many workers on this machine while the block runs, each with an equal share of its memory."""
    from distributed import Client, LocalCluster

    with _quiet(), _without_ctrl_c():
        cluster = LocalCluster(
            n_workers=count,
            threads_per_worker=1,
            processes=True,
            memory_limit=int(memory_bytes() / count),
            dashboard_address=ANY_PORT,
            preload=[PRELOAD],
        )
        client = Client(cluster)
    try:
        yield Cluster(client, bases, count, stop=stop)
    finally:
        # On a busy machine Dask may take longer to say goodbye; all answers are here by then.
        with _quiet(), suppress(TimeoutError):
            client.close(timeout=GIVE_UP_S)
            cluster.close(timeout=GIVE_UP_S)


@contextmanager
def existing_cluster(
    bases: Mapping[str, Base], address: str, stop: threading.Event | None = None
) -> Iterator[Executor]:
    """The workers of a running cluster; ``StudyError`` where it cannot be reached or has none."""
    from distributed import Client

    with _quiet():
        try:
            client = Client(address, timeout=CONNECT_S)
        except (OSError, ValueError, TimeoutError) as fault:
            reason = str(fault).splitlines()[0] if str(fault) else type(fault).__name__
            remedy = "Start it with `dask scheduler`, and name what it says, such as tcp://10.0.0.5:8786"
            raise StudyError(
                [Finding("--cluster", f"{address} does not answer ({reason})", remedy)]
            ) from None
    try:
        count = len(client.scheduler_info(n_workers=-1)["workers"])
        if count == 0:
            remedy = f"Start some: `dask worker {address} --nthreads 1`, with Sansheng installed there"
            raise StudyError([Finding("--cluster", f"{address} has no workers", remedy)])
        yield Cluster(client, bases, count, stop=stop)
    finally:
        with _quiet():
            client.close(timeout=GIVE_UP_S)


def memory_bytes() -> float:
    """Memory that this machine (or the container's share of it) has free."""
    import psutil
    from distributed.system import MEMORY_LIMIT

    return min(float(psutil.virtual_memory().available), float(MEMORY_LIMIT))


def solve_bytes(units: int, scenarios: int = 1) -> float:
    """Memory that one solve of so many units takes at the most, as measured; every worker holds all
    scenarios."""
    return SOLVE_BYTES + (UNIT_BYTES + HELD_BYTES * (scenarios - 1)) * units


def fitting_workers(units: int, asked: int | None, most: int, scenarios: int = 1) -> tuple[int, str]:
    """How many workers there will be on this machine, and why fewer than asked for (else empty).

    At most ``most`` solves wait at a time; each worker needs memory for one.
    """
    from dask.system import CPU_COUNT

    room = max(1, int(0.8 * memory_bytes() / solve_bytes(units, scenarios)))
    wanted = min(most, CPU_COUNT) if asked is None else asked
    if wanted <= room:
        return wanted, ""
    need = solve_bytes(units, scenarios) / _GIB
    return room, f"{wanted} solves at a time need about {wanted * need:.1f} GB of memory; {room} fit"


@contextmanager
def _without_ctrl_c() -> Iterator[None]:
    """Processes started in the block never hear Ctrl-C: it is this process that ends them."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


@contextmanager
def _quiet() -> Iterator[None]:
    """Dask says nothing: what a planner must know is said by the commands."""
    for name in ("distributed", "tornado", "asyncio", "bokeh"):
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
    yield
