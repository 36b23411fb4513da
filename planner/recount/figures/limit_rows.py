"""The limits of a study counted again: bounds read a second time, values of the recount, by district.

A limit on a ratio N / D >= b is the linear row N - b D >= 0, and told as the ratio. Where a limit holds only
where possible, what can be reached is counted anew from the classes that every unit may have.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from instances.study.schema import LimitTable, Study
from instances.units.grid import FloatArray
from planner.recount.figures.amounts import Amounts
from planner.recount.figures.bounds import asked, of_today, relative
from planner.recount.figures.possible import extremes, ratio_extremes
from planner.recount.figures.recount import Counted, Recount, ToldRatio

MESH, MESH_UNIT = "functional_mesh", "ha"


@dataclass(frozen=True, eq=False)
class _Places:
    """The districts of a limit: their names, the district of every unit (units,), and which are meant."""

    names: tuple[str | None, ...]
    member: NDArray[np.int64]
    area_ha: FloatArray
    meant: NDArray[np.bool_]


def counted_limits(
    count: Recount, found: Mapping[str, Amounts], at_first: Mapping[str, Amounts]
) -> list[Counted]:
    """Every limit of every district in the order of the study; ``found`` are the plan's indicators,
    ``at_first`` today's, of which percentages are taken."""
    rows: list[Counted] = []
    for number, table in enumerate(count.instance.study.limits):
        if table.indicator == MESH:
            continue  # no sum over units: ``connected``
        now, today = found[table.indicator], at_first[table.indicator]
        places = _places(count, table)
        low, high = _bounds(count, number, table, today, places)
        if now.ratio is not None:
            rows += _ratio_rows(count, number, table, now, places, (low, high))
        else:
            rows += _plain_rows(number, table, now, places, (low, high))
    return rows


def asks_mesh(study: Study) -> bool:
    """Whether a study rewards its functional mesh or sets a limit on it."""
    rewarded = study.objective.maximise.get(MESH, 0.0) > 0
    return rewarded or MESH in {limit.indicator for limit in study.limits}


def _places(count: Recount, table: LimitTable) -> _Places:
    if table.by is None:
        whole = np.zeros(len(count.layout), dtype=np.int64)
        return _Places((None,), whole, np.array([count.area.sum()]), np.ones(1, dtype=bool))
    division = count.instance.districts[table.by]
    member = division.member.astype(np.int64)
    inside = member >= 0
    units = np.bincount(member[inside], minlength=len(division.names))
    area = np.bincount(member[inside], weights=count.area[inside], minlength=len(division.names))
    meant = units > 0
    if table.district is not None:
        meant &= np.arange(len(units)) == division.find(table.district)
    return _Places(tuple(division.names), member, area.astype(float), meant)


def _values(amounts: Amounts, places: _Places) -> FloatArray:
    """(districts,) of what the whole area is one."""
    if places.names == (None,):
        return np.array([amounts.total()])
    return amounts.by(places.member, len(places.names))


def _bounds(
    count: Recount, number: int, table: LimitTable, today: Amounts, places: _Places
) -> tuple[FloatArray, FloatArray]:
    """(districts,) what both sides ask, NaN where they ask nothing."""
    baseline = _values(today, places)
    sides = []
    ones = np.ones(len(places.names))
    divided = ones if today.ratio is None else _values(today.ratio[1], places)
    caps = count.instance.caps.get(number, {})
    for side, own_caps in ((table.at_least, {}), (table.at_most, caps)):
        own = [own_caps.get(name or "", side) for name in places.names]
        bound = [
            asked(each, today.measure, float(value), float(area))
            if meant and (below > 0 or not relative(each))
            else None
            for each, value, area, meant, below in zip(
                own, baseline, places.area_ha, places.meant, divided, strict=True
            )
        ]
        sides.append(np.array([np.nan if one is None else one for one in bound], dtype=float))
    if table.by is not None and of_today(table.at_least):
        sides[0][(sides[0] == 0) & (baseline == 0)] = np.nan  # a share of nothing
    low, high = sides
    if today.ratio is not None:
        divided = extremes(count, today.ratio[1], places.member, len(places.names), table.indicator, 1)[1]
        low[divided <= 0] = high[divided <= 0] = np.nan
    if table.where_possible:
        find = extremes if today.ratio is None else ratio_extremes
        ends = find(count, today, places.member, len(places.names), table.indicator)
        low, high = (
            np.fmin(low, np.where(np.isnan(low), np.nan, ends[1])),
            np.fmax(high, np.where(np.isnan(high), np.nan, ends[0])),
        )
    return low, high


def _plain_rows(
    number: int, table: LimitTable, now: Amounts, places: _Places, bounds: tuple[FloatArray, FloatArray]
) -> Iterator[Counted]:
    values, sums = _values(now, places), _values(now.unsigned(), places)
    for district in np.flatnonzero(~(np.isnan(bounds[0]) & np.isnan(bounds[1]))):
        low, high = (None if np.isnan(side[district]) else float(side[district]) for side in bounds)
        yield Counted(
            table.indicator, places.names[district], table.by, low, high, float(values[district]), number,
            None if table.by is None else int(district), float(sums[district]),
        )  # fmt: skip


def _ratio_rows(
    count: Recount,
    number: int,
    table: LimitTable,
    now: Amounts,
    places: _Places,
    bounds: tuple[FloatArray, FloatArray],
) -> Iterator[Counted]:
    ratio = now.ratio or (now, now)
    values, below = _values(now, places), _values(ratio[1], places)
    for key, bound in zip(("at_least", "at_most"), bounds, strict=True):
        row = f"limits[{number}].{key}"
        count.rows[row] = (table.indicator, np.append(np.nan_to_num(bound), 0.0)[places.member])
        linear = count.indicators()[row]
        amount, sums = _values(linear, places), _values(linear.unsigned(), places)
        for district in np.flatnonzero(~np.isnan(bound)):
            asked_for = float(bound[district])
            lower = key == "at_least"
            told = ToldRatio(
                asked_for if lower else None, None if lower else asked_for,
                float(values[district]), float(below[district]),
            )  # fmt: skip
            yield Counted(
                table.indicator, places.names[district], table.by, 0.0 if lower else None,
                None if lower else 0.0, float(amount[district]), number,
                None if table.by is None else int(district), float(sums[district]), row, told,
            )  # fmt: skip
