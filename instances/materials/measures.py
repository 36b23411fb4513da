"""Measures that are no land (retrofits, clean energy, waste): what each cuts and costs, and its room.

Measures come from a table of the study's own. Some need room that the layout leaves in each district: roofs
for photovoltaics, built floor for retrofits, told by an indicator of the study.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from instances.materials.factors import Factor, Key, read_plain_factors
from instances.materials.kinds import Ground, check_sum, division_of
from instances.materials.sites import middles_of
from instances.rules.districts import Districts
from instances.study.files import nearest
from instances.study.findings import Findings
from instances.study.model_tables import ModelTable
from instances.study.own_tables import Line, read_lines
from instances.units.grid import FloatArray
from words.said import say

GRID = "measures/grid.csv"
REQUIRED = ("measure", "strategy", "cost")
MOST_OFFERS = 300_000
"""Measures by district that are weighed."""
YES = ("1", "yes", "true")


@dataclass(frozen=True, slots=True)
class Measure:
    """One line of the table. A ``unit`` of it cuts ``cut`` (``low`` to ``high``) tCO2e/yr, or replaces so
    many MWh/yr of the grid's where it is ``electric``, costs ``cost`` 10^3 yuan/yr and needs ``needs`` of the
    room of its district; ``most`` units of it there are in all, counted whole where it is ``whole``.
    ``district`` is the one it stands in, -1 where it may be anywhere."""

    name: str
    strategy: str
    unit: str
    cut: float
    low: float
    high: float
    electric: bool
    cost: float
    most: float
    needs: float
    whole: bool
    district: int
    mark: str


@dataclass(frozen=True, eq=False)
class Measures:
    """Everything that ``[models.NAME]`` of kind measures says, read and aligned.

    ``of`` names the indicator of the room that a district has, ``unit`` is its unit; ``district_xy``
    (districts, 2) in the CRS of the grid.
    """

    name: str
    table: ModelTable
    districts: Districts
    of: str
    measures: tuple[Measure, ...]
    district_xy: FloatArray
    factors: Mapping[Key, Factor]

    @cached_property
    def offers(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Line and district of everything that may be done, the district -1 for what is of the whole area."""
        count = len(self.districts)
        lines, places = [], []
        for number, one in enumerate(self.measures):
            anywhere = one.district < 0 and one.needs > 0
            where = np.arange(count) if anywhere else np.array([one.district])
            lines.append(np.full(len(where), number))
            places.append(where)
        none = np.zeros(0, dtype=np.int64)
        return np.concatenate([none, *lines]), np.concatenate([none, *places])

    def cut_of(self, end: str = "value") -> FloatArray:
        """(lines,) tCO2e/yr that a unit cuts, or the ``low`` or ``high`` end of it."""
        amount = np.array([getattr(one, "cut" if end == "value" else end) for one in self.measures])
        grid = float(getattr(self.factors["grid", "", ""], end))
        electric = np.array([one.electric for one in self.measures], dtype=bool)
        cut: FloatArray = np.where(electric, amount * grid, amount)
        return cut

    @cached_property
    def strategies(self) -> tuple[str, ...]:
        """The strategies, in the order of the table."""
        return tuple(dict.fromkeys(one.strategy for one in self.measures))


