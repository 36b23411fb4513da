"""What a folder says of stages, against the recount: the certificate's record, and the files by year."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from planner.export.stages import CHANGED
from planner.plans.plan import Certificate
from planner.recount.bound.staged import StagedCount
from planner.recount.layers.described import UNKNOWN, index_of, wrongly_classed
from planner.recount.layers.layered import Layered
from planner.recount.layers.outlines import drawn_units
from planner.recount.layers.reread import GEOMETRY
from planner.recount.ledger import Ledger, lacking, unreadable
from words.said import say

TABLE, PACKAGE = "stages.csv", "stages.gpkg"
IN_LAND = ("class", "area_ha", "code", "space", "colour")


def check_stages(folder: Path, certificate: Certificate, staged: StagedCount, ledger: Ledger) -> None:
    """Compare the certificate's stages, both tables by year and the layers of every year with the recount."""
    said, stages = certificate.stages, staged.stages
    if said is None:
        ledger.differ("stages", say("runs_verify.none"), str(list(stages.years)), by="the study")
        return
    ledger.same("stages.years", said.years, stages.years)
    ledger.same("stages.lasts", said.lasts, staged.lasts)
    ledger.same("stages.objective", said.objective, stages.objective)
    changed = _changed(staged)
    _numbers("stages.changed_ha", said.changed_ha, changed, ledger)
    for name in ledger.names("stages.values", said.values, staged.values):
        _numbers(f"stages.values.{name}", said.values[name], staged.values[name], ledger)
    emissions = staged.over_years("net_emissions")
    ledger.number("stages.emissions", said.emissions, emissions, "tCO2e")
    _table(folder / TABLE, staged, changed, ledger)
    for t, year in enumerate(stages.years):
        _land(folder / PACKAGE, f"land_{year}", staged, t, ledger)
    _years(folder / "plan.gpkg", staged, changed, ledger)


def _changed(staged: StagedCount) -> tuple[float, ...]:
    """(stages,) ha that change at each."""
    area = np.bincount(staged.stage, weights=staged.count.area, minlength=len(staged.lasts) + 1)
    return tuple(area[:-1].tolist())


def _numbers(figure: str, said: tuple[float, ...], found: tuple[float, ...], ledger: Ledger) -> None:
    ledger.same(figure, len(said), len(found))
    for place, (one, other) in enumerate(zip(said, found, strict=False)):
        ledger.number(f"{figure}[{place}]", one, other)


def _table(path: Path, staged: StagedCount, changed: tuple[float, ...], ledger: Ledger) -> None:
    """``stages.csv``: every indicator in every year."""
    years = [str(year) for year in staged.stages.years]
    try:
        table = pd.read_csv(path)
    except (OSError, ValueError) as fault:
        ledger.differ(path.name, say("runs_verify.readable"), unreadable(fault), by="the folder")
        return
    missing = [name for name in ("indicator", "unit", "today", *years) if name not in table.columns]
    if missing:
        ledger.differ(path.name, *lacking(("indicator", "unit", "today", *years), missing), by="the folder")
        return
    known = staged.each[0].indicators()
    today = {name: one.total() for name, one in known.items()}
    units = {name: one.measure for name, one in known.items()} | {CHANGED: "ha"}
    found = {name: (today[name], *staged.values[name]) for name in today} | {CHANGED: (0.0, *changed)}
    said = {str(row["indicator"]): row for row in table.to_dict("records")}
    rows = [say("runs_verify.rows", n=n) for n in (len(table), len(found))]
    ledger.same(path.name, rows[0], rows[1], by=path.name)
    for name in ledger.names(path.name, said, found):
        unit = said[name]["unit"]
        ledger.same(f"{path.name}, {name}, unit", "" if pd.isna(unit) else unit, units[name], by=path.name)
        for column, value in zip(("today", *years), found[name], strict=True):
            figure = f"{path.name}, {name}, {column}"
            ledger.number(figure, _number(said[name][column]), value, by=path.name)


def _number(cell: object) -> float:
    try:
        return float(str(cell))
    except ValueError:
        return float("nan")


def _land(path: Path, layer: str, staged: StagedCount, t: int, ledger: Ledger) -> None:
    """The land of one year: where every class lies, its areas, and what a layer tells of classes."""
    instance, count = staged.count.instance, staged.each[t + 1]
    table = Layered(path).table(layer, IN_LAND, instance.grid, ledger)
    if table is None:
        return
    names = instance.classes.names
    areas = np.bincount(count.layout, weights=count.area, minlength=len(names))
    _sums(path.name, layer, table["class"], table["area_ha"], dict(zip(names, areas, strict=True)), ledger)
    drawn, told = drawn_units(shapely.from_wkb(table[GEOMETRY]), instance.grid.frame), table["class"]
    klass = np.append(index_of(names, told), UNKNOWN)[drawn.of]
    wrong = drawn.beyond + drawn.astray + int((klass != count.layout).sum())
    place = say("runs_verify.outlines", file=path.name, layer=layer)
    ledger.wrong(place, say("runs_verify.where_planned"), wrong)
    for field, others in wrongly_classed(table, index_of(names, told), instance.classes):
        ledger.wrong(f"{path.name}, {layer}, {field}", say("runs_verify.code_of_class"), others)


def _years(path: Path, staged: StagedCount, changed: tuple[float, ...], ledger: Ledger) -> None:
    """The areas of the changes of every year, as the plan's layer of changes tells them."""
    table = Layered(path).table("changes", ("year", "area_ha"), staged.count.instance.grid, ledger)
    if table is not None:
        expected = {str(year): area for year, area in zip(staged.stages.years, changed, strict=True) if area}
        _sums(path.name, "changes", table["year"], table["area_ha"], expected, ledger)


def _sums(
    file: str,
    layer: str,
    keys: NDArray[np.object_],
    areas: NDArray[np.object_],
    expected: dict[str, float],
    ledger: Ledger,
) -> None:
    """Compare areas summed by a key with those expected."""
    named, of = np.unique(keys.astype(str), return_inverse=True)
    sums = np.bincount(of.ravel(), weights=areas.astype(float), minlength=len(named))
    found = dict(zip(named.tolist(), sums.tolist(), strict=True))
    for key in sorted(expected.keys() | found.keys()):
        figure, wanted = f"{file}, {layer}, {key}", float(expected.get(key, 0.0))
        ledger.number(figure, found.get(key, 0.0), wanted, "ha", by=file)
