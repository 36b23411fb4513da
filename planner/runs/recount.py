"""Every figure of a plan counted again, in another way than the model counts it.

``verify`` is a promise to reviewers only where it shares no code with what it checks: nothing here imports
``formulations``. Areas and transitions are codes counted against areas, emissions a plain table of pairs of
classes, edges are found on the map, corridors by what they lack, and limits are read from the study file. Of
parcels the shared borders are those that their reader found.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property, partial

import numpy as np
from numpy.typing import NDArray

from instances.instance import Instance
from instances.land.classes import Space
from instances.study.schema import LimitTable
from instances.units.grid import FloatArray, Grid, Layout, RasterFrame
from instances.units.gridding import cell_measures
from planner.runs.bounds import asked

OBJECTIVE_UNIT = "tCO2e/yr"
KEPT = 1e-9
"""Share of its bound (of 1 at least) by which a limit may be missed and still be kept."""
SUMS = 1e-12
"""Share of all that is added up by which sums in another order may differ; kept as well."""


@dataclass(frozen=True, eq=False)
class Amounts:
    """One indicator under one layout, piece by piece (a unit, an edge, a corridor): ``value`` (pieces,).

    ``unit`` (members,) are the units in which pieces lie, ``piece`` (members,) the piece of each. ``whole``
    (units,) is what a share is a share of. ``counts`` (classes,) are the classes of which all units of a
    piece must have one for it to count; None where every unit counts by itself.
    """

    measure: str
    value: FloatArray
    piece: NDArray[np.int64]
    unit: NDArray[np.int64]
    whole: FloatArray | None = None
    counts: NDArray[np.bool_] | None = None

    def total(self) -> float:
        """Over the whole area."""
        amount = float(self.value.sum())
        return amount if self.whole is None else amount / float(self.whole.sum())

    def unsigned(self) -> Amounts:
        """The same pieces without signs: what a total is a sum of."""
        return replace(self, value=np.abs(self.value))

    def by(self, member: NDArray[np.integer], count: int) -> FloatArray:
        """(districts,) in each district, where all units of a piece lie in it; NaN for a share of nothing."""
        home = self.home(member)
        here = home >= 0
        amount = np.bincount(home[here], weights=self.value[here], minlength=count).astype(float)
        if self.whole is None:
            return amount
        whole = self.wholes(member, count)
        return np.divide(amount, whole, out=np.full(count, np.nan), where=whole > 0)

    def home(self, member: NDArray[np.integer]) -> NDArray[np.int64]:
        """(pieces,) the district in which all units of a piece lie, -1 where there is none."""
        district = member.astype(np.int64)[self.unit]
        home = np.full(len(self.value), -1, dtype=np.int64)
        home[self.piece] = district
        home[self.piece[district != home[self.piece]]] = -1
        return home

    def wholes(self, member: NDArray[np.integer], count: int) -> FloatArray:
        """(districts,) what a share of each district is a share of; 1 for what is no share."""
        if self.whole is None:
            return np.ones(count)
        inside = member >= 0
        return np.bincount(member[inside], weights=self.whole[inside], minlength=count).astype(float)


class Indicators(Mapping[str, Amounts]):
    """Indicators by name, each counted when it is asked for: thirty of them at once would fill the memory."""

    def __init__(self, counting: Mapping[str, Callable[[], Amounts]]) -> None:
        self._counting = counting

    def __getitem__(self, name: str) -> Amounts:
        return self._counting[name]()

    def __iter__(self) -> Iterator[str]:
        return iter(self._counting)

    def __len__(self) -> int:
        return len(self._counting)


@dataclass(frozen=True)
class Counted:
    """A limit of one district: its bounds, None where there is none, and the value counted."""

    indicator: str
    district: str | None
    by: str | None
    at_least: float | None
    at_most: float | None
    value: float
    limit: int = 0
    """The place of its table among the limits of the study."""
    position: int | None = None
    """The place of its district in the division; None for the whole area."""
    sums: float = 0.0
    """What the value is a sum of, without signs."""

    @property
    def allowance(self) -> float:
        """By how much a limit may be missed and still be kept: ``KEPT`` of its bound, and float sums."""
        bounds = [abs(side) for side in (self.at_least, self.at_most) if side is not None]
        return KEPT * max(1.0, *bounds) + SUMS * self.sums

    @property
    def label(self) -> str:
        """The limit's name for readers: the indicator, and the district where it has one."""
        return f"{self.indicator} ({self.district})" if self.district else self.indicator

    @property
    def slack(self) -> float:
        """The distance to the nearer bound, negative where it is missed."""
        low = -np.inf if self.at_least is None else self.at_least
        high = np.inf if self.at_most is None else self.at_most
        return float(min(self.value - low, high - self.value))


