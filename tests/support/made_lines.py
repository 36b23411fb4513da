"""Random problems with red lines: each line bars some classes on some units, and can be lifted."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from hypothesis import strategies as st
from numpy.typing import NDArray

from formulations.core.problem import LayoutProblem, Options
from tests.support.random_problems import problems


@st.composite
def lined_problems(draw: st.DrawFn, rows: int = 2, columns: int = 3, classes: int = 3) -> LayoutProblem:
    """Random problems of every kind whose options come from two red lines over wider ones."""
    wide = draw(problems(rows=rows, columns=columns, classes=classes))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    return lined(wide, rng)


def lined(wide: LayoutProblem, rng: np.random.Generator) -> LayoutProblem:
    """The problem with two red lines drawn at random; every unit keeps at least the class of today."""
    units, classes = len(wide), wide.options.classes
    everywhere = wide.options.allowed[wide.options.kind]
    bars = {name: rng.random((units, classes)) < 0.4 for name in ("farmland", "ecology")}
    for barred in bars.values():
        barred[np.arange(units), wide.today] = False
    everywhere = everywhere.copy()
    everywhere[np.arange(units), wide.today] = True
    allowed = everywhere & ~bars["farmland"] & ~bars["ecology"]
    without = {"farmland": everywhere & ~bars["ecology"], "ecology": everywhere & ~bars["farmland"]}
    return replace(wide, options=Options(np.arange(units, dtype=np.int32), allowed, without))


def released(problem: LayoutProblem, line: str, units: NDArray[np.integer]) -> LayoutProblem:
    """The problem with some units (every unit a kind of its own) let out of one line."""
    allowed = problem.options.allowed.copy()
    allowed[units] = problem.options.without[line][units]
    return replace(problem, options=Options(problem.options.kind, allowed))
