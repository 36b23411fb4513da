from __future__ import annotations

from dataclasses import replace

import numpy as np
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from formulations.column_generation.graph_cut_structure import outside_structure
from formulations.core.problem import LayoutProblem, Limit
from formulations.core.rows import Prices
from formulations.core.solution import SolveSettings, Watch
from formulations.sampling.cuts import cut
from formulations.solving import solve
from instances.rules.districts import Districts
from tests.support.enumeration import layouts
from tests.support.random_problems import problems


def bounded(problem: LayoutProblem, level: float) -> LayoutProblem:
    """The problem with a further bound on its second indicator."""
    indicator = problem.parts[-1][1]
    further = Limit(
        indicator, Districts.whole(len(problem)), np.array([level]), np.array([np.inf]), "further"
    )
    return replace(problem, limits=(*problem.limits, further))


@settings(max_examples=60)
@given(problems(), st.floats(0.0, 1.0))
def test_no_layout_lies_below_a_cut(problem: LayoutProblem, share: float) -> None:
    """The cut holds for every layout that keeps to options and limits, those beyond the bound included."""
    best = max(problem.parts[-1][1].evaluate(layout) for layout in layouts(problem))
    asked = bounded(problem, share * best)
    assume(not outside_structure(asked))
    solution = solve(asked, SolveSettings(gap=1e-6, threads=1), Watch())
    assume(solution.layout is not None and bool(solution.prices))
    found = cut(asked, 1, solution.prices)
    assert found is not None
    indicators = {part.name: part for _, part in asked.parts}
    for layout in layouts(problem):
        if problem.holds(layout):
            value = sum(w * indicators[name].evaluate(layout) for name, w in found.weight.items())
            assert value >= found.least - 1e-6 * max(1.0, abs(found.least))


def test_a_problem_outside_the_structure_has_no_cut() -> None:
    """Where pricing is no minimum cut, nothing is claimed."""
    from tests.support.random_problems import Shape, random_problem

    problem = random_problem(np.random.default_rng(1), Shape(penalised=True, limits=0))
    assert cut(problem, 0, Prices()) is None
