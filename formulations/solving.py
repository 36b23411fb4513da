"""Solving a layout problem by the method asked for, or by the one that suits it."""

from __future__ import annotations

from dataclasses import replace

from formulations.decompose import solve_decompose
from formulations.exact import solve_exact
from formulations.problem import LayoutProblem
from formulations.solution import Carry, Solution, SolveSettings, Watch
from formulations.structure import choose, outside_structure
from formulations.tidy import tidied


def solve(
    problem: LayoutProblem, settings: SolveSettings, watch: Watch, carry: Carry | None = None
) -> Solution:
    """The best layout found with its bound; ``carry`` from a similar solve may spare work.

    A problem outside the structure goes to the exact model whatever the settings ask for.
    """
    method, reason = choose(problem) if settings.method == "auto" else (settings.method, "as asked")
    fault = outside_structure(problem) if method == "decompose" else ""
    if fault:
        method, reason = "exact", f"{fault}, which decomposition cannot price: the whole model goes to HiGHS"
    if method == "exact":
        solution = solve_exact(problem, settings, watch)
    else:
        solution = solve_decompose(problem, settings, watch, carry)
    if solution.layout is not None:
        solution = replace(solution, layout=tidied(problem, solution.layout))
    return replace(solution, reason=solution.reason or reason)
