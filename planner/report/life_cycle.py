"""The life cycle in the report: carbon by year as curves with ranges, by part, by district, and energy."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from formulations.staged.ledger import PARTS, LifeCycle
from instances.units.grid import FloatArray
from planner.charts.shapes import Chart
from planner.export.energy_factors import known_by
from planner.plans.life_cycle import growth_of, has_years, ledger_of
from planner.report.life_cycle_charts import change_charts, growth_charts, part_charts, total_charts
from planner.report.subject import Subject
from planner.words.energy_names import carrier_name, mark_name, with_signs
from words.catalogue import Words, figure

AGES = tuple(float(age) for age in range(2, 51, 2))
"""Years after its change at which the growth of new land is told."""
MOST_CURVES, MOST_DISTRICTS, MOST_YEARS = 6, 60, 12
"""No more curves of growth, divisions of no more districts and no more rows of years are shown; tables hold
all."""


@dataclass(frozen=True, slots=True)
class LedgerFigure:
    """A chart for a desk and for a phone, and what it shows."""

    charts: tuple[Chart, ...]
    caption: str
    about: str = ""


@dataclass(frozen=True, slots=True)
class LedgerTable:
    """A table: its title, headings, and a name and texts for each row."""

    title: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True, slots=True)
class LedgerChapter:
    """The ledger of the whole area in sentences, charts and a table by year; of districts; energy by year."""

    lead: tuple[str, ...]
    figures: tuple[LedgerFigure, ...]
    years: LedgerTable
    districts: tuple[LedgerTable, ...]
    energy: tuple[str, ...]
    factors: LedgerTable | None
    sources: tuple[str, ...]


def ledger_chapter(subject: Subject) -> LedgerChapter | None:
    """The chapter on the life cycle; None of a plan without years."""
    if not has_years(subject.study):
        return None
    words, (places, found) = subject.words, ledger_of(subject.plan)
    figures = [
        LedgerFigure(change_charts(found, words), words.text("ledger.chart_change")),
        LedgerFigure(part_charts(found, words), words.text("ledger.chart_parts")),
        LedgerFigure(total_charts(found, words), words.text("ledger.chart")),
    ]
    grown = growth_of(subject.plan, AGES)[:MOST_CURVES]
    if grown:
        charts = growth_charts(grown, AGES, subject.instance.classes, words)
        caption, about = words.text("ledger.chart_growth"), words.text("ledger.growth_about")
        figures.append(LedgerFigure(charts, caption, about))
    energy, factors, sources = _energy(subject, found)
    return LedgerChapter(
        _lead(subject, found),
        tuple(figures),
        _years(subject, found),
        _districts(subject, places, found),
        energy,
        factors,
        sources,
    )


def _lead(subject: Subject, found: LifeCycle) -> tuple[str, ...]:
    words, asked = subject.words, subject.study.life_cycle
    unit, change = words.unit("tCO2e"), float(found.change[-1, 0])
    told = []
    if subject.plan.staged is None and asked is not None and asked.base_year is not None:
        base, last = asked.base_year, asked.target_year
        record = subject.plan.certificate.schedule
        if record is None:
            told.append(words.text("ledger.even", first=base + 1, last=last, base=base))
        else:
            told.append(words.text("ledger.ordered", first=record.years[0], last=record.years[-1], base=base))
    told.append(
        words.text(
            "ledger.lead",
            first=found.years[0],
            last=found.years[-1],
            total=figure(found.cumulative[-1, 0]),
            low=figure(found.low[-1, 0]),
            high=figure(found.high[-1, 0]),
            peak=found.peak,
            most=figure(float(found.net[:, 0].max())),
            unit=unit,
        )
    )
    told.append(_beyond(found, words))
    if found.repaid is not None:
        told.append(words.text("ledger.repaid", year=found.repaid))
    elif change > 0:
        told.append(words.text("ledger.unpaid", year=found.years[-1]))
    if len(found.years) > MOST_YEARS:
        return (*told, words.text("ledger.about"), words.text("ledger.some_years"))
    return (*told, words.text("ledger.about"))


def _beyond(found: LifeCycle, words: Words) -> str:
    """What the plan emits more or less than today's land would, and whether that is certain."""
    change, low, high = (float(each[-1, 0]) for each in (found.change, found.change_low, found.change_high))
    values = {"unchanged": figure(found.unchanged[-1, 0]), "unit": words.unit("tCO2e")}
    values["change"] = figure(abs(change))
    if low < 0 < high:
        key = "ledger.beyond_less_open" if change < 0 else "ledger.beyond_open"
        return words.text(key, **values, less=figure(-low), more=figure(high))
    if change < 0:
        return words.text("ledger.beyond_less", **values, low=figure(-high), high=figure(-low))
    return words.text("ledger.beyond", **values, low=figure(low), high=figure(high))


