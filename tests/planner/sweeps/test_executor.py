from __future__ import annotations

import os
import signal
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest

from formulations.core.solution import SolveSettings, Step, WarmStart, Watch
from formulations.posing import pose
from formulations.sampling.questions import Answer, Base, Bound, Question, answer
from instances.study.findings import StudyError
from planner.sweeps.executor import (
    Cluster,
    InProcess,
    Task,
    existing_cluster,
    fitting_workers,
    local_cluster,
    solve_bytes,
)
from tests.support.hand_instance import CHOICE, hand_instance

SETTINGS = SolveSettings(gap=1e-6, threads=1)


def hand_bases() -> dict[str, Base]:
    """The six cells as the only scenario of a sweep."""
    instance = hand_instance(CHOICE)
    return {"": Base.of(instance, pose(instance))}


def tasks(count: int) -> list[Task]:
    """So many tasks, named by number."""
    return [
        Task(
            str(n), Question(str(n), bounds=(Bound("changed_area", at_most=float(n)),)), WarmStart(), SETTINGS
        )
        for n in range(count)
    ]


@contextmanager
def no_warnings_of_dask() -> Iterator[None]:
    """What Dask's own code warns of is no fault of ours."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


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
    """Kills whoever takes it."""
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError


def failing(
    base: Base, key: str, question: Question, begin: WarmStart, settings: SolveSettings, watch: Watch
) -> Answer:
    """A fault of the program, which no other worker would mend."""
    raise ArithmeticError(f"task {key}")


def test_this_process_solves_in_order() -> None:
    """Without a cluster tasks are solved one after another, and their steps reported."""
    steps: list[Step] = []
    found = list(InProcess(hand_bases(), steps.append).answers(tasks(3)))
    assert [each.key for each in found] == ["0", "1", "2"]


def test_a_fault_in_this_process_is_handed_on() -> None:
    """What goes wrong in the solving thread is raised where it was asked for."""
    with pytest.raises(ArithmeticError, match="task 0"):
        list(InProcess(hand_bases(), lambda _: None, failing).answers(tasks(2)))


@pytest.mark.slow
def test_a_cluster_answers_as_this_process_does() -> None:
    """Two workers leave the same layouts, bounds and prices as one process."""
    bases = hand_bases()
    with no_warnings_of_dask(), local_cluster(bases, 2) as workers:
        assert workers.count == 2
        found = {each.key: each for each in workers.answers(tasks(4))}
    for own in InProcess(bases, lambda _: None).answers(tasks(4)):
        other = found[own.key]
        assert own.layout is not None
        assert (own.layout == other.layout).all()
        assert (own.objective, own.bound) == (other.objective, other.bound)
        assert np.array_equal(own.prices.values, other.prices.values)


@pytest.mark.slow
@pytest.mark.parametrize("count", [1, 2])
def test_the_solve_of_a_dead_worker_is_done_again(
    count: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A worker killed in the middle of a solve costs nothing but time, also where it was the only one."""
    monkeypatch.setenv("SANSHENG_TEST_MARK", str(tmp_path / "died"))
    with no_warnings_of_dask(), local_cluster(hand_bases(), count) as workers:
        assert isinstance(workers, Cluster)
        workers.solver = dying
        found = list(workers.answers(tasks(3)))
    assert (tmp_path / "died").exists()
    assert sorted(each.key for each in found) == ["0", "1", "2"]


@pytest.mark.slow
def test_a_solve_that_kills_every_worker_is_given_up() -> None:
    """The planner learns which solve it was and what to do."""
    with no_warnings_of_dask(), local_cluster(hand_bases(), 1) as workers:
        assert isinstance(workers, Cluster)
        workers.solver = always_dying
        with pytest.raises(StudyError, match="fewer --workers"):
            list(workers.answers(tasks(1)))


@pytest.mark.slow
def test_a_fault_on_a_worker_is_raised_at_once() -> None:
    """No other worker would do better, so it is not tried again."""
    with no_warnings_of_dask(), local_cluster(hand_bases(), 1) as workers:
        assert isinstance(workers, Cluster)
        workers.solver = failing
        with pytest.raises(ArithmeticError, match="task"):
            list(workers.answers(tasks(2)))


@pytest.mark.slow
def test_an_existing_cluster_is_used_and_left_running() -> None:
    """``--cluster`` solves on the workers that are there, and they are there afterwards."""
    from distributed import Client, LocalCluster

    with (
        no_warnings_of_dask(),
        LocalCluster(n_workers=1, threads_per_worker=1, processes=False, dashboard_address=None) as cluster,
    ):
        with existing_cluster(hand_bases(), cluster.scheduler_address) as workers:
            assert workers.count == 1
            assert len(list(workers.answers(tasks(2)))) == 2
        with Client(cluster.scheduler_address) as client:
            assert client.submit(sum, [1, 2]).result() == 3


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:9", "nonsense://here"])
def test_a_cluster_that_does_not_answer_is_told(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The address, the reason and how to start one."""
    monkeypatch.setattr("planner.sweeps.executor.CONNECT_S", 1)
    with (
        no_warnings_of_dask(),
        pytest.raises(StudyError, match="does not answer.*dask scheduler"),
        existing_cluster(hand_bases(), address),
    ):
        pass


def test_workers_fit_into_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the memory holds two solves there are two workers, whatever was asked for; one always is."""
    monkeypatch.setattr("planner.sweeps.executor.memory_bytes", lambda: 2.9 * solve_bytes(1_000_000))
    count, why = fitting_workers(1_000_000, 8, 20)
    assert (count, "2 fit" in why) == (2, True)
    assert fitting_workers(1_000_000, 2, 20) == (2, "")
    assert fitting_workers(1_000_000, None, 1) == (1, "")
    assert fitting_workers(100_000_000, 3, 20)[0] == 1
