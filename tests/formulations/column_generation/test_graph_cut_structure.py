"""What fits a minimum cut, and what is said of the rest."""

from __future__ import annotations

import numpy as np
import pytest

from formulations.column_generation.graph_cut_structure import choose, outside_structure
from formulations.core.indicator import Indicator, PairTerm
from formulations.core.problem import LayoutProblem, Limit, Options
from instances.rules.districts import Districts

FIRST, SECOND = np.array([0], np.int32), np.array([1], np.int32)


def edge(*members: bool, name: str = "edges") -> Indicator:
    """One shared edge that counts where both units carry a class of the members."""
    return Indicator(name, "km", pairs=(PairTerm(FIRST, SECOND, np.ones(1), np.array(members)),))


def posed(*parts: tuple[float, Indicator], limits: tuple[Limit, ...] = ()) -> LayoutProblem:
    """Two units, four classes, everything allowed."""
    options = Options(np.zeros(2, np.int32), np.ones((1, 4), bool))
    return LayoutProblem(options, parts, limits, ("a", "b", "c", "d"), np.zeros(2, np.uint8))


def bounded(low: float, high: float) -> Limit:
    """Bounds on the shared edge."""
    return Limit(edge(True, False, False, False), Districts.whole(2), np.array([low]), np.array([high]))


@pytest.mark.parametrize(
    ("problem", "said"),
    [
        (posed((-1.0, edge(True, False, False, False))), ""),
        (posed((1.0, edge(True, False, False, False))), "penalises shared edges"),
        (posed(limits=(bounded(1.0, np.inf),)), ""),
        (posed(limits=(bounded(-np.inf, 1.0),)), "limited from above"),
        (posed((-1.0, edge(True, False, False, False)), (-1.0, edge(False, True, True, False))), ""),
        (posed((-1.0, edge(True, False, False, False)), (-1.0, edge(True, True, False, False))), ""),
        (posed((-1.0, edge(True, True, False, False)), (-1.0, edge(False, True, True, False))), "overlap"),
        (posed(*((-1.0, edge(*(k == own for k in range(4)))) for own in range(3))), "3 different sets"),
    ],
)
def test_what_a_cut_cannot_hold_is_said(problem: LayoutProblem, said: str) -> None:
    """Rewards on one set, or on two disjoint or nested ones, fit; what does not is named."""
    fault = outside_structure(problem)
    assert said in fault
    assert bool(said) == bool(fault)


def test_small_problems_and_those_outside_go_to_the_exact_model() -> None:
    """`auto` says which method it takes and why."""
    assert choose(posed((-1.0, edge(True, False, False, False))))[0] == "exact"
    method, reason = choose(posed((1.0, edge(True, False, False, False))))
    assert method == "exact"
    assert "penalises" in reason
