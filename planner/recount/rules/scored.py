"""What a scored layout's folder tells beside a run's, counted again: both of its tables, and its layers.

Where it was held against a certified plan, the layer of edits says which class that has where the two differ:
put into the layout, it is that plan again, and its figures are counted too.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import shapely
from numpy.typing import NDArray

from instances.units.grid import FloatArray, Layout
from planner.plans.plan import Certificate, IndicatorRecord, ScoreRecord
from planner.recount.figures.recount import OBJECTIVE_UNIT, Counted, Recount
from planner.recount.layers.described import index_of
from planner.recount.layers.outlines import drawn_units
from planner.recount.layers.reread import GEOMETRY, read_table
from planner.recount.layers.wanted import check_sums
from planner.recount.ledger import Ledger
from planner.recount.rules.rules import TRANSITIONS, broken_by_rule
from planner.recount.tabled import Row, check_rows
from words.said import say

SCORE, BROKEN, PACKAGE = "score.csv", "broken.csv", "score.gpkg"
FILES = frozenset({SCORE, BROKEN, PACKAGE})
"""What the folder of a scored layout has beside those of any run."""


@dataclass(frozen=True, eq=False)
class Scored:
    """A layout as it was counted: what the certificate says, and the recount of layout and limits."""

    certificate: Certificate
    score: ScoreRecord
    count: Recount
    found: Mapping[str, IndicatorRecord]
    limits: Sequence[Counted]


def check_scored(folder: Path, scored: Scored, ledger: Ledger) -> None:
    """Compare both tables and the layers with the layout that was drawn."""
    certified = None
    if (folder / PACKAGE).is_file():
        _offences(folder / PACKAGE, scored, ledger)
        if scored.score.certified is not None:
            certified = _edits(folder / PACKAGE, scored, ledger)
        ledger.done("verify.score_layers", name=PACKAGE)
    if (folder / SCORE).is_file():
        rows = list(_figures(scored, certified))
        keys = {"difference": ("drawn", "certified")}
        check_rows(folder / SCORE, ("indicator",), rows, ledger, keys)
    if (folder / BROKEN).is_file():
        check_rows(folder / BROKEN, ("kind", "name", "district"), list(_broken(scored)), ledger)


def _figures(scored: Scored, certified: Layout | None) -> Iterator[Row]:
    """The objective and every indicator: today, of the certified plan, as drawn."""
    count, beside = scored.count, scored.score.certified
    again: dict[str, float] = {}
    if beside is not None and beside.same_question and certified is not None:
        again = {name: each.total() for name, each in count.at(certified).indicators().items()}
    known = {} if beside is None else {**beside.indicators, **again}
    objective = None if beside is None else count.objective(again) if again else beside.objective
    today = {name: one.baseline for name, one in scored.found.items()}
    drawn = {name: one.value for name, one in scored.found.items()}
    yield {
        "indicator": "objective",
        "unit": OBJECTIVE_UNIT,
        "today": count.objective(today),
        "certified": objective,
        "drawn": count.objective(drawn),
    }
    for name, one in scored.found.items():
        yield {
            "indicator": name,
            "unit": one.unit,
            "today": today[name],
            "certified": known.get(name),
            "drawn": drawn[name],
        }


def _broken(scored: Scored) -> Iterator[Row]:
    """Every rule and limit that the layout breaks."""
    area = scored.count.area
    for name, units in broken_by_rule(scored.count.instance, scored.count.layout).items():
        if units.any():
            kind, _, line = name.rpartition(".")
            ha = float(area[units].sum())
            yield {
                "kind": "redline" if kind else TRANSITIONS,
                "name": line if kind else "",
                "district": "",
                "missed": ha,
                "unit": "ha",
                "units": str(int(units.sum())),
                "area_ha": ha,
            }
    if scored.score.split:
        yield {"kind": "whole", "name": "whole", "district": "", "missed": float(scored.score.split)}
    for limit in scored.limits:
        told = limit.told or limit
        if limit.slack < -limit.allowance:
            yield {
                "kind": "limit",
                "name": limit.indicator,
                "district": limit.district or "",
                "at_least": told.at_least,
                "at_most": told.at_most,
                "value": told.value,
                "missed": -told.slack,
                "unit": scored.found[limit.indicator].unit,
            }


def _offences(path: Path, scored: Scored, ledger: Ledger) -> None:
    """Where each rule is broken: the outlines of every rule's patches, their classes, units and areas."""
    fields = ("redline", "from_class", "to_class", "units", "area_ha")
    table = read_table(path, "offences", fields, ledger)
    if table is None:
        return
    instance, layout = scored.count.instance, scored.count.layout
    broken = {name.removeprefix("redlines."): units for name, units in
              broken_by_rule(instance, layout).items() if units.any()}  # fmt: skip
    told = table["redline"].astype(str)
    ledger.names(f"{path.name}, offences", dict.fromkeys(told, 1), dict.fromkeys(broken, 1))
    for name, units in broken.items():
        mine = {field: values[told == name] for field, values in table.items()}
        _patches(path, f"offences, {name}", mine, (instance.today, layout), units, scored, ledger)


