from __future__ import annotations

import pytest

from formulations.indicators.catalogue import indicators
from instances.instance import Instance
from instances.study.findings import Findings
from planner.pareto.axes import read_axis
from tests.support.hand_instance import hand_instance


def way(text: str, instance: Instance) -> str:
    """Which way an option goes, or the sentence that refuses it."""
    findings = Findings()
    axis = read_axis(text, "--x", instance, indicators(instance), findings)
    return axis.way if axis is not None else str(findings.errors[0])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("net_emissions", "min"),
        ("changed_area", "min"),
        ("distance.town_distance", "min"),
        ("blue_green_compactness", "max"),
        ("green_share", "max"),
        ("area.forest", "max"),
        ("area.urban", "min"),
        ("greenway", "max"),
        ("max:area.urban", "max"),
        ("min:green_share", "min"),
    ],
)
def test_an_indicator_has_a_natural_way(text: str, expected: str) -> None:
    """Emissions, change, distances and built land are to be small; networks, green and open land large."""
    assert way(text, hand_instance()) == expected


def test_the_objective_of_the_study_comes_first() -> None:
    """An indicator that the study maximises is to be large."""
    assert way("harvest", hand_instance({"objective": {"maximise": {"harvest": 2.0}}})) == "max"


def test_a_limit_tells_the_way_where_nothing_else_does() -> None:
    """What must be at most so much is to be small."""
    limits = [{"indicator": "harvest", "at_most": 5}]
    assert way("harvest", hand_instance({"limits": limits})) == "min"


def test_where_nothing_says_so_the_planner_must() -> None:
    """The remedy is written out."""
    assert "--x max:harvest" in way("harvest", hand_instance())


def test_an_unknown_indicator_is_named_with_the_nearest() -> None:
    """A slip of the pen is corrected."""
    assert "net_emissions" in way("net_emission", hand_instance())


def test_costs_are_small_and_values_natural() -> None:
    """An axis turns values into costs and back."""
    instance, findings = hand_instance(), Findings()
    axis = read_axis("green_share", "--y", instance, indicators(instance), findings)
    assert axis is not None
    assert axis.natural(axis.sign * 40.0) == 40.0
    assert axis.unit == "%"
