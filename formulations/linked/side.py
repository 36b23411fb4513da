"""A side model: a Pyomo model that sees the layout only through links, as one program with its link columns.

    min C(s)   s in S,   e[d](s) = J[d](x)

J is an indicator counted by district and e[d] a variable of the side model. Costs are in tCO2e/yr. The side
model must have an answer for every e within its bounds: what it cannot use costs it something, and no layout
is barred by it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from formulations.core.indicator import Indicator
from formulations.core.problem import LayoutProblem, Limit
from formulations.core.rows import Row
from formulations.exact.program import Program
from formulations.linked.kinds import PRICED
from instances.rules.districts import Districts
from instances.units.grid import FloatArray, Layout

WHOLE = 1e-6
"""Share of a part by which a solver may miss the whole of it."""


class NoSidePlan(Exception):
    """A side model has no whole solution beside a layout, or none was found; ``proven``: there is none.

    ``causes`` are its demands as (service, demand), each of which alone would have to go; ``values``
    (districts,) what the layout gives to its links, None where there is none beside any layout.
    """

    def __init__(
        self,
        name: str,
        proven: bool,
        causes: tuple[tuple[str, str], ...] = (),
        values: FloatArray | None = None,
    ) -> None:
        self.name, self.proven, self.causes, self.values = name, proven, causes, values
        super().__init__(name)


@dataclass(frozen=True, eq=False)
class Claimed:
    """Land that a side model asks whole of the layout, part by part: the ``indicator`` counts what has one of
    ``classes`` (classes,) in every part of ``parts``, in ha."""

    indicator: Indicator
    parts: Districts
    classes: NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Side:
    """A side model, ready to be solved.

    Its links are the indicator by districts, then every part of every claim, one after the other. ``column``
    (links,) are the columns of the program that are e. ``strong`` (rows, columns) are rows
    ``strong @ s <= 0`` that hold for every whole solution and cut off mixed ones; they are many, and are
    taken in only where a relaxation breaks them.
    """

    name: str
    indicator: Indicator
    districts: Districts
    program: Program
    column: NDArray[np.int64]
    strong: sparse.csr_array
    tight: Callable[[FloatArray], sparse.csr_array] | None = None
    """Where strong rows are tighter beside given values of the links (districts,), those rows."""
    idle: float = 0.0
    """What it costs on today's land where nothing is done, in tCO2e/yr."""
    rows: Mapping[str, NDArray[np.int64]] = field(default_factory=dict)
    """The program's rows of every constraint by its name, in the order of its indices; -1 where there is
    none."""
    claims: tuple[Claimed, ...] = ()

    @property
    def seen(self) -> tuple[tuple[Indicator, Districts], ...]:
        """Every indicator by which the layout is seen, with its division."""
        return (self.indicator, self.districts), *((claim.indicator, claim.parts) for claim in self.claims)

    def by_seen(self, values: NDArray[Any]) -> list[NDArray[Any]]:
        """Values of the links (links,) by what they are links of, each (districts,)."""
        return np.split(values, np.cumsum([len(districts) for _, districts in self.seen])[:-1])

    def named(self, price: FloatArray) -> dict[str, tuple[float, ...]]:
        """Prices of the program's rows by the names of their constraints, 0 where an index has no row."""
        told = np.append(price[: len(self.program.row_lower)], 0.0)
        return {name: tuple(told[place].tolist()) for name, place in self.rows.items()}

    def values(self, layout: Layout) -> FloatArray:
        """(links,) what a layout gives to the links, in their indicators' units."""
        found = []
        for indicator, districts in self.seen:
            free = np.full(len(districts), np.inf)
            found.append(Limit(indicator, districts, -free, free).evaluate(layout))
        return np.concatenate(found)

    def priced(self, price: FloatArray) -> Program:
        """The program in which every unit of a link costs its price (links,), in tCO2e/yr."""
        cost = self.program.cost.copy()
        cost[self.column] += price
        return replace(self.program, cost=cost)

    def at(self, values: FloatArray) -> Program:
        """The program whose links are fixed at values (links,)."""
        lower, upper = self.program.lower.copy(), self.program.upper.copy()
        lower[self.column] = upper[self.column] = values
        return replace(self.program, lower=lower, upper=upper)

    def moves(self) -> NDArray[np.bool_]:
        """(links,) True where layouts differ in what they give to the link."""
        moving: NDArray[np.bool_] = self.program.upper[self.column] > self.program.lower[self.column]
        return moving

    def links(self, today: Layout) -> tuple[Limit, ...]:
        """The links as limits of the layout: J as it is today, to which the master adds what the side model
        asks for beyond it."""
        here = self.values(today)
        at_most, at_least = np.where(self.moves(), here, np.inf), np.where(self.moves(), here, -np.inf)
        bounds = zip(self.seen, self.by_seen(at_least), self.by_seen(at_most), strict=True)
        return tuple(Limit(*seen, low, high, f"{PRICED}.{self.name}") for seen, low, high in bounds)

    def asked(self, x: FloatArray) -> list[tuple[Claimed, NDArray[np.bool_]]]:
        """Every claim with the parts (parts,) of it that a solution (columns,) asks whole, of those on which
        layouts differ."""
        most = self.program.upper[self.column]
        whole = self.moves() & (x[self.column] > most * (1.0 - WHOLE))
        return list(zip(self.claims, self.by_seen(whole)[1:], strict=True))

    @cached_property
    def most(self) -> FloatArray:
        """(strong rows,) the largest coefficient of each, by which it is measured whether it is broken."""
        size = np.zeros(self.strong.shape[0])
        filled = np.flatnonzero(np.diff(self.strong.indptr))
        if len(filled):
            size[filled] = np.maximum.reduceat(np.abs(self.strong.data), self.strong.indptr[filled])
        return np.maximum(size, 1.0)


