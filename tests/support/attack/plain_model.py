"""A plain model of a told study: every rule, rate and limit written out anew for ``scipy.optimize.milp``.

It imports nothing of ``instances``, ``formulations`` or ``planner``: what agrees with it is right twice over.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array

from tests.support.attack.told import Bound, Line, Told


@dataclass(frozen=True)
class Measure:
    """An indicator written out: ``cells`` (units, classes) of what each class adds; ``pairs`` of units of a
    set of classes (first, second, worth); ``bundles`` of units that must all be green."""

    cells: NDArray[np.float64]
    pairs: tuple[tuple[int, int, float], ...] = ()
    classes: NDArray[np.bool_] | None = None
    bundles: tuple[tuple[tuple[int, ...], float], ...] = ()

    def value(self, layout: NDArray[np.integer], units: NDArray[np.bool_] | None = None) -> float:
        """Its value of a layout (units,), on some units only where it counts by unit."""
        own = self.cells[np.arange(len(layout)), layout]
        total = float(own.sum() if units is None else own[units].sum())
        if self.classes is not None:
            inside = self.classes[layout]
            total += sum(worth for one, other, worth in self.pairs if inside[one] and inside[other])
            total += sum(worth for members, worth in self.bundles if inside[list(members)].all())
        return total


@dataclass(frozen=True)
class Row:
    """A limit on a measure, on some units (None: all)."""

    measure: Measure
    units: NDArray[np.bool_] | None
    low: float
    high: float
    name: str


class PlainModel:
    """A told study as rules, measures and rows."""

    def __init__(self, told: Told) -> None:
        self.told = told
        self.today = told.today.ravel()
        self.rows_columns = np.stack(np.unravel_index(np.arange(told.today.size), told.today.shape), axis=1)
        self.area = (told.heights[:, None] * told.widths[None, :]).ravel() / 1e4
        self.green = np.array([item.green for item in told.classes])
        self.built = np.array([item.built for item in told.classes])

    @cached_property
    def allowed(self) -> NDArray[np.bool_]:
        """(units, classes) what each unit may become."""
        count = len(self.told.classes)
        allowed = np.zeros((len(self.today), count), dtype=bool)
        for unit, today in enumerate(self.today):
            lines = [(line, self._inside(line, unit)) for line in self.told.lines]
            options = [
                k
                for k in range(count)
                if self._may_change(today, k)
                and not any(self._bars(line, inside, today, k) for line, inside in lines)
            ]
            allowed[unit, options or [today]] = True
        return allowed

    def _inside(self, line: Line, unit: int) -> bool:
        row, column = self.rows_columns[unit]
        return bool(line.rows[0] <= row < line.rows[1] and line.columns[0] <= column < line.columns[1])

    def _may_change(self, today: int, planned: int) -> bool:
        if today == planned:
            return True
        names = self.told.names
        if self.told.default == "none" or (names[today], names[planned]) in self.told.barred:
            return False
        return not (self.told.built_stays and self.built[today])

    def _bars(self, line: Line, inside: bool, today: int, planned: int) -> bool:
        names = self.told.names
        now, then = names[today], names[planned]
        if not inside:
            return then in line.only_inside and today != planned
        unwanted = then in line.forbid or (line.allow is not None and then not in line.allow)
        if today == planned:
            return line.existing == "convert" and unwanted and now not in line.keep
        return now in line.keep or unwanted

    def measure(self, name: str) -> Measure:
        """An indicator by its name."""
        told, count = self.told, len(self.told.classes)
        nothing = np.zeros((len(self.today), count))
        if name == "net_emissions":
            return Measure(self.area[:, None] * self._rates()[self.today])
        if name == "changed_area":
            return Measure(self.area[:, None] * (np.arange(count)[None, :] != self.today[:, None]))
        if name in ("together", "produce") or name.startswith("area."):
            wanted = told.summed if name in ("together", "produce") else (name.removeprefix("area."),)
            each = self.area * (told.layer.ravel() if name == "produce" else 1.0)
            return Measure(each[:, None] * np.array([item in wanted for item in told.names]))
        if name == "ways":
            columns = told.today.shape[1]
            members = (
                (tuple(way.row * columns + c for c in range(way.columns[0], way.columns[1] + 1)), way.worth)
                for way in told.ways
            )
            return Measure(nothing, (), self.green, tuple(members))
        sets = {"blue_green_compactness": self.green, "built_compactness": self.built}
        return Measure(nothing, self._edges(), sets[name])

    def _rates(self) -> NDArray[np.float64]:
        """(classes today, classes planned) tCO2e/ha/yr."""
        rates = np.zeros((len(self.told.classes), len(self.told.classes)))
        for b, old in enumerate(self.told.classes):
            for k, new in enumerate(self.told.classes):
                lost = (old.stock - new.stock) / self.told.years if b != k else 0.0
                rates[b, k] = new.flux + lost + (new.construction if new.built and not old.built else 0.0)
                rates[b, k] += (
                    old.construction if old.built and not new.built else 0.0
                )  # built again elsewhere
        return rates

    def _edges(self) -> tuple[tuple[int, int, float], ...]:
        rows, columns = self.told.today.shape
        number = np.arange(rows * columns).reshape(rows, columns)
        found = [
            (number[r, c], number[r, c + 1], self.told.heights[r] / 1000)
            for r in range(rows)
            for c in range(columns - 1)
        ]
        found += [
            (number[r, c], number[r + 1, c], self.told.widths[c] / 1000)
            for r in range(rows - 1)
            for c in range(columns)
        ]
        return tuple((int(one), int(other), float(km)) for one, other, km in found)

    def in_district(self, district: int) -> NDArray[np.bool_]:
        """(units,) True inside a district."""
        first, after = self.told.districts[district]
        column = self.rows_columns[:, 1]
        return (column >= first) & (column < after)

    def rows_of(self, bound: Bound) -> list[Row]:
        """A limit written out: one row for each district that it holds for."""
        measure = self.measure(bound.indicator)
        if not bound.by:
            return [self._row(bound, measure, None, bound.indicator)]
        districts = range(len(self.told.districts)) if bound.district is None else [bound.district]
        return [self._row(bound, measure, self.in_district(d), f"{bound.indicator} d{d}") for d in districts]

    def _row(self, bound: Bound, measure: Measure, units: NDArray[np.bool_] | None, name: str) -> Row:
        today = measure.value(self.today, units)

        def of(amount: float | str | None, otherwise: float) -> float:
            if amount is None:
                return otherwise
            return float(amount.rstrip("%")) / 100 * today if isinstance(amount, str) else float(amount)

        return Row(measure, units, of(bound.at_least, -np.inf), of(bound.at_most, np.inf), name)

    @cached_property
    def rows(self) -> list[Row]:
        """Every limit written out."""
        return [row for bound in self.told.bounds for row in self.rows_of(bound)]

    @cached_property
    def wants(self) -> list[tuple[float, Measure]]:
        """Weights and measures; the less the better."""
        told = self.told
        wants = [(weight, self.measure(name)) for name, weight in told.minimise.items()]
        return wants + [(-weight, self.measure(name)) for name, weight in told.maximise.items()]

    def objective(self, layout: NDArray[np.integer]) -> float:
        """What a layout (units,) costs."""
        return sum(weight * measure.value(layout) for weight, measure in self.wants)

    def faults(self, layout: NDArray[np.integer], tolerance: float = 1e-6) -> list[str]:
        """Which rules and limits a layout breaks."""
        barred = np.flatnonzero(~self.allowed[np.arange(len(layout)), layout])
        faults = [f"unit {unit} may not be {self.told.names[layout[unit]]}" for unit in barred]
        for row in self.rows:
            value = row.measure.value(layout, row.units)
            room = tolerance * max(1.0, abs(value))
            if not row.low - room <= value <= row.high + room:
                faults.append(f"{row.name} is {value}, not {row.low} to {row.high}")
        return faults

    def best(self) -> float | None:
        """The optimum by ``scipy.optimize.milp``; None where no layout keeps to the rules and limits."""
        return _Program(self).solve()


class _Program:
    """The plain model as rows and columns: x of every unit and class, then products."""

    def __init__(self, model: PlainModel) -> None:
        self.model = model
        self.units, self.count = model.allowed.shape
        self.upper = model.allowed.astype(float).ravel().tolist()
        self.integral = [1] * len(self.upper)
        self.lines: list[tuple[dict[int, float], float, float]] = []
        self.products: dict[tuple[bytes, tuple[int, ...]], int] = {}
        for unit in range(self.units):
            self.lines.append(({unit * self.count + k: 1.0 for k in range(self.count)}, 1.0, 1.0))

    def solve(self) -> float | None:
        """The least objective."""
        cost: dict[int, float] = {}
        for weight, measure in self.model.wants:
            for column, worth in self._columns(measure, None).items():
                cost[column] = cost.get(column, 0.0) + weight * worth
        for row in self.model.rows:
            self.lines.append((self._columns(row.measure, row.units), row.low, row.high))
        size = len(self.upper)
        data = [
            (value, number, column)
            for number, (line, _, _) in enumerate(self.lines)
            for column, value in line.items()
        ]
        values, number, column = zip(*data, strict=True)
        matrix = csr_array((values, (number, column)), shape=(len(self.lines), size))
        low, high = ([line[end] for line in self.lines] for end in (1, 2))
        objective = np.zeros(size)
        objective[list(cost)] = list(cost.values())
        found = milp(
            objective,
            integrality=self.integral,
            bounds=Bounds(0, self.upper),
            constraints=LinearConstraint(matrix, low, high),
            options={"mip_rel_gap": 0.0},
        )
        if found.status == 2:
            return None
        assert found.status == 0, found.message
        return float(found.fun)

    def _columns(self, measure: Measure, units: NDArray[np.bool_] | None) -> dict[int, float]:
        cells = measure.cells if units is None else measure.cells * units[:, None]
        columns = {int(at): float(cells.ravel()[at]) for at in np.flatnonzero(cells.ravel())}
        if measure.classes is not None:
            every = [((one, other), worth) for one, other, worth in measure.pairs] + list(measure.bundles)
            for members, worth in every:
                column = self._product(measure.classes, tuple(members))
                columns[column] = columns.get(column, 0.0) + worth
        return columns

    def _product(self, classes: NDArray[np.bool_], members: tuple[int, ...]) -> int:
        """The column that is 1 where all members have one of the classes."""
        key = (classes.tobytes(), members)
        if key in self.products:
            return self.products[key]
        column = self.products[key] = len(self.upper)
        self.upper.append(1.0)
        self.integral.append(0)
        whole = {column: 1.0}
        for unit in members:
            inside = {unit * self.count + int(k): -1.0 for k in np.flatnonzero(classes)}
            self.lines.append(({column: 1.0, **inside}, -np.inf, 0.0))
            whole |= inside
        self.lines.append((whole, 1.0 - len(members), np.inf))
        return column
