from __future__ import annotations

import json
import math
from dataclasses import replace
from pathlib import Path

import pytest

from formulations.core.solution import Solution, SolveSettings, Termination
from planner import load
from planner.plans.certify import certify, status_of
from planner.plans.optimise import Loaded
from tests.support.small_study import write_study


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Loaded:
    """The small study, with limits that today's land cover keeps."""
    return load(write_study(tmp_path_factory.mktemp("study")))


def as_it_is(loaded: Loaded, bound: float, termination: Termination = Termination.TIME) -> Solution:
    """A solution that changes nothing, and whose solver claims an objective that is not so."""
    return Solution(termination, "exact", loaded.instance.today, -1e6, bound, 2.0)


def test_figures_come_from_the_layout_not_from_the_solver(loaded: Loaded) -> None:
    """What the solver says of its own objective does not reach the certificate."""
    certificate = certify(loaded.instance, loaded.problem, as_it_is(loaded, -10.0), SolveSettings())
    assert certificate.objective == loaded.problem.objective.evaluate(loaded.instance.today)
    assert all(record.value == record.baseline for record in certificate.indicators.values())
    assert certificate.indicators["area.cropland"].value == 130.0


def test_slack_is_the_distance_to_the_nearer_bound(loaded: Loaded) -> None:
    """Today's 72 ha of cropland in the east are 14.4 ha above the 80 % that must stay."""
    certificate = certify(loaded.instance, loaded.problem, as_it_is(loaded, -10.0), SolveSettings())
    east, west, changed = certificate.limits
    assert (east.district, east.by, east.at_least) == ("东镇", "townships", pytest.approx(57.6))
    assert east.slack == pytest.approx(14.4)
    assert (west.slack, changed.slack) == (pytest.approx(11.6), pytest.approx(40.0))
    assert (changed.at_least, changed.at_most, changed.price) == (None, 40.0, None)
    assert changed.price_unit == "tCO2e/yr per ha"


def test_a_bound_above_the_objective_is_rounding_and_is_not_shown(loaded: Loaded) -> None:
    """A bound is never above the objective of a layout that exists."""
    certificate = certify(loaded.instance, loaded.problem, as_it_is(loaded, 1e9), SolveSettings())
    assert certificate.bound == certificate.objective
    assert (certificate.gap, certificate.status) == (0.0, "optimal")


def test_without_a_bound_there_is_no_gap(loaded: Loaded) -> None:
    """A solve that was stopped before it had a bound claims none; the certificate stays valid JSON."""
    certificate = certify(loaded.instance, loaded.problem, as_it_is(loaded, -math.inf), SolveSettings())
    tree = json.loads(certificate.text())
    assert (tree["bound"], tree["gap"], tree["status"]) == (None, None, "feasible")
    assert tree["schema"] == "sansheng-certificate-1"


def test_a_solution_without_a_layout_is_not_certified(loaded: Loaded) -> None:
    """Nothing is certified of nothing."""
    with pytest.raises(ValueError, match="nothing to certify"):
        certify(loaded.instance, loaded.problem, replace(as_it_is(loaded, 0.0), layout=None), SolveSettings())


def test_the_gap_is_relative_to_what_is_decided(loaded: Loaded) -> None:
    """The room beside the scale; and by how much each term of the objective could be better at most."""
    objective = loaded.problem.objective.evaluate(loaded.instance.today)
    certificate = certify(loaded.instance, loaded.problem, as_it_is(loaded, objective - 3.0), SolveSettings())
    decided = certificate.decided
    assert decided is not None
    assert certificate.gap == pytest.approx(3.0 / decided.scale)
    for name, term in decided.terms.items():
        assert term.change == 0.0
        assert term.better_by == pytest.approx(3.0 / abs(certificate.objective_weights[name]))


def test_optimal_means_that_what_was_asked_for_is_reached() -> None:
    """A wider gap or room, or none known, is a feasible plan; a room takes the place of the gap. A plan that
    does not keep its least sizes is never optimal."""
    assert [status_of(100.0, 99.0, gap, 0.01, None) for gap in (0.0, 0.01, 0.011, None)] == [
        "optimal",
        "optimal",
        "feasible",
        "feasible",
    ]
    assert [status_of(100.0, 99.0, 0.5, 0.01, room) for room in (1.0, 0.9)] == ["optimal", "feasible"]
    assert status_of(100.0, None, None, 0.01, 5.0) == "feasible"
    assert status_of(100.0, 100.0, 0.0, 0.01, None, kept=False) == "feasible"


def test_marks_of_placeholder_coefficients_reach_the_certificate(tmp_path: Path) -> None:
    """Built land without the area's own energy total is marked, and no longer once the total is given."""
    for carbon, marked in (({}, True), ({"built_total_tco2e": 1e5}, False)):
        loaded = load(write_study(tmp_path, {"carbon": carbon}))
        certificate = certify(loaded.instance, loaded.problem, as_it_is(loaded, 0.0), SolveSettings())
        assert any("placeholder" in mark for mark in certificate.marks) is marked
