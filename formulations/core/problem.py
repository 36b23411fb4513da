"""LayoutProblem: what is allowed, what is wanted (a weighted sum of indicators), and the limits."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from formulations.core.histograms import Histograms
from formulations.core.indicator import Indicator, bundle_home, pair_home, weighted_sum
from formulations.core.network_goal import NetworkGoal
from formulations.core.patch_sizes import PatchSizes
from formulations.core.rows import Prices, Row, RowKey
from instances.rules.districts import Districts
from instances.units.grid import FloatArray, Layout
from instances.units.sums import sum_by

OBJECTIVE_UNIT = "tCO2e/yr"
KEPT = 1e-9
"""Share of its bound (of 1 at least) by which a layout may miss a limit and still keep it."""
SUMS = 1e-12
"""Share of all that units can add up to by which float sums of the same layout differ; kept as well."""


@dataclass(frozen=True, eq=False)
class RatioBound:
    """What a limit says of a ratio, where it is asked as a linear row (``ratios``): the ratio's ``bound``
    (districts,), the lower one or the upper one, -inf or inf where there is none."""

    ratio: Indicator
    bound: FloatArray
    lower: bool

    def told(self, layout: Layout, districts: Districts) -> tuple[FloatArray, FloatArray]:
        """(districts,) the ratio under a layout, and what it is divided by."""
        if self.ratio.ratio is None:
            raise ValueError(f"{self.ratio.name} is no ratio")
        free = np.full(len(districts), np.inf)
        above, below = (Limit(part, districts, -free, free) for part in self.ratio.ratio)
        over, under = above.evaluate(layout), below.evaluate(layout)
        return np.divide(over, under, out=np.zeros(len(under)), where=under != 0), under


@dataclass(frozen=True, eq=False)
class Limit:
    """Bounds on one indicator, for the whole area or for each district.

    ``at_least`` and ``at_most`` are (districts,) in the indicator's unit, -inf or inf where there is none.
    ``place`` is where the study states it (``limits[2]``).
    """

    indicator: Indicator
    districts: Districts
    at_least: FloatArray
    at_most: FloatArray
    place: str = ""
    ratio: RatioBound | None = None
    """What readers are told, of a linear row that stands for a bound of a ratio."""

    def evaluate(self, layout: Layout, counted: Histograms | None = None) -> FloatArray:
        """(districts,) the limited indicator under a layout, the cells of which are ``counted`` already or
        gone through."""
        if counted is not None and self.indicator.ratio is None:
            return self._evaluate_counted(counted)
        if self._whole:
            return np.array([self.indicator.evaluate(layout)])
        return self.indicator.evaluate_by(layout, self.districts)

    @property
    def _whole(self) -> bool:
        return len(self.districts) == 1 and not self.districts.name

    def _evaluate_counted(self, counted: Histograms) -> FloatArray:
        indicator = self.indicator
        others = replace(indicator, cells=())
        if self._whole:
            cells = np.array([sum(counted.total(term) for term in indicator.cells)], dtype=float)
            whole = 1.0 if indicator.per is None else float(indicator.per.sum())
            return cells / whole + others.evaluate(counted.layout)
        value = np.zeros(len(self.districts))
        for term in indicator.cells:
            value += counted.by_district(term, self.districts)
        if indicator.per is not None:
            total = self.districts.total(indicator.per)
            value = np.divide(value, total, out=np.full(len(value), np.nan), where=total > 0)
        if indicator.pairs or indicator.bundles:
            value += others.evaluate_by(counted.layout, self.districts)
        return value

    @cached_property
    def reach(self) -> FloatArray:
        """(districts,) the most that units, pairs and bundles can add up to, whatever their signs."""
        indicator, districts, count = self.indicator, self.districts, len(self.districts)
        total = np.zeros(count)
        for cell in indicator.cells:
            most = np.abs(np.asarray(cell.table, dtype=float)).max(axis=1, initial=0.0)
            total += districts.total(np.abs(cell.scale) * most[cell.group])
        for pair in indicator.pairs:
            total += sum_by(pair_home(pair, districts.member), np.abs(pair.weight), count)
        for bundle in indicator.bundles:
            total += sum_by(bundle_home(bundle, districts.member), np.abs(bundle.reward), count)
        if indicator.per is None:
            return total
        whole = districts.total(indicator.per)
        return np.divide(total, whole, out=np.zeros(count), where=whole > 0)

    def allowance(self, tolerance: float = KEPT) -> FloatArray:
        """(districts,) by how much a value may miss a bound and still keep it: the one rule for plans and for
        what is proven of them. A plan is accepted so far beyond a bound, and a bound of the objective holds
        for every layout that would be."""
        sides = np.abs(np.stack([self.at_least, self.at_most]))
        bound = np.where(np.isfinite(sides), sides, 0.0).max(axis=0)
        return tolerance * np.maximum(1.0, bound) + SUMS * self.reach

    def shortfall(self, layout: Layout, counted: Histograms | None = None) -> FloatArray:
        """(districts,) by how much a layout misses the limit, in the indicator's unit; 0 where it holds."""
        value = self.evaluate(layout, counted)
        return np.maximum(np.maximum(self.at_least - value, value - self.at_most), 0.0)


