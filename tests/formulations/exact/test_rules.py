from __future__ import annotations

import numpy as np
import pyomo.environ as pyo
import pytest

from formulations.core.problem import LayoutProblem
from formulations.core.solution import SolveSettings, Termination, Watch
from formulations.exact.rules import Ground, solve_with_rules
from instances.study.findings import StudyError
from instances.units.grid import Layout
from tests.support.enumeration import layouts
from tests.support.gold_models import four_cells
from tests.support.random_problems import Shape, random_problem

SETTINGS = SolveSettings(gap=1e-9)
NEXT = 1


def no_two_alike(model: pyo.ConcreteModel, ground: Ground) -> None:
    """Units whose numbers follow one another are not both of the second class.

    What follows the first paragraph is not told.
    """
    name = ground.problem.class_names[NEXT]
    pairs = [(i, i + 1) for i in range(len(ground) - 1)]

    @model.Constraint(pairs, doc="x[i,k] + x[i+1,k] <= 1  [units]")
    def apart(model: pyo.ConcreteModel, i: int, j: int) -> object:
        both = ground.carries(i, name) + ground.carries(j, name)  # type: ignore[operator]
        return pyo.Constraint.Feasible if isinstance(both, float) and both <= 1 else (both <= 1)


def alike(layout: Layout) -> bool:
    """Whether a layout breaks that rule."""
    return bool(((layout[:-1] == NEXT) & (layout[1:] == NEXT)).any())


def best(problem: LayoutProblem) -> float:
    """The best objective of all layouts that keep the limits and the rule, inf where none does."""
    kept = (one for one in layouts(problem) if not alike(one) and problem.holds(one))
    return min((problem.objective.evaluate(one) for one in kept), default=np.inf)


@pytest.mark.parametrize("seed", range(12))
def test_a_plan_with_rules_is_the_best_of_all_layouts_that_keep_them(seed: int) -> None:
    """Every layout of a tiny problem tried, with the rule as plain Python: the same optimum, and a bound that
    is not above it."""
    problem = random_problem(np.random.default_rng(seed), Shape(locked=0.1, penalised=seed % 3 == 0))
    try:
        solution, kept = solve_with_rules(problem, [no_two_alike], SETTINGS, Watch())
    except ValueError:  # two locked neighbours that break the rule: Pyomo has nothing to constrain
        assert best(problem) == np.inf
        return
    if best(problem) == np.inf:
        assert solution.layout is None
        assert solution.termination is Termination.INFEASIBLE
        return
    assert solution.layout is not None
    assert not alike(solution.layout)
    assert solution.objective == pytest.approx(best(problem), abs=1e-6)
    assert solution.bound <= solution.objective
    assert solution.bound == pytest.approx(solution.objective, abs=1e-5)
    assert kept[0].name == "no_two_alike"
    assert kept[0].says == "Units whose numbers follow one another are not both of the second class."
    assert kept[0].missed <= 1e-6


def test_a_rule_counts_locked_units_as_what_they_are() -> None:
    """Cell 3 may only be green: whether it carries a class is a number, and of an open cell an expression."""
    seen: dict[str, object] = {}

    def look(model: pyo.ConcreteModel, ground: Ground) -> None:
        seen["green"], seen["built"] = ground.carries(3, "green"), ground.carries(3, "built")
        seen["open"] = ground.carries(0, "green", "cropland")

    solve_with_rules(four_cells(), [look], SETTINGS, Watch())
    assert (seen["green"], seen["built"]) == (1.0, 0.0)
    assert len(list(seen["open"].args)) == 2  # type: ignore[attr-defined]


def test_rules_that_contradict_each_other_leave_no_plan() -> None:
    """One rule wants cell 0 green, the other does not: infeasible, and no layout."""

    def green(model: pyo.ConcreteModel, ground: Ground) -> None:
        model.green = pyo.Constraint(expr=ground.carries(0, "green") == 1)

    def never(model: pyo.ConcreteModel, ground: Ground) -> None:
        model.never = pyo.Constraint(expr=ground.carries(0, "green") == 0)

    solution, kept = solve_with_rules(four_cells(), [green, never], SETTINGS, Watch())
    assert solution.layout is None
    assert solution.termination is Termination.INFEASIBLE
    assert kept == ()


def test_what_is_no_rule_is_refused_by_name() -> None:
    """Products of variables, another goal, and a class that is not there: each a sentence that names the
    rule."""

    def bent(model: pyo.ConcreteModel, ground: Ground) -> None:
        model.bent = pyo.Constraint(expr=model.x[0, "green"] * model.x[2, "green"] == 0)

    def greedy(model: pyo.ConcreteModel, ground: Ground) -> None:
        model.mine = pyo.Objective(expr=model.x[0, "green"])

    def wrong(model: pyo.ConcreteModel, ground: Ground) -> None:
        ground.carries(0, "gren")

    for rule, told in ((bent, "rules.bent: the constraint bent is not linear"), (greedy, "rules.greedy"),
                       (wrong, "no class gren")):  # fmt: skip
        with pytest.raises(StudyError, match=told):
            solve_with_rules(four_cells(), [rule], SETTINGS, Watch())
