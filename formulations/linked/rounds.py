"""A layout with its side models: one bound of all parts, prices of the links, and a plan with whole columns.

    min F(x) + C(s)   limits on x,   J[d](x) = e[d](s),   s in S

    L(mu, nu) = min_x [F - mu I - nu J] + support(mu)  +  min_s [C + nu e]

is a bound for all prices mu of limits and nu of links. The first part is the minimum cut as before, the other
the side model with its own bound. The master of column generation holds the relaxation of every side model
beside the layouts, with the links as rows, and its duals are the next prices. The plan is the layout at the
prices of the links, then the best whole solution of the side models beside it.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

import highspy
import numpy as np
from numpy.typing import NDArray

from formulations.column_generation.decomposition import Decomposition
from formulations.column_generation.generation import Generation, Tail, beginning
from formulations.column_generation.graph_cut_structure import choose, outside_structure
from formulations.column_generation.master import Master
from formulations.core.decided import Aim, Term
from formulations.core.indicator import Indicator
from formulations.core.lagrangian import payment
from formulations.core.problem import LayoutProblem, Options
from formulations.core.rows import Prices
from formulations.core.solution import Solution, SolveSettings, Step, Termination, Watch
from formulations.linked.claims import held_to
from formulations.linked.side import LinkedProof, NoSidePlan, Side, SidePlan, Together, link_rows, total
from formulations.linked.siting import Siting
from formulations.linked.stacked import MOST_STRONG, solve_stacked
from formulations.solving import solve_without_sizes
from instances.units.grid import FloatArray, Layout

ROUNDS = 60
"""Rounds of pricing and master at the most."""
QUIET_ROUNDS, NEGLIGIBLE = 4, 0.02
"""So many rounds that each raise the bound by less than this share of what is wanted end them."""
STEEPER_EVERY = 6
"""After so many rounds in which a row is missed, missing it costs ten times as much."""


@dataclass
class Linked:
    """One solve of a layout with side models: what is known so far."""

    problem: LayoutProblem
    sides: Sequence[Side]
    settings: SolveSettings
    watch: Watch
    began: float = field(default_factory=time.monotonic)
    bound: float = -np.inf
    best: Together | None = None
    rounds: int = 0
    wanted: float = 0.0
    proof: LinkedProof | None = None
    refused: NoSidePlan | None = None
    """Why the last layout has no side model beside it."""

    def __post_init__(self) -> None:
        self.sitings = [Siting(side) for side in self.sides]
        self.prices: list[FloatArray] = [np.zeros(len(side.column)) for side in self.sides]
        self.least = [-np.inf for _ in self.sides]
        self.aim = Aim(self.problem, self.settings)

    def take(self, solution: Solution) -> Together | None:
        """The best whole solutions beside the layout of a solution, kept where they are the best so far; None
        where there are none."""
        if solution.layout is None:
            return None
        values = [side.values(solution.layout) for side in self.sides]
        try:
            plans = self._whole(values)
            self.wanted = self._good_enough(solution.layout, plans)
            if any(plan.objective - plan.bound > self._share for plan in plans):
                plans = self._whole(values)
                self.wanted = self._good_enough(solution.layout, plans)
        except NoSidePlan as none:
            self.refused = NoSidePlan(none.name, proven=False, values=self.sides[0].by_seen(values[0])[0])
            return None
        found = Together(solution.layout, plans, total(self.problem, solution.layout, plans), self.bound)
        if self.best is None or found.objective < self.best.objective:
            self.best = found
        self.watch.report(Step("linked", self.seconds(), self.best.objective, self.told(), self.rounds))
        return found

    def _whole(self, values: Sequence[FloatArray]) -> tuple[SidePlan, ...]:
        """The best whole solution of every side model beside what its links have (links,)."""
        settings = replace(self.settings, time_limit=self.remaining())
        return tuple(
            siting.whole(given, self._share, settings, self.watch)
            for given, siting in zip(values, self.sitings, strict=True)
        )

    @property
    def _share(self) -> float:
        """The room of one side model beside a layout, in tCO2e/yr."""
        return self.wanted / 4 / max(1, len(self.sides))

    def _good_enough(self, layout: Layout, plans: Sequence[SidePlan]) -> float:
        """The room of all parts together that a plan like this may have, every side model one of its
        terms."""
        terms = tuple(
            Term(side.name, 1.0, plan.objective - side.idle, abs(side.idle - least))
            for side, plan, least in zip(self.sides, plans, self.least, strict=True)
            if np.isfinite(least)
        )
        return max(self.aim.room(layout, terms, sum(plan.objective for plan in plans)), 1e-6)

    def lift(self, price: Sequence[FloatArray], layout_bound: float, prices: Prices) -> None:
        """Take in what prices of the links (links,) prove, with a bound of the layout at these prices;
        ``prices`` of the limits prove it, or part of it."""
        relaxed = [
            siting.bound(nu, self._share, self.watch) for siting, nu in zip(self.sitings, price, strict=True)
        ]
        parts = [found.bound for found in relaxed]
        proven = min(prices.proves, layout_bound) + sum(parts)
        if np.isfinite(proven) and (self.proof is None or proven > self.proof.bound):
            told = tuple(side.named(found.price) for side, found in zip(self.sides, relaxed, strict=True))
            along = prices.along(self.problem.rows)
            self.proof = LinkedProof(proven, along, tuple(nu.copy() for nu in price), told)
        if not any(nu.any() for nu in price):
            self.least = [max(old, new) for old, new in zip(self.least, parts, strict=True)]
        if layout_bound + sum(parts) > self.bound:
            self.bound = layout_bound + sum(parts)
            self.prices = [nu.copy() for nu in price]

    def lift_whole(self, layout_bound: float) -> None:
        """Take in what whole side models prove at the best prices, with a bound of the layout there: no
        mixture of sites goes below them."""
        share, parts = self._share, []
        settings = replace(self.settings, time_limit=self.remaining())
        for siting, nu in zip(self.sitings, self.prices, strict=True):
            parts.append(siting.whole_bound(nu, share, settings, self.watch))
        self.bound = max(self.bound, layout_bound + sum(parts))

    def at_prices(self, price: Sequence[FloatArray], options: Options | None = None) -> Solution:
        """The layout whose links earn these prices, solved as any other; within other ``options`` where they
        are given."""
        parts = (*self.problem.parts, *self._paid(price))
        problem = replace(self.problem, parts=parts, options=options or self.problem.options)
        settings = replace(self.settings, room=self.wanted / 2, time_limit=self.remaining())
        return solve_without_sizes(problem, settings, replace(self.watch, brief=False))

    def _paid(self, price: Sequence[FloatArray]) -> Iterator[tuple[float, Indicator]]:
        """What the links pay at their prices, as parts of the objective."""
        for side, nu in zip(self.sides, price, strict=True):
            for link, one in zip(side.links(self.problem.today), side.by_seen(nu), strict=True):
                if one.any():
                    yield 1.0, payment(link, one)

    def with_claims(self) -> Solution | None:
        """The layout at the best prices in which all land that whole side models ask there is given to them;
        None where they ask none, or the layout cannot give it."""
        sites = [
            siting.whole_at(nu, self._share, replace(self.settings, time_limit=self.remaining()), self.watch)
            for siting, nu in zip(self.sitings, self.prices, strict=True)
        ]
        asked = [
            (claim.classes, np.append(parts, False)[claim.parts.member])
            for side, x in zip(self.sides, sites, strict=True)
            if x is not None
            for claim, parts in side.asked(x)
        ]
        if not any(units.any() for _, units in asked):
            return None
        options = held_to(self.problem.options, asked)
        if not options.allowed[options.kind].any(axis=1).all():
            return None
        found = self.at_prices(self.prices, options)
        return found if found.layout is not None else None

    def converge(self, begin: Sequence[Layout]) -> list[FloatArray]:
        """Prices of the links, sought in a master that holds layouts and side models; every round may raise
        the bound."""
        links = [link for side in self.sides for link in side.links(self.problem.today)]
        model = Decomposition(replace(self.problem, limits=(*self.problem.limits, *links)))
        rows = link_rows(model.problem.rows, len(self.problem.limits), self.sides)
        price = model.signed(model.initial_duals().price)
        for row, known, side in zip(rows, self.prices, self.sides, strict=True):
            price[row] = known[side.moves()]
        first = beginning(model, (self.problem.today, *begin), price)
        generation = Generation.begun(model, first, price)
        for row, side, siting in zip(rows, self.sides, self.sitings, strict=True):
            _beside(generation.master, model, row, side, siting, self.problem.today)
        tail, before, best = Tail(), -np.inf, list(self.prices)
        for number in range(ROUNDS):
            if self.watch.stop.is_set() or self.remaining() == 0.0:
                break
            measured, layout_bound = model.price(price)
            nu = [_spread(price[row], side) for row, side in zip(rows, self.sides, strict=True)]
            # what a link is worth is counted from today in the master, and from nothing in the side model
            here = sum(
                float(each @ side.values(self.problem.today))
                for each, side in zip(nu, self.sides, strict=True)
            )
            own = model.problem.prices(price)
            self.lift(nu, layout_bound - here, replace(own, proves=layout_bound - here))
            self.rounds += 1
            generation.take(measured)
            generation.mixture = generation.master.solve()
            self.watch.report(Step("bound", self.seconds(), None, self.told(), self.rounds))
            if generation.misses and number % STEEPER_EVERY == STEEPER_EVERY - 1:
                generation.steeper()
            gained = self.bound - before
            before, best = self.bound, list(self.prices)
            left = generation.mixture.value - self.bound
            quiet = tail.quiet_after(gained, left, NEGLIGIBLE * self.wanted)
            if not generation.misses and (quiet >= QUIET_ROUNDS or left < NEGLIGIBLE * self.wanted):
                break
            price = generation.next_price
        return best

    @property
    def room(self) -> float:
        """The distance between the best plan and the bound, in tCO2e/yr."""
        return np.inf if self.best is None else self.best.objective - self.bound

    @property
    def ending(self) -> Termination:
        """Why the search of all parts together ended, whatever that of the layout alone did."""
        if self.room <= self.wanted:
            return Termination.GAP
        if self.watch.stop.is_set():
            return Termination.INTERRUPTED
        return Termination.TIME if self.remaining() == 0.0 else Termination.EXHAUSTED

    def told(self) -> float | None:
        """The bound, None where there is none yet."""
        return self.bound if np.isfinite(self.bound) else None

    def seconds(self) -> float:
        """Seconds since the solve began."""
        return time.monotonic() - self.began

    def remaining(self) -> float | None:
        """Seconds left of the time limit, None where there is none."""
        limit = self.settings.time_limit
        return None if limit is None else max(0.0, limit - self.seconds())


def _spread(price: FloatArray, side: Side) -> FloatArray:
    """(links,) prices of the links that move, 0 for the others."""
    spread = np.zeros(len(side.column))
    spread[side.moves()] = price
    return spread


def _beside(
    master: Master, model: Decomposition, rows: NDArray[np.int64], side: Side, siting: Siting, today: Layout
) -> None:
    """Set a side model's relaxation beside the layouts of a master, tied to them by the links:
    J[d](today) <= J[d](x) - (e[d] - J[d](today)) <= J[d](today)."""
    program = siting.with_pool(side.program)
    highs, base = master.highs, master.highs.getNumCol()
    none = np.zeros(0, dtype=np.int32)
    columns, count = len(program.cost), program.matrix.shape[0]
    # an absent entry of the master is a column from its lower bound on: the links count from today
    highs.addCols(
        columns, program.cost, program.lower, program.upper, 0, np.zeros(columns, np.int32), none, np.zeros(0)
    )
    matrix = program.matrix
    low = np.where(np.isfinite(program.row_lower), program.row_lower, -highspy.kHighsInf)
    high = np.where(np.isfinite(program.row_upper), program.row_upper, highspy.kHighsInf)
    highs.addRows(
        count, low, high, matrix.nnz,
        matrix.indptr[:-1].astype(np.int32), (matrix.indices + base).astype(np.int32), matrix.data,
    )  # fmt: skip
    moving = np.flatnonzero(side.moves())
    here = side.values(today)[moving]
    for row, district, value in zip(rows.tolist(), moving.tolist(), here.tolist(), strict=True):
        place, scale = int(master.limit[row]), float(model.scale[row])
        highs.changeCoeff(place, int(base + side.column[district]), -1.0 / scale)
        # the row reads J - e = 0 then: its bounds lose what today has
        lower, upper = (float(bound[row]) - value for bound in (model.rows.lower, model.rows.upper))
        highs.changeRowBounds(place, lower / scale, upper / scale)


def solve_linked(
    problem: LayoutProblem, sides: Sequence[Side], settings: SolveSettings, watch: Watch, link: bool = True
) -> tuple[Solution, Together | None]:
    """The best layout found with whole solutions of its side models, and a bound of all parts together.

    The solution's objective and bound are those of all parts; its prices those of the limits. Where ``link``
    is False the layout is made alone and the side models after it: the bound is the same kind of bound, at
    the prices of that plan. ``layout`` is None where the limits leave none or none was found;
    ``NoSidePlan`` where a side model has no whole solution beside it.
    """
    run = Linked(problem, sides, settings, watch)
    solution = solve_without_sizes(problem, settings, replace(watch, brief=False))
    if solution.layout is None:
        return solution, None
    run.wanted = max(run.aim.room(solution.layout), 1e-6)
    run.lift(run.prices, solution.bound, solution.prices)
    first = run.take(solution)
    if run.room > run.wanted:
        solution = _nearer(run, first, solution, link)
    best = run.best
    if best is None:
        raise run.refused or NoSidePlan(sides[0].name, proven=False)
    bound = min(run.bound, best.objective)
    told = replace(
        solution,
        layout=best.layout,
        objective=best.objective,
        bound=bound,
        termination=run.ending,
        seconds=run.seconds(),
        iterations=solution.iterations + run.rounds,
        wanted=run.wanted,
        prices=solution.prices if run.proof is None else run.problem.prices(run.proof.prices),
        rounding=None,  # of the problem with links
    )
    return told, replace(best, bound=bound, least=tuple(run.least), proof=run.proof)


def _nearer(run: Linked, first: Together | None, alone: Solution, link: bool) -> Solution:
    """Bring plan and bound nearer to each other, or find a layout beside which the side models have a whole
    solution where ``first`` is None; the solution whose layout the plan has."""
    small, _ = choose(run.problem)
    few = all(side.strong.shape[0] <= MOST_STRONG for side in run.sides)
    stacked = (small == "exact" and few) or bool(outside_structure(run.problem))
    if link and stacked and run.problem.whole is None:
        if not outside_structure(run.problem) and alone.layout is not None:
            run.converge([alone.layout])  # prices that prove most of it without a solver
            if run.room <= run.wanted:
                return alone
        settings = replace(run.settings, room=0.75 * run.wanted, time_limit=run.remaining())
        layout, bound = solve_stacked(run.problem, run.sitings, settings, run.watch)
        run.bound = max(run.bound, bound)
        found = None if layout is None else replace(alone, layout=layout)
        if layout is None or found is None or not run.problem.holds(layout):
            return alone
        return found if run.take(found) is run.best else alone
    if first is None:
        return alone
    price: list[FloatArray] = [
        plan.price * side.moves() for plan, side in zip(first.plans, run.sides, strict=True)
    ]
    if link:
        run.prices = price
        price = run.converge([first.layout])
    priced = run.at_prices(price)
    run.lift(price, priced.bound, priced.prices)
    better = run.take(priced) if link else None
    given = run.with_claims() if link and run.room > run.wanted else None
    if given is not None and run.take(given) is run.best:
        return given
    if link and run.room > run.wanted and all((a == b).all() for a, b in zip(price, run.prices, strict=True)):
        run.lift_whole(priced.bound)
    return priced if better is not None and better is run.best else alone
