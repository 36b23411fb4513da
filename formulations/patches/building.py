"""A plan that can be built: every piece of new land as large as asked, limits met, at the least cost found.

Least sizes are no limits that prices could hold. The plan found without them is therefore repaired: pieces
that are too small grow or return at the prices of the limits (``repair``), and whole moves meet the limits
again (``balance``), in turn. Where pieces are of few units, the relaxation with sizes says what to begin
from, at which prices, and which choices are worth deciding afresh (``relaxed``). The bound of the solve
holds: it is one of every layout that keeps limits and options, those that keep the sizes among them. What the
sizes cost is at most the plan's distance to it. Small problems are decided exactly instead (``cuts``), and
their bound with them.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from formulations.column_generation.knapsack import choose
from formulations.core.merging import merged
from formulations.core.patch_sizes import Patched, PatchSizes
from formulations.core.problem import LayoutProblem
from formulations.core.rows import Prices
from formulations.core.solution import Solution, SolveSettings, Step, WarmStart, Watch
from formulations.patches.balance import Moves, balanced, effects_of
from formulations.patches.cuts import decided, settled, small_enough
from formulations.patches.ground import ground, types_of
from formulations.patches.relaxed import Relaxed, of_few_units, relaxed
from formulations.patches.repair import repaired, strictest
from instances.rules.patch_pieces import new_land, pieces
from instances.units.grid import FloatArray, Layout

PATIENCE = 2
"""Turns in a row in which single units left limits missed, after which whole pieces take part in one."""
SETTLED = 2_000
"""Choices that HiGHS decides afresh after a relaxation."""
SETTLE_S = 60.0
"""Longest that it may take for that; two seconds are usual."""
RELAXATIONS = 3
"""Most relaxations; each knows better than the one before which choices matter. A brief solve has one."""
TURNS, FEW_TURNS = 16, 6
"""Most turns of repair and balance, and most of those after a relaxation, which leaves little to do."""
SECONDS = 60.0
"""Longest that HiGHS may take for one choice of moves or a relaxation: a second is usual."""
OPEN = 0.01
"""Share of the distance asked for that a small problem may leave open."""
EXACT_S = 10.0
"""Longest that a small problem is decided exactly."""
MOST_S = 300.0
"""Longest that a plan is built; a million cells take five seconds."""
LAST_S = 5.0
"""Seconds that remain for it where the search was stopped, or its time is over."""
WORTHWHILE, OF_ASKED = 0.02, 0.01
"""Shares of what the sizes cost so far, and of the distance asked for, that a further turn must save; where
single units save less, whole pieces are tried once more."""


def built(
    problem: LayoutProblem,
    solution: Solution,
    settings: SolveSettings,
    watch: Watch,
    known: Sequence[Layout] = (),
) -> Solution:
    """The solution with a plan that keeps the least sizes, and ``patched`` telling what that changed; none
    worse than those of the layouts ``known`` that keep sizes and limits.

    Where no such plan is found that keeps the limits as well, as many pieces as the limits let return have
    returned, and ``patched.kept`` is false. The bound and the prices stay what they are.
    """
    sizes, first = problem.sizes, solution.layout
    if sizes is None or first is None:
        return solution
    if problem.whole is not None:
        small = merged(problem)
        begun = replace(solution, layout=small.shrink(first), warm_start=WarmStart())
        shrunk = [small.shrink(each) for each in known if small.keeps(each)]
        kept = small.solution(built(small.problem, begun, settings, watch, shrunk))
        return replace(kept, warm_start=solution.warm_start)
    began = time.perf_counter()
    # Who stops the search, or gave it little time, still wants a plan that can be built: a moment's work.
    if watch.stop.is_set():
        watch, most = Watch(watch.report), LAST_S
    elif settings.time_limit is not None:
        most = min(MOST_S, max(LAST_S, settings.time_limit - solution.seconds))
    else:
        most = MOST_S

    def left() -> float:
        return 0.0 if watch.stop.is_set() else most - (time.perf_counter() - began)

    plan, bound = first, solution.bound
    if not sizes.kept(first, problem.today):
        watch.report(Step("patches", solution.seconds, solution.objective, solution.bound))
        able = [each for each in known if problem.holds(each) and sizes.kept(each, problem.today)]
        found, proven = _found(problem, solution, first, able, settings, watch, left)
        plan = found if found is not None else _partly(problem, sizes, first)
        # Where no layout keeps limits and sizes, the bound is one of those that keep the limits.
        bound = max(bound, proven) if found is not None else bound
    before, objective = problem.objective.evaluate(first), problem.objective.evaluate(plan)
    seconds = time.perf_counter() - began
    one, other = _told(problem, sizes, first), _told(problem, sizes, plan)
    return replace(
        solution,
        layout=plan,
        objective=objective,
        bound=min(bound, objective),
        seconds=solution.seconds + seconds,
        timings={**solution.timings, "patches": seconds},
        patched=Patched((one[0], other[0]), (one[1], other[1]), objective - before, float(solution.bound)),
    )


def _found(
    problem: LayoutProblem,
    solution: Solution,
    first: Layout,
    known: Sequence[Layout],
    settings: SolveSettings,
    watch: Watch,
    left: Callable[[], float],
) -> tuple[Layout | None, float]:
    """The best layout found that keeps sizes and limits, None where none was found, and a bound of all that
    do, infinite where there is proven to be none."""
    sizes = problem.sizes
    if sizes is None:
        return first, -math.inf
    enough = OF_ASKED * solution.wanted if 0 < solution.wanted < math.inf else 0.0
    building = _Building(problem, sizes, first, enough, settings, watch, left)
    for each in known:
        building.offer(each)
    found = building.run(solution.prices)
    if not small_enough(problem):
        return found, building.bound
    began, least = time.perf_counter(), math.inf if found is None else problem.objective.evaluate(found)
    # Of what was asked of the whole: the objective may be thousands of times what is decided.
    room = OPEN * solution.wanted if 0 < solution.wanted < math.inf else None
    exact = decided(
        problem,
        sizes,
        first,
        replace(settings, room=room),
        watch,
        lambda: min(left(), EXACT_S - (time.perf_counter() - began)),
    )
    if exact.layout is not None and problem.objective.evaluate(exact.layout) <= least:
        return exact.layout, max(exact.bound, building.bound)
    return found, max(exact.bound, building.bound)


class _Building:
    """A plan built from the one found without sizes: by turns of repair and balance, from that plan or from
    what the relaxation with sizes rounds to; turns that save less than ``enough`` (tCO2e/yr) end them."""

    def __init__(
        self,
        problem: LayoutProblem,
        sizes: PatchSizes,
        first: Layout,
        enough: float,
        settings: SolveSettings,
        watch: Watch,
        left: Callable[[], float],
    ) -> None:
        self.problem, self.sizes, self.first, self.enough = problem, sizes, first, enough
        self.settings, self.watch, self.left = settings, watch, left
        self.types = types_of(problem)
        self.floor = problem.objective.evaluate(first)
        self.best: Layout | None = None
        self.least, self.bound = math.inf, -math.inf

    def run(self, prices: Prices) -> Layout | None:
        """The best layout found that keeps sizes and limits; None where none was found."""
        if of_few_units(self.sizes, self.sizes.below(self.first, self.problem.today)):
            self._relaxations(prices)
        if self.best is None:
            self._turns(self.first, prices, TURNS)
        return self.best

    def offer(self, layout: Layout) -> None:
        """Take a layout that keeps sizes and limits, where it is the best so far."""
        objective = self.problem.objective.evaluate(layout)
        if objective < self.least:
            self.best, self.least = layout, objective

    def _relaxations(self, prices: Prices) -> None:
        """Plans from relaxations, each over what the plan before it and its prices say matters."""
        plans = [self.first] if self.best is None else [self.first, self.best]
        for _ in range(1 if self.watch.brief else RELAXATIONS):
            if self.left() <= 0:
                return
            found = relaxed(self.problem, self.sizes, plans, prices, self._within(), self.watch)
            if found is None:
                return
            self.bound = max(self.bound, found.bound)
            last = self._turns(found.layout, found.prices, FEW_TURNS, whole_pieces=False)
            if self.best is None:
                self._settle(found, last)
            if self.best is None:
                return
            worse = math.inf
            while not self.watch.brief and worse - self.least > WORTHWHILE * abs(self.least - self.floor):
                worse = self.least  # a better plan leaves fewer choices with which there may be a better one
                self._settle(found, self.best)
            if found.bound > -math.inf:
                return
            plans, prices = [self.first, self.best], found.prices

    def _settle(self, found: Relaxed, plan: Layout) -> None:
        """A better plan over the choices with which a relaxation says that one may be better."""
        part = found.open_to(self.problem, plan, self.least, SETTLED)
        start = plan if self.best is not None else None
        ends = time.perf_counter() + SETTLE_S
        room = OPEN * max(self.least - self.floor, 0.0) if start is not None else None
        asked = replace(self.settings, room=room)
        better = settled(
            part, self.sizes, start, asked, self.watch, lambda: min(self.left(), ends - time.perf_counter())
        )
        if better is not None:
            self.offer(better)

    def _turns(self, start: Layout, prices: Prices, most: int, whole_pieces: bool = True) -> Layout:
        """Repair and balance in turn, from a layout and at prices, for as long as that brings something;
        where limits are kept already, ``whole_pieces`` come and go as well. The layout of the last turn."""
        problem, stuck, pieces_too = self.problem, 0, False
        land = ground(problem, self.sizes.grid, self.types, prices)
        layout, kept = repaired(problem, self.sizes, land, start)
        known = math.inf
        for _ in range(most):
            if kept and problem.holds(layout):
                self.offer(layout)
                objective = problem.objective.evaluate(layout)
                saved, known = known - objective, min(known, objective)
                if saved < max(WORTHWHILE * abs(objective - self.floor), self.enough):
                    if pieces_too or not whole_pieces:
                        break
                    stuck = PATIENCE
            if self.left() <= 0:
                break
            # Single units cost least and decide in moments; whole pieces where those bring nothing more.
            pieces_too = stuck >= PATIENCE
            moved = balanced(problem, self.types, land, layout, self._within(), self.watch, pieces_too)
            stuck = 0 if pieces_too or problem.holds(moved) else stuck + 1
            layout, kept = repaired(problem, self.sizes, land, moved)
        return layout

    def _within(self) -> SolveSettings:
        return replace(self.settings, time_limit=min(SECONDS, self.left()))


def _partly(problem: LayoutProblem, sizes: PatchSizes, first: Layout) -> Layout:
    """The layout with as many of the pieces that are too small returned as the limits allow, by area."""
    today = problem.today
    may = problem.options.allowed[problem.options.kind, today]
    layout = first
    for rule in strictest(sizes):
        k = rule.classes[0]
        found = pieces(rule, k, layout, today, sizes.grid)
        mine = found.small[found.of] & (layout == k) & (today != k)
        stays = np.unique(found.of[mine & ~may])
        units = np.flatnonzero(mine & ~np.isin(found.of, stays))
        if len(units) == 0:
            continue
        units = units[np.argsort(found.of[units], kind="stable")]
        _, start = np.unique(found.of[units], return_index=True)
        moves = Moves(
            np.append(start, len(units)), units.astype(np.int32), today[units], np.zeros(len(start))
        )
        area = np.add.reduceat(sizes.grid.area_ha[units], start)
        layout = _returned(problem, layout, moves, area)
    return layout


def _returned(problem: LayoutProblem, layout: Layout, moves: Moves, area: FloatArray) -> Layout:
    """The layout with those moves taken that are most by area, within the limits."""
    rows = len(problem.rows)
    values = problem.values(layout)
    low = np.array([row.lower for row in problem.rows]) - values
    high = np.array([row.upper for row in problem.rows]) - values
    chosen = choose(
        area, effects_of(problem, layout, moves)[:, :rows], np.minimum(low, 0), np.maximum(high, 0)
    )
    picked = np.repeat(chosen, np.diff(moves.start))
    plan = layout.copy()
    plan[moves.units[picked]] = moves.to[picked]
    return plan if problem.holds(plan) else layout


def _told(problem: LayoutProblem, sizes: PatchSizes, layout: Layout) -> tuple[float, float]:
    """New land of the classes with a least size, and that of it in pieces that are too small, in ha."""
    area = sizes.grid.area_ha
    new = new_land(sizes.rules, layout, problem.today)
    return float(area[new].sum()), float(area[sizes.below(layout, problem.today)].sum())