class Recount:
    """The figures of an instance under a layout (units,) of class positions."""

    def __init__(self, instance: Instance, layout: Layout) -> None:
        self.instance = instance
        self.layout = layout.astype(np.int64)
        self.today = instance.today.astype(np.int64)
        self.area = np.asarray(instance.grid.area_ha, dtype=float)
        self._each = np.arange(len(layout), dtype=np.int64)

    @cached_property
    def _pairs(self) -> tuple[NDArray[np.int64], FloatArray, NDArray[np.int64]]:
        """Edges as ``shared_edges`` finds them, and the number of the edge of every entry of the pairs."""
        pairs, length_km = shared_edges(self.instance.grid)
        return pairs, length_km, np.repeat(np.arange(len(pairs), dtype=np.int64), 2)

    def at(self, layout: Layout) -> Recount:
        """The same instance under another layout; edges are found once."""
        other = Recount(self.instance, layout)
        other.__dict__["_pairs"] = self._pairs
        return other

    def indicators(self) -> Indicators:
        """Every indicator of the study by name."""
        classes, area = self.instance.classes, self.area
        found: dict[str, Callable[[], Amounts]] = {
            "net_emissions": self._emissions,
            "blue_green_compactness": lambda: self._edges(classes.blue_green),
            "built_compactness": lambda: self._edges(classes.built),
        }
        for position, name in enumerate(classes.names):
            found[f"area.{name}"] = partial(self._on, np.arange(len(classes)) == position, area, "ha")
        for space in Space:
            found[f"area.{space}"] = partial(self._on, classes.in_space(space), area, "ha")
        found["green_share"] = lambda: replace(
            self._on(classes.blue_green, 100.0 * area, "%"), whole=self.area
        )
        found["changed_area"] = lambda: self._cells(area * (self.layout != self.today), "ha")
        lost = classes.blue_green[self.today] & ~classes.blue_green[self.layout]
        found["blue_green_lost"] = lambda: self._cells(area * lost, "ha")
        distances = [name for name, layer in self.instance.study.layers.items() if layer.distance]
        for name in distances:
            values = self.instance.layers[name]
            found[f"distance.{name}"] = partial(self._weighted, classes.built, values, self._layer_unit(name))
        for name, own in self._own():
            found.setdefault(name, own)
        return Indicators(found)

    def _own(self) -> Iterator[tuple[str, Callable[[], Amounts]]]:
        """The indicators of the study's own tables."""
        instance = self.instance
        for name, table in instance.study.indicators.items():
            if table.sum is not None:
                counts = np.isin(np.array(instance.classes.names), table.sum)
                yield name, partial(self._on, counts, self.area, "ha")
            elif table.layer is not None and table.layer in instance.layers:
                counts = np.isin(np.array(instance.classes.names), table.classes)
                unit = table.unit or self._layer_unit(table.layer)
                yield name, partial(self._weighted, counts, instance.layers[table.layer], unit)
            elif table.corridors is not None and name in instance.corridors:
                unit = table.unit or ("km" if table.value is None else "")
                yield name, partial(self._corridors, name, unit)

    def _emissions(self) -> Amounts:
        """The rate of every unit's pair of classes, today's and the plan's."""
        rates = np.asarray(self.instance.emissions.total, dtype=float)
        return self._cells(self.area * rates[self.today, self.layout], OBJECTIVE_UNIT)

    def _on(self, counts: NDArray[np.bool_], amount: FloatArray, unit: str) -> Amounts:
        """An amount of every unit whose class counts (classes,)."""
        return self._cells(amount * counts[self.layout], unit)

    def _weighted(self, counts: NDArray[np.bool_], values: FloatArray, unit: str) -> Amounts:
        """Area x value of a layer where the class counts."""
        return self._on(counts, self.area * values, unit)

    def _layer_unit(self, layer: str) -> str:
        source = self.instance.study.layers.get(layer)
        return f"ha·{source.unit}" if source is not None and source.unit else "ha"

    def _cells(self, value: FloatArray, unit: str) -> Amounts:
        return Amounts(unit, value, self._each, self._each)

    def _edges(self, counts: NDArray[np.bool_]) -> Amounts:
        """The km of edge that two units share whose classes both count."""
        pairs, length_km, edge = self._pairs
        inside = counts[self.layout]
        value = length_km * (inside[pairs[:, 0]] & inside[pairs[:, 1]])
        return Amounts("km", value, edge, pairs.ravel(), counts=counts)

    def _corridors(self, name: str, unit: str) -> Amounts:
        """The worth of the corridors that lack no unit."""
        corridors = self.instance.corridors[name]
        length = np.diff(corridors.start)
        of = np.repeat(np.arange(len(length), dtype=np.int64), length)
        lacking = ~self.instance.classes.blue_green[self.layout][corridors.units]
        whole = np.bincount(of[lacking], minlength=len(length)) == 0
        green = self.instance.classes.blue_green
        return Amounts(unit, corridors.value * whole, of, corridors.units.astype(np.int64), counts=green)

    def objective(self, totals: Mapping[str, float]) -> float:
        """The weighted sum that the study asks for, in tCO2e/yr."""
        asked = self.instance.study.objective
        signed = [(1.0, asked.minimise), (-1.0, asked.maximise)]
        return sum(
            sign * weight * totals[name]
            for sign, weights in signed
            for name, weight in weights.items()
            if weight > 0
        )

    def limits(self, found: Mapping[str, Amounts], at_first: Mapping[str, Amounts]) -> list[Counted]:
        """Every limit of every district in the order of the study; ``at_first`` are today's indicators, of
        which percentages are taken."""
        return [
            row
            for number, table in enumerate(self.instance.study.limits)
            if table.indicator in found  # the functional mesh is no sum: ``connected``
            for row in self._limit(number, table, found[table.indicator], at_first[table.indicator])
        ]

    def _limit(self, number: int, table: LimitTable, now: Amounts, today: Amounts) -> Iterator[Counted]:
        sides = (table.at_least, table.at_most)
        if table.by is None:
            whole_ha = float(self.area.sum())
            low, high = (asked(side, today.measure, today.total(), whole_ha) for side in sides)
            whole = now.unsigned().total()
            yield Counted(table.indicator, None, None, low, high, now.total(), number, sums=whole)
            return
        division = self.instance.districts[table.by]
        count = len(division.names)
        peopled = np.bincount(division.member[division.member >= 0], minlength=count) > 0
        inside = division.member >= 0
        own_ha = np.bincount(division.member[inside], weights=self.area[inside], minlength=count)
        values, baseline = now.by(division.member, count), today.by(division.member, count)
        sums = now.unsigned().by(division.member, count)
        meant = None if table.district is None else division.find(table.district)
        for district, name in enumerate(division.names):
            if not peopled[district] or meant not in (None, district):
                continue
            low, high = (
                asked(side, today.measure, float(baseline[district]), float(own_ha[district]))
                for side in sides
            )
            if low == 0 and baseline[district] == 0:
                low = None  # none of what is not there today: no bound
            if low is not None or high is not None:
                value, size = float(values[district]), float(sums[district])
                yield Counted(table.indicator, name, table.by, low, high, value, number, district, size)

    def transitions(self) -> tuple[NDArray[np.int64], FloatArray]:
        """(classes today, classes planned) units and ha of every transition."""
        count = len(self.instance.classes)
        pair = self.today * count + self.layout
        units = np.bincount(pair, minlength=count * count).astype(np.int64)
        area = np.bincount(pair, weights=self.area, minlength=count * count).astype(float)
        return units.reshape(count, count), area.reshape(count, count)


def shared_edges(grid: Grid) -> tuple[NDArray[np.int64], FloatArray]:
    """(edges, 2) pairs of units that share an edge, (edges,) its length in km.

    Of raster cells they are found on the map, row by row and column by column; lengths are kept to single
    precision, as a grid keeps them.
    """
    frame = grid.frame
    if not isinstance(frame, RasterFrame):
        return np.column_stack([grid.edges.first, grid.edges.second]).astype(np.int64), grid.edges.length_km
    number = frame.paint(np.arange(len(grid)), -1)
    _, beside_m, above_m = cell_measures(frame.transform, grid.crs, frame.shape[0])
    pairs, lengths = [], []
    for one, other, metres in (
        (number[:, :-1], number[:, 1:], beside_m[:, None]),
        (number[:-1], number[1:], above_m[1:-1, None]),
    ):
        both = (one >= 0) & (other >= 0)
        pairs.append(np.column_stack([one[both], other[both]]))
        lengths.append(np.broadcast_to(metres, both.shape)[both])
    length_m = np.concatenate(lengths).astype(np.float32)
    return np.concatenate(pairs).astype(np.int64), length_m.astype(float) / 1000.0
