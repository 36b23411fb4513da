from __future__ import annotations

from pathlib import Path

from formulations.sampling.front import drive
from formulations.sampling.traversal import Ask, Trace
from tests.formulations.sampling.test_traversal import table_problem
from tests.planner.sweeps.test_sweep import Counted
from tests.support.sweeping import sweep_over


def test_a_front_is_the_same_however_it_is_asked(tmp_path: Path) -> None:
    """Once more from what was kept, and backwards: the same points."""
    base, axes = table_problem([(n, (10 - n) ** 2) for n in range(11)])
    backwards = sweep_over(base, tmp_path / "b")
    backwards.workers = Counted(base, backwards=True)
    found = []
    for sweep in (sweep_over(base, tmp_path / "a"), sweep_over(base, tmp_path / "a"), backwards):
        trace = Trace(base, axes, Ask(6, 1e-6))
        drive(sweep.ask, [trace])
        found.append([point.cost for point in trace.points()])
    assert found[0] == found[1] == found[2]
    assert len(found[0]) == 6
