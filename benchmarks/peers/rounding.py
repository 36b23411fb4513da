"""Linear relaxation and rounding: every unit takes the class of its largest share, then limits are repaired.

The repair is what a practitioner would write: for the limit missed most, change the units that cost least for
what they gain, without breaking a limit that holds, until it holds or no such unit is left.
"""

from __future__ import annotations

import time

import numpy as np
from numpy.typing import NDArray

from benchmarks.peers import Found
from benchmarks.peers.marginal import Marginal
from formulations.core.problem import LayoutProblem
from formulations.core.solution import SolveSettings, Watch
from formulations.exact.highs import solve as solve_program
from formulations.exact.presolve import Reduction, reduce_problem
from formulations.exact.program import layout_program
from instances.units.grid import FloatArray

_PASSES = 60
_CANDIDATES = 4_000
"""Units changed in one pass at most; limits are then measured anew."""


def solve(problem: LayoutProblem, gap: float, seconds: float) -> Found:
    """The rounded and repaired relaxation; ``gap`` means nothing to it."""
    del gap
    began = time.perf_counter()
    reduction = reduce_problem(problem)
    program = layout_program(reduction).relaxed
    outcome = solve_program(program, SolveSettings(time_limit=seconds), Watch(), stage="relaxation")
    if outcome.x is None:
        return Found(None, time.perf_counter() - began, f"relaxation: {outcome.termination}")
    relaxed = time.perf_counter() - began
    share = outcome.x[: len(reduction.unit)]
    divided = int((np.maximum.reduceat(share, reduction.first[:-1]) < 1 - 1e-6).sum()) if len(share) else 0
    layout, broken, left = repair(reduction, share)
    note = (
        f"relaxation {relaxed:.1f} s with {divided:,} divided units; rounding broke {broken} limits, "
        f"repair left {left}"
    )
    return Found(layout, time.perf_counter() - began, note)


def repair(reduction: Reduction, share: FloatArray) -> tuple[NDArray[np.uint8], int, int]:
    """The layout of shares (choices,), rounded and repaired; limits broken before and after the repair."""
    marginal = Marginal(reduction)
    x = marginal.choices(reduction.layout(share))
    size = _size(reduction)
    missed = _missed(reduction, marginal.values(x)[1:]) / size
    broken = int((np.abs(missed) > 1e-9).sum())
    given_up: set[int] = set()
    for _ in range(_PASSES):
        wanted = np.where(np.isin(np.arange(len(missed)), list(given_up)), 0.0, np.abs(missed))
        if not (wanted > 1e-9).any():
            break
        row = int(wanted.argmax())
        changed = _pass(reduction, marginal, x, row)
        if changed is None:
            given_up.add(row)
        else:
            x = changed
        missed = _missed(reduction, marginal.values(x)[1:]) / size
    return reduction.layout(x), broken, int((np.abs(missed) > 1e-9).sum())


def _pass(reduction: Reduction, marginal: Marginal, x: FloatArray, row: int) -> FloatArray | None:
    """Choices after the cheapest changes that mend one row; None where there are none."""
    coefficients = marginal.coefficients(x)
    value = marginal.values(x)[1:]
    missed = _missed(reduction, value)
    current = np.flatnonzero(x > 0.5)[np.repeat(np.arange(len(reduction.free)), np.diff(reduction.first))]
    progress = _row(coefficients, row + 1) * np.sign(missed[row])
    progress = progress - progress[current]
    cost = _row(coefficients, 0)
    cost = cost - cost[current]
    able = np.flatnonzero(progress > 1e-12)
    if len(able) == 0:
        return None
    able = able[np.argsort(cost[able] / progress[able], kind="stable")]
    _, first = np.unique(reduction.unit[able], return_index=True)
    able = able[np.sort(first)][: _CANDIDATES * 4]
    effect = (coefficients[1:][:, able] - coefficients[1:][:, current[able]]).toarray()
    able, effect = _harmless(reduction, value, able, effect, row)
    if len(able) == 0:
        return None
    enough = int(np.searchsorted(np.cumsum(progress[able]), abs(missed[row]) * (1 - 1e-9))) + 1
    taken = able[: min(enough, _room(reduction, value, effect, row))]
    if len(taken) == 0:
        return None
    changed = x.copy()
    changed[current[taken]] = 0.0
    changed[taken] = 1.0
    return changed


def _harmless(
    reduction: Reduction, value: FloatArray, able: NDArray[np.int64], effect: FloatArray, row: int
) -> tuple[NDArray[np.int64], FloatArray]:
    """Changes that break no limit that holds, nor worsen one that does not, on their own."""
    before = np.abs(_missed(reduction, value))[:, None]
    after = np.abs(_missed(reduction, value[:, None] + effect))
    worse = after > before + 1e-9 * _size(reduction)[:, None]
    worse[row] = False
    kept = np.flatnonzero(~worse.any(axis=0))[:_CANDIDATES]
    return able[kept], effect[:, kept]


def _room(reduction: Reduction, value: FloatArray, effect: FloatArray, row: int) -> int:
    """How many of the changes, in order, keep every other limit that holds."""
    before = np.abs(_missed(reduction, value))[:, None]
    after = np.abs(_missed(reduction, value[:, None] + np.cumsum(effect, axis=1)))
    worse = after > before + 1e-9 * _size(reduction)[:, None]
    worse[row] = False
    broken = np.flatnonzero(worse.any(axis=0))
    return int(broken[0]) if len(broken) else effect.shape[1]


def _missed(reduction: Reduction, value: FloatArray) -> FloatArray:
    """Like ``value`` (rows, ...): positive by how much a lower bound is missed, negative by how much an upper
    one is exceeded."""
    shape = (-1,) + (1,) * (value.ndim - 1)
    lower, upper = reduction.lower.reshape(shape), reduction.upper.reshape(shape)
    missed: FloatArray = np.maximum(lower - value, 0.0) - np.maximum(value - upper, 0.0)
    return missed


def _size(reduction: Reduction) -> FloatArray:
    low = np.where(np.isfinite(reduction.lower), np.abs(reduction.lower), 0.0)
    high = np.where(np.isfinite(reduction.upper), np.abs(reduction.upper), 0.0)
    return np.maximum(1.0, np.maximum(low, high))


def _row(matrix: object, number: int) -> FloatArray:
    row: FloatArray = matrix[[number]].toarray().ravel()  # type: ignore[index]
    return row
