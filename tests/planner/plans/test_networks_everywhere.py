"""Whatever solves, values or follows plans takes the network in: comparisons, sweeps, prices, drawings."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import rasterio

import planner
from formulations.network.functional_mesh import NAME
from planner.runs.verify import verify
from tests.planner.plans.test_connected import LIMITS, connected

LEAST = {"indicator": NAME, "at_least": "200%"}
PLAIN = {"minimise": {"net_emissions": 0.001}}
AXES = ("net_emissions", "changed_area")
LOOSE = {"loose": {"limits": LIMITS[:1]}}
REACHING = {"loose": {"limits": [LIMITS[0], LEAST]}}


@pytest.fixture(params=["weight", "limit"])
def study(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """The small study whose network has a weight, or a limit, with a scenario that asks for less."""
    if request.param == "weight":
        return connected(tmp_path / "study", scenarios=LOOSE)
    return connected(tmp_path / "study", limits=[*LIMITS, LEAST], objective=PLAIN, scenarios=REACHING)


def _holds(folder: Path) -> None:
    found = verify(folder)
    assert found.holds, [*found.differences, *((run, one.differences) for run, one in found.inside)]


@pytest.mark.slow
def test_a_comparison_tells_what_is_proven(study: Path, tmp_path: Path) -> None:
    """Each plan has its network; what the wider scenario costs is at most nothing, within what both leave
    open."""
    planner.compare(study, out=tmp_path / "out", workers=1)
    found = planner.compare(study, workers=1).comparison
    first, loose = found.alternatives
    cost = found.cost(loose)
    assert cost is not None
    one, other = (each.plan.certificate for each in (first, loose))
    assert one.network is not None
    assert other.network is not None
    assert one.objective is not None
    assert other.bound is not None
    assert other.bound - one.objective - 1e-9 <= cost.low <= cost.high <= 0.0
    assert found.by_first(loose) == pytest.approx(first.plan.problem.value(loose.plan.layout))
    _holds(tmp_path / "out")


@pytest.mark.slow
@pytest.mark.parametrize(
    "ask",
    [
        lambda study, out: planner.front(
            study, "net_emissions", "changed_area", points=3, out=out, workers=1
        ),
        lambda study, out: planner.alternatives(study, within="80%", plans=3, out=out, workers=1),
        lambda study, out: planner.robust(study, draws=2, out=out, workers=1),
    ],
    ids=["front", "alternatives", "robust"],
)
def test_plans_of_sweeps_keep_what_the_network_must_have(
    study: Path, tmp_path: Path, ask: Callable[[Path, Path], Any]
) -> None:
    """Every plan has the mesh that a limit asks for, and is counted again."""
    ask(study, tmp_path / "out")
    _holds(tmp_path / "out")
    plans = [planner.reopen(each.parent) for each in (tmp_path / "out").rglob("certificate.json")]
    assert plans
    for plan in plans:
        assert plan.problem.holds(plan.layout)
        assert plan.certificate.objective == pytest.approx(plan.problem.value(plan.layout))


def test_alternatives_lie_within_their_distance(tmp_path: Path) -> None:
    """The objective of each, its network counted, is at most what the distance allows."""
    found = planner.alternatives(connected(tmp_path), within="80%", plans=3, workers=1).alternatives
    assert len(found.plans) > 1
    for plan in found.plans:
        assert plan.objective <= found.most + 1e-9
        assert plan.at_most_ha >= sum(plan.differs_ha) - 1e-9


@pytest.mark.slow
def test_prices_are_told_and_lines_cost_no_less_than_nothing(study: Path, tmp_path: Path) -> None:
    """Limits have prices near the plan, lines an interval from both ceilings; the folder holds."""
    plan = planner.run(study, out=tmp_path / "out", prices=True).plan
    found = planner.prices_of(plan)
    assert len(found.limits) == len(plan.certificate.limits)
    for line in found.lines:
        assert line.whole is not None
        assert 0.0 <= line.whole.low <= line.whole.high
    _holds(tmp_path / "out")


@pytest.mark.slow
def test_layouts_are_scored_followed_and_planned_anew(study: Path, tmp_path: Path) -> None:
    """The plan itself scores as the plan; today's land misses the limit; what is left is planned for."""
    plan = planner.run(study, out=tmp_path / "out").plan
    own = planner.score(tmp_path / "out", tmp_path / "out" / "plan.tif", out=tmp_path / "own")
    assert own.scored.plan.certificate.objective == pytest.approx(plan.certificate.objective)
    assert own.scored.plan.certificate.bound == pytest.approx(plan.certificate.bound)
    _holds(tmp_path / "own")
    with rasterio.open(tmp_path / "out" / "plan.tif") as raster:
        profile, image = raster.profile, raster.read(1)
    codes = np.array([each.code for each in plan.instance.classes])
    frame = plan.instance.grid.frame
    now = np.where(np.arange(len(plan.layout)) % 2 == 0, plan.layout, plan.instance.today)
    image = frame.paint(codes[now].astype(image.dtype), 0)
    with rasterio.open(tmp_path / "now.tif", "w", **profile) as raster:
        raster.write(image, 1)
    seen = planner.monitor(tmp_path / "out", tmp_path / "now.tif", year=2030, out=tmp_path / "seen")
    limits = [each.seen.indicator for each in seen.monitored.limits]
    assert limits == [each.indicator for each in plan.certificate.limits]
    again = planner.replan(tmp_path / "out", tmp_path / "now.tif", year=2030, out=tmp_path / "again")
    assert again.replanned.plan.problem.network is not None
    assert again.replanned.plan.problem.holds(again.replanned.plan.layout)
    for folder in ("seen", "again"):
        _holds(tmp_path / folder)
