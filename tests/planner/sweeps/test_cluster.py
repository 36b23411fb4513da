from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from instances.study.findings import StudyError
from planner.sweeps.cluster import existing_cluster
from tests.support.sweep_tasks import hand_bases, tasks


@contextmanager
def no_warnings_of_dask() -> Iterator[None]:
    """What Dask's own code warns of is no fault of ours."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


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
    monkeypatch.setattr("planner.sweeps.cluster.CONNECT_S", 1)
    with (
        no_warnings_of_dask(),
        pytest.raises(StudyError, match="does not answer.*dask scheduler"),
        existing_cluster(hand_bases(), address),
    ):
        pass
