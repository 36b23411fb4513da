"""Who solves the questions of a sweep: this process, or the workers of a Dask cluster.

Both take tasks that do not depend on one another and give back each answer as soon as it is there. A worker
that dies loses nothing but the solve it was at, which is done again.
"""

from __future__ import annotations

import logging
import queue
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
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
POLL_S = 0.05
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
_GIB = 2.0**30
SOLVE_BYTES, UNIT_BYTES = 0.45e9, 1_300.0
"""Memory of a solve: what the program itself takes, and each unit of the study."""


@dataclass(frozen=True, eq=False)
class Task:
    """A question with all that its answer depends on."""

    key: str
    question: Question
    begin: WarmStart
    settings: SolveSettings


Solver = Callable[[Base, str, Question, WarmStart, SolveSettings, Watch], Answer]


class Executor(Protocol):
    """Whoever solves tasks."""

    count: int

    def answers(self, tasks: Sequence[Task]) -> Iterator[Answer]:
        """The answers, each as soon as it is there."""


class InProcess:
    """Solves one task after another, in a thread so that Ctrl-C is heard at once."""

    count = 1

    def __init__(
        self,
        base: Base,
        report: Callable[[Step], None],
        solver: Solver = answer,
        stop: threading.Event | None = None,
    ) -> None:
        self.base, self.report, self.solver = base, report, solver
        self.stop = stop or threading.Event()

    def answers(self, tasks: Sequence[Task]) -> Iterator[Answer]:
        """The answers in the order of the tasks; no further ones once ``stop`` is set."""
        for task in tasks:
            if self.stop.is_set():
                return
            yield self._answer(task)

    def _answer(self, task: Task) -> Answer:
        done: queue.Queue[Answer | BaseException] = queue.Queue()
        stop = self.stop

        def work() -> None:
            try:
                watch = Watch(self.report, stop)
                done.put(self.solver(self.base, task.key, task.question, task.begin, task.settings, watch))
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
            stop.set()
            thread.join(GIVE_UP_S)
            raise
        if isinstance(found, BaseException):
            raise found
        return found


class Cluster:
    """Solves tasks on the workers of a Dask cluster, each on one thread of one worker."""

    def __init__(
        self,
        client: Client,
        base: Base,
        count: int,
        solver: Solver = answer,
        stop: threading.Event | None = None,
    ) -> None:
        self.client, self.base, self.count, self.solver = client, base, count, solver
        self.stop = stop or threading.Event()

    def answers(self, tasks: Sequence[Task]) -> Iterator[Answer]:
        """The answers in the order in which they arrive; tasks whose worker died are given out again.

        Once ``stop`` is set, what is still being solved is given up.
        """
        left = {task.key: task for task in tasks}
        for _ in range(ATTEMPTS):
            yield from self._round(left)
            if not left or self.stop.is_set():
                return
        raise StudyError([_too_often(next(iter(left.values())).question.name)])

    def _round(self, left: dict[str, Task]) -> Iterator[Answer]:
        """Give out what is left once; a fault that is no worker's death is raised."""
        from distributed import as_completed
        from distributed.scheduler import KilledWorker

        base = self.client.scatter(self.base, broadcast=True, hash=False)
        futures = [self._submit(base, task) for task in left.values()]
        keys = dict(zip([future.key for future in futures], list(left), strict=True))
        arriving = as_completed(futures)
        try:
            while not arriving.is_empty():
                if not arriving.has_ready():  # waiting for the next one would not hear of a stop
                    if self.stop.wait(POLL_S):
                        return
                    continue
                future = next(arriving)
                key = keys[future.key]
                try:
                    found: Answer = future.result()
                except (CancelledError, KilledWorker):
                    continue
                del left[key]
                yield found
        finally:
            self.client.cancel([future for future in futures if not future.done()], force=True)

    def _submit(self, base: Future[Base], task: Task) -> Future[Answer]:
        return self.client.submit(
            _solve, self.solver, base, task.key, task.question, task.begin, task.settings, pure=False
        )


def _solve(
    solver: Solver, base: Base, key: str, question: Question, begin: WarmStart, settings: SolveSettings
) -> Answer:
    """What a worker does."""
    return solver(base, key, question, begin, settings, Watch())


def _too_often(name: str) -> Finding:
    return Finding(
        "--workers",
        f"the worker that solved {name} died {ATTEMPTS} times, most likely for want of memory",
        "Give fewer --workers, or coarsen the study with landcover.resolution",
    )


@contextmanager
def local_cluster(base: Base, count: int, stop: threading.Event | None = None) -> Iterator[Executor]:
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
        yield Cluster(client, base, count, stop=stop)
    finally:
        # On a busy machine Dask may take longer to say goodbye; all answers are here by then.
        with _quiet(), suppress(TimeoutError):
            client.close(timeout=GIVE_UP_S)
            cluster.close(timeout=GIVE_UP_S)


@contextmanager
def existing_cluster(base: Base, address: str, stop: threading.Event | None = None) -> Iterator[Executor]:
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
        yield Cluster(client, base, count, stop=stop)
    finally:
        with _quiet():
            client.close(timeout=GIVE_UP_S)


def memory_bytes() -> float:
    """Memory that this machine (or the container's share of it) has free."""
    import psutil
    from distributed.system import MEMORY_LIMIT

    return min(float(psutil.virtual_memory().available), float(MEMORY_LIMIT))


def solve_bytes(units: int) -> float:
    """Memory that one solve of so many units takes at the most, as measured."""
    return SOLVE_BYTES + UNIT_BYTES * units


def fitting_workers(units: int, asked: int | None, most: int) -> tuple[int, str]:
    """How many workers there will be on this machine, and why fewer than asked for (else empty).

    At most ``most`` solves wait at a time; each worker needs memory for one.
    """
    from dask.system import CPU_COUNT

    room = max(1, int(0.8 * memory_bytes() / solve_bytes(units)))
    wanted = min(most, CPU_COUNT) if asked is None else asked
    if wanted <= room:
        return wanted, ""
    need = solve_bytes(units) / _GIB
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
