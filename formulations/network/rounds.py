"""A plan whose network connects: rounds of layout problems, each linear near the layout of the one before.

The functional mesh is no sum over units, so it is replaced by what it is near a layout: a cell term for every
unit (``linearise``) and a bundle for every corridor worth its land (``corridors``). That is a layout problem
like any other, solved with its own proof; then the mesh is counted anew on the map. The best plan of all
rounds is kept by its true value. Every round is proven, the whole is a heuristic.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from formulations.core.lagrangian import alone, lagrangian
from formulations.core.problem import LayoutProblem
from formulations.core.rows import Prices
from formulations.core.solution import Solution, SolveSettings, Step, Termination, WarmStart, Watch
from formulations.network.corridors import NO_CORRIDORS, Corridors, corridors
from formulations.network.functional_mesh import FunctionalMesh
from formulations.network.held import held_of, holding
from formulations.network.linearise import Near, near
from formulations.network.offered import near_indicator
from formulations.network.widths import squares_of
from instances.units.grid import FloatArray, Layout

ROUNDS, BUILT = 14, 3
"""Rounds at the most; and, where new land has a least size, so many in which it is kept, after rounds in
which it is not and whose best plan is built: to keep it takes most of the time and says little of what to
link. Where rounds are brief there is none (on Dongguan it came out 1,000 t/yr worse), or one where that plan
cannot be built."""
BUILDS, SMALL_LOSS = 3, 0.005
"""Most plans that are built of a draft, and the share of what the mesh is worth that sizes must cost, and
another plan save, for one more: what units are worth near a draft says little of a way that gives up many of
them. On Dongguan of 100 m the first has 6,497 ha, the second 7,007, the third 7,215, more than the draft."""
STALLED = 3
"""Rounds in a row that brought next to nothing after which no other is begun; one that changed next to
nothing counts twice, as one that is worse may lead to a better one."""
NEXT_TO_NOTHING = 0.002
"""Share of what the mesh is worth."""
SHARE, SMALL_SHARE = 0.01, 0.05
"""Share of what the mesh is worth to which every round is solved, and the same where it is not brief: at 0.01
Dongguan of 300 m takes three times as long for a mesh larger by a hundredth."""

LEAST_ROOM = 1e-6
"""Share of a round's objective that no round is proven below."""
ROUND_SECONDS, TIMES_PLAIN = 10.0, 3.0
"""No round takes longer than so many seconds, or so many times what solving without the network took: small
problems, which go to HiGHS whole, may be hard to prove to a gap that is small against the mesh alone."""
BRIEF_CHOICES = 100_000
"""Choices beyond one a unit from which on rounds are brief. Smaller problems need HiGHS for a plan at all:
brief rounds left Dongguan of 300 m with two thirds of the mesh that others reach."""

Solver = Callable[[LayoutProblem, SolveSettings, Watch, WarmStart | None], Solution]
Builder = Callable[[LayoutProblem, Solution, SolveSettings, Watch], Solution]


class Means(NamedTuple):
    """What rounds are made with: ``solve`` leaves the plan of a layout problem, ``build`` makes one that
    keeps least sizes of one that does not."""

    solve: Solver
    build: Builder


@dataclass(frozen=True)
class Round:
    """One round: the functional mesh of its layout in ha, the objective with the true mesh, in tCO2e/yr, and
    how many corridors were offered in it."""

    mesh_ha: float
    objective: float
    corridors: int


@dataclass(frozen=True)
class Drafted:
    """The plan found best without least sizes: its round, and its new land under the rules and how much of it
    lies in pieces that are too small, in ha."""

    round: Round
    new_ha: float
    below_ha: float


@dataclass(frozen=True, eq=False)
class Connected:
    """``solution`` is that of the round whose plan is best, its objective and bound those of its linear
    problem; ``mesh_ha`` is the plan's functional mesh, ``objective`` the true one with it (tCO2e/yr).
    ``posed`` is that linear problem. ``plain`` is what solving without the network left; where it has no
    layout nothing else is there."""

    solution: Solution
    mesh_ha: float
    objective: float
    posed: LayoutProblem
    plain: Solution
    rounds: tuple[Round, ...] = ()
    held: NDArray[np.bool_] | None = None
    """(units,) True in corridors that stay as wide as they are; None where there are none."""
    drafted: Drafted | None = None
    """The best plan of rounds without least sizes; None where none are asked for."""


def connect(
    problem: LayoutProblem,
    mesh: FunctionalMesh,
    weight: float,
    settings: SolveSettings,
    watch: Watch,
    means: Means,
    warm_start: WarmStart | None = None,
    plain: Solution | None = None,
) -> Connected:
    """The plan of ``problem`` found best where every ha of functional mesh is worth ``weight`` (> 0, in
    tCO2e/yr) besides; ``plain`` is what solving left without the network, where that is known."""
    return _Rounds(problem, mesh, weight, settings, watch, means).run(warm_start, plain)


