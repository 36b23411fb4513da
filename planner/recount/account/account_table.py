"""``account.csv`` beside an account counted again: every figure, range, district and text but wordings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from instances.instance import Instance
from instances.study.tables import table
from instances.units.grid import FloatArray, Layout
from planner.export.tables import as_written
from planner.recount.account.account import FACTORS, PLAN, TODAY, AccountRecount, Pair
from planner.recount.ledger import RELATIVE, Ledger, lacking, unreadable
from words.catalogue import LANGS, texts
from words.said import say

TEXTS = ("entry", "side", "way", "origin", "unit", "how", "source", "mark")
RANGES = ("today_low", "today_high", "plan_low", "plan_high")
FIGURES = ("today", "plan", "change", *RANGES)
RESTS: dict[str, dict[str, float]] = {
    "uptake": {"taken": 1.0, "biogenic land": -1.0},
    "sources.fossil": {"fossil": 1.0},
    "sources.whole": {"fossil": 1.0, "biogenic": 1.0},
    "arising": {"arising": 1.0},
    "recycled": {"recycled": 1.0},
}
"""What follows from the lines, as signed sums of their parts."""
RATIOS = {
    "ratio.balance_fossil": ("uptake", "sources.fossil"),
    "ratio.balance_whole": ("uptake", "sources.whole"),
    "ratio.cycle": ("recycled", "arising"),
}
"""What each ratio divides by what."""
ORIGINS = ("natural", "anthropogenic")


@dataclass(frozen=True, eq=False)
class Expected:
    """The rows of one line: ``figures`` by column, (places,) each with the whole area first and NaN for a
    blank; what they are sums of, without signs; texts by column."""

    figures: Mapping[str, FloatArray]
    unsigned: FloatArray
    texts: Mapping[str, str]
    unit: str


def check_account(path: Path, instance: Instance, layout: Layout, ledger: Ledger) -> None:
    """Compare every line of ``account.csv``, of the whole area and of each district, with a count of its own:
    figures today and in the plan and their ranges, what follows from them, where they come from, whose they
    are. Names, which are in the language of the table, are believed."""
    columns = ("line", "district", *FIGURES, *TEXTS)
    try:
        said = pd.read_csv(path, encoding="utf-8-sig", keep_default_na=False, dtype=str)
    except (OSError, ValueError) as fault:
        ledger.differ(path.name, say("runs_verify.readable"), unreadable(fault), by="the folder")
        return
    missing = [name for name in columns if name not in said]
    if missing:
        ledger.differ(path.name, *lacking(columns, missing), by="the folder")
        return
    count = AccountRecount(instance, layout)
    rows: dict[str, list[dict[str, str]]] = {}
    for row in said.astype(object).to_dict("records"):
        rows.setdefault(row["line"], []).append({str(key): str(cell) for key, cell in row.items()})
    expected = dict(expected_rows(count))
    for name in ledger.names(path.name, rows, expected):
        _compare(f"{path.name}, {name}", rows[name], expected[name], _places(count), ledger)
    ledger.done("verify.table", name=path.name)


def expected_rows(count: AccountRecount) -> Iterator[tuple[str, Expected]]:
    """Every line and what follows from the lines, by the name of its rows."""
    sums: dict[str, list[FloatArray]] = {}
    for line in table("carbon_account.csv"):
        pair = count.line(line["driver"])
        how = "gap" if pair is None else count.how(line["driver"])
        unit = "tC" if line["side"] == "stock" else "tC/yr"
        known = {key: line[key] for key in ("entry", "side", "way", "origin", "source", "mark")}
        figures = _figures(count, line, pair, how)
        unsigned = np.fmax(np.abs(figures["today"]), np.abs(figures["plan"]))
        yield line["line"], Expected(figures, unsigned, {**known, "unit": unit, "how": how}, unit)
        for part in _parts_of(line) if pair is not None else ():
            held = sums.setdefault(part, [np.zeros(count.count), np.zeros(count.count)])
            factor = float(line["factor_tc"])
            sums[part] = [have + factor * more for have, more in zip(held, pair or held, strict=True)]
    yield from _following(count, sums)


def _figures(
    count: AccountRecount, line: Mapping[str, str], pair: Pair | None, how: str
) -> dict[str, FloatArray]:
    """Every column of figures of a line."""
    blank = _with_whole(count, np.full(count.count, np.nan))
    found = dict.fromkeys(FIGURES, blank)
    if pair is None:
        return found
    today, plan = (_with_whole(count, each * float(line["factor_tc"])) for each in pair)
    found |= {"today": today, "plan": plan, "change": plan - today}
    if how == "land":
        return found
    for place, end in enumerate(("low", "high")):
        ends = count.at(end).line(line["driver"]) or pair
        for when in (TODAY, PLAN):
            found[RANGES[2 * when + place]] = _with_whole(count, ends[when] * float(line[FACTORS[end]]))
    return found


def _following(
    count: AccountRecount, sums: Mapping[str, Sequence[FloatArray]]
) -> Iterator[tuple[str, Expected]]:
    """Net uptake, sources, what stocks and fluxes leave open, and ratios."""
    parts = {**RESTS, **{f"unexplained.{origin}": {} for origin in ORIGINS}}
    years = count.instance.study.carbon.years
    totals: dict[str, list[FloatArray]] = {}
    for name, wanted in parts.items():
        found, unsigned = [np.zeros(count.count), np.zeros(count.count)], np.zeros(count.count)
        if not wanted:
            origin = name.partition(".")[2]
            stock = sums.get(f"stock {origin}", found)
            wanted = {f"in {origin}": -1.0, f"out {origin}": 1.0}
            found = [found[TODAY], (stock[PLAN] - stock[TODAY]) / years]
            unsigned = (np.abs(stock[PLAN]) + np.abs(stock[TODAY])) / years
        for part, sign in wanted.items():
            held = sums.get(part, [np.zeros(count.count), np.zeros(count.count)])
            found = [have + sign * more for have, more in zip(found, held, strict=True)]
            unsigned = unsigned + np.fmax(*map(np.abs, held))
        totals[name] = found
        today, plan = (_with_whole(count, each) for each in found)
        yield name, _plain(today, plan, _with_whole(count, unsigned), "tC/yr")
    for name, (above, below) in RATIOS.items():
        over, under = ([_with_whole(count, each) for each in totals[key]] for key in (above, below))
        today, plan = (
            np.divide(a, b, out=np.full(len(a), np.nan), where=b > 0)
            for a, b in zip(over, under, strict=True)
        )
        yield name, _plain(today, plan, np.fmax(np.abs(today), np.abs(plan)), "")


def _plain(today: FloatArray, plan: FloatArray, unsigned: FloatArray, unit: str) -> Expected:
    """Rows without ranges that belong to no entry of Table 1."""
    blank = dict.fromkeys(RANGES, np.full(len(today), np.nan))
    told = {**dict.fromkeys(TEXTS, ""), "unit": unit, "how": "counted"}
    return Expected({"today": today, "plan": plan, "change": plan - today, **blank}, unsigned, told, unit)


def _parts_of(line: Mapping[str, str]) -> Iterator[str]:
    """The sums that a line belongs to."""
    if line["side"] in ("arising", "recycled"):
        yield line["side"]
    if line["entry"] in ("photosynthesis", "water_uptake"):
        yield "taken"
    if line["side"] == "out" and line["basis"]:
        yield line["basis"]
    if line["side"] in ("stock", "in", "out"):
        yield f"{line['side']} {line['origin']}"


def _with_whole(count: AccountRecount, values: FloatArray) -> FloatArray:
    """(places,) the whole area, and its districts where there are any."""
    whole = np.array([values.sum()], dtype=float)
    return whole if count.names == [None] else np.concatenate([whole, values])


def _places(count: AccountRecount) -> list[frozenset[str]]:
    """What the whole area and each district may be called: land in none of them in any language."""
    nowhere = frozenset(texts(lang)["account_rows.elsewhere"] for lang in LANGS)
    named = [] if count.names == [None] else count.names
    return [frozenset({""}), *(nowhere if name is None else frozenset({name}) for name in named)]


def _compare(
    place: str,
    rows: Sequence[Mapping[str, str]],
    expected: Expected,
    places: Sequence[frozenset[str]],
    ledger: Ledger,
) -> None:
    """One line's rows: as many as there are places, in their order, with these figures and texts."""
    ledger.same(f"{place}, districts", len(rows), len(places))
    for number, (row, names) in enumerate(zip(rows, places, strict=False)):
        district = str(as_written(row["district"]))
        where = f"{place} {district}".rstrip()
        if district not in names:
            ledger.differ(f"{place}, district", district, min(names))
        for key in TEXTS:
            ledger.same(f"{where}, {key}", as_written(row[key]), expected.texts[key])
        unsigned = expected.unsigned[number]
        slack = RELATIVE * (max(1.0, float(unsigned)) if np.isfinite(unsigned) else 1.0)
        for key in FIGURES:
            value, stated = float(expected.figures[key][number]), _number(row[key])
            found = None if np.isnan(value) else value
            # A small difference of large figures has fewer digits than they have.
            near = stated is not None and found is not None and abs(stated - found) <= slack
            ledger.number(f"{where}, {key}", stated, stated if near else found, expected.unit)


def _number(cell: str) -> float | None:
    """The figure of a cell, None for a blank; what is no figure agrees with none."""
    try:
        return float(cell) if cell else None
    except ValueError:
        return float("nan")
