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
from planner.recount.beside.named import CLASSES, Called, check_names
from planner.recount.beside.seen_carbon import check_seen_carbon
from planner.recount.beside.standings import CALLS, state_of
from planner.recount.figures.limit_rows import MESH, MESH_UNIT, counted_limits
from planner.recount.figures.recount import Counted, Recount
from planner.recount.layers.described import index_of, wrong_lines
from planner.recount.layers.outlines import drawn_units
from planner.recount.layers.reread import GEOMETRY, read_table
from planner.recount.layers.wanted import check_sums
from planner.recount.ledger import RELATIVE, Ledger
from planner.recount.tabled import Row, check_rows
from words.catalogue import Words
from words.said import say

TABLE, CHANGES, STRAYED, PACKAGE = "alerts.csv", "changes.csv", "unplanned.csv", "alerts.gpkg"
RECORD, OBSERVED = "monitor.json", "observed"
CALLED = {
    "state_name": Called("state", ("done", "partly", "not_started", "other", "unseen"), "sighting"),
    "course_name": Called("course", ("on_course", "late", "early", "other", "unknown"), "timing"),
}
IN_CHANGES = (
    "patch", "planned_year", "from_class", "to_class", "area_ha", "done_ha", "unchanged_ha", "other_ha",
    "state", "course", "alert", *CLASSES, *CALLED,
)  # fmt: skip
IN_STRAYED = ("piece", "from_class", "seen_class", "area_ha", "planned", "redlines", "breaks")
FLAGS = ("alert", "planned")
LATEST = 9999
"""Stands for no year."""
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
    of = _planned(package, planned, instance, seen, ledger)
    plan = None if of is None else _land(of, planned, instance, None)
    _in_time(planned, record, ledger)
    check_names(f"{PACKAGE}, planned", planned, instance, CALLED, ledger)
    _strayed(package, strayed, (instance, seen, plan), ledger)
    ledger.done("verify.alert_layers", name=PACKAGE)
    check_rows(folder / CHANGES, ("patch",), list(_rows(planned, IN_CHANGES)), ledger)
    check_rows(folder / STRAYED, ("piece",), list(_rows(strayed, IN_STRAYED)), ledger)
    lands = None if of is None else _lands(of, planned, instance, record)
    if lands is not None:
        _, due, whole = lands
        by_name = {"today": instance.today, "plan": whole, "seen": seen}
        by_name |= {} if due is None else {"due": due}
        check_seen_carbon(folder, instance, by_name, _relative(instance, record), ledger)
    alerts = _limits(folder, record, (instance, seen, lands), ledger)
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


def _planned(
    path: Path, table: Table, instance: Instance, seen: Layout, ledger: Ledger
) -> NDArray[np.int64] | None:
    """(units,) the row of the layer of planned changes in which each lies, -1 for none; every change is
    judged by its outline."""
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
    return drawn.of.astype(np.int64)


def _land(of: NDArray[np.int64], table: Table, instance: Instance, year: int | None) -> Layout:
    """(units,) the land once all planned changes are done, or those of a ``year`` and before."""
    after = index_of(instance.classes.names, table["to_class"])
    done = np.ones(len(after), dtype=bool) if year is None else _years(table) <= year
    chosen = np.append(done, False)[of]
    land = instance.today.copy()
    land[chosen] = after[of[chosen]]
    return land


def _relative(instance: Instance, record: Mapping[str, Any]) -> float | None:
    """What a unit of energy emits in the year that is seen beside the first year of the study, where the
    record names that."""
    first, year = record.get("energy_from"), record.get("year")
    if not isinstance(first, int) or not isinstance(year, int) or instance.energy is None:
        return None
    return float(instance.energy.relative((first, year))[0, -1])


def _years(table: Table) -> NDArray[np.int64]:
    """(changes,) the year that the plan gives each; a change without one has none before the last."""
    told = (str(year) for year in table["planned_year"])
    return np.array([int(year) if year.isdigit() else LATEST for year in told], dtype=np.int64)