class _Begun(NamedTuple):
    """Where rounds begin: near which layout, with which corridors, and what the solve before has left."""

    here: Near
    layout: Layout
    offered: Corridors
    warm_start: WarmStart | None


class _Rounds:
    def __init__(
        self,
        problem: LayoutProblem,
        mesh: FunctionalMesh,
        weight: float,
        settings: SolveSettings,
        watch: Watch,
        means: Means,
    ) -> None:
        self.problem, self.mesh, self.weight = problem, mesh, weight
        self.settings, self.watch, self.means = settings, watch, means
        self.began = time.perf_counter()
        self.told: list[Round] = []
        open_to = problem.options.allowed.sum(axis=1) - 1
        self.brief = int(open_to[problem.options.kind].sum()) > BRIEF_CHOICES
        self.plain_seconds = 0.0
        self.drafted: Drafted | None = None
        self.held = np.zeros(len(problem), dtype=bool)

    def run(self, warm_start: WarmStart | None, plain: Solution | None) -> Connected:
        if plain is None:
            plain = self.means.solve(self.problem, self.settings, self._quietly(), warm_start)
            warm_start = plain.warm_start
        self.plain_seconds = plain.seconds
        if plain.layout is None:
            return Connected(plain, 0.0, np.inf, self.problem, plain)
        best = self._tell(self.problem, plain, near(self.mesh, plain.layout), 0)[0]
        # Today's land shows what could be joined; a plan without the network has given some of that away.
        start, most = self._begun(self.problem.today, plain.prices, warm_start), ROUNDS
        if self.problem.sizes:
            # Where pieces are grown or go back costs most of the time, and says little of what to link.
            free = replace(self.problem, sizes=None)
            draft = self._follow(free, start, replace(best, objective=np.inf), ROUNDS)
            if draft.solution.layout is not None and draft.objective < np.inf:
                built, here = self._built(draft, draft.solution.layout)
                best = min(best, built, key=lambda each: each.objective)
                most = BUILT if not self.brief else int(best is not built)
                mixed = draft.solution
                offered = self._corridors(here, draft.solution.layout, mixed.prices) if most else NO_CORRIDORS
                start = _Begun(here, draft.solution.layout, offered, mixed.warm_start)
        best = self._follow(self.problem, start, best, most)
        return replace(best, plain=plain, rounds=tuple(self.told), drafted=self.drafted)

    def _built(self, draft: Connected, layout: Layout) -> tuple[Connected, Near]:
        """The best plan (units,) of rounds without least sizes, made to keep them by what units are worth
        near it; of infinite objective where it could not be. Where sizes cost the network much it is built
        again by what units are worth near it or near a plan built from it, whichever is more."""
        here = known = near(self.mesh, layout)
        best = replace(draft, objective=np.inf)
        for _ in range(BUILDS):
            posed, built = self._build(draft, layout, known)
            if built.layout is None:
                break
            found, there = self._tell(posed, built, near(self.mesh, built.layout), 0)
            gained, least = best.objective - found.objective, SMALL_LOSS * self.weight * here.mesh_ha
            best = found if gained > 0 else best
            if min(gained, best.objective - draft.objective) <= least or self._ended():
                break
            known = known.at_least(there)
        return best, here

    def _build(self, draft: Connected, layout: Layout, here: Near) -> tuple[LayoutProblem, Solution]:
        """A draft's layout (units,) made to keep least sizes by what units are worth ``here``; without a
        layout where that could not be."""
        term = near_indicator(self.mesh, here, NO_CORRIDORS)
        problem = holding(self.problem, self.mesh, self.held)
        posed = replace(problem, parts=(*problem.parts, (-self.weight, term)))
        settings = self._settings(here, posed.objective.evaluate(layout))
        built = self.means.build(posed, draft.solution, settings, self._quietly())
        if built.layout is None or built.patched is None:
            return posed, replace(built, layout=None)
        patched, known = built.patched, Round(draft.mesh_ha, draft.objective, 0)
        self.drafted = Drafted(known, patched.new_ha[0], patched.below_ha[0])
        return posed, built if patched.kept else replace(built, layout=None)

    def _begun(self, layout: Layout, prices: Prices, warm_start: WarmStart | None) -> _Begun:
        here = near(self.mesh, layout)
        offered = NO_CORRIDORS
        if layout is not self.problem.today or squares_of(self.mesh) is not None:
            offered = self._corridors(here, layout, prices)
        return _Begun(here, layout, offered, warm_start)

    def _follow(self, problem: LayoutProblem, start: _Begun, best: Connected, most: int) -> Connected:
        """The best of ``best`` and of at most so many rounds of a problem from a layout on."""
        here, layout, offered, warm_start = start
        quiet = done = 0
        while done < most and quiet < STALLED and not self._ended():
            posed, solution = self._round(problem, here, layout, offered, warm_start)
            if solution.layout is None:
                break
            still = bool((solution.layout == layout).all())
            layout, warm_start = solution.layout, solution.warm_start
            self.held |= held_of(self.mesh, offered, layout)
            found, here = self._tell(posed, solution, near(self.mesh, layout), len(offered.link))
            gained = best.objective - found.objective
            little = NEXT_TO_NOTHING * self.weight * here.mesh_ha
            quiet = 0 if gained > little else quiet + (2 if gained > -little else 1)
            # A round that is worse goes on all the same: from the best so far it would only come back.
            best, done = found if gained > 0 else best, done + 1
            # Where time is over nothing is said: with what prices now offer the next one may find more.
            if still and solution.termination is not Termination.TIME:
                break
            if done < most and quiet < STALLED:
                offered = self._corridors(here, layout, solution.prices)
        return best

    def _round(
        self,
        problem: LayoutProblem,
        here: Near,
        layout: Layout,
        offered: Corridors,
        warm_start: WarmStart | None,
    ) -> tuple[LayoutProblem, Solution]:
        term = near_indicator(self.mesh, here, offered)
        problem = holding(problem, self.mesh, self.held)
        posed = replace(problem, parts=(*problem.parts, (-self.weight, term)))
        settings = self._settings(here, posed.objective.evaluate(layout))
        return posed, self.means.solve(posed, settings, self._quietly(), warm_start)

    def _tell(
        self, posed: LayoutProblem, solution: Solution, here: Near, corridors: int
    ) -> tuple[Connected, Near]:
        """What a round has found, told to whoever watches."""
        if solution.layout is None:
            raise ValueError("a round without a layout has nothing to tell")
        objective = self.problem.objective.evaluate(solution.layout) - self.weight * here.mesh_ha
        self.told.append(Round(here.mesh_ha, objective, corridors))
        least = min(each.objective for each in self.told)
        self.watch.report(Step("network", self._spent(), least, None, len(self.told)))
        return Connected(solution, here.mesh_ha, objective, posed, solution, held=self.held.copy()), here

    def _corridors(self, here: Near, layout: Layout, prices: Prices) -> Corridors:
        return corridors(self.mesh, here, self._price(here, layout, prices), self.weight)

    def _price(self, here: Near, layout: Layout, prices: Prices) -> FloatArray:
        """(units,) the cost of joining the network, all others as they are: Lagrangian cost less what the
        unit's own area adds; inf where it may not join, 0 inside."""
        options, member = self.problem.options, self.mesh.member
        may = np.logical_or.reduce(options.allowed[:, member], axis=1)[options.kind]
        found = np.where(member[layout], 0.0, np.inf)
        units = np.flatnonzero(may & ~member[layout])
        cost = alone(lagrangian(self.problem, prices), layout, units, options.classes)
        cost = np.where(options.allowed[options.kind[units]], cost, np.inf)
        sources = self.mesh.sources
        own = self.weight * here.area_worth[units, None] * (member if sources is None else sources.member)
        joined, apart = (cost - own)[:, member].min(axis=1), cost[:, ~member].min(axis=1)
        with np.errstate(invalid="ignore"):
            found[units] = joined - apart
        return found

    def _settings(self, here: Near, linear: float) -> SolveSettings:
        """The settings of a round: a gap that is small against what the mesh is worth, and the time left.
        ``linear`` is the round's objective at the layout that it begins with, in tCO2e/yr."""
        worth = self.weight * max(here.mesh_ha, *(each.mesh_ha for each in self.told))
        room = max((SHARE if self.brief else SMALL_SHARE) * worth, LEAST_ROOM * abs(linear))
        left = max(ROUND_SECONDS, TIMES_PLAIN * self.plain_seconds)
        if self.settings.time_limit is not None:
            left = min(left, max(0.5, self.settings.time_limit - self._spent()))
        return replace(self.settings, room=room, time_limit=left)

    def _quietly(self) -> Watch:
        return Watch(stop=self.watch.stop, brief=self.brief)

    def _spent(self) -> float:
        return time.perf_counter() - self.began

    def _ended(self) -> bool:
        limit = self.settings.time_limit
        return self.watch.stop.is_set() or (limit is not None and self._spent() >= limit)