def _years(subject: Subject, found: LifeCycle) -> LedgerTable:
    """The whole area, year by year; parts that are nothing in every year are left out."""
    words = subject.words
    names = (*PARTS, "net", "cumulative", "change")
    columns = [*(found.parts[:, 0, n] for n in range(len(PARTS))), found.net[:, 0]]
    columns += [found.cumulative[:, 0], found.change[:, 0]]
    told = [n for n, each in enumerate(columns) if each.any()]
    rows = tuple(
        (str(year), tuple(figure(float(columns[n][place])) for n in told))
        for place, year in shown_years(found)
    )
    heads = (words.text("ledger.year"), *(words.text(f"ledger_parts.{names[n]}") for n in told))
    return LedgerTable(words.text("ledger.title"), heads, rows)


def shown_years(found: LifeCycle) -> list[tuple[int, int]]:
    """Places and years of the rows of a table: all, or where they are many those that count fives, with the
    first, the last and that of most."""
    years = [*enumerate(found.years)]
    if len(years) <= MOST_YEARS:
        return years
    always = (found.years[0], found.years[-1], found.peak)
    return [(place, year) for place, year in years if year % 5 == 0 or year in always]


def _districts(
    subject: Subject, places: tuple[tuple[str, str], ...], found: LifeCycle
) -> tuple[LedgerTable, ...]:
    """Every division, district by district: sums over all years, and the year of most."""
    words = subject.words
    columns = ("cumulative", "low", "high", "unchanged", "change")
    heads = [words.text(f"ledger.{name}") for name in ("district", "peak")]
    heads += [words.text(f"ledger_parts.{name}") for name in columns]
    told = []
    for name, division in subject.instance.districts.items():
        if len(division) > MOST_DISTRICTS:
            continue
        mine = [place for place, (own, _) in enumerate(places) if own == name]
        rows = tuple(
            (
                subject.district(name, places[place][1]),
                (str(found.peaks[place]), *(figure(getattr(found, c)[-1, place]) for c in columns)),
            )
            for place in mine
        )
        title = words.text("ledger.of_division", name=subject.division(name))
        told.append(LedgerTable(title, tuple(heads), rows))
    return tuple(told)


def _energy(
    subject: Subject, found: LifeCycle
) -> tuple[tuple[str, ...], LedgerTable | None, tuple[str, ...]]:
    """Sentences on energy by year, its factors where they are not the same in every year, and their
    sources."""
    words, path = subject.words, subject.instance.energy
    if path is None:
        return (), None, ()
    base, last = found.years[0], found.years[-1]
    relative = path.relative(found.years)
    if np.ptp(relative) == 0.0:
        return (words.text("energy_factors.held", base=base),), None, ()
    value, low, high = (words.share(float(end), 1.0) for end in relative[:, -1])
    falls = words.text("energy_factors.falls", percent=value, base=base, last=last, low=low, high=high)
    told = [falls, known_by(path, words)]
    carriers = [name for name, share in path.shares.items() if share > 0]
    behind = [row for name in carriers for row in path.rows if row.carrier == name]
    if any(row.mark == "assumed" for row in behind):
        told.append(words.text("energy_factors.rests_assumed"))
    told.append(words.text("energy_factors.about"))
    units = {row.carrier: with_signs(row.unit) for row in path.rows}
    heads = [words.text("ledger.year"), *(f"{carrier_name(c, words)} ({units[c]})" for c in carriers)]
    heads.append(words.text("energy_carriers.all"))
    factors = [path.factors(carrier, found.years) for carrier in carriers]
    rows = tuple(
        (
            str(year),
            (*(_ranged(each[:, place]) for each in factors), _shares(relative[:, place], words)),
        )
        for place, year in shown_years(found)
    )
    sources = tuple(
        words.text(
            "energy_factors.known",
            carrier=carrier_name(row.carrier, words),
            year=row.year,
            value=f"{row.value:g} {with_signs(row.unit)}",
            source=with_signs(row.source(words.lang)) or words.text("energy_factors.no_source"),
            mark=f" [{mark_name(row.mark, words)}]" if row.mark else "",
        )
        for row in behind
    )
    table = LedgerTable(words.text("energy_factors.title"), tuple(heads), rows)
    return tuple(told), table, sources


def _ranged(ends: FloatArray) -> str:
    value, low, high = (f"{float(end):.4g}" for end in ends)
    return value if low == high else f"{value} ({low} – {high})"


def _shares(ends: FloatArray, words: Words) -> str:
    value, low, high = (words.share(float(end), 1.0) for end in ends)
    return value if low == high else f"{value} ({low} – {high})"
