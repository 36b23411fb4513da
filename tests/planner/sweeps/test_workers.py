from __future__ import annotations

import os
import pickle
import signal
import subprocess
import sys
import threading
from dataclasses import replace
from pathlib import Path

import numpy as np
import psutil
import pytest

from formulations.core.solution import SolveSettings, Step, WarmStart, Watch
from formulations.sampling.questions import Answer, Base, Question, answer
from instances.study.findings import Finding, StudyError
from planner.sweeps.executor import Solver, Task
from planner.sweeps.processes import as_message
from planner.sweeps.worker import packed
from planner.sweeps.workers import There, Workers, local_workers
from tests.support.sweep_tasks import hand_bases, tasks

ROOT = Path(__file__).resolve().parents[3]


def dying(
    base: Base, key: str, question: Question, begin: WarmStart, settings: SolveSettings, watch: Watch
) -> Answer:
    """Solves, but the worker that is first at task 1 dies of it."""
    mark = Path(os.environ["SANSHENG_TEST_MARK"])
    if key == "1" and not mark.exists():
        mark.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return answer(base, key, question, begin, settings, watch)


def always_dying(
    base: Base, key: str, question: Question, begin: WarmStart, settings: SolveSettings, watch: Watch
) -> Answer:
    """Kills whoever takes it, but for the first process."""
    if os.environ["SANSHENG_TEST_FIRST"] != str(os.getpid()):
        os.kill(os.getpid(), signal.SIGKILL)
    return answer(base, key, question, begin, settings, watch)


def failing(
    base: Base, key: str, question: Question, begin: WarmStart, settings: SolveSettings, watch: Watch
) -> Answer:
    """A fault of the program at the last task, which no other worker would mend."""
    if key == "1":
        raise ArithmeticError(f"task {key}")
    return answer(base, key, question, begin, settings, watch)


def patient(
    base: Base, key: str, question: Question, begin: WarmStart, settings: SolveSettings, watch: Watch
) -> Answer:
    """Solves once it is told to stop."""
    assert watch.stop.wait(60)
    return replace(answer(base, key, question, begin, settings, Watch()), reason="stopped")


def telling(
    base: Base, key: str, question: Question, begin: WarmStart, settings: SolveSettings, watch: Watch
) -> Answer:
    """Solves, and tells of it."""
    watch.report(Step(key, 0.0))
    return answer(base, key, question, begin, settings, watch)


def silent(step: Step) -> None:
    """Nobody listens."""


def test_this_process_solves_in_order() -> None:
    """One worker solves one task after another, in this process, and its steps are reported."""
    steps: list[Step] = []
    workers = Workers(hand_bases(), steps.append, telling)
    assert [each.key for each in workers.answers(tasks(3))] == ["0", "1", "2"]
    assert [step.stage for step in steps] == ["0", "1", "2"]
    assert len(workers.hands) == 1


@pytest.mark.slow
@pytest.mark.parametrize("count", [1, 2])
def test_a_fault_is_raised_where_it_was_asked_for(count: int) -> None:
    """No other worker would do better, so it is not tried again."""
    with local_workers(hand_bases(), count, silent) as workers:
        workers.solver = failing
        with pytest.raises(ArithmeticError, match="task 1"):
            list(workers.answers(tasks(2)))


@pytest.mark.slow
def test_several_answer_as_this_process_does() -> None:
    """Two workers leave the same layouts, bounds and prices as one, also for a scenario that joins late."""
    bases = hand_bases()
    asked = tasks(4)
    with local_workers(bases, 2, silent) as workers:
        assert workers.count == 2
        found = {}
        for each in workers.answers(asked):
            found[each.key] = each
            if len(asked) == 4:
                bases["late"] = bases[""]
                asked += [replace(task, key=f"late {task.key}", question=late(task)) for task in tasks(2)]
    assert len(found) == 6
    for own in Workers(bases, silent).answers(asked):
        other = found[own.key]
        assert own.layout is not None
        assert (own.layout == other.layout).all()
        assert (own.objective, own.bound) == (other.objective, other.bound)
        assert np.array_equal(own.prices.values, other.prices.values)


def late(task: Task) -> Question:
    """The question of a task, asked of the scenario that joins late."""
    return replace(task.question, scenario="late")


