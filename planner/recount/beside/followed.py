"""A plan followed up, counted again: its alerts, its changes, and land that changed otherwise.

The folder holds the land taken to be there (``observed``) and, as a layer, every planned change: put into the
land of today, that is the plan again. So limits are counted under today's land, the plan and what is seen.
What the map showed cell by cell is not in the folder: how far land was seen as it was is told by hash alone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from instances.instance import Instance
from instances.units.grid import Layout
from planner.recount.beside.connected import mesh_at, mesh_limits
from planner.recount.beside.standings import CALLS, state_of
from planner.recount.figures.limit_rows import MESH, MESH_UNIT, counted_limits
from planner.recount.figures.recount import Counted, Recount
from planner.recount.layers.described import index_of, wrong_lines
from planner.recount.layers.outlines import drawn_units
from planner.recount.layers.reread import GEOMETRY, read_table
from planner.recount.layers.wanted import check_sums
from planner.recount.ledger import RELATIVE, Ledger
from planner.recount.tabled import Row, check_rows
from words.said import say

TABLE, CHANGES, STRAYED, PACKAGE = "alerts.csv", "changes.csv", "unplanned.csv", "alerts.gpkg"
RECORD, OBSERVED = "monitor.json", "observed"
IN_CHANGES = (
    "patch", "from_class", "to_class", "area_ha", "done_ha", "unchanged_ha", "other_ha", "state", "alert",
)  # fmt: skip
IN_STRAYED = ("piece", "from_class", "seen_class", "area_ha", "planned", "redlines", "breaks")
FLAGS = ("alert", "planned")
Table = Mapping[str, NDArray[np.object_]]


def check_followed(
    folder: Path, record: Mapping[str, Any], instance: Instance, seen: Layout, ledger: Ledger
) -> None:
    """Compare everything that is told of a plan followed up with the land that is ``seen`` (units,)."""
    package = folder / PACKAGE
    planned = read_table(package, "planned", IN_CHANGES, ledger)
    strayed = read_table(package, "unplanned", IN_STRAYED, ledger)
    if planned is None or strayed is None:
        return
    plan = _planned(package, planned, instance, seen, ledger)
    _strayed(package, strayed, (instance, seen, plan), ledger)
    ledger.done("verify.alert_layers", name=PACKAGE)
    check_rows(folder / CHANGES, ("patch",), list(_rows(planned, IN_CHANGES)), ledger)
    check_rows(folder / STRAYED, ("piece",), list(_rows(strayed, IN_STRAYED)), ledger)
    alerts = _limits(folder, record, (instance, seen, plan), ledger)
    told = {
        "planned_ha": planned["area_ha"],
        "done_ha": planned["done_ha"],
        "unplanned_ha": strayed["area_ha"],
    }
    for name, value in told.items():
        amount = float(value.astype(float).sum())
        ledger.number(f"{RECORD}, {name}", _float(record.get(name)), amount, "ha", RECORD)
    states = dict(Counter(planned["state"].tolist()))
    ledger.same(f"{RECORD}, patches", record.get("patches"), states, by=RECORD)
    wanted = alerts + int(_flags(planned["alert"]).sum()) + len(strayed["piece"])
    ledger.same(f"{RECORD}, alerts", record.get("alerts"), wanted, by=RECORD)


def _planned(path: Path, table: Table, instance: Instance, seen: Layout, ledger: Ledger) -> Layout | None:
    """(units,) the plan, by the layer of planned changes; every change is judged by its outline."""
    names, area = instance.classes.names, np.asarray(instance.grid.area_ha, dtype=float)
    drawn = drawn_units(shapely.from_wkb(table[GEOMETRY]), instance.grid.frame)
    before, after = (index_of(names, table[field]) for field in ("from_class", "to_class"))
    inside, count = drawn.of >= 0, len(before)
    of = drawn.of[inside]
    wrong = drawn.beyond + drawn.astray + int((before < 0).sum() + (after < 0).sum())
    wrong += int((before[of] != instance.today[inside]).sum())
    if wrong:
        place = say("runs_verify.outlines", file=path.name, layer="planned")
        ledger.wrong(place, say("runs_verify.where_planned"), wrong)
        return None
    done = np.where(seen[inside] == after[of], area[inside], 0.0)
    whole = np.bincount(of, weights=area[inside], minlength=count).astype(float)
    carried = np.bincount(of, weights=done, minlength=count).astype(float)
    check_sums(f"{path.name}, planned, area_ha", table["area_ha"], whole, ledger)
    check_sums(f"{path.name}, planned, done_ha", table["done_ha"], carried, ledger)
    told = [table[field].astype(float) for field in ("done_ha", "unchanged_ha", "other_ha")]
    more = int((np.sum(told, axis=0) > whole * (1 + RELATIVE) + RELATIVE).sum())
    ledger.wrong(f"{path.name}, planned, unchanged_ha", say("runs_verify.sum_of_units"), more)
    plan = instance.today.copy()
    plan[inside] = after[of]
    return plan


def _strayed(path: Path, table: Table, land: tuple[Instance, Layout, Layout | None], ledger: Ledger) -> None:
    """Land that changed otherwise: its classes, its area, whether it was planned, red lines it lies in."""
    instance, seen, plan = land
    names, area = instance.classes.names, np.asarray(instance.grid.area_ha, dtype=float)
    drawn = drawn_units(shapely.from_wkb(table[GEOMETRY]), instance.grid.frame)
    before, after = (index_of(names, table[field]) for field in ("from_class", "seen_class"))
    inside, count = drawn.of >= 0, len(before)
    of, own = drawn.of[inside], after >= 0  # a class that the study lacks is on no layout
    first = np.zeros(count, dtype=np.int64)
    first[of[::-1]] = np.flatnonzero(inside)[::-1]
    wrong = drawn.beyond + drawn.astray + int((own[of] & (after[of] != seen[inside])).sum())
    wrong += int((before != instance.today[first]).sum())
    if wrong:
        place = say("runs_verify.outlines", file=path.name, layer="unplanned")
        ledger.wrong(place, say("runs_verify.where_planned"), wrong)
        return
    sums = np.bincount(of, weights=area[inside], minlength=count).astype(float)
    check_sums(f"{path.name}, unplanned, area_ha", table["area_ha"], sums, ledger)
    if plan is not None:
        other = _flags(table["planned"]) != (instance.today[first] != plan[first])
        figure = f"{path.name}, unplanned, planned"
        ledger.wrong(figure, say("runs_verify.as_in_plan"), int(other.sum()))
    today = instance.today
    touched, broken = (np.zeros((count, len(instance.redlines)), dtype=bool) for _ in range(2))
    for number, line in enumerate(instance.redlines):
        bars = np.where(line.inside, line.bars_inside[today, seen], line.bars_outside[today, seen])
        touched[:, number] = np.bincount(of[line.inside[inside]], minlength=count) > 0
        broken[:, number] = np.bincount(of[bars[inside] & own[of]], minlength=count) > 0
    for field, lines in (("redlines", touched), ("breaks", broken)):
        wrong = wrong_lines(table[field], instance.redlines, lines) if instance.redlines else 0
        ledger.wrong(f"{path.name}, unplanned, {field}", say("runs_verify.lines_touched"), wrong)


def _limits(
    folder: Path, record: Mapping[str, Any], land: tuple[Instance, Layout, Layout | None], ledger: Ledger
) -> int:
    """The table of limits, and how many ask to be looked at."""
    instance, seen, plan = land
    now = Recount(instance, seen)
    today = now.at(instance.today)
    planned = now.at(instance.today if plan is None else plan)
    first = today.indicators()
    rows = [
        counted_limits(each, each.indicators(), first)
        + mesh_limits(instance, mesh_at(instance, each.layout.astype(np.uint8)))
        for each in (today, planned, now)
    ]
    elapsed = _float(record.get("elapsed"))
    wanted = list(_standings(zip(*rows, strict=True), now, elapsed, known=plan is not None))
    check_rows(folder / TABLE, ("indicator", "district"), wanted, ledger)
    told = record.get("limits")
    short = [row for row in told if isinstance(row, dict)] if isinstance(told, list) else []
    ledger.same(f"{RECORD}, limits", len(short), len(wanted), by=RECORD)
    for said, row in zip(short, wanted, strict=False):
        name = f"{RECORD}, {row['indicator']} {row['district']}".strip()
        ledger.number(f"{name}, value", _float(said.get("value")), _float(row["value"]), by=RECORD)
        if "state" in row:
            ledger.same(f"{name}, state", said.get("state"), row["state"], by=RECORD)
    return sum(row.get("alert") == "True" for row in wanted)


def _standings(
    rows: Iterable[Sequence[Counted]], now: Recount, elapsed: float | None, *, known: bool
) -> Iterator[Row]:
    """Every limit as the table tells it; how it stands only where the plan is ``known``."""
    units = now.indicators()
    for trio in rows:
        before, planned, seen = (one.told or one for one in trio)
        row: dict[str, object] = {
            "indicator": trio[2].indicator,
            "district": trio[2].district or "",
            "unit": MESH_UNIT if trio[2].indicator == MESH else units[trio[2].indicator].measure,
            "base": before.value,
            "at_least": seen.at_least,
            "at_most": seen.at_most,
            "value": seen.value,
            "room": seen.slack,
        }
        if known:
            figures = before.value, planned.value, seen.value
            state = state_of((seen.at_least, seen.at_most), figures, trio[2].allowance, elapsed)
            row |= {"plan": planned.value, "state": state, "alert": str(state in CALLS)}
        yield row


def _rows(table: Table, fields: Sequence[str]) -> Iterator[Row]:
    """The rows of a layer as those of its table."""
    for values in zip(*(table[field].tolist() for field in fields), strict=True):
        yield {field: _as_told(field, value) for field, value in zip(fields, values, strict=True)}


def _as_told(field: str, value: object) -> object:
    """A figure as it is, all else as a table tells it."""
    if field in FLAGS:
        return str(bool(value))
    return "" if value is None else value if isinstance(value, float) else str(value)


def _flags(told: NDArray[np.object_]) -> NDArray[np.bool_]:
    return np.array([str(one) in ("1", "True") for one in told], dtype=bool)


def _float(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) else None
