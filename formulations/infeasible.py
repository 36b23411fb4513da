"""Why no layout keeps to all limits and red lines, and the smallest change that would mend it.

HiGHS finds no infeasible subsystem of a mixed-integer model, so the collision is explained by relaxation:
limits are missed at a price equal to the share of their bound, which gives the least joint relaxation and,
in its prices, the limits that take part (a Farkas certificate); then each of these, and each red line, is
relaxed alone as far as the others force it.

Every relaxation is a layout problem of its own: what is missed is minimised, all other limits hold. Its bound
says how far they must give way whatever the plan, its layout how far is enough. Where many limits are tight
the two lie some per cent apart, and where no layout is found only the bound is known; sentences say so.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from formulations.column_generation.collision import NOTHING, Collision, collide, within_structure
from formulations.column_generation.decomposition import Decomposition
from formulations.column_generation.graph_cut_structure import choose
from formulations.core.indicator import CellTerm, Indicator, weighted_sum, within
from formulations.core.merging import merged
from formulations.core.problem import LayoutProblem, Limit, Options
from formulations.core.rows import Row
from formulations.core.solution import Solution, SolveSettings, Termination, WarmStart, Watch
from formulations.exact.highs import solve as solve_program
from formulations.exact.presolve import reduce_problem
from formulations.exact.program import even_relaxation, layout_program
from formulations.solving import solve
from instances.units.grid import FloatArray, Layout
from words.said import Said, say

_NAMED = ("ha", "km", "m")
"""Units that have a name in every language."""
_ALONE = 12
"""At most so many limits are tried alone, those that weigh most in the collision first."""
_NEAR = 0.05
"""Share of a relaxation to which it is known in larger problems, as it is told whole: some per cent more
or less do not decide which limit gives way."""
_SAME = 0.005
"""What is proven and what is enough are told as one where they are nearer than this share."""


@dataclass(frozen=True)
class Relaxation:
    """How far one limit or red line must give way.

    ``kind`` is ``limit`` (the bound moves from ``bound_from`` to ``bound_to``, by ``amount`` in ``unit``) or
    ``redline`` (``amount`` hectares, ``units`` units, must be let out of the line). ``least`` is how much any
    plan needs, where that is proven to be about as much. Not ``enough`` is an amount that is proven
    to be needed, with no layout found that shows whether it is enough.
    """

    label: str
    place: str
    kind: str
    amount: float
    unit: str
    bound_from: float | None = None
    bound_to: float | None = None
    units: int = 0
    least: float | None = None
    enough: bool = True

    def __str__(self) -> str:
        return str(self.sentence)

    def told(self, lang: str) -> str:
        """The relaxation in a sentence of a language."""
        return self.sentence.inside(lang)

    @property
    def sentence(self) -> Said:
        """What is to be done: where, from what to what."""
        if self.kind == "redline":
            how = self._known("redline")
            land = {"ha": f"{self.amount:,.2f}", "units": f"{self.units:,}"} if self.enough else {}
            if not self.enough or how != "redline":
                land["least"] = f"{self.amount if self.least is None else self.least:,.2f}"
            return say(f"figures_relaxation.{how}", place=self.place, label=self.label, **land)
        start, end, digits = self.bound_from or 0.0, self.bound_to or 0.0, _decimals(self.amount)
        lower = end < start
        ends = start, _beyond(end, digits, lower=lower), _beyond(self.amount, digits, lower=False)
        said = dict(zip(("before", "after", "amount"), (f"{each:,.{digits}f}" for each in ends), strict=True))
        key = self._known("lower" if lower else "raise")
        if key.endswith("_between"):
            said["least"] = f"{_beyond(self.least or 0.0, digits, lower=True):,.{digits}f}"
        unit = say(f"units.{self.unit}") if self.unit in _NAMED else self.unit
        return say(f"figures_relaxation.{key}", place=self.place, label=self.label, unit=unit, **said)

    def _known(self, key: str) -> str:
        """The sentence of a relaxation that is known exactly, within a range, or from below only."""
        if not self.enough:
            return f"{key}_least"
        wide = self.least is not None and self.amount - self.least > _SAME * self.amount
        return f"{key}_between" if wide else key


def _decimals(amount: float) -> int:
    """Decimals that show an amount: two, more where it is small."""
    return 2 if amount >= 0.01 or amount <= 0 else min(9, 1 - math.floor(math.log10(amount)))


def _beyond(value: float, decimals: int, *, lower: bool) -> float:
    """A value rounded to the side that mends: what is typed in from a message must be enough."""
    steps = value * 10**decimals
    near = round(steps)
    if abs(steps - near) > 1e-6:
        near = math.floor(steps) if lower else math.ceil(steps)
    return float(near / 10**decimals)


@dataclass(frozen=True)
class Infeasibility:
    """``together``: limits that, each relaxed by so much, mend it at once with the least sum of relative
    relaxations found. ``alone``: limits and red lines each of which mends it by itself, smallest relaxation
    first. ``proven`` is False where the collision was not proven but no plan was found."""

    together: tuple[Relaxation, ...]
    alone: tuple[Relaxation, ...]
    proven: bool = True


def explain(problem: LayoutProblem, settings: SolveSettings, watch: Watch) -> Infeasibility:
    """What collides in an infeasible problem, and the smallest relaxations that mend it."""
    problem = replace(problem, network=None)  # what collides are limits and rules
    if problem.whole is not None:
        return explain(merged(problem).problem, settings, watch)
    fitting = within_structure(problem)
    model = Decomposition(fitting)
    collision = collide(model, watch)
    settings = replace(settings, gap=1e-3, room=None, time_limit=_each(settings), method="auto")
    nearest = _nearest(problem, fitting, collision, settings, watch)
    together = tuple(
        _moved(problem, row, nearest)
        for row in problem.rows
        if problem.limits[row.limit].shortfall(nearest)[row.position] > NOTHING
    )
    begin: tuple[Layout, ...] = (nearest,)
    alone: list[Relaxation | None] = []
    for row in _suspects(problem, fitting, np.abs(collision.price) * model.scale):
        if not _collide_without(model, collision, row):
            relaxation, begin = _limit_alone(problem, row, settings, watch, begin)
            alone.append(relaxation)
    alone += [
        _line_alone(problem, name, settings, watch, begin)
        for name in problem.options.without
        if not _collide_beyond(fitting, collision, name)
    ]
    found = sorted((each for each in alone if each is not None), key=_relative)
    return Infeasibility(together, tuple(found), collision.bound > NOTHING)


def _nearest(
    problem: LayoutProblem,
    fitting: LayoutProblem,
    collision: Collision,
    settings: SolveSettings,
    watch: Watch,
) -> Layout:
    """A layout with the least sum of relative misses: exactly where the model is small, or is no minimum
    cut; else one that keeps all limits but those that a mixture of layouts must miss, where there is one."""
    pieced = collision.nearest.layout
    if choose(replace(problem, parts=()))[0] == "exact":
        reduction = reduce_problem(problem)
        program = layout_program(reduction, relax=even_relaxation(reduction))
        left = solve_program(program, settings, Watch(stop=watch.stop), bounded=False).x
        return pieced if left is None else reduction.layout(left)
    must = {fitting.rows[int(place)].key for place in np.flatnonzero(collision.missed > NOTHING)}
    missed = [row for row in problem.rows if row.key in must]
    if not missed or len(missed) == len(problem.rows):
        return pieced
    layout = _giving_way(problem, missed, settings, watch, (pieced,)).layout
    return pieced if layout is None else min(pieced, layout, key=partial(_missed, problem))


def _missed(problem: LayoutProblem, layout: Layout) -> float:
    """The sum of what a layout misses the limits by, each relative to its bound."""
    short = np.array([problem.limits[row.limit].shortfall(layout)[row.position] for row in problem.rows])
    return float((short / np.array([_size(row) for row in problem.rows])).sum())


def _size(row: Row) -> float:
    """What a miss of a row is relative to."""
    return max(1.0, abs(row.lower if np.isfinite(row.lower) else row.upper))


def _giving_way(
    problem: LayoutProblem, rows: list[Row], settings: SolveSettings, watch: Watch, begin: tuple[Layout, ...]
) -> Solution:
    """The solution that misses some rows by the least sum of relative amounts while all others hold. A row
    with bounds on both sides gives way on the lower one."""
    freed: dict[int, list[int]] = {}
    parts: list[tuple[float, Indicator]] = []
    for row in rows:
        freed.setdefault(row.limit, []).append(row.position)
        sense = -1.0 if np.isfinite(row.lower) else 1.0
        parts.append((sense / _size(row), _beyond_bound(problem, row, row.lower if sense < 0 else row.upper)))
    limits = tuple(
        _without(limit, freed[number]) if number in freed else limit
        for number, limit in enumerate(problem.limits)
    )
    return _solved(replace(problem, parts=tuple(parts), limits=limits), settings, watch, begin)


def _suspects(problem: LayoutProblem, fitting: LayoutProblem, weight: FloatArray) -> list[Row]:
    """Rows that take part in the collision, by weight, and those that no minimum cut could price."""
    # ``fitting`` leaves out the last of several limits on one indicator first: keys are the same in both.
    row = {each.key: each for each in problem.rows}
    fit = [row[each.key] for each in fitting.rows]
    priced = [fit[int(place)] for place in np.argsort(-weight, kind="stable") if weight[place] > 1e-6]
    others = [each for each in problem.rows if problem.limits[each.limit] not in fitting.limits]
    return [*priced, *others][:_ALONE]


def _collide_without(model: Decomposition, collision: Collision, row: Row) -> bool:
    """True where the prices of the other limits prove by themselves that these collide."""
    own = [each.key == row.key for each in model.problem.rows]
    return model.price(np.where(own, 0.0, collision.price))[1] > NOTHING


def _collide_beyond(fitting: LayoutProblem, collision: Collision, name: str) -> bool:
    """True where the prices prove that limits collide without a red line as well."""
    options = fitting.options
    lifted = replace(fitting, options=Options(options.kind, options.without[name]))
    return Decomposition(lifted).price(collision.price)[1] > NOTHING


def _each(settings: SolveSettings) -> float:
    return 30.0 if settings.time_limit is None else min(30.0, settings.time_limit)


def _solved(
    problem: LayoutProblem, settings: SolveSettings, watch: Watch, begin: tuple[Layout, ...]
) -> Solution:
    """One of many solves: as far as is decided in moments, and further only where that leaves no layout."""
    if choose(problem)[0] == "decompose":
        settings = replace(settings, gap=_NEAR, relative_to="objective")
    warm = WarmStart(layouts=begin)
    solution = solve(problem, settings, Watch(stop=watch.stop, brief=True), warm)
    if solution.layout is not None or solution.termination is Termination.INFEASIBLE:
        return solution
    again = solve(problem, settings, Watch(stop=watch.stop), warm)
    return again if again.bound > solution.bound else replace(again, bound=solution.bound)


def _relative(relaxation: Relaxation) -> float:
    return relaxation.amount / max(1e-9, abs(relaxation.bound_from or 1e9))


def _moved(problem: LayoutProblem, row: Row, layout: Layout, least: float | None = None) -> Relaxation:
    """A limit moved to what a layout reaches, ``least`` being proven; one on a ratio in the ratio's own
    figures."""
    stated = problem.limits[row.limit].ratio
    if stated is not None:
        districts = problem.limits[row.limit].districts
        ratio = float(stated.told(layout, districts)[0][row.position])
        asked = float(stated.bound[row.position])
        return Relaxation(row.label, row.place, "limit", abs(asked - ratio), stated.ratio.unit, asked, ratio)
    value = float(problem.limits[row.limit].evaluate(layout)[row.position])
    bound = row.lower if np.isfinite(row.lower) and value < row.lower else row.upper
    return Relaxation(row.label, row.place, "limit", abs(bound - value), row.unit, bound, value, least=least)


def _limit_alone(
    problem: LayoutProblem, row: Row, settings: SolveSettings, watch: Watch, begin: tuple[Layout, ...]
) -> tuple[Relaxation | None, tuple[Layout, ...]]:
    """How far one limit must give way when all others hold, None where that does not help; and the layouts to
    begin the next such search with."""
    limit = problem.limits[row.limit]
    for sense, bound in ((-1.0, row.lower), (1.0, row.upper)):
        if not np.isfinite(bound):
            continue
        one_side = replace(row, upper=np.inf) if sense < 0 else replace(row, lower=-np.inf)
        solution = _giving_way(problem, [one_side], settings, watch, begin)
        least = max(0.0, solution.bound * _size(one_side))
        if solution.layout is None:
            proven = solution.termination is Termination.INFEASIBLE or limit.ratio is not None
            if not proven and np.isfinite(least) and least > NOTHING * _size(one_side):
                return _at_the_least(row, bound, sense * least), begin
            continue
        if limit.shortfall(solution.layout)[row.position] > 0:
            known = None if limit.ratio is not None else least
            return _moved(problem, row, solution.layout, known), (solution.layout, *begin)
    return None, begin


def _at_the_least(row: Row, bound: float, by: float) -> Relaxation:
    """A limit moved as far as is proven to be needed, where no layout shows whether that is enough."""
    ends = bound, bound + by
    return Relaxation(row.label, row.place, "limit", abs(by), row.unit, *ends, least=abs(by), enough=False)


def _beyond_bound(problem: LayoutProblem, row: Row, bound: float) -> Indicator:
    """The indicator of a row less its bound: what is asked of it is then relative to what it misses."""
    inside = _in_district(problem.limits[row.limit], row)
    units, classes = len(problem), problem.options.classes
    once = np.zeros(units)
    once[0] = -bound
    constant = CellTerm(once, np.zeros(units, dtype=np.int8), np.ones((1, classes)))
    return replace(inside, cells=(*inside.cells, constant))


def _in_district(limit: Limit, row: Row) -> Indicator:
    """The limited indicator over one district alone, as an indicator of its own."""
    here = within(limit.indicator, limit.districts.member == row.position)
    return weighted_sum(row.label, limit.indicator.unit, ((1.0, here),))


def _without(limit: Limit, districts: list[int]) -> Limit:
    """The limit, less the bounds of some districts."""
    low, high = limit.at_least.copy(), limit.at_most.copy()
    low[districts], high[districts] = -np.inf, np.inf
    return replace(limit, at_least=low, at_most=high)


def _line_alone(
    problem: LayoutProblem, name: str, settings: SolveSettings, watch: Watch, begin: tuple[Layout, ...]
) -> Relaxation | None:
    """The least land that must be let out of one red line when all limits hold; None where that does not
    help."""
    options = problem.options
    freed = options.without[name]
    beyond = freed & ~options.allowed
    if not beyond.any():
        return None
    outside = Indicator(name, "ha", (CellTerm(problem.areas, options.kind, beyond.astype(float)),))
    lifted = replace(problem, options=Options(options.kind, freed), parts=((1.0, outside),))
    solution = _solved(lifted, settings, watch, begin)
    if solution.termination is Termination.INFEASIBLE:
        return None
    least, place = max(0.0, solution.bound), f"redlines.{name}"
    if solution.layout is None:
        if least <= NOTHING:
            return None
        return Relaxation(name, place, "redline", least, "ha", least=least, enough=False)
    units = int(beyond[options.kind, solution.layout].sum())
    amount = outside.evaluate(solution.layout)
    return Relaxation(name, place, "redline", amount, "ha", units=units, least=least)
