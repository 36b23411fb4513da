from __future__ import annotations

import pyomo.environ as pyo
import pytest

from formulations.core.solution import SolveSettings, Termination, Watch
from formulations.exact.handover import program_of, solve_model
from formulations.exact.model import exact_model
from tests.support.gold_models import four_cells

EXACT = SolveSettings(gap=1e-9)


def test_a_component_can_stand_on_the_exact_model() -> None:
    """A rule of one's own as a Pyomo constraint: cells 0 and 2 not both green. The next best plan builds or
    farms one of them; the model's variables hold it."""
    model = exact_model(four_cells())
    model.apart = pyo.Constraint(expr=model.x[0, "green"] + model.x[2, "green"] <= 1)
    outcome = solve_model(model, EXACT, Watch())
    assert outcome.objective is not None
    assert outcome.objective > -20.0
    assert pyo.value(model.cost) == pytest.approx(outcome.objective)
    assert pyo.value(model.x[0, "green"]) + pyo.value(model.x[2, "green"]) == pytest.approx(1.0)


def test_limits_can_be_read_from_a_solved_model() -> None:
    """The shared expressions give every limit's value."""
    model = exact_model(four_cells())
    solve_model(model, EXACT, Watch())
    assert pyo.value(model.indicator[0, "north"]) == pytest.approx(1.0)
    assert pyo.value(model.indicator[1, ""]) == pytest.approx(0.2)


def test_bounds_and_kinds_of_variables_are_handed_over() -> None:
    """Columns keep their bounds and whether they are whole; a constraint with two bounds is one row."""
    model = pyo.ConcreteModel()
    model.a = pyo.Var(domain=pyo.Binary)
    model.b = pyo.Var(bounds=(None, 4))
    model.span = pyo.Constraint(expr=pyo.inequality(1, model.a + 2 * model.b, 3))
    model.equal = pyo.Constraint(expr=model.a - model.b == 0.5)
    model.aim = pyo.Objective(expr=model.a + model.b + 10)
    program = program_of(model).program
    assert sorted(program.whole.tolist()) == [False, True]
    assert sorted(zip(program.row_lower.tolist(), program.row_upper.tolist(), strict=True)) == [
        (0.5, 0.5),
        (1.0, 3.0),
    ]
    assert program.offset == 10
    outcome = solve_model(model, EXACT, Watch())
    assert outcome.objective == pytest.approx(
        11.5
    )  # a = 1, b = 0.5: a = 0 would need b = -0.5, a row below 1


def test_a_row_that_no_value_can_mend_is_infeasible() -> None:
    """A constraint without variables that does not hold makes the model infeasible, not a crash."""
    model = pyo.ConcreteModel()
    model.a = pyo.Var(domain=pyo.Binary)
    model.fixed = pyo.Var(initialize=2.0)
    model.fixed.fix()
    model.broken = pyo.Constraint(expr=model.fixed <= 1)
    model.aim = pyo.Objective(expr=model.a)
    assert solve_model(model, EXACT, Watch()).termination is Termination.INFEASIBLE
