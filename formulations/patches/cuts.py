"""Least sizes exactly, on problems small enough for HiGHS: cuts where a layout breaks one, until none does.

A unit i that is new land of class k lies in a piece that is large enough. A set P of units around i, hanging
together and smaller than that, cannot hold the whole piece, so that a unit beside P is of class k too:

    x_ik  <=  sum of x_jk over the units j beside P that may be k

Every layout that keeps the sizes keeps this (for projects with units that may be new land of k), and a layout
that breaks a size breaks it for P the piece itself. So the program with the cuts found so far has a true
bound, and its solution is best once it breaks none (the separators of connectivity models: Carvajal et al.
2013, Operations Research 61). The cuts of single units, P = {i}, stand in it from the beginning: where two
units are a piece, they are all there is, and the relaxation is next to whole.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from formulations.core.patch_sizes import PatchSizes
from formulations.core.problem import LayoutProblem
from formulations.core.solution import SolveSettings, Termination, Watch
from formulations.exact.highs import solve
from formulations.exact.presolve import Reduction, reduce_problem
from formulations.exact.program import Program, layout_program, limit_rows, tightened
from formulations.patches.ground import neighbours
from formulations.patches.repair import strictest
from instances.rules.patch_pieces import Pieces, pieces
from instances.units.grid import FloatArray, Layout

CHOICES = 4_000
"""Most choices of a problem that is decided exactly."""
SAME = 1e-9
"""Share of the objective by which layouts that are as good may differ."""
ROUNDS = 60
"""Most rounds of cuts."""


@dataclass(frozen=True, eq=False)
class Decided:
    """The best layout that keeps limits and sizes, None where none was found; ``bound`` holds for all that
    do, and is infinite where there is proven to be none."""

    layout: Layout | None
    bound: float


def small_enough(problem: LayoutProblem) -> bool:
    """Whether a problem has so few choices that it is decided exactly."""
    return choices(problem) <= CHOICES


def choices(problem: LayoutProblem) -> int:
    """How many choices the units have that have more than one."""
    several = problem.options.allowed.sum(axis=1)
    open_units = several[problem.options.kind]
    return int(open_units[open_units > 1].sum())


def decided(
    problem: LayoutProblem,
    sizes: PatchSizes,
    first: Layout,
    settings: SolveSettings,
    watch: Watch,
    left: Callable[[], float],
) -> Decided:
    """Rounds of HiGHS and cuts, until no size is broken or the time is over; of layouts as good the one that
    differs least from ``first``."""
    program, cutter = _begun(problem, sizes)
    best, bound, program = _rounds(program, cutter, settings, watch, left)
    if best is None or not problem.holds(best):
        return Decided(None, bound)
    apart = _nearest(program, problem, cutter.reduction, best, first)
    near, _, _ = _rounds(apart, cutter, settings, watch, left)
    if near is not None and problem.holds(near):
        cost, most = problem.objective.evaluate(near), problem.objective.evaluate(best)
        best = near if cost <= most + SAME * max(1.0, abs(most)) else best
    return Decided(best, bound)


def settled(
    part: LayoutProblem,
    sizes: PatchSizes,
    plan: Layout | None,
    settings: SolveSettings,
    watch: Watch,
    left: Callable[[], float],
) -> Layout | None:
    """The best layout of a part of a problem, begun from a plan of it that keeps limits and sizes; None where
    none was found that does."""
    program, cutter = _begun(part, sizes)
    start = None if plan is None else cutter.reduction.solution(plan)
    found, _, _ = _rounds(program, cutter, settings, watch, left, start)
    return found if found is not None and part.holds(found) else None


def _begun(problem: LayoutProblem, sizes: PatchSizes) -> tuple[Program, _Cutter]:
    """The program of a problem with the cuts of single units, and who finds further ones."""
    reduction = reduce_problem(problem)
    program = layout_program(reduction)
    program = tightened(program, limit_rows(reduction, program), reduction.allowance)
    return with_single_cuts(program, problem, sizes, reduction), _Cutter(problem, sizes, reduction)


def _rounds(
    program: Program,
    cutter: _Cutter,
    settings: SolveSettings,
    watch: Watch,
    left: Callable[[], float],
    start: FloatArray | None = None,
) -> tuple[Layout | None, float, Program]:
    """The best layout that breaks no size, the bound, infinite where there is none, and the program with all
    cuts; ``start`` (columns,) is a point that breaks none."""
    bound = -np.inf
    for _ in range(ROUNDS):
        seconds = left()
        if seconds <= 0:
            break
        asked = replace(settings, time_limit=seconds if np.isfinite(seconds) else None)
        outcome = solve(program, asked, Watch(stop=watch.stop), start=start, stage="patches")
        if outcome.termination is Termination.INFEASIBLE:
            return None, np.inf, program
        bound = max(bound, outcome.bound)
        if outcome.x is None:
            break
        layout = cutter.reduction.layout(outcome.x)
        cuts = cutter.broken(layout)
        if not len(cuts.bound):
            return layout, bound, program
        shape = (len(cuts.bound), len(program.cost))
        rows = sparse.csr_array((cuts.value, (cuts.row, cuts.column)), shape=shape)
        program = _with(program, rows, np.array(cuts.bound))
    return None, bound, program


def _nearest(
    program: Program, problem: LayoutProblem, reduction: Reduction, best: Layout, first: Layout
) -> Program:
    """The program whose layouts are as good as the best and differ from the first on as little land as can
    be."""
    most = problem.objective.evaluate(best)
    row = sparse.csr_array(program.cost[None, :])
    apart = np.zeros(len(program.cost))
    apart[: len(reduction.unit)] = problem.areas[reduction.unit] * (first[reduction.unit] != reduction.klass)
    return replace(
        program,
        cost=apart,
        offset=0.0,
        matrix=sparse.csr_array(sparse.vstack([program.matrix, row], format="csr")),
        row_lower=np.append(program.row_lower, -np.inf),
        row_upper=np.append(program.row_upper, most - program.offset + SAME * max(1.0, abs(most))),
    )


@dataclass(frozen=True, eq=False)
class _Cuts:
    """Rows over the columns of the program, each at most its bound."""

    row: list[int]
    column: list[int]
    value: list[float]
    bound: list[float]


def _with(program: Program, rows: sparse.csr_array, upper: FloatArray) -> Program:
    """The program with further rows (rows, columns), each at most its bound."""
    return replace(
        program,
        matrix=sparse.csr_array(sparse.vstack([program.matrix, rows], format="csr")),
        row_lower=np.concatenate([program.row_lower, np.full(len(upper), -np.inf)]),
        row_upper=np.concatenate([program.row_upper, upper]),
    )


def with_single_cuts(
    program: Program, problem: LayoutProblem, sizes: PatchSizes, reduction: Reduction
) -> Program:
    """The program with the cuts of single units: new land of a class has a neighbour of that class, wherever
    the unit alone is too small."""
    today, edges = problem.today, sizes.grid.edges
    may = problem.options.allowed[problem.options.kind]
    place = np.full(may.shape, -1, dtype=np.int32)
    place[reduction.unit, reduction.klass] = np.arange(len(reduction.unit), dtype=np.int32)
    one = np.concatenate([edges.first, edges.second])
    other = np.concatenate([edges.second, edges.first])
    entries, count = [(np.zeros(0), np.zeros(0, np.int64), np.zeros(0, np.int64))], 0
    for rule in strictest(sizes):
        k = rule.classes[0]
        cut = (place[:, k] >= 0) & (today != k) & (sizes.grid.area_ha < rule.least_ha)
        beside = may[:, k] & (today != k) if rule.project else may[:, k]
        both = cut[one] & beside[other]
        i, j = one[both], other[both]
        cut[i[place[j, k] < 0]] = False  # beside land that is of the class whatever is decided
        j, i = j[cut[i]], i[cut[i]]
        units = np.flatnonzero(cut)
        row = np.full(len(cut), -1, dtype=np.int64)
        row[units] = count + np.arange(len(units))
        entries.append((np.ones(len(units)), row[units], place[units, k].astype(np.int64)))
        entries.append((np.full(len(i), -1.0), row[i], place[j, k].astype(np.int64)))
        count += len(units)
    value, row, column = (np.concatenate(part) for part in zip(*entries, strict=True))
    rows = sparse.csr_array((value, (row, column)), shape=(count, len(program.cost)))
    return _with(program, rows, np.zeros(count))


class _Cutter:
    """Finds the cuts that a layout breaks."""

    def __init__(self, problem: LayoutProblem, sizes: PatchSizes, reduction: Reduction) -> None:
        self.problem, self.sizes, self.reduction = problem, sizes, reduction
        self.rules = strictest(sizes)
        self.allowed = problem.options.allowed[problem.options.kind]
        self.start, self.near, _ = neighbours(sizes.grid)
        self.place = np.full(self.allowed.shape, -1, dtype=np.int64)
        self.place[reduction.unit, reduction.klass] = np.arange(len(reduction.unit))

    def broken(self, layout: Layout) -> _Cuts:
        """A cut for every new unit in a piece that is too small: by the piece, and by the largest set around
        it that is still smaller than the least size and touches no other land of the class."""
        cuts = _Cuts([], [], [], [])
        for rule in self.rules:
            found = pieces(rule, rule.classes[0], layout, self.problem.today, self.sizes.grid)
            for number in np.flatnonzero(found.small):
                self._piece(found, np.flatnonzero(found.of == number), layout, cuts)
        return cuts

    def _piece(self, found: Pieces, piece: NDArray[np.int64], layout: Layout, cuts: _Cuts) -> None:
        k, today = found.k, self.problem.today
        may = self.allowed[:, k] & ((today != k) if found.rule.project else True)
        new = piece[today[piece] != k]
        for around in (piece, self._wider(piece, found.rule.least_ha, may, layout, k)):
            beside = self._beside(around, may)
            for i in new.tolist():
                self._cut(i, beside, k, cuts)
            if len(around) == len(piece):
                break

    def _beside(self, around: NDArray[np.int64], may: NDArray[np.bool_]) -> NDArray[np.int64]:
        near = np.concatenate([self.near[self.start[i] : self.start[i + 1]] for i in around.tolist()])
        return np.setdiff1d(near[may[near]], around)

    def _wider(
        self, piece: NDArray[np.int64], least: float, may: NDArray[np.bool_], layout: Layout, k: int
    ) -> NDArray[np.int64]:
        """The set grown from the piece by units beside it, as long as it is smaller than the least size and
        no other land of the class lies in it or beside it."""
        area = self.sizes.grid.area_ha
        around, size = piece, float(area[piece].sum())
        own = np.zeros(len(layout), dtype=bool)
        own[piece] = True
        other = (layout == k) & may & ~own
        for j in self._beside(piece, may).tolist():
            if size + area[j] < least and not other[self.near[self.start[j] : self.start[j + 1]]].any():
                around, size = np.append(around, j), size + float(area[j])
        return around

    def _cut(self, i: int, beside: NDArray[np.int64], k: int, cuts: _Cuts) -> None:
        """x_ik - sum x_jk <= 0; a unit that is locked as new land of the class counts as 1."""
        number = len(cuts.bound)
        columns = self.place[beside, k]
        own = int(self.place[i, k])
        for column, value in [(int(column), -1.0) for column in columns if column >= 0] + [(own, 1.0)]:
            if column >= 0:
                cuts.row.append(number)
                cuts.column.append(column)
                cuts.value.append(value)
        cuts.bound.append(0.0 if own >= 0 else -1.0)
