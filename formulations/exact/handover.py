"""From a Pyomo model to HiGHS: the model's standard form as one program, and its solution back.

Pyomo compiles a linear model into one sparse matrix; handing over constraint by constraint takes several
times as long (figures in docs/exact.md).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyomo.environ as pyo
from numpy.typing import NDArray
from pyomo.common.errors import InfeasibleConstraintException
from pyomo.repn.plugins.standard_form import LinearStandardFormCompiler, LinearStandardFormInfo
from scipy import sparse

from formulations.core.solution import SolveSettings, Termination, Watch
from formulations.exact.highs import Outcome, solve
from formulations.exact.program import Program
from instances.units.grid import FloatArray


@dataclass(frozen=True, eq=False)
class Handover:
    """A model as a program: ``variables`` (columns,) and ``constraints`` (rows,) say where each came from."""

    program: Program
    variables: tuple[pyo.Var, ...]
    constraints: tuple[pyo.Constraint, ...]


def rows_by_name(model: pyo.ConcreteModel, given: Handover) -> dict[str, NDArray[np.int64]]:
    """The rows of every constraint of a model, in the order of its indices; -1 where an index has none."""
    place = {id(row): number for number, row in enumerate(given.constraints)}
    return {
        part.local_name: np.array(
            [place.get(id(part[key]), -1) if key in part else -1 for key in part.index_set()], dtype=np.int64
        )
        for part in model.component_objects(pyo.Constraint)
    }


def program_of(model: pyo.ConcreteModel) -> Handover:
    """The program of a linear model that minimises one objective."""
    form = LinearStandardFormCompiler().write(model, mixed_form=True, set_sense=pyo.minimize)
    lower = [-np.inf if variable.lb is None else variable.lb for variable in form.columns]
    upper = [np.inf if variable.ub is None else variable.ub for variable in form.columns]
    rows, row_lower, row_upper = _rows(form)
    program = Program(
        cost=form.c.toarray()[0],
        offset=float(form.c_offset[0]),
        matrix=sparse.csr_array(form.A)[rows],
        row_lower=row_lower,
        row_upper=row_upper,
        lower=np.array(lower, dtype=float),
        upper=np.array(upper, dtype=float),
        whole=np.array([not variable.is_continuous() for variable in form.columns], dtype=bool),
    )
    return Handover(program, tuple(form.columns), tuple(form.rows[row].constraint for row in rows.tolist()))


def _rows(form: LinearStandardFormInfo) -> tuple[NDArray[np.int64], FloatArray, FloatArray]:
    """The rows of a form with a row for every constraint, and their lower and upper bounds.

    Pyomo writes a constraint with two bounds as two equal rows, one below the other.
    """
    sense = np.array([row.bound_type for row in form.rows], dtype=np.int64)
    owner = np.array([id(row.constraint) for row in form.rows], dtype=np.uint64)
    rhs = np.asarray(form.rhs, dtype=float)
    first = np.flatnonzero(np.append(True, owner[1:] != owner[:-1])[: len(owner)])
    if len(first) == 0:
        return first, rhs, rhs
    row_lower = np.maximum.reduceat(np.where(sense <= 0, rhs, -np.inf), first)
    row_upper = np.minimum.reduceat(np.where(sense >= 0, rhs, np.inf), first)
    return first, row_lower, row_upper


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