@pytest.mark.slow
def test_the_solve_of_a_dead_worker_is_done_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker killed in the middle of a solve costs nothing but time."""
    monkeypatch.setenv("SANSHENG_TEST_MARK", str(tmp_path / "died"))
    with local_workers(hand_bases(), 2, silent) as workers:
        workers.solver = dying
        found = list(workers.answers(tasks(3)))
    assert (tmp_path / "died").exists()
    assert sorted(each.key for each in found) == ["0", "1", "2"]


@pytest.mark.slow
def test_a_solve_that_kills_every_worker_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """The planner learns which solve it was and what to do, and the command itself is never put at risk."""
    monkeypatch.setenv("SANSHENG_TEST_FIRST", str(os.getpid()))
    with local_workers(hand_bases(), 2, silent) as workers:
        workers.solver = always_dying
        with pytest.raises(StudyError, match="solved 1 died 4 times.*fewer --workers"):
            list(workers.answers(tasks(2)))


@pytest.mark.slow
def test_all_are_told_to_stop() -> None:
    """Whoever solves hears of it, here and there, and ends with what it has; nothing more is given out."""
    stop = threading.Event()
    with local_workers(hand_bases(), 2, silent, stop) as workers:
        workers.solver = patient
        threading.Timer(0.5, stop.set).start()
        found = list(workers.answers(tasks(5)))
    assert [(each.key, each.reason) for each in found] in (
        [("0", "stopped"), ("1", "stopped")],
        [("1", "stopped"), ("0", "stopped")],
    )


def test_no_process_outlives_its_workers() -> None:
    """Closed, also in the middle of a solve, nothing is left running."""
    with local_workers(hand_bases(), 3, silent) as workers:
        processes = [hand.process for hand in workers.hands if isinstance(hand, There)]
        assert all(process.poll() is None for process in processes)
    assert len(processes) == 2
    assert all(process.poll() is not None for process in processes)


def made_here() -> Solver:
    """A solver that no other process can know."""

    def solver(
        base: Base, key: str, question: Question, begin: WarmStart, settings: SolveSettings, watch: Watch
    ) -> Answer:
        return answer(base, key, question, begin, settings, watch)

    return solver


class Filling:
    """Something that keeps a figure for later use the first times it is packed."""

    def __init__(self) -> None:
        self.kept = {"figures": 0}

    def __getstate__(self) -> dict[str, object]:
        self.kept["figures"] += 1
        if self.kept["figures"] < 4:
            raise RuntimeError("dictionary changed size during iteration")
        return self.__dict__


def test_what_is_packed_may_be_in_use() -> None:
    """A scenario is sent while this process solves it and keeps figures in it."""
    assert pickle.loads(as_message(("hold", Filling())))[1].kept == {"figures": 4}  # noqa: S301


def test_what_cannot_be_sent_is_a_fault_and_no_silence() -> None:
    """A message that cannot be packed is raised where its answer is waited for."""
    with local_workers(hand_bases(), 2, silent) as workers:
        workers.solver = made_here()
        with pytest.raises(Exception, match="pickle"):
            list(workers.answers(tasks(2)))


SCRIPT = """
import time
from planner.sweeps.workers import Workers
from tests.support.sweep_tasks import hand_bases
workers = Workers(hand_bases(), lambda step: None, count=3)
print(*(hand.process.pid for hand in workers.hands[1:]), flush=True)
time.sleep(60)
"""


@pytest.mark.slow
def test_a_killed_command_leaves_nothing_running(tmp_path: Path) -> None:
    """Workers end with whoever started them, however that ends; a script needs no guard around its main
    part to start them."""
    script = tmp_path / "script.py"
    script.write_text(SCRIPT, encoding="utf-8")
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(
        [sys.executable, script], stdout=subprocess.PIPE, text=True, env=environment
    ) as command:
        assert command.stdout is not None
        pids = [int(word) for word in command.stdout.readline().split()]
        assert len(pids) == 2
        command.kill()
    _, alive = psutil.wait_procs([psutil.Process(pid) for pid in pids if psutil.pid_exists(pid)], timeout=30)
    assert not alive


def test_a_fault_travels_in_its_own_kind_or_in_words() -> None:
    """What a study lacks is told as at home; a fault that cannot be packed is told by its words."""
    wrong = StudyError([Finding("limits[1]", "is wrong", "Mend it")])
    went_well, found = pickle.loads(packed(False, wrong))  # noqa: S301
    assert not went_well
    assert (type(found), found.findings) == (StudyError, wrong.findings)
    _, told = pickle.loads(packed(False, ValueError(threading.Lock())))  # noqa: S301
    assert "ValueError" in str(told)
