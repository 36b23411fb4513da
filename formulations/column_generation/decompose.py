"""Column generation: a certified plan for millions of units.

Column generation finds prices of the limits, layouts, and the bound (see ``generation``). The plan is put
together from the layouts that its master mixes, and refined by HiGHS where they differ.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import numpy as np

from formulations.column_generation.afresh import decided_afresh
from formulations.column_generation.approach import approached
from formulations.column_generation.collision import proves_infeasible
from formulations.column_generation.decomposition import Decomposition
from formulations.column_generation.drafting import drafted, mixed_layouts
from formulations.column_generation.exchange import CheapChanges, exchanged
from formulations.column_generation.fixing import chosen_by_district, many_rows_by_district
from formulations.column_generation.generation import Generation, Tail, beginning, typical_price
from formulations.column_generation.master import Mixture
from formulations.column_generation.measure import Measured
from formulations.column_generation.rounding_rows import counted_from, rounded, rounding_of
from formulations.column_generation.search_state import Clock, SearchState, Timer
from formulations.column_generation.whole_layouts import MOST_ROWS, between, mix
from formulations.core.decided import Aim
from formulations.core.problem import LayoutProblem
from formulations.core.solution import Solution, SolveSettings, Termination, WarmStart, Watch
from formulations.exact.model import solve_exact
from formulations.exact.refine import refine
from instances.units.grid import FloatArray, Layout

# What was measured: `python -m benchmarks.tuning`, in docs/engine.md. Numbers that it does not name were not.

NEGLIGIBLE_GAIN = 0.02
"""A round's gain of the bound below this share of the gap asked for is none, and so is what is left of it.
At 0.005 and 0.1 nothing changes."""
STALLED_ROUNDS = 3
"""So many rounds without gain: a first plan is made, or missed limits cost more. 1 and 6 change little."""
TAILING_OFF_ROUNDS = 8
"""So many rounds without gain end column generation: it converges fast at first and tails off. At 4
both demo counties stop too early and take 8 to 11 s instead of about 1 s; at 20 nothing changes."""
PLAN_AT = 0.5
"""Share of the gap asked for, between restricted master and bound, from which on every round makes a plan.
At 0.1 demo counties take 30 to 60 % longer; at 2 one is faster and one slower."""
FARKAS_ROUNDS = (12, 25, 50, 100)  # after so many, Farkas pricing asks if limits still missed can be met
EXCHANGES, IN_VAIN = 60, 10  # most that make a plan better; so many in a row without gain end them
POLISHING, POLISHED = 5, 0.1
"""So many exchanges at a time make a good plan better, while more than this share of what is asked is left
and they take off as much of it. Dongguan of 300 m ends 3 t/yr above its bound instead of 18, for 0.4 s."""
MENDING = 12  # exchanges at most that make a draft keep its limits
ROUNDING_ROUNDS = 20  # at most; Dongguan takes 4 to 7
RENEWED = 10  # after so many exchanges the cheapest changes are sought anew; each counts what they do
TOWARDS = 4  # in one of so many turns pieces of a latest layout are on offer, else single units
REPAIR_UNITS = 3_000
"""Units that HiGHS decides afresh where a recombination misses a limit; refinements start at four times that.
Dongguan takes 1.3 s; with 1,000 units 2.6 s, as one more round is needed, and with 9,000 units 3.4 s."""
REPAIR_SECONDS = 20.0  # such a repair at most
FREE_UNITS = 40_000
"""Units on which mixed whole layouts may differ for HiGHS to decide them. Studies in which everything is open
differ on 200 to 1,500, Dongguan on 3,700, a county of 250,000 units in three stages on 11,000 to 32,000."""
WHOLE_CHOICES = 100_000
"""Choices beyond one a unit up to which the first refinement decides all units afresh: no part can close what
is left then. Dongguan of 300 m has 40,000: HiGHS's cuts lift the bound by 470 t/yr within 4 s."""
LARGEST_STEP = 64_000  # a refinement of more units than this that improved nothing is the last
LARGEST_PART = 110_000  # choices of which HiGHS makes a plan better: a relaxation of 120,000 took it 65 s
REFINEMENT_GROWTH = 4  # factor by which each refinement frees more units than the one before
RECENT_LAYOUTS = 12  # latest layouts of which HiGHS frees the units that differ; at 4 and 36 nothing changes
PART_GAP = 0.25
"""Share of the gap asked for to which repairs and refinements are solved: their error adds to the bound's.
At 0.1 Dongguan takes 1.9 s, at 0.5 it takes 0.8 s instead of 1.3 s; demo counties the same."""


