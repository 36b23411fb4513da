"""Which of many independent changes to take: as much as possible within limits.

    max  sum_g value_g y_g   subject to   low <= sum_g effect_g y_g <= high,   y_g in {0, 1}

Changes with the same effects are counted, not told apart, so that a relaxation over a few thousand counts
decides on a million changes; it leaves about as many counts divided as there are limits.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.optimize import linprog

from formulations.core.solution import SolveSettings, Watch
from formulations.exact.highs import solve
from formulations.exact.program import Program
from instances.units.grid import FloatArray

NEAR = 0.01
"""Relative gap at which the choice is good enough."""
NODES = 50
"""Most nodes of its search: an end that is counted, and so the same on every machine."""
SEARCHED = 1_000
"""Counts of which the search decides, those first on which the relaxation hangs least."""
STEP = 1e-6
"""Share of a step that float sums may be off by."""
SAME = 1e-9
"""Relative difference up to which two effects are one, and share of the greatest effect on a limit that
float sums may miss it by."""


def choose(
    value: FloatArray, effect: sparse.csr_array, low: FloatArray, high: FloatArray
) -> NDArray[np.bool_]:
    """(changes,) True for those to take, of (changes,) values and (changes, limits) effects.

    Taking none keeps the limits: ``low`` <= 0 <= ``high`` (limits,). Of equal changes the first are taken.
    """
    if not (value > 0).any():
        return np.zeros(len(value), dtype=bool)
    size = abs(effect).max(axis=0).toarray().ravel()
    used = np.flatnonzero(size)
    scaled = sparse.csr_array(effect[:, used] @ sparse.diags_array(1.0 / size[used]))
    kind, first, count = kinds(
        sparse.csr_array(sparse.hstack([scaled, value[:, None] / np.abs(value).max()]))
    )
    worth, by_limit = value[first], sparse.csr_array(scaled[first].T)
    bounds = low[used] / size[used], high[used] / size[used]
    return first_of(kind, _counts(worth, by_limit, count, bounds))


def _counts(
    worth: FloatArray, by_limit: sparse.csr_array, count: FloatArray, bounds: tuple[FloatArray, FloatArray]
) -> FloatArray:
    """(kinds,) how many of each to take; none where no whole counts are found."""
    low, high = _in_steps(by_limit, *bounds)
    none = np.zeros(len(worth))
    below, above = np.isfinite(low), np.isfinite(high)
    relaxed = linprog(
        -worth,
        A_ub=sparse.vstack([-by_limit[below], by_limit[above]]),
        b_ub=np.concatenate([-low[below], high[above]]),
        bounds=np.column_stack([none, count]),
        method="highs-ds",
    )
    if relaxed.x is None:
        return none
    whole = np.round(relaxed.x)
    # What the relaxation is sure of stays; the search decides on the counts that it divides or nearly does.
    between = (relaxed.x > 1e-7) & (relaxed.x < count - 1e-7)
    hangs = np.where(between, -1.0, np.abs(relaxed.lower.marginals + relaxed.upper.marginals))
    free = np.argsort(hangs, kind="stable")[:SEARCHED]
    fixed = whole.copy()
    fixed[free] = 0.0
    total = by_limit @ fixed
    program = Program(
        cost=-worth[free],
        offset=0.0,
        matrix=sparse.csr_array(by_limit[:, free]),
        row_lower=low - total,
        row_upper=high - total,
        lower=np.zeros(len(free)),
        upper=count[free],
        whole=np.ones(len(free), dtype=bool),
    )
    # Not SciPy's milp: the HiGHS in it prints a line where it mends a solution.
    solved = solve(program, SolveSettings(gap=NEAR, threads=1), Watch(), bounded=False, nodes=NODES)
    if solved.x is None:
        return none
    whole[free] = np.round(solved.x)
    total = by_limit @ whole
    return whole if ((total >= low - SAME) & (total <= high + SAME)).all() else none


def _in_steps(by_limit: sparse.csr_array, low: FloatArray, high: FloatArray) -> tuple[FloatArray, FloatArray]:
    """The limits narrowed to what whole counts can reach, where all effects on a limit are multiples of one.

    Cells of one size: half a hectare of room is none for cells of 2.25 ha, and a relaxation that used it
    would be far from any whole choice.
    """
    low, high = low.copy(), high.copy()
    for number in range(by_limit.shape[0]):
        effects = np.abs(by_limit.data[by_limit.indptr[number] : by_limit.indptr[number + 1]])
        effects = effects[effects > 0]
        step = effects.min(initial=np.inf)
        multiple = effects / step
        if len(effects) and (np.abs(multiple - np.round(multiple)) < STEP).all():
            low[number] = -np.floor(-low[number] / step + STEP) * step
            high[number] = np.floor(high[number] / step + STEP) * step
    return low, high


def kinds(effect: sparse.csr_array) -> tuple[NDArray[np.int64], NDArray[np.int64], FloatArray]:
    """(changes,) a number for those of equal effects; (kinds,) the first of each, and how many there are."""
    if not effect.shape[0]:
        none = np.zeros(0, dtype=np.int64)
        return none, none, np.zeros(0)
    # Equal rows have equal sums under random weights; different ones do not, but for float sums.
    size = abs(effect).max(axis=0).toarray().ravel()
    random = np.random.default_rng(0).uniform(0.5, 1.5, (effect.shape[1], 2))
    mark = effect @ (random / np.where(size > 0, size, 1.0)[:, None])
    _, first, kind, count = np.unique(
        np.round(mark / SAME).astype(np.int64),
        axis=0,
        return_index=True,
        return_inverse=True,
        return_counts=True,
    )
    return kind.ravel().astype(np.int64), first, count.astype(float)


def first_of(kind: NDArray[np.int64], counts: FloatArray) -> NDArray[np.bool_]:
    """(changes,) True for the first so many of each kind."""
    order = np.argsort(kind, kind="stable")
    size = np.bincount(kind, minlength=len(counts))
    place = np.arange(len(kind)) - (np.cumsum(size) - size)[kind[order]]
    taken = np.zeros(len(kind), dtype=bool)
    taken[order] = place < counts[kind[order]]
    return taken