@dataclass(frozen=True, eq=False)
class Options:
    """What each unit may become: ``kind`` (units,) and ``allowed`` (kinds, classes).

    ``without`` gives, for each red line, the (kinds, classes) options if that line alone were lifted.
    """

    kind: NDArray[np.int32]
    allowed: NDArray[np.bool_]
    without: Mapping[str, NDArray[np.bool_]] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.kind)

    @property
    def classes(self) -> int:
        """Number of classes."""
        return self.allowed.shape[1]

    def permits(self, layout: Layout) -> NDArray[np.bool_]:
        """(units,) True where a layout keeps to the options."""
        permitted: NDArray[np.bool_] = self.allowed[self.kind, layout]
        return permitted


@dataclass(frozen=True, eq=False)
class LayoutProblem:
    """Minimise ``sum(weight * indicator)`` over layouts that keep to the options and the limits."""

    options: Options
    parts: tuple[tuple[float, Indicator], ...]
    """(weight, indicator): positive weights are minimised, negative ones maximised."""
    limits: tuple[Limit, ...]
    class_names: tuple[str, ...]
    today: Layout = field(repr=False)
    area_ha: FloatArray | None = field(default=None, repr=False)
    """(units,) areas, for what is said of land rather than of units."""
    rank: NDArray[np.int32] | None = field(default=None, repr=False)
    """(units,) order in which consecutive units are neighbours on the map; by default their own."""
    sizes: PatchSizes | None = field(default=None, repr=False)
    """Least sizes of new land, beside the limits; None where none are asked for."""
    whole: NDArray[np.int32] | None = field(default=None, repr=False)
    """(units,) the piece that each unit belongs to, -1 for none: all units of a piece get the same class
    (``merging``). None where no land has to stay whole."""
    network: NetworkGoal | None = field(default=None, repr=False)
    """What is asked of the network, beside the sums over units; None where nothing is."""

    def __len__(self) -> int:
        return len(self.options)

    @cached_property
    def objective(self) -> Indicator:
        """The objective as one indicator."""
        return weighted_sum("objective", OBJECTIVE_UNIT, self.parts)

    def value(self, layout: Layout) -> float:
        """The objective of a layout, its network counted, in tCO2e/yr."""
        own = self.objective.evaluate(layout)
        return own if self.network is None else own - self.network.worth(layout)

    @cached_property
    def rows(self) -> tuple[Row, ...]:
        """Every limit of every district that bounds anything, in the order of the study."""
        found: list[Row] = []
        earlier: Counter[RowKey] = Counter()
        for number, limit in enumerate(self.limits):
            bounded = np.isfinite(limit.at_least) | np.isfinite(limit.at_most)
            allowance = limit.allowance()
            for position in np.flatnonzero(bounded):
                by, district = limit.districts.name or None, limit.districts.names[position] or None
                key = RowKey(limit.indicator.name, by, district)
                bounds = float(limit.at_least[position]), float(limit.at_most[position])
                found.append(
                    Row(
                        key._replace(number=earlier[key]), *bounds, limit.indicator.unit,
                        number, int(position), limit.place, float(allowance[position]),
                    )
                )  # fmt: skip
                earlier[key] += 1
        return tuple(found)

    def values(self, layout: Layout) -> FloatArray:
        """(rows,) the limited indicators under a layout."""
        counted = Histograms(layout)
        by_limit = [limit.evaluate(layout, counted) for limit in self.limits]
        return np.array([by_limit[row.limit][row.position] for row in self.rows], dtype=float)

    def prices(self, values: FloatArray) -> Prices:
        """Prices (rows,) under the names of this problem's rows."""
        return Prices.of(self.rows, values)

    def by_limit(self, prices: Prices) -> dict[Limit, FloatArray]:
        """For each limit (districts,) its prices, 0 where there are none."""
        found = {limit: np.zeros(len(limit.districts)) for limit in self.limits}
        for row, price in zip(self.rows, prices.along(self.rows), strict=True):
            found[self.limits[row.limit]][row.position] = price
        return found

    @property
    def areas(self) -> FloatArray:
        """(units,) areas, 1 each where none are known."""
        return np.ones(len(self)) if self.area_ha is None else self.area_ha

    def splits(self, layout: Layout) -> NDArray[np.bool_]:
        """(pieces,) True for those that stay whole whose units have several classes in a layout."""
        if self.whole is None:
            return np.zeros(0, dtype=bool)
        units = np.flatnonzero(self.whole >= 0)
        piece, count = self.whole[units], int(self.whole.max(initial=-1)) + 1
        some = np.zeros(count, dtype=layout.dtype)
        some[piece] = layout[units]
        split = np.zeros(count, dtype=bool)
        split[piece[layout[units] != some[piece]]] = True
        return split

    def holds(self, layout: Layout, tolerance: float = KEPT) -> bool:
        """True where a layout keeps to the options, splits no piece that stays whole, misses no limit by
        more than its allowance, and has the network that is asked for."""
        if not self.options.permits(layout).all() or self.splits(layout).any():
            return False
        counted = Histograms(layout)
        for limit in self.limits:
            if (limit.shortfall(layout, counted) > limit.allowance(tolerance)).any():
                return False
        return self.network is None or self.network.holds(layout)
