"""From a Pyomo model to HiGHS: the model's standard form as one program, and its solution back.

Pyomo compiles a linear model into one sparse matrix; handing over constraint by constraint takes several
times as long (figures in docs/exact.md).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyomo.environ as pyo
from pyomo.common.errors import InfeasibleConstraintException
from pyomo.repn.plugins.standard_form import LinearStandardFormCompiler
from scipy import sparse

from formulations.core.solution import SolveSettings, Termination, Watch
from formulations.exact.highs import Outcome, solve
from formulations.exact.program import Program


@dataclass(frozen=True, eq=False)
class Handover:
    """A model as a program: ``variables`` (columns,) and ``constraints`` (rows,) say where each came from.

    A constraint with two bounds takes two rows.
    """

    program: Program
    variables: tuple[pyo.Var, ...]
    constraints: tuple[pyo.Constraint, ...]


def program_of(model: pyo.ConcreteModel) -> Handover:
    """The program of a linear model that minimises one objective."""
    form = LinearStandardFormCompiler().write(model, mixed_form=True, set_sense=pyo.minimize)
    sense = np.array([row.bound_type for row in form.rows], dtype=np.int64)
    rhs = np.asarray(form.rhs, dtype=float)
    lower = [-np.inf if variable.lb is None else variable.lb for variable in form.columns]
    upper = [np.inf if variable.ub is None else variable.ub for variable in form.columns]
    program = Program(
        cost=form.c.toarray()[0],
        offset=float(form.c_offset[0]),
        matrix=sparse.csr_array(form.A),
        row_lower=np.where(sense <= 0, rhs, -np.inf),
        row_upper=np.where(sense >= 0, rhs, np.inf),
        lower=np.array(lower, dtype=float),
        upper=np.array(upper, dtype=float),
        whole=np.array([not variable.is_continuous() for variable in form.columns], dtype=bool),
    )
    return Handover(program, tuple(form.columns), tuple(row.constraint for row in form.rows))


def solve_model(model: pyo.ConcreteModel, settings: SolveSettings, watch: Watch) -> Outcome:
    """Solve a linear Pyomo model; its variables take the values found, where there are any."""
    try:
        handover = program_of(model)
    except InfeasibleConstraintException:
        return Outcome(Termination.INFEASIBLE, None, None, np.inf, None, 0.0)
    outcome = solve(handover.program, settings, watch, stage="model")
    if outcome.x is not None:
        for variable, value in zip(handover.variables, outcome.x.tolist(), strict=True):
            variable.set_value(value, skip_validation=True)
    return outcome