def read_measures(name: str, table: ModelTable, ground: Ground, findings: Findings) -> Measures | None:
    """Measures; None, with errors, where they cannot be read."""
    place, of = f"models.{name}", table.of or ""
    districts = division_of(table.by, f"{place}.by", ground.districts, findings)
    check_sum(ground.study, of, f"{place}.of", findings)
    factors = read_plain_factors(GRID, table.factors, ground.folder, f"{place}.factors", findings)
    if districts is None:
        return None
    lines = read_lines(table.measures or "", ground.folder, REQUIRED, f"{place}.measures", findings)
    found = [one for line in lines if (one := _measure(line, table, districts, findings)) is not None]
    keys = [(one.name, one.district) for one in found]
    for line, key in zip(lines, keys, strict=False):
        if keys.count(key) > 1 and len(keys) == len(lines):
            findings.error(line.place, say("measures.twice"), say("stated.keep_line"))
    _strategies(table, place, {one.strategy for one in found}, findings)
    if len(found) * len(districts) > MOST_OFFERS:
        told = say("measures.too_many", n=len(found) * len(districts), most=MOST_OFFERS)
        findings.error(f"{place}.measures", told, say("measures.fewer"))
    if not found:
        return None
    middle = middles_of(districts, ground.grid)
    return Measures(name, table, districts, of, tuple(found), middle, factors)


def _measure(line: Line, table: ModelTable, districts: Districts, findings: Findings) -> Measure | None:
    """One line; None, with errors, where it is wrong."""
    before, cells = len(findings.errors), line.cells
    electric = bool(cells.get("mwh"))
    if electric == bool(cells.get("tco2e")):
        findings.error(line.place, say("measures.cut"), say("measures.one_cut"))
        return None
    cut, low, high = _range(line, "mwh" if electric else "tco2e", findings)
    figures = {"cost": line.number("cost", findings) or 0.0}
    for column, default in (("most", float("inf")), ("needs", 0.0)):
        given = bool(cells.get(column))
        figures[column] = (line.number(column, findings) or 0.0) if given else default
    if min(low, *figures.values()) < 0:
        findings.error(line.place, say("measures.negative"), say("cycle.not_below"))
    if not cells["measure"] or not cells["strategy"]:
        findings.error(line.place, say("measures.unnamed"), say("measures.name_it"))
    if figures["needs"] == 0 and not np.isfinite(figures["most"]):
        findings.error(line.place, say("measures.endless"), say("measures.add_most"))
    district = -1
    if cells.get("district"):
        at = districts.find(cells["district"])
        if at is None:
            close = nearest(cells["district"], districts.names)
            remedy = say("finding.did_you_mean", close=close) if close else say("cycle.leave_out")
            fault = say("study_checks.no_district", by=table.by, district=cells["district"])
            findings.error(line.place, fault, remedy)
        district = -1 if at is None else at
    if len(findings.errors) > before:
        return None
    return Measure(
        cells["measure"], cells["strategy"], cells.get("unit", ""), cut, low, high, electric, figures["cost"],
        figures["most"], figures["needs"], cells.get("whole", "").lower() in YES, district,
        cells.get("mark", ""),
    )  # fmt: skip


def _range(line: Line, column: str, findings: Findings) -> tuple[float, float, float]:
    """What a unit cuts, and its ends; an error where they are out of order."""
    value = line.number(column, findings) or 0.0
    low = (line.number("low", findings) or 0.0) if line.cells.get("low") else value
    high = (line.number("high", findings) or 0.0) if line.cells.get("high") else value
    if not low <= value <= high:
        fault = say("own_tables.order", low=low, value=value, high=high)
        findings.error(line.place, fault, say("own_tables.give_order"))
    return value, low, high


def _strategies(table: ModelTable, place: str, known: set[str], findings: Findings) -> None:
    """Errors where budgets or shares name what is no strategy, or shares make more than all."""
    for key, told in (("budgets", table.budgets), ("shares", table.shares)):
        for name in told:
            if known and name not in known:
                close = nearest(name, tuple(sorted(known)))
                remedy = (
                    say("finding.did_you_mean", close=close)
                    if close
                    else say("services.are", names=sorted(known))
                )
                findings.error(f"{place}.{key}.{name}", say("measures.no_strategy", name=name), remedy)
    if sum(table.shares.values()) > 100 + 1e-9:
        told_sum = say("measures.shares", total=f"{sum(table.shares.values()):g}")
        findings.error(f"{place}.shares", told_sum, say("measures.lower_shares"))
