"""Our own ``exact`` method: the whole model, relaxed first, then whole near the relaxation, by HiGHS."""

from __future__ import annotations

from benchmarks.peers import Found
from formulations.core.problem import LayoutProblem
from formulations.core.solution import SolveSettings, Watch
from formulations.exact.model import solve_exact


def solve(problem: LayoutProblem, gap: float, seconds: float) -> Found:
    """The layout that ``--method exact`` finds."""
    solution = solve_exact(problem, SolveSettings(gap=gap, time_limit=seconds), Watch())
    return Found(solution.layout, solution.seconds, f"{solution.termination}; own room {solution.room:.4g} t")
