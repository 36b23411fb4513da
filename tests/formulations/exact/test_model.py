from __future__ import annotations

import numpy as np
import pyomo.environ as pyo
import pytest
from hypothesis import given
from hypothesis import strategies as st

from formulations.core.problem import LayoutProblem
from formulations.core.solution import SolveSettings, Termination, Watch
from formulations.exact.handover import program_of, solve_model
from formulations.exact.model import exact_model, solve_exact
from formulations.exact.presolve import reduce_problem
from formulations.exact.program import Program, even_relaxation, layout_program
from tests.support.enumeration import enumerate_best, layouts
from tests.support.gold_models import FOLDER, every_lp, four_cells, models
from tests.support.random_problems import problems

EXACT = SolveSettings(gap=1e-9)


@given(problems())
def test_the_plan_is_the_best_of_all_layouts(problem: LayoutProblem) -> None:
    """On every small problem the exact model finds the optimum that trying every layout finds, or says that
    no layout keeps the limits; its bound never exceeds the optimum."""
    best = enumerate_best(problem)
    solution = solve_exact(problem, EXACT, Watch())
    if best.layout is None:
        assert (solution.termination, solution.layout) == (Termination.INFEASIBLE, None)
        return
    assert solution.termination is Termination.GAP
    assert solution.layout is not None
    assert problem.holds(solution.layout)
    assert solution.objective == pytest.approx(best.objective, rel=1e-6, abs=1e-6)
    assert solution.objective == pytest.approx(problem.objective.evaluate(solution.layout))
    assert solution.bound <= best.objective + 1e-6 * max(1.0, abs(best.objective))


@given(problems(rows=2, columns=2, classes=3))
def test_the_pyomo_model_has_the_same_optimum(problem: LayoutProblem) -> None:
    """The model as algebra, handed over by Pyomo, ends as the enumeration does."""
    best = enumerate_best(problem)
    outcome = solve_model(exact_model(problem), EXACT, Watch())
    assert (outcome.termination is Termination.INFEASIBLE) == (best.layout is None)
    if best.layout is not None:
        assert outcome.objective == pytest.approx(best.objective, rel=1e-6, abs=1e-6)


@given(problems(rows=2, columns=2, classes=3))
def test_the_elastic_model_misses_limits_by_the_least_share(problem: LayoutProblem) -> None:
    """The elastic model always has a solution: the smallest sum of missed shares over all layouts."""
    weight = even_relaxation(reduce_problem(problem))

    def missed(layout: np.ndarray) -> float:
        short = [problem.limits[row.limit].shortfall(layout)[row.position] for row in problem.rows]
        return float(weight @ np.array(short)) if short else 0.0

    outcome = solve_model(exact_model(problem, elastic=True), EXACT, Watch())
    least = min(missed(layout) for layout in layouts(problem))
    assert outcome.objective == pytest.approx(least, rel=1e-6, abs=1e-6)


@given(problems(rows=2, columns=3, classes=3), st.booleans())
def test_algebra_and_arrays_are_one_program(problem: LayoutProblem, elastic: bool) -> None:
    """What goes to HiGHS as arrays is the Pyomo model, coefficient by coefficient and row by row."""
    reduction = reduce_problem(problem)
    arrays = layout_program(reduction, even_relaxation(reduction) if elastic else None)
    model = exact_model(problem, elastic)
    for row in range(len(arrays.row_lower)):  # rows without a choice that no layout keeps: Pyomo refuses them
        if not arrays.matrix[[row]].nnz and not arrays.row_lower[row] <= 0 <= arrays.row_upper[row]:
            return
    assert_same(arrays, in_order(model, elastic))


def in_order(model: pyo.ConcreteModel, elastic: bool) -> Program:
    """The program of a Pyomo model, columns and rows in the order of ``layout_program``."""
    handover = program_of(model)
    slacks = [*model.short.values(), *model.over.values()] if elastic else []
    columns = {id(variable): n for n, variable in enumerate([*model.x.values(), *model.z.values(), *slacks])}
    limits = model.elastic_limit if elastic else model.limit
    families = (model.one_class, model.product_member, model.product_whole, limits)
    rows = {id(row): n for n, row in enumerate(row for family in families for row in family.values())}
    column = [columns[id(variable)] for variable in handover.variables]
    matrix = np.zeros((len(rows), len(columns)))
    lower, upper = np.full(len(rows), -np.inf), np.full(len(rows), np.inf)
    for number, constraint in enumerate(handover.constraints):
        row = rows[id(constraint)]
        matrix[row, column] = handover.program.matrix[[number]].toarray()[0]
        lower[row], upper[row] = handover.program.row_lower[number], handover.program.row_upper[number]
    cost, whole = np.zeros(len(columns)), np.ones(len(columns), dtype=bool)
    cost[column], whole[column] = handover.program.cost, handover.program.whole
    least, most = np.zeros(len(columns)), np.ones(len(columns))
    least[column], most[column] = handover.program.lower, handover.program.upper
    return Program(cost, handover.program.offset, matrix, lower, upper, least, most, whole)


def assert_same(arrays: Program, algebra: Program) -> None:
    """Equal in every part; Pyomo drops columns in no row and rows without a column."""
    dense = arrays.matrix.toarray()
    used, filled = dense.any(axis=0), dense.any(axis=1)
    np.testing.assert_allclose(dense, algebra.matrix)
    np.testing.assert_allclose(arrays.cost, algebra.cost)
    assert arrays.offset == pytest.approx(algebra.offset)
    np.testing.assert_allclose(arrays.row_lower[filled], algebra.row_lower[filled], atol=1e-12)
    np.testing.assert_allclose(arrays.row_upper[filled], algebra.row_upper[filled], atol=1e-12)
    for mine, theirs in ((arrays.lower, algebra.lower), (arrays.upper, algebra.upper)):
        np.testing.assert_array_equal(mine[used], theirs[used])
    assert (arrays.whole[used] == algebra.whole[used]).all()


@pytest.mark.parametrize("name", sorted(every_lp()))
def test_every_constraint_is_the_one_on_file(name: str) -> None:
    """The LP of each constraint and objective on four cells is its gold file, letter by letter."""
    file = FOLDER / f"{name}.lp"
    assert file.is_file(), "python -m tests.support.gold_models writes it; read it before you commit it"
    assert every_lp()[name] == file.read_text(encoding="utf-8")


def test_no_gold_file_is_left_over() -> None:
    """Every gold file belongs to a constraint of the model."""
    assert {file.stem for file in FOLDER.glob("*.lp")} == set(every_lp())


def test_every_constraint_says_its_equation_with_its_unit() -> None:
    """No constraint, objective, variable or shared expression of the model lacks its ``doc``."""
    kinds = (pyo.Constraint, pyo.Objective, pyo.Var, pyo.Expression)
    for model in models():
        for part in model.component_objects(kinds):
            assert part.doc, part.name
        for part in model.component_objects((pyo.Constraint, pyo.Objective)):
            assert part.doc.rstrip().endswith("]"), f"{part.name} states no unit"


def test_four_cells_by_hand() -> None:
    """Cell 3 is green. North must keep 1 ha of cropland: cell 1, since cell 0 gains more as forest.
    Green cells 0, 2 and 3 then hold -5 -1 -5 + 1 and two edges worth 5 each: -20."""
    solution = solve_exact(four_cells(), EXACT, Watch())
    assert solution.layout is not None
    assert solution.layout.tolist() == [0, 1, 0, 0]
    assert solution.objective == pytest.approx(-20.0)
