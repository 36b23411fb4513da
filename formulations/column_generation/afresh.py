"""Fix and optimise: districts decided afresh by HiGHS, those that lose most first, while all others stay.

Where districts have rows of their own, what one of them does best hardly hangs on the others: with these
held, HiGHS decides some hundred units to the end within tenths of a second, pairs, bundles and all rows
counted (fix-and-optimise: Helber and Sahling 2010, International Journal of Production Economics 123:247).
What a district loses is told by the prices: how much more it costs than the best layout at them. After single
districts some at a time are decided together, so that one can take what another gives.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from formulations.column_generation.decomposition import Decomposition
from formulations.column_generation.measure import Measured
from formulations.core.problem import LayoutProblem
from formulations.core.solution import SolveSettings, Watch
from formulations.exact.model import solve_exact
from formulations.exact.refine import restricted
from instances.units.grid import FloatArray, Layout

TOGETHER = (1, 6, 12)
"""Districts decided together, at first and later. Of 300 living units single ones take 60 t/yr off what is
left, and six or twelve at a time another 35."""
CHOICES = 40_000
"""Choices beyond one a unit that are decided at a time: more take HiGHS longer than they bring."""
SECONDS = 10.0
"""Longest for some districts."""
LOSES = 0.02
"""Share of what is asked for from which on a loss is worth a look."""


def lost(layout: Measured, best: Measured, price: FloatArray) -> FloatArray:
    """(blocks,) by how much each block of a layout costs more at prices (rows,) than in the layout that is
    ``best`` at them, in tCO2e/yr."""
    more = layout.cost - best.cost - price @ (layout.value - best.value)
    found: FloatArray = np.asarray(more).ravel()
    return found


def groups(loss: FloatArray, least: float, size: int) -> Iterator[NDArray[np.int64]]:
    """Blocks that lose at least so much, ``size`` at a time, those that lose most first."""
    order = np.argsort(-loss, kind="stable")
    order = order[loss[order] >= least]
    for begin in range(0, len(order), size):
        yield order[begin : begin + size]


def decided_afresh(
    model: Decomposition,
    problem: LayoutProblem,
    plan: Layout,
    price: FloatArray,
    settings: SolveSettings,
    watch: Watch,
) -> Measured:
    """The plan (units,) with blocks decided afresh while that brings anything: it keeps every limit and is no
    worse. ``model`` is that of the problem or of one with further limits, ``price`` (its rows,) prices near
    the best ones; ``settings.room`` is what is asked for, ``settings.time_limit`` for all together."""
    asked, began = settings.room or 0.0, time.monotonic()
    best, block = model.price(price)[0], model.types.block[model.types.of]
    choices = (problem.options.allowed.sum(axis=1) - 1)[problem.options.kind]
    value = problem.objective.evaluate(plan)
    for size in TOGETHER:
        for some in groups(lost(model.measure.of(plan), best, price), LOSES * asked, size):
            left = (settings.time_limit or np.inf) - (time.monotonic() - began)
            if left <= 0 or watch.stop.is_set():
                return model.measure.of(plan)
            free = np.flatnonzero(np.isin(block, some))
            if 0 < int(choices[free].sum()) <= CHOICES:
                part = replace(settings, room=LOSES * asked, time_limit=min(SECONDS, left))
                held = restricted(problem, plan, free)
                found = solve_exact(held, part, watch, bounded=False, start=plan)
                if found.layout is not None and found.objective < value and problem.holds(found.layout):
                    plan, value = found.layout, found.objective
    return model.measure.of(plan)
