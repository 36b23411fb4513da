"""The order of the changes of a plan as a mixed-integer program: one year for every patch.

    p patches   y years   d places of a row
    x[p, y]     1 where patch p changes in year y, else 0

    min sum_py c[p, y] x[p, y]     sum_y x[p, y] = 1

It is solved after the plan, whose land it leaves as it is. The relaxation is nearly whole: as many patches
are split between years as rows bind. Its prices prove a bound of every order; most patches keep the year that
they have in it, and HiGHS chooses among what is left, among more only where that is not good enough.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import pyomo.environ as pyo
from numpy.typing import NDArray
from pyomo.core.expr import LinearExpression

from formulations.core.solution import SolveSettings, Termination, Watch
from formulations.exact.handover import Handover, program_of, rows_by_name
from formulations.exact.highs import Outcome, solve
from formulations.exact.program import Program
from formulations.linked.schedule_plan import KEPT, Ordered, Ordering, Rows, Years, merged, polished
from instances.units.grid import FloatArray

MOST_LOTS = 3_000
"""Patches that are ordered one by one, about; smaller ones of one kind are taken together where there are
more."""
MOST_PASSES = 40
"""Passes over all patches in which single ones are moved after the solve."""
ELASTIC_S, ELASTIC_GAP = 60.0, 0.01
"""Seconds, and how near to the least, in which is looked for what would have to give way."""
FEW, NODES = 500, 2_000
"""Patches among which an order is sought first, and nodes of the search tree that may be visited before it is
sought among more."""
LONGEST_S = 120.0
"""Seconds that an order takes at the most where the study says nothing."""


@dataclass(frozen=True, slots=True)
class Mend:
    """What would do of one kind of rows: all bounds missed by a ``share`` of each at the most, infinite where
    one of them is 0, and the row that is missed by most: its place and year, counted from 0, its bound and
    what it comes to."""

    kind: str
    share: float
    place: int
    year: int
    bound: float
    value: float


class NoOrder(Exception):
    """No order keeps all rows, or none was found (not ``proven``); ``mends`` tell what would do, of each kind
    of rows alone or, ``together``, of all of them at once."""

    def __init__(self, proven: bool, mends: tuple[Mend, ...] = (), together: bool = False) -> None:
        self.proven, self.mends, self.together = proven, mends, together
        super().__init__("no order of the changes keeps all rows")


def schedule_model(task: Ordering, elastic: frozenset[str] = frozenset()) -> pyo.ConcreteModel:
    """The Pyomo model of an order; rows of ``elastic`` kinds may be missed by one share of their bounds,
    which then is all that costs anything."""
    m = pyo.ConcreteModel("schedule")
    count, years = task.tco2e.shape
    m.PATCHES = pyo.RangeSet(0, count - 1, doc="patches of change")
    m.YEARS = pyo.RangeSet(0, years - 1, doc="years")
    m.x = pyo.Var(
        m.PATCHES,
        m.YEARS,
        domain=pyo.Binary,
        bounds=lambda m, p, y: (0, 1 if task.allowed[p, y] else 0),
        doc="the patch changes in the year",
    )
    columns = np.array(list(m.x.values()), dtype=object).reshape(count, years)

    @m.Constraint(m.PATCHES, doc="sum_y x[p, y] = 1")
    def once(m: pyo.ConcreteModel, p: int) -> object:
        return LinearExpression(linear_coefs=[1.0] * years, linear_vars=columns[p].tolist()) == 1

    missed = []
    if elastic:
        m.missed = pyo.Var(domain=pyo.NonNegativeReals, doc="share of their bounds by which rows are missed")
        missed.append(m.missed)
    for rows in task.rows:
        _add_rows(m, rows, columns, rows.name in elastic)
    cost = np.zeros(count * years) if elastic else np.where(task.allowed, task.tco2e, 0.0).ravel()

    @m.Objective(sense=pyo.minimize, doc="sum_py c[p, y] x[p, y]  [tCO2e]")
    def emissions(m: pyo.ConcreteModel) -> object:
        slack = [1.0] * len(missed)
        return LinearExpression(
            linear_coefs=[*cost.tolist(), *slack], linear_vars=[*columns.ravel().tolist(), *missed]
        )

    return m


UPPER = "sum over p in d of amount[p] x[p, y] <= bound[d, y]"
LOWER = "sum over p in d and z <= y of amount[p] x[p, z] >= bound[d, y]"
UNITS = {"budget": "money", "area": "ha", "district": "ha", "homes": "ha", "cropland": "ha"}


def _add_rows(m: pyo.ConcreteModel, rows: Rows, columns: NDArray[np.object_], elastic: bool) -> None:
    """Add the rows of one kind, each as a share of what a miss is measured by."""
    places, years = rows.bound.shape
    index = pyo.Set(initialize=[(d, y) for d in range(places) for y in range(years)], doc="places and years")
    m.add_component(f"{rows.name}_rows", index)
    inside = [np.flatnonzero((rows.place == d) & (rows.amount != 0)) for d in range(places)]

    def rule(m: pyo.ConcreteModel, d: int, y: int) -> object:
        bound, size = float(rows.bound[d, y]), float(rows.size[d, y])
        if not np.isfinite(bound):
            return pyo.Constraint.Skip
        last = range(y + 1) if rows.at_least else range(y, y + 1)
        taken = [columns[inside[d], z] for z in last]
        terms = np.concatenate(taken).tolist()
        amounts = (np.tile(rows.amount[inside[d]], len(taken)) / size).tolist()
        if elastic:
            terms, amounts = [*terms, m.missed], [*amounts, 1.0 if rows.at_least else -1.0]
        if not terms:
            kept = bound <= 0 if rows.at_least else bound >= 0
            return pyo.Constraint.Feasible if kept else pyo.Constraint.Infeasible
        whole = LinearExpression(linear_coefs=amounts, linear_vars=terms)
        # float sums of the same amounts in another order differ in their last digits
        return whole >= bound / size - KEPT / 10 if rows.at_least else whole <= bound / size + KEPT / 10

    doc = f"{LOWER if rows.at_least else UPPER}  [{UNITS[rows.name]}]"
    m.add_component(rows.name, pyo.Constraint(index, rule=rule, doc=doc))


def lots_of(ordering: Ordering, most: int = MOST_LOTS) -> NDArray[np.int64]:
    """(patches,) what is taken together, from 0 on: every patch by itself where there are not too many, else
    small ones of one kind, one after another in the order of the map, up to a ``most``-th of all land."""
    count = len(ordering)
    if count <= most:
        return np.arange(count)
    size = float(ordering.area_ha.sum()) / most
    order = np.lexsort((np.arange(count), ordering.key))
    key, area = ordering.key[order], ordering.area_ha[order]
    small = np.where(area < size, area, 0.0)
    start = np.flatnonzero(np.append(True, key[1:] != key[:-1]))
    before = np.cumsum(small) - small
    within = before - np.repeat(before[start], np.diff(np.append(start, count)))
    # a large patch is a lot of its own; a small one belongs to the piece of its kind that it falls into
    name = np.where(area < size, np.floor(within / size).astype(np.int64), -1 - np.arange(count))
    _, lot = np.unique(np.stack([key, name], axis=1), axis=0, return_inverse=True)
    found = np.empty(count, dtype=np.int64)
    found[order] = lot.ravel()
    return found


def solve_order(ordering: Ordering, gap: float, settings: SolveSettings, watch: Watch) -> Ordered:
    """The best order to within ``gap`` of what is decided, or the best that ``settings.time_limit`` allows.

    Raises ``NoOrder`` where no order keeps all rows, with what would do, or none was found in time.
    """
    lot = lots_of(ordering)
    task = merged(ordering, lot)
    model = schedule_model(task)
    given = program_of(model)
    relaxed = solve(given.program.relaxed, settings, watch, stage="schedule")
    if relaxed.price is None or relaxed.x is None:
        raise without_order(task, settings, watch, relaxed.termination is Termination.INFEASIBLE)
    prices = _prices(model, given, relaxed.price, task)
    proven, scale, columns = ordering.proves(prices), ordering.scale, _columns(model, given)
    room = max(gap * scale, 1e-9 * max(1.0, abs(proven)))
    reduced, split = task.reduced(prices), relaxed.x[columns]
    outcome = _chosen(given.program, columns, reduced, split, (proven, room), settings, watch)
    if outcome.x is None:
        raise without_order(task, settings, watch, outcome.termination is Termination.INFEASIBLE)
    year = outcome.x[columns].argmax(axis=1).astype(np.int64)[lot]
    year = polished(ordering, year, MOST_PASSES)
    objective = ordering.objective(year)
    bound = min(objective, max(proven, outcome.bound if len(task) == len(ordering) else -np.inf))
    return Ordered(year, objective, bound, min(proven, objective), scale, prices)


def _chosen(
    program: Program,
    columns: NDArray[np.int64],
    reduced: FloatArray,
    relaxed: FloatArray,
    target: tuple[float, float],
    settings: SolveSettings,
    watch: Watch,
) -> Outcome:
    """A whole solution of a program that costs no more than what is proven and the room allowed (``target``).

    Sought first among few patches, all others as they are in the relaxation (patches, years); then among
    years that cost no more than the room beyond the cheapest at the prices; at last among all.
    """
    began, (proven, room) = time.monotonic(), target
    best: Outcome | None = None
    for out, nodes in _narrowed(reduced, relaxed, room):
        upper = program.upper.copy()
        upper[columns[out]] = 0.0
        seconds = (settings.time_limit or LONGEST_S) - (time.monotonic() - began)
        own = replace(settings, room=room / 2, time_limit=max(0.0, seconds))
        found = solve(
            replace(program, upper=upper),
            own,
            watch,
            stage="schedule",
            nodes=nodes,
            presolve=nodes is not None or None,
        )
        whole = not out[np.isfinite(reduced)].any()
        found = found if whole else replace(found, bound=-np.inf)
        if found.objective is not None and (best is None or found.objective < (best.objective or 0.0)):
            best = found
        if whole and best is not None:
            return replace(best, bound=found.bound)
        good = best is not None and (best.objective or 0.0) <= proven + room
        if good or whole or found.termination in (Termination.TIME, Termination.INTERRUPTED):
            return best or found
    raise RuntimeError("the last attempt leaves nothing out")


def _narrowed(
    reduced: FloatArray, relaxed: FloatArray, room: float
) -> Iterator[tuple[NDArray[np.bool_], int | None]]:
    """(patches, years) what is left out of each attempt, and how many nodes it may visit."""
    beyond = reduced - reduced.min(axis=1, keepdims=True)
    dear = beyond > room
    # patches that may as well change in another year, of all sizes and all over the map
    second = np.partition(beyond, 1, axis=1)[:, 1] if beyond.shape[1] > 1 else np.full(len(beyond), np.inf)
    loose = np.flatnonzero(second <= room / 100)
    free = relaxed.max(axis=1) < 1 - KEPT
    if len(loose) > FEW:
        free[loose[np.linspace(0, len(loose) - 1, FEW).astype(np.int64)]] = True
        yield np.where(free[:, None], dear, relaxed < 0.5), NODES
    if dear[np.isfinite(reduced)].any():
        yield dear, NODES
    yield np.zeros_like(dear), None


def _columns(model: pyo.ConcreteModel, given: Handover) -> NDArray[np.int64]:
    """(patches, years) the columns of x."""
    place = {id(variable): number for number, variable in enumerate(given.variables)}
    found = np.array([place[id(each)] for each in model.x.values()], dtype=np.int64)
    return found.reshape(len(model.PATCHES), len(model.YEARS))


def _prices(
    model: pyo.ConcreteModel, given: Handover, price: FloatArray, task: Ordering
) -> dict[str, FloatArray]:
    """(places, years) tCO2e for one more unit of each row's bound, 0 or more, by the names of the rows."""
    places, told = rows_by_name(model, given), np.append(price, 0.0)
    return {
        rows.name: 0.0
        + np.maximum(
            0.0,
            told[places[rows.name]].reshape(rows.bound.shape) / rows.size * (1.0 if rows.at_least else -1.0),
        )
        for rows in task.rows
    }


