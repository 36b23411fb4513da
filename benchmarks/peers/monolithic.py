"""The monolithic model as most would write it: all of it in Pyomo, handed to HiGHS as one integer program."""

from __future__ import annotations

import time

import numpy as np

from benchmarks.peers import Found
from formulations.core.problem import LayoutProblem
from formulations.core.solution import SolveSettings, Watch
from formulations.exact.handover import program_of
from formulations.exact.highs import solve as solve_program
from formulations.exact.model import exact_model
from formulations.exact.presolve import reduce_problem


def solve(problem: LayoutProblem, gap: float, seconds: float) -> Found:
    """The layout of the model's best integer solution within ``seconds`` of solving; building comes first
    and is told apart."""
    began = time.perf_counter()
    model = exact_model(problem)
    program = program_of(model)
    built = time.perf_counter() - began
    settings = SolveSettings(gap=gap, time_limit=seconds)
    outcome = solve_program(program.program, settings, Watch(), stage="milp")
    columns, rows = len(program.variables), len(program.constraints)
    note = f"{columns:,} columns, {rows:,} rows; built in {built:.1f} s; {outcome.termination}"
    layout = None
    if outcome.x is not None:
        number = {id(variable): place for place, variable in enumerate(program.variables)}
        choices = [number.get(id(variable), -1) for variable in model.x.values()]
        value = np.append(outcome.x, 0.0)[choices]
        layout = reduce_problem(problem).layout(value)
    return Found(layout, time.perf_counter() - began, note)
