"""Solving a layout problem by the method asked for, or by the one that suits it."""

from __future__ import annotations

from dataclasses import replace

from formulations.column_generation.decompose import solve_decompose
from formulations.column_generation.graph_cut_structure import choose, outside_structure
from formulations.column_generation.tie_breaking import break_ties
from formulations.core.merging import merged
from formulations.core.problem import LayoutProblem
from formulations.core.solution import Solution, SolveSettings, WarmStart, Watch
from formulations.exact.model import solve_exact
from formulations.patches.building import built
from words.said import say


def solve(
    problem: LayoutProblem, settings: SolveSettings, watch: Watch, warm_start: WarmStart | None = None
) -> Solution:
    """The best layout found with its bound; ``warm_start`` from a similar solve may spare work.

    A problem outside the structure goes to the exact model whatever the settings ask for. Least sizes of new
    land are kept where that can be done (``patches.building``).
    """
    return built(problem, solve_without_sizes(problem, settings, watch, warm_start), settings, watch)


def solve_without_sizes(
    problem: LayoutProblem, settings: SolveSettings, watch: Watch, warm_start: WarmStart | None = None
) -> Solution:
    """The same without least sizes, for whoever moves the plan before it is built (``nearest``)."""
    if problem.whole is not None:
        small = merged(problem)
        found = solve_without_sizes(small.problem, settings, watch, small.begin(warm_start))
        return small.solution(found)
    method, reason = settings.method, say("methods.as_asked")
    if method == "auto":
        method, reason = choose(problem)
    fault = outside_structure(problem) if method == "decompose" else ""
    if fault:
        method, reason = "exact", say("methods.not_priced", fault=fault)
    if method == "exact":
        solution = solve_exact(problem, settings, watch)
    else:
        solution = solve_decompose(problem, settings, watch, warm_start)
    if solution.layout is not None:
        solution = replace(solution, layout=break_ties(problem, solution.layout))
    return replace(solution, reason=solution.reason or reason)