def without_order(task: Ordering, settings: SolveSettings, watch: Watch, proven: bool) -> NoOrder:
    """Why no order keeps all rows: for every kind of rows that alone could mend it what would do, else for
    all of them together."""
    kinds = [rows.name for rows in task.rows]
    found = tuple(mend for kind in kinds for mend in _mends(task, frozenset([kind]), settings, watch))
    if found or not kinds:
        return NoOrder(proven, found)
    return NoOrder(proven, _mends(task, frozenset(kinds), settings, watch), together=True)


def _mends(task: Ordering, kinds: frozenset[str], settings: SolveSettings, watch: Watch) -> tuple[Mend, ...]:
    """The least, as shares of their bounds, by which rows of some kinds would have to give way."""
    model = schedule_model(task, kinds)
    given = program_of(model)
    seconds = ELASTIC_S if settings.time_limit is None else min(ELASTIC_S, settings.time_limit)
    own = replace(settings, gap=ELASTIC_GAP, room=None, time_limit=seconds)
    outcome = solve(given.program, own, watch, stage="schedule", bounded=False)
    if outcome.x is None:
        return ()
    year = outcome.x[_columns(model, given)].argmax(axis=1).astype(np.int64)
    return tuple(mend for rows in task.rows if rows.name in kinds for mend in _mend(rows, year))


def _mend(rows: Rows, year: Years) -> Iterator[Mend]:
    """What an order misses of rows of one kind; nothing where it keeps them."""
    missed = np.where(np.isfinite(rows.bound), -rows.slack(year), -np.inf)
    out = missed > KEPT * rows.size
    if out.any():
        d, y = (int(place) for place in np.unravel_index(int(missed.argmax()), missed.shape))
        # of the bounds themselves: rows of bounds that are small beside a patch are solved as shares of it
        bound = np.abs(rows.bound[out])
        share = float((missed[out] / bound).max()) if bound.all() else np.inf
        yield Mend(rows.name, share, d, y, float(rows.bound[d, y]), float(rows.values(year)[d, y]))