def _lands(
    of: NDArray[np.int64], table: Table, instance: Instance, record: Mapping[str, Any]
) -> tuple[Layout, Layout | None, Layout]:
    """The land of the plan at the stage that is judged, what it has by the year that is seen, None where no
    years are told, and the plan."""
    stage, year = record.get("stage"), record.get("year")
    whole = _land(of, table, instance, None)
    planned = _land(of, table, instance, stage) if isinstance(stage, int) else whole
    told = record.get("years_by") is not None and isinstance(year, int)
    return planned, _land(of, table, instance, year) if told else None, whole


def _in_time(table: Table, record: Mapping[str, Any], ledger: Ledger) -> None:
    """How every planned change keeps its year, by its state; and how much is due."""
    by, year = record.get("years_by"), record.get("year")
    told = [str(one or "") for one in table["course"].tolist()]
    if by is None or not isinstance(year, int):
        missed = sum(one != "" for one in [*told, *(str(each or "") for each in table["planned_year"])])
        ledger.wrong(f"{PACKAGE}, planned, course", say("runs_verify.none"), missed, by=RECORD)
        return
    years = _years(table)
    wanted = [
        _course(str(state), is_due)
        for state, is_due in zip(table["state"].tolist(), (years <= year).tolist(), strict=True)
    ]
    wrong = sum(one != other for one, other in zip(told, wanted, strict=True))
    ledger.wrong(f"{PACKAGE}, planned, course", say("runs_verify.keeps_year"), wrong)
    ledger.same(f"{RECORD}, course", record.get("course"), dict(Counter(wanted)), by=RECORD)
    due = float(table["area_ha"][years <= year].astype(float).sum())
    ledger.number(f"{RECORD}, due_ha", _float(record.get("due_ha")), due, "ha", RECORD)


def _course(state: str, is_due: bool) -> str:
    """What a planned change of a state is called whose year has come, or not."""
    if state in ("unseen", "other"):
        return "unknown" if state == "unseen" else state
    if is_due:
        return "on_course" if state == "done" else "late"
    return "early" if state == "done" else "on_course"


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
    folder: Path,
    record: Mapping[str, Any],
    land: tuple[Instance, Layout, tuple[Layout, Layout | None, Layout] | None],
    ledger: Ledger,
) -> int:
    """The table of limits, and how many ask to be looked at."""
    instance, seen, lands = land
    now = Recount(instance, seen)
    today = now.at(instance.today)
    plan, due, whole = (None, None, None) if lands is None else lands
    planned = now.at(instance.today if plan is None else plan)
    lands_seen = [today, planned, now]
    if due is not None and whole is not None:
        lands_seen += [now.at(due), now.at(np.where(seen == whole, whole, due))]
    first = today.indicators()
    rows = [
        counted_limits(each, each.indicators(), first)
        + mesh_limits(instance, mesh_at(instance, each.layout.astype(np.uint8)))
        for each in lands_seen
    ]
    elapsed = _float(record.get("elapsed"))
    stage = "" if record.get("stage") is None else str(record["stage"])
    words, year = Words(instance.study.lang), str(record.get("year"))
    wanted = [
        {**row, "stage": stage, "year": year, **_named(row, words)}
        for row in _standings(zip(*rows, strict=True), now, elapsed, known=plan is not None)
    ]
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


def _named(row: Row, words: Words) -> Row:
    """What readers read of how a limit stands; nothing where that is not known."""
    return {"state_name": words.text(f"standing.{row['state']}")} if "state" in row else {}


def _standings(
    rows: Iterable[Sequence[Counted]], now: Recount, elapsed: float | None, *, known: bool
) -> Iterator[Row]:
    """Every limit as the table tells it; how it stands only where the plan is ``known``. Each is counted
    today, in the plan, as it is seen and, where the plan says what is due by now, as it should be."""
    units = now.indicators()
    for trio in rows:
        before, planned, seen, *by_now = (one.told or one for one in trio)
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
            due = (by_now[0].value, by_now[1].value) if by_now else None
            state = state_of((seen.at_least, seen.at_most), figures, trio[2].allowance, elapsed, due)
            row |= {
                "plan": planned.value,
                "due": None if due is None else due[0],
                "state": state,
                "alert": str(state in CALLS),
            }
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
