"""The order of the changes counted again from its files: years, rows, reasons, sums, layer.

Years are read as they were handed on; nothing is taken from the model, nor from what wrote the files.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import shapely
from numpy.typing import NDArray

from instances.instance import Instance
from instances.units.grid import Layout
from planner.plans.plan import Certificate
from planner.recount.beside.named import CLASSES, Called, check_names
from planner.recount.beside.order_counted import TABLE, CountedOrder
from planner.recount.layers.layered import Layered
from planner.recount.layers.outlines import drawn_units
from planner.recount.layers.reread import GEOMETRY, PACKAGE
from planner.recount.ledger import RELATIVE, Ledger
from planner.recount.tabled import Row, check_rows, read_rows
from words.said import say

BY_YEAR, LAYER = "schedule_years.csv", "schedule"
FIGURES = ("year", "area_ha", "cost", "tco2e", "waits")
NAMED = ("district", "from_class", "to_class", "stage", "reason", "in_year")
REASONS = (
    "early", "late", "best", "stage", "equal", "budget", "area", "district", "homes", "cropland", "free",
)  # fmt: skip
CALLED = {"why": Called("reason", REASONS, "schedule_reasons")}
IN_LAYER = ("patch", *FIGURES, *NAMED, *CLASSES, *CALLED)
"""Fields of the layer."""


def check_schedule(
    folder: Path,
    certificate: Certificate,
    instance: Instance,
    layout: Layout,
    stage: NDArray[np.int64] | None,
    ledger: Ledger,
) -> NDArray[np.int64] | None:
    """Compare the order of the changes that a folder hands on with its certificate, the map and the study;
    (units,) the year of each, -1 where it stays, None where no order can be read."""
    asked, said = instance.schedule, certificate.schedule
    if asked is None or said is None:
        if said is not None:
            ledger.differ("schedule", str(said.years), say("runs_verify.none"), by="the study")
        elif asked is not None:
            ledger.note("schedule_verify.none")
        return None
    if not (folder / TABLE).exists() and certificate.profile == "export":
        ledger.note("schedule_verify.not_exported")
        return None
    rows = read_rows(folder / TABLE, ("patch", "year"), ledger)
    if rows is None:
        return None
    counted = CountedOrder(asked, instance, layout, stage, folder)
    year = _years(rows, counted, ledger)
    if year is None:
        return None
    counted.check(year, said, ledger)
    patches = counted.table(year)
    check_rows(folder / TABLE, ("patch",), patches, ledger)
    check_rows(folder / BY_YEAR, ("year",), counted.by_year(year), ledger)
    _layer(folder / PACKAGE, counted, patches, ledger)
    ledger.done("verify.schedule", name=asked.name, n=len(year))
    return np.append(np.array(asked.years)[year], -1)[counted.of]


def _years(rows: list[dict[str, str]], counted: CountedOrder, ledger: Ledger) -> NDArray[np.int64] | None:
    """(patches,) the year of each, counted from 0; None, with a difference, where the file says none."""
    told = {row["patch"]: row["year"] for row in rows}
    wanted = [str(number) for number in range(1, len(counted.first) + 1)]
    if len(rows) != len(wanted) or set(told) != set(wanted):
        ledger.differ(
            TABLE, say("runs_verify.rows", n=len(rows)), say("runs_verify.rows", n=len(wanted)), "the folder"
        )
        return None
    known = {str(year): place for place, year in enumerate(counted.asked.years)}
    strange = [number for number in wanted if told[number] not in known]
    if strange:
        ledger.wrong(f"{TABLE}, year", say("schedule_verify.a_year"), len(strange), by="the study")
        return None
    return np.array([known[told[number]] for number in wanted], dtype=np.int64)


def _layer(path: Path, counted: CountedOrder, patches: list[Row], ledger: Ledger) -> None:
    """The layer of the order: where every patch lies, and what ``schedule.csv`` says of it."""
    table = Layered(path).table(LAYER, IN_LAYER, counted.instance.grid, ledger)
    if table is None:
        return
    figure = f"{path.name}, {LAYER}"
    number = table["patch"].astype(float)
    wanted = np.arange(1, len(patches) + 1)
    if len(number) != len(wanted) or (number != wanted).any():
        rows = [say("runs_verify.rows", n=n) for n in (len(number), len(wanted))]
        ledger.differ(figure, rows[0], rows[1], by=path.name)
        return
    drawn = drawn_units(shapely.from_wkb(table[GEOMETRY]), counted.instance.grid.frame)
    wrong = drawn.beyond + drawn.astray + int((drawn.of != counted.of).sum())
    place = say("runs_verify.outlines", file=path.name, layer=LAYER)
    ledger.wrong(place, say("runs_verify.where_planned"), wrong)
    for field in FIGURES:
        value = np.array([np.nan if row[field] is None else row[field] for row in patches], dtype=float)
        most = max(1.0, float(np.nanmax(np.abs(value), initial=0.0)))
        told = table[field].astype(float)
        near = np.isclose(told, value, rtol=RELATIVE, atol=RELATIVE * most, equal_nan=True)
        ledger.figures += len(value)
        ledger.wrong(f"{figure}, {field}", say("runs_verify.as_in_plan"), int((~near).sum()))
    for field in NAMED:
        asked = [row["year" if field == "in_year" else field] for row in patches]
        read = [each if isinstance(each, str) else "" for each in table[field].tolist()]
        missed = sum(told != text for told, text in zip(read, asked, strict=True))
        ledger.wrong(f"{figure}, {field}", say("runs_verify.as_in_plan"), missed)
    check_names(figure, table, counted.instance, CALLED, ledger)