def solve_decompose(
    problem: LayoutProblem, settings: SolveSettings, watch: Watch, warm_start: WarmStart | None = None
) -> Solution:
    """Solve a problem that fits the structure (see ``graph_cut_structure.outside_structure``).

    ``warm_start`` from a similar problem spares the first rounds.
    """
    return _Run(problem, settings, watch).solve(warm_start or WarmStart())


class _Run:
    """One solve: rounds of pricing and master, plans in between."""

    def __init__(self, problem: LayoutProblem, settings: SolveSettings, watch: Watch) -> None:
        self.clock, self.quiet = Clock(settings, watch), watch.quiet()
        self.asked, self.problem, self.settings, self.watch = problem, problem, settings, watch
        self.search, self.turn = SearchState(), 0
        with self._timed("prepare"):
            self.model = Decomposition(problem)
            self.choices = int((problem.options.allowed.sum(axis=1) - 1)[problem.options.kind].sum())
            self.aim = Aim(problem, settings)
            self.districts = many_rows_by_district(problem)

    def solve(self, warm_start: WarmStart) -> Solution:
        """Rounds until the gap is reached, the time is over, or nothing more is to be gained."""
        model, prices, rows = self.model, warm_start.prices, self.problem.rows
        with self._timed("prepare"):
            first = None if prices.know(rows) else model.initial_duals()
            self.price = model.signed(prices.along(rows, None if first is None else first.price))
            begin = beginning(model, (self.problem.today, *warm_start.layouts), self.price)
            for measured in begin:
                self._offer(measured)
            self.size = typical_price(model, begin[0], self.price)
        if self.search.plan is None:
            first = first or model.initial_duals()
            if first.missed and proves_infeasible(self.problem, self.watch):
                self.generation = Generation.begun(model, begin, self.price)
                return self._solution(Termination.INFEASIBLE)
        with self._timed("coarse"):
            known = len(begin) > 1  # a similar problem left layouts, and prices nearer than a copy's
            approach = approached(model, begin, self.price, known, lambda: self.clock.ended() is None)
            self.price = approach.price
        with self._timed("prepare"):
            self.generation = Generation(model, approach.layouts, approach.penalty)
        improving = (self._by_district, self._improve, self._refine)
        steps = (self._rounds, self._round_off, self._between, *improving)
        ended = next(ended for ended in (step() for step in steps) if ended is not None)
        if ended is Termination.GAP and not warm_start.layouts:
            self._polish()
        return self._solution(ended)

    def _rounds(self) -> Termination | None:
        """Price and mix until the plan is good enough (an ending) or the bound has converged (None)."""
        search, generation = self.search, self.generation
        price, tail = self.price, Tail()
        while True:
            ended = self.clock.ended()
            if ended is not None:
                return ended
            search.iterations += 1
            measured = generation.round(price)
            self._offer(measured)
            if search.plan is None and generation.gain > 0:  # by the layout that proves the most so far
                search.wanted = self.aim.room(measured.layout)
            self._prove(generation.bound, generation.price)
            left, asked = generation.left, search.wanted
            quiet = tail.quiet_after(generation.gain, left, NEGLIGIBLE_GAIN * asked)
            self._tell("bound")
            if generation.misses:
                if left < 2 * asked or quiet >= STALLED_ROUNDS:
                    generation.steeper()
                if search.iterations in FARKAS_ROUNDS and proves_infeasible(self.problem, self.watch):
                    return Termination.INFEASIBLE
            else:
                # No plan is better than the mixture: while that is far, one is made for who stops here.
                # Every plan costs a recombination, so not each round makes one.
                if left < PLAN_AT * asked or quiet in (STALLED_ROUNDS, TAILING_OFF_ROUNDS):
                    with self._timed("plan"):
                        self._plan(generation.mixture)
                    if search.good():
                        return Termination.GAP
                if left < NEGLIGIBLE_GAIN * asked or quiet >= TAILING_OFF_ROUNDS:
                    return None
            price = generation.next_price

    def _prove(self, bound: float, price: FloatArray) -> None:
        """Take a bound and the prices (rows,) that prove it: those of limits as they are asked are told."""
        self.search.bound, self.price = max(bound, self.search.bound), price
        if self.problem is self.asked:
            self.search.prices = replace(self.problem.prices(price), proves=bound)
        elif bound >= self.search.bound:
            self.search.rounding = self.rounding(bound, price)

    def _round_off(self) -> Termination | None:
        """The same search with rounding rows, where there are any: a higher bound, and layouts nearer to
        plans; None where no plan is good enough yet."""
        search, before = self.search, self.generation
        with self._timed("rounding"):
            near, rows = counted_from(self.problem, before.best.layout), self.model.rows
            further, what = rounded(self.problem, rows.lower, rows.upper, self.price, near)
            self.rounding = partial(rounding_of, self.asked, near, what)
            if further is self.problem:
                return None
            self.problem, self.model = further, Decomposition(further)
            price = np.concatenate([self.price, np.zeros(len(further.rows) - len(self.price))])
            begin = beginning(
                self.model, (before.best.layout, *(each.layout for each in before.layouts)), price
            )
            self.generation = generation = Generation.begun(self.model, begin, price)
            generation.seconds = before.seconds
            for _ in range(ROUNDING_ROUNDS):
                search.iterations += 1
                self._offer(generation.round(price))
                self._prove(generation.bound, generation.price)
                if generation.left < NEGLIGIBLE_GAIN * search.wanted or self.clock.ended() is not None:
                    break
                price = generation.next_price
            self.size = typical_price(self.model, self.generation.layouts[0], self.price)
            if not generation.misses:
                self._plan(generation.mixture)
        self._tell("plan")
        return Termination.GAP if search.good() else self.clock.ended()

    def _plan(self, mixture: Mixture) -> None:
        """An integer plan from the layouts that the master mixes."""
        dear = np.maximum(np.abs(self.price), self.size)
        self._mend(drafted(self.model, self.generation.layouts, mixture, self.search.plan, dear))

    def _mend(self, draft: Measured) -> None:
        """Offer a draft, after HiGHS has moved the few units by which it misses a limit."""
        search, model = self.search, self.model
        if self.districts and not self._offer(draft):
            search.draft = draft.layout if search.draft is None else search.draft
            for _ in range(STALLED_ROUNDS):
                if search.plan is None:
                    self._turn_by_district()
            draft = model.measure.of(self._base())
        kept = self._offer(draft) or self._exchange(draft.layout, MENDING, until_kept=True)
        if not kept and search.plan is None:
            search.draft = draft.layout
            settings = replace(
                self.settings, room=PART_GAP * search.wanted, time_limit=self.clock.seconds(REPAIR_SECONDS)
            )
            recent = self._recent()
            mended = refine(self.problem, draft.layout, recent, REPAIR_UNITS, settings, self.quiet).solution
            if mended.layout is not None:
                self._offer(model.measure.of(mended.layout))

    def _exchange(self, layout: Layout, most: int, until_kept: bool = False, further: bool = False) -> bool:
        """Make a layout better by at most so many exchanges, ``further`` than is asked for, or make it keep
        the limits; whether it does."""
        search, recent, vain = self.search, self._recent(), 0
        kept = layout is search.plan
        prices = self.problem.prices(self.price)
        asked = (POLISHED if further else 1.0) * search.wanted
        settings = replace(self.settings, room=PART_GAP * asked, time_limit=self.clock.left())
        cheap = CheapChanges(self.problem, layout, prices)
        for number in range(most):
            if (
                (kept and (until_kept or (search.good() and not further)))
                or vain >= IN_VAIN
                or self.clock.ended() is not None
            ):
                break
            if number and number % RENEWED == 0:
                cheap = CheapChanges(self.problem, layout, prices)
            before, turn = search.objective, self.turn
            self.turn += 1
            singly = turn % TOWARDS < TOWARDS - 1
            offered = cheap.drawn(layout, turn) if singly else recent[(turn // TOWARDS) % len(recent)]
            layout = exchanged(
                self.problem, layout, offered, turn, settings, self.watch, singly=singly, mending=not kept
            )
            kept = self._offer(self.model.measure.of(layout))
            vain = 0 if before - search.objective > NEGLIGIBLE_GAIN * search.wanted else vain + 1
        return kept

    def _recent(self) -> list[Layout]:
        return [each.layout for each in self.generation.layouts[-RECENT_LAYOUTS:]]

    def _between(self) -> Termination | None:
        """A plan between what is mixed: whole layouts, with many limits those of blocks; None if not good."""
        search, model = self.search, self.model
        if search.good() or self.districts:
            return Termination.GAP if search.good() else None
        near = PART_GAP * search.wanted
        with self._timed("mix"):
            if len(model.rows) <= MOST_ROWS:
                layouts = self._whole_layouts(near)
            else:
                layouts, _ = mixed_layouts(model, self.generation.layouts, self.generation.mixture)
                layouts = layouts if search.plan is None else [search.plan, *layouts]
        problem, free = between(self.problem, layouts)
        if free <= FREE_UNITS and self.clock.ended() is None:
            settings = replace(self.settings, room=near, time_limit=self.clock.seconds(REPAIR_SECONDS))
            with self._timed("between"):
                found = solve_exact(problem, settings, self.quiet, brief=self.watch.brief, bounded=False)
            if found.layout is not None:
                self._offer(model.measure.of(found.layout))
        self._tell("plan")
        return Termination.GAP if search.good() else self.clock.ended()

    def _by_district(self) -> Termination | None:
        """Changes chosen district by district while that brings much; None where the plan is not good."""
        search, vain, most = self.search, 0, 1 if self.watch.brief else STALLED_ROUNDS
        with self._timed("districts"):
            while self.districts and vain < most and not search.good() and self.clock.ended() is None:
                before = search.room
                self._turn_by_district()
                vain = 0 if search.room < (1 - POLISHED) * before else vain + 1
        with self._timed("afresh"):
            if self.districts and search.plan is not None and not (search.good() or self.watch.brief):
                settings = replace(self.settings, room=search.wanted, time_limit=self.clock.left())
                price = self.generation.price
                self._offer(decided_afresh(self.model, self.asked, search.plan, price, settings, self.quiet))
        self._tell("plan")
        return Termination.GAP if search.good() else self.clock.ended()

    def _turn_by_district(self) -> None:
        """Changes chosen district by district, once, from the plan or the draft."""
        search, self.turn = self.search, self.turn + 1
        settings = replace(self.settings, room=PART_GAP * search.wanted, time_limit=self.clock.left())
        found = chosen_by_district(
            self.model, self.asked, self._base(), search.prices, self.turn, settings, self.quiet
        )
        if not self._offer(self.model.measure.of(found)) and search.plan is None:
            search.draft = found

    def _whole_layouts(self, near: float) -> list[Layout]:
        """Whole layouts that mixed are within ``near`` of the bound, which they may lift."""
        begun = self.generation
        mixed = mix(self.model, begun.layouts, begun.penalty, near, lambda: self.clock.ended() is None)
        if mixed.bound > self.search.bound:
            self._prove(mixed.bound, mixed.price)
        return mixed.layouts

    def _improve(self) -> Termination | None:
        """Exchanges that make the plan better; None where it is not good enough then."""
        search = self.search
        with self._timed("exchange"):
            self._exchange(self._base(), EXCHANGES)
        self._tell("plan")
        return Termination.GAP if search.good() else self.clock.ended()

    def _polish(self) -> None:
        """A few exchanges more while each brings much, where one costs little: figures then hang less on
        where the gap happened to be reached."""
        search = self.search
        while True:
            before = search.room
            if self.watch.brief or self.choices > WHOLE_CHOICES or before <= POLISHED * search.wanted:
                return  # nothing is left, where nothing was asked to be
            with self._timed("exchange"):
                self._exchange(self._base(), POLISHING, further=True)
            if search.room >= (1 - POLISHED) * before:
                return

    def _refine(self) -> Termination:
        """Let HiGHS decide the units on which the best layouts differ, more of them each time."""
        search, model = self.search, self.model
        units = (2 if self.watch.brief else 4) * REPAIR_UNITS
        if self.choices <= WHOLE_CHOICES:
            units = len(self.problem)
        while not search.good():
            ended = self.clock.ended()
            if ended is not None:
                return ended
            before = search.objective
            with self._timed("milp"):
                share = 1.0 if units >= len(self.problem) else PART_GAP
                settings = replace(self.settings, room=share * search.wanted, time_limit=self.clock.left())
                refined = refine(self.problem, self._base(), self._recent(), units, settings, self.quiet)
            if refined.whole:
                search.bound = max(search.bound, refined.solution.bound)
                if refined.solution.termination is Termination.INFEASIBLE and search.plan is None:
                    return Termination.INFEASIBLE
            if refined.solution.layout is not None:
                self._offer(model.measure.of(refined.solution.layout))
            self._tell("plan")
            if refined.whole and not search.good():
                ended = refined.solution.termination
                unasked = ended is Termination.TIME and self.settings.time_limit is None
                return Termination.EXHAUSTED if unasked else ended
            last = units > LARGEST_STEP and not search.objective < before
            units *= REFINEMENT_GROWTH
            large = search.plan is not None and self.choices * units > LARGEST_PART * len(self.problem)
            if self.watch.brief or last or large:
                break
        return Termination.GAP if search.good() else Termination.EXHAUSTED

    def _base(self) -> Layout:
        """What a refinement departs from: the plan, a draft that misses limits, or the latest layout."""
        kept = (self.search.plan, self.search.draft, self.generation.layouts[-1].layout)
        return next(each for each in kept if each is not None)

    def _offer(self, measured: Measured) -> bool:
        """Keep a layout as the plan where it meets the limits at less cost than the one held; False where it
        misses some."""
        if not self.model.holds(measured.total):
            return False
        cost = float(measured.cost.sum())
        if cost >= self.search.objective:
            return True
        if not self.asked.holds(measured.layout):
            return False
        self.search.plan, self.search.objective = measured.layout, cost
        self.search.wanted = self.aim.room(measured.layout)
        return True

    def _tell(self, stage: str) -> None:
        self.watch.report(self.search.step(stage, self.clock.seconds_spent, self.settings))

    def _timed(self, stage: str) -> Timer:
        return Timer(self.search.timings, stage)

    def _solution(self, termination: Termination) -> Solution:
        search = self.search
        layouts = [] if search.plan is None else [search.plan]
        warm_start = WarmStart(search.prices, (*layouts, *self._recent()[-3:]))
        objective = self.problem.objective.evaluate(search.plan) if search.plan is not None else np.inf
        return Solution(
            termination, "decompose", search.plan, objective, min(search.bound, objective),
            self.clock.seconds_spent, search.prices, "",
            search.iterations, search.timings | self.generation.seconds, warm_start, search.wanted,
            rounding=search.rounding,
        )  # fmt: skip