def _edits(path: Path, scored: Scored, ledger: Ledger) -> Layout | None:
    """(units,) the certified plan, by what the layer of edits says; None where that is not sound."""
    fields = ("change", "from_class", "to_class", "units", "area_ha", "net_tco2e_yr")
    table = read_table(path, "edits", fields, ledger)
    beside = scored.score.certified
    if table is None or beside is None:
        return None
    instance, layout = scored.count.instance, scored.count.layout
    drawn = drawn_units(shapely.from_wkb(table[GEOMETRY]), instance.grid.frame)
    before = index_of(instance.classes.names, table["from_class"])
    inside = drawn.of >= 0
    if (before < 0).any() or drawn.astray or drawn.beyond:
        place = say("runs_verify.outlines", file=path.name, layer="edits")
        ledger.wrong(place, say("runs_verify.where_planned"), len(before))
        return None
    certified = layout.astype(np.uint8)
    certified[inside] = before[drawn.of[inside]]
    differs = certified != layout
    _patches(path, "edits", table, (certified, layout), differs, scored, ledger)
    area = float(scored.count.area[differs].sum())
    ledger.number(f"{path.name}, edits, differs_ha", beside.differs_ha, area, "ha")
    net = [
        scored.count.at(each).indicators()["net_emissions"].value
        for each in (layout.astype(np.uint8), certified)
    ]
    told = table["change"] != table["from_class"] + ">" + table["to_class"]
    ledger.wrong(f"{path.name}, edits, change", say("runs_verify.code_of_class"), int(told.sum()))
    size = float(np.abs(net).max(initial=0.0))
    sums = np.bincount(drawn.of[inside], weights=(net[0] - net[1])[inside], minlength=len(before)).astype(
        float
    )
    check_sums(f"{path.name}, edits, net_tco2e_yr", table["net_tco2e_yr"], sums, ledger, size)
    if beside.same_question:
        again = scored.count.at(certified).indicators()
        for name in ledger.names("score.certified.indicators", beside.indicators, again):
            now = again[name]
            figure = f"score.certified.indicators.{name}"
            ledger.number(figure, beside.indicators[name], now.total(), now.measure)
        totals = {name: each.total() for name, each in again.items()}
        ledger.number(
            "score.certified.objective", beside.objective, scored.count.objective(totals), "tCO2e/yr"
        )
    return certified


def _patches(
    path: Path,
    layer: str,
    table: Mapping[str, NDArray[np.object_]],
    pair: tuple[NDArray[np.integer], NDArray[np.integer]],
    units: NDArray[np.bool_],
    scored: Scored,
    ledger: Ledger,
) -> None:
    """Patches that must cover ``units``, of one change of class each: outlines, classes, units and areas."""
    names, frame = scored.count.instance.classes.names, scored.count.instance.grid.frame
    drawn = drawn_units(shapely.from_wkb(table[GEOMETRY]), frame)
    inside = drawn.of >= 0
    wrong = int((inside != units).sum()) + drawn.beyond + drawn.astray
    for field, layout in zip(("from_class", "to_class"), pair, strict=True):
        told = index_of(names, table[field])
        wrong += int((told[drawn.of[inside]] != np.asarray(layout)[inside]).sum())
    if wrong:
        place = say("runs_verify.outlines", file=path.name, layer=layer)
        ledger.wrong(place, say("runs_verify.where_planned"), wrong)
        return
    for field, amount in (("units", np.ones(len(units))), ("area_ha", scored.count.area)):
        sums = np.bincount(drawn.of[inside], weights=amount[inside], minlength=len(table[field])).astype(
            float
        )
        check_sums(f"{path.name}, {layer}, {field}", table[field], sums, ledger)


def _per_patch(of: NDArray[np.int64], amount: FloatArray, count: int) -> FloatArray:
    """(patches,) sums over the units ``of`` each, -1 for none."""
    inside = of >= 0
    return np.bincount(of[inside], weights=amount[inside], minlength=count).astype(float)


def only_scored(certificate: Certificate) -> frozenset[str]:
    """The files that only the folder of a scored layout has, where it is one with all deliverables."""
    return FILES if certificate.score is not None and certificate.profile == "run" else frozenset()
