"""How every coefficient enters the emission of turning one class into another: linearly.

    rate[b, k] = sum over entries (part, row, b, k) of  weight x value of the row

The weights hold time and direction alone: the horizon, how much of a stock has grown by its end, which of two
stocks is the larger, where what stood on built land goes on. Directions are those of the set's typical
values, so that a draw of any coefficient moves every rate along a straight line.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from instances.carbon.coefficients import CLEARED, ENERGY, FLOWS, Coefficient, CoefficientSet, Kind
from instances.land.classes import Classes
from instances.units.grid import FloatArray
from instances.units.sums import sum_by

ELSEWHERE, REHOUSED = f"elsewhere: {ENERGY}", f"rehoused: {ENERGY}"
"""The parts of the account with the energy of what stood on land that is built no more: where it goes on
elsewhere, and where the plan itself houses those who need it."""
REBUILT = "rebuilt"
"""The kind of the parts with what is built elsewhere in place of what was demolished."""


@dataclass(frozen=True, eq=False)
class Entries:
    """Flat arrays, one element an entry: ``part`` and ``row`` are places in ``parts`` and ``rows``,
    ``today`` and ``planned`` classes, ``weight`` in years per year or in 1/yr of a stock. ``size`` is the
    number of classes."""

    size: int
    parts: tuple[str, ...]
    rows: tuple[Coefficient, ...]
    part: NDArray[np.intp]
    row: NDArray[np.intp]
    today: NDArray[np.intp]
    planned: NDArray[np.intp]
    weight: FloatArray

    def rates(self, figures: FloatArray) -> FloatArray:
        """(parts, classes today, classes planned) tCO2e/ha/yr with ``figures`` (rows,) as the
        coefficients."""
        return self.sums(self.weight * figures[self.row])

    def sums(self, amounts: FloatArray) -> FloatArray:
        """(parts, classes today, classes planned) sums of an amount of every entry."""
        shape = (len(self.parts), self.size, self.size)
        place = np.ravel_multi_index((self.part, self.today, self.planned), shape)
        return sum_by(place, amounts, int(np.prod(shape))).reshape(shape)

    def figures(self, end: str = "value") -> FloatArray:
        """(rows,) ``value``, ``low`` or ``high`` of the coefficients."""
        return np.array([getattr(row, end) for row in self.rows], dtype=float)

    def activity(self, hectares: FloatArray) -> FloatArray:
        """(rows,) by how much the emission of some land grows with each coefficient: ``hectares`` is (classes
        today, classes planned), and may be a difference of two such tables."""
        amount = self.weight * hectares[self.today, self.planned]
        return sum_by(self.row, amount, len(self.rows))


@dataclass(frozen=True, eq=False)
class BuiltEnergy:
    """Energy of built land by class: the coefficient of land that stays built, and that of new built land
    times ``factor`` (classes,); ``own_kind`` and ``new_kind`` name their parts. ``ends``: what stood on
    demolished land is gone. ``hosts`` (classes today, classes planned): it moves along with its people, who
    take up so many hectares of a class for each that is given up. Else it goes on elsewhere."""

    own: tuple[Coefficient | None, ...]
    new: tuple[Coefficient | None, ...]
    factor: FloatArray
    own_kind: Kind
    new_kind: Kind
    ends: bool = False
    hosts: FloatArray | None = None


def entries_of(found: CoefficientSet, classes: Classes, years: float, energy: BuiltEnergy) -> Entries:
    """All entries of all parts, for the classes of a study and its horizon in years."""
    pieces = [
        *_flows(found, classes),
        *_energy(energy, classes),
        *_stocks(found, classes, years),
        *_works(found, classes, years, again=not energy.ends and energy.hosts is None),
    ]
    parts = tuple(dict.fromkeys(piece.part for piece in pieces))
    rows: dict[tuple[str, Kind, str, float], int] = {}
    held: list[Coefficient] = []
    columns: list[tuple[NDArray[np.intp], ...]] = []
    weights = []
    for piece in pieces:
        used: list[bool] = np.any(piece.where, axis=0 if piece.planned else 1).tolist()
        number = np.array(
            [
                -1 if row is None or not needed else _number(row, rows, held)
                for row, needed in zip(piece.rows, used, strict=True)
            ],
            dtype=np.intp,
        )
        today, planned = np.nonzero(piece.where)
        row = number[planned if piece.planned else today]
        known = row >= 0
        today, planned, row = today[known], planned[known], row[known]
        part = np.full(len(row), parts.index(piece.part), dtype=np.intp)
        columns.append((part, row, today, planned))
        weights.append(piece.weight[today, planned])
    nothing = np.zeros(0, dtype=np.intp)
    part, row, today, planned = (np.concatenate([nothing, *(each[n] for each in columns)]) for n in range(4))
    weight = np.concatenate([np.zeros(0), *weights])
    return Entries(len(classes), parts, tuple(held), part, row, today, planned, weight)


@dataclass(frozen=True, eq=False)
class _Piece:
    """Where (classes today, classes planned) the coefficients ``rows`` (classes,) count in a part, with which
    weight: those of the class planned, or those of the class today."""

    part: str
    rows: Sequence[Coefficient | None]
    where: NDArray[np.bool_]
    weight: FloatArray
    planned: bool = True


def _number(row: Coefficient, rows: dict[tuple[str, Kind, str, float], int], held: list[Coefficient]) -> int:
    key = (row.name, row.kind, row.pool, row.value)  # an area's own total differs by class under one name
    if key not in rows:
        rows[key] = len(held)
        held.append(row)
    return rows[key]


def _of(found: CoefficientSet, classes: Classes, kind: Kind, pool: str) -> list[Coefficient | None]:
    return [found.find(item, kind, pool) for item in classes]


def _flows(found: CoefficientSet, classes: Classes) -> Iterator[_Piece]:
    """Flows of all land, of land that keeps its class, of land newly of it; energy of built land apart."""
    same = np.eye(len(classes), dtype=bool)
    land = {Kind.FLUX: same | ~same, Kind.STANDING: same, Kind.NEW: ~same}
    for kind in FLOWS:
        for pool in found.pools(kind):
            where = land[kind] & ~classes.built[None, :] if pool == ENERGY else land[kind]
            yield _Piece(f"{kind}: {pool}", _of(found, classes, kind, pool), where, np.ones(where.shape))


def _energy(energy: BuiltEnergy, classes: Classes) -> Iterator[_Piece]:
    """Energy of built land: it belongs to people and floors, not to land.

    Land that stays built keeps its own; land newly built has the marginal figure; what stood on land that is
    built no more goes on elsewhere, unless the study says that it ends; land that is built anew hosts what
    stood there or what is built, whichever is more. Where the plan houses the people of demolished land,
    their energy moves along with them, and the new land that they take up counts it no second time.
    """
    was, will = classes.built[:, None], classes.built[None, :]
    same = np.eye(len(classes), dtype=bool)
    one = np.ones(same.shape)
    factor = one * energy.factor[None, :]
    had = np.array([0.0 if row is None else row.typical for row in energy.own])
    has = np.array([0.0 if row is None else row.typical for row in energy.new]) * energy.factor
    anew = was & will & ~same
    hosts = anew & (had[:, None] >= has[None, :]) & (not energy.ends)
    yield _Piece(f"{energy.own_kind}: {ENERGY}", energy.own, same & was, one)
    yield _Piece(f"{energy.own_kind}: {ENERGY}", energy.own, hosts, one, planned=False)
    yield _Piece(f"{energy.new_kind}: {ENERGY}", energy.new, (~was & will) | (anew & ~hosts), factor)
    if energy.ends:
        return
    gone = was & ~will & (had > 0)[:, None]
    yield _Piece(REHOUSED if energy.hosts is not None else ELSEWHERE, energy.own, gone, one, planned=False)
    if energy.hosts is not None:
        host = energy.hosts.argmax(axis=1)
        rows = [energy.new[int(k)] for k in host]
        freed = (energy.hosts * energy.factor[None, :]).sum(axis=1)
        yield _Piece(REHOUSED, rows, gone & (freed > 0)[:, None], one * -freed[:, None], planned=False)


def _stocks(found: CoefficientSet, classes: Classes, years: float) -> Iterator[_Piece]:
    """Stocks lost at once and gained over time, spread over the horizon of T ``years``.

    A pool that is cleared: (stock of b - share of k x stock of k) / T. Any other: (stock of b - stock of k)
    / T where that is a loss, and share of k times that where it is a gain. share = 1 - exp(-T / gain_years
    of k). Nothing where both classes have the same coefficient, or one has none.
    """
    for pool in found.pools(Kind.STOCK):
        rows = _of(found, classes, Kind.STOCK, pool)
        value = np.array([np.nan if row is None else row.typical for row in rows])
        share = np.array([0.0 if row is None else grown(row.gain_years, years) for row in rows])
        other = np.array([[one is not two for two in rows] for one in rows], dtype=bool)
        where = other & ~np.isnan(value)[:, None] & ~np.isnan(value)[None, :]
        gains = np.broadcast_to(share[None, :], where.shape)
        if pool in CLEARED:
            lost = np.ones(where.shape)
        else:
            with np.errstate(invalid="ignore"):
                lost = gains = np.where(value[:, None] >= value[None, :], 1.0, gains)
        yield _Piece(f"{Kind.STOCK}: {pool}", rows, where, lost / years, planned=False)
        yield _Piece(f"{Kind.STOCK}: {pool}", rows, where, -gains / years)


def grown(gain_years: float, years: float) -> float:
    """The share of a stock that new land has gained after so many years: 1 - exp(-years / gain_years)."""
    return 1.0 if gain_years <= 0 else float(-np.expm1(-years / gain_years))


def _works(found: CoefficientSet, classes: Classes, years: float, again: bool) -> Iterator[_Piece]:
    """Construction, where built land is new, and ``again`` elsewhere for what stood on land that is built no
    more: people need a roof wherever they go. What is emitted once is spread over the horizon."""
    was, will = classes.built[:, None], classes.built[None, :]
    for pool in found.pools(Kind.CONSTRUCTION):
        rows = _of(found, classes, Kind.CONSTRUCTION, pool)
        each = np.array([1.0 / years if row is not None and row.once else 1.0 for row in rows])
        weight = np.broadcast_to(each[None, :], (len(classes), len(classes)))
        yield _Piece(f"{Kind.CONSTRUCTION}: {pool}", rows, will & ~was, weight)
        if again:
            yield _Piece(f"{REBUILT}: {pool}", rows, was & ~will, weight.T, planned=False)
