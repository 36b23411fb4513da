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
from instances.units.grid import FloatArray, Grid, Layout, RasterFrame
from instances.units.gridding import cell_measures
from planner.recount.figures.amounts import Amounts, Indicators

OBJECTIVE_UNIT = "tCO2e/yr"
KEPT = 1e-9
"""Share of its bound (of 1 at least) by which a limit may be missed and still be kept."""
SUMS = 1e-12
"""Share of all that is added up by which sums in another order may differ; kept as well."""


@dataclass(frozen=True)
class ToldRatio:
    """A limit on a ratio as readers are told it; ``below`` is what the ratio is divided by in the plan."""

    at_least: float | None
    at_most: float | None
    value: float
    below: float

    @property
    def slack(self) -> float:
        """The distance to the bound, 0 where there is nothing to divide by."""
        if self.below == 0:
            return 0.0
        if self.at_least is not None:
            return self.value - self.at_least
        return (self.at_most or 0.0) - self.value


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
    row: str = ""
    """The linear row in which a limit on a ratio is counted; empty where it is the indicator itself."""
    told: ToldRatio | None = None
    """Of a limit on a ratio what readers are told."""
    year: int | None = None
    counts: str = "land"
    times: tuple[float, ...] = ()
    """Of a limit of a stage its year, what counts, and how often the value counts today and each stage."""

    @property
    def counted(self) -> str:
        """What the value is one of: an indicator, or the linear row of a limit on a ratio."""
        return self.row or self.indicator

    @property
    def allowance(self) -> float:
        """By how much a limit may be missed and still be kept: ``KEPT`` of its bound, and float sums."""
        return KEPT * max(1.0, abs(self.at_least or 0.0), abs(self.at_most or 0.0)) + SUMS * self.sums

    @property
    def label(self) -> str:
        """The limit's name for readers: the indicator, and the district and year where it has them."""
        parts = ", ".join(str(part) for part in (self.district, self.year) if part is not None)
        return f"{self.indicator} ({parts})" if parts else self.indicator

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
        self.rows: dict[str, tuple[str, FloatArray]] = {}
        """Linear rows of limits on ratios: the ratio, and its bound where each unit lies (units,)."""

    @cached_property
    def _pairs(self) -> tuple[NDArray[np.int64], FloatArray, NDArray[np.int64]]:
        """Edges as ``shared_edges`` finds them, and the number of the edge of every entry of the pairs."""
        pairs, length_km = shared_edges(self.instance.grid)
        return pairs, length_km, np.repeat(np.arange(len(pairs), dtype=np.int64), 2)

    def at(self, layout: Layout) -> Recount:
        """The same instance under another layout; edges are found once."""
        other = Recount(self.instance, layout)
        other.__dict__["_pairs"] = self._pairs
        other.rows = self.rows
        return other

    def indicators(self) -> Indicators:
        """Every indicator of the study by name."""
        classes, area = self.instance.classes, self.area
        found: dict[str, Callable[[], Amounts]] = {
            "net_emissions": self._emissions,
            "blue_green_compactness": lambda: self._edges(classes.blue_green),
            "sources": partial(self._side, 1.0),
            "sinks": partial(self._side, -1.0),
            "carbon_balance": partial(self._ratio, "sinks", "sources"),
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
        if self.instance.stocks:
            found["carbon_stock"] = self._stock
        for name, own in self._own():
            found.setdefault(name, own)
        return Indicators(found, self._row)

    def _row(self, name: str) -> Amounts:
        """N - b D of a limit on a ratio N / D, unit by unit."""
        ratio, bound = self.rows[name]
        above, below = self.indicators()[ratio].ratio or (self._cells(bound, ""), self._cells(bound, ""))
        return self._cells(above.value - bound * below.value, above.measure)

    def _own(self) -> Iterator[tuple[str, Callable[[], Amounts]]]:
        """The indicators of the study's own tables."""
        instance = self.instance
        if any(table.floor_ratio for table in instance.study.classes.values()):
            yield "floor_area", self._floor
        marks = {name: table.native for name, table in instance.study.classes.items()}
        for name, wanted in (("planted", (True, False)), ("native_planted", (True,))):
            if any(mark is not None for mark in marks.values()):
                land = [place for place, own in enumerate(instance.classes.names) if marks.get(own) in wanted]
                yield name, partial(self._new, land)
        for name, table in instance.study.indicators.items():
            if table.ratio is not None:
                yield name, partial(self._ratio, *table.ratio)
            elif isinstance(table.sum, dict):
                yield name, partial(self._sum, table.sum, table.unit, (table.by, table.district))
            elif name in instance.stated:
                yield name, partial(self._stated, name, table.calibrate, table.unit or "")
            elif isinstance(table.sum, tuple):
                counts = np.isin(np.array(instance.classes.names), table.sum)
                yield name, partial(self._on, counts, self.area, "ha")
            elif table.layer is not None and table.layer in instance.layers:
                counts = np.isin(np.array(instance.classes.names), table.classes)
                unit = table.unit or self._layer_unit(table.layer)
                yield name, partial(self._weighted, counts, instance.layers[table.layer], unit)
            elif table.corridors is not None and name in instance.corridors:
                unit = table.unit or ("km" if table.value is None else "")
                yield name, partial(self._corridors, name, unit)

    def _side(self, sign: float) -> Amounts:
        """What all parts of the rates give to the air (sign 1) or take up (-1), each part by itself."""
        rates = self.instance.emissions
        value = np.zeros(len(self.layout))
        for part in rates.parts.values() or [rates.total]:
            one = sign * np.asarray(part, dtype=float)[self.today, self.layout]
            value += self.area * np.where(one > 0, one, 0.0)
        for local in rates.local:
            one = sign * (self.instance.layers[local.layer] * local.factor - local.base)
            there = local.counts[self.today, self.layout] > 0
            value += self.area * np.where(there & (one > 0), one, 0.0)
        return self._cells(value, OBJECTIVE_UNIT)

    def _stock(self) -> Amounts:
        """tCO2e of every pool that the plan's class has."""
        value = np.zeros(len(self.layout))
        for pool in self.instance.stocks.values():
            stands = pool[self.layout]
            value += np.where(np.isnan(stands), 0.0, self.area * stands)
        return self._cells(value, "tCO2e")

    def _new(self, classes: list[int]) -> Amounts:
        """Hectares that are of one of some classes in the plan, and of another class than that today."""
        there = np.isin(self.layout, classes) & (self.layout != self.today)
        return self._cells(self.area * there, "ha")

    def _floor(self) -> Amounts:
        """m2 of floor: 10,000 m2 a hectare for each unit of the floor ratio."""
        own = self.instance.study.classes
        ratio = [own[name].floor_ratio or 0.0 if name in own else 0.0 for name in self.instance.classes.names]
        return self._cells(10_000.0 * self.area * np.array(ratio)[self.layout], "m2")

    def _stated(self, name: str, census: float | None, unit: str) -> Amounts:
        """Figures of every unit's pair of classes, made to meet the census where there is one."""
        figures = self.instance.stated[name].value
        value = self.area * figures[self.today, self.layout]
        if census is not None:
            value = value * (census / float((self.area * figures[self.today, self.today]).sum()))
        return self._cells(value, unit)

    def _sum(
        self, weights: Mapping[str, float], unit: str | None, where: tuple[str | None, str | None]
    ) -> Amounts:
        """The weighted sum of indicators, unit by unit; 0 outside the district where it names one."""
        known = self.indicators()
        parts = [known[part] for part in weights]
        value = np.zeros(len(self.layout))
        for weight, part in zip(weights.values(), parts, strict=True):
            value += weight * part.value
        division = self.instance.districts.get(where[0] or "")
        if division is not None and where[1] is not None:
            value[division.member != division.find(where[1])] = 0.0
        return self._cells(value, unit or parts[0].measure)

    def _ratio(self, above: str, below: str) -> Amounts:
        known = self.indicators()
        parts = known[above], known[below]
        units = [part.measure for part in parts]
        none = np.zeros(0, dtype=np.int64)
        unit = "" if units[0] == units[1] else "/".join(units)
        return Amounts(unit, np.zeros(0), none, none, ratio=parts)

    def _emissions(self) -> Amounts:
        """The rate of every unit's pair of classes, today's and the plan's, and what layers of rates add."""
        rates = np.asarray(self.instance.emissions.total, dtype=float)[self.today, self.layout]
        for local in self.instance.emissions.local:
            there = self.instance.layers[local.layer] * local.factor - local.base
            rates = rates + np.where(local.counts[self.today, self.layout] > 0, there, 0.0)
        return self._cells(self.area * rates, OBJECTIVE_UNIT)

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