@dataclass(frozen=True, eq=False)
class SidePlan:
    """A whole solution of a side model beside a layout: ``x`` (columns,), what it costs, what the links have
    (links,), and a bound of every whole solution beside that layout, in tCO2e/yr."""

    side: Side
    x: FloatArray
    objective: float
    bound: float
    values: FloatArray
    price: FloatArray
    """(links,) by how much C falls for one more unit of each link, in tCO2e/yr."""


@dataclass(frozen=True, eq=False)
class LinkedProof:
    """What proves a bound of all parts together without a solver: ``prices`` (rows,) of the limits, and of
    every side model those of its links (links,) and of its rows by name, in tCO2e/yr a unit."""

    bound: float
    prices: FloatArray
    links: tuple[FloatArray, ...]
    rows: tuple[Mapping[str, tuple[float, ...]], ...]


@dataclass(frozen=True, eq=False)
class Together:
    """A layout with its side models: the objective of all parts together and a bound of it, in tCO2e/yr."""

    layout: Layout
    plans: tuple[SidePlan, ...]
    objective: float
    bound: float
    least: tuple[float, ...] = ()
    """A bound of each side model by itself, beside any layout, in tCO2e/yr."""
    proof: LinkedProof | None = None


def total(problem: LayoutProblem, layout: Layout, plans: tuple[SidePlan, ...]) -> float:
    """F(x) and the costs of the side models, in tCO2e/yr."""
    return problem.objective.evaluate(layout) + sum(plan.objective for plan in plans)


def link_rows(rows: Sequence[Row], first: int, sides: Sequence[Side]) -> list[NDArray[np.int64]]:
    """The places of the rows of links, one array a side model, where the limits from the ``first`` on are the
    links of one after the other."""
    of = np.array([row.limit for row in rows], dtype=np.int64)
    found = []
    for side in sides:
        after = first + len(side.seen)
        found.append(np.flatnonzero((of >= first) & (of < after)))
        first = after
    return found
