"""The carbon account in the report: ratios, the flows of the plan in three columns, Table 1, districts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from instances.carbon.accounting import GAP, CarbonAccount, Figures
from instances.land.colours import Colour
from planner.account.ask import ELSEWHERE, account_of
from planner.account.tables import rests
from planner.charts.shapes import Chart
from planner.pages.flow_chart import Band, Bar, flow_chart
from planner.pages.map_images import Mapper
from planner.report.subject import Subject
from planner.styles.layer_styles import hexadecimal
from words.catalogue import MINUS
from words.numbers import change_of, nearest

SMALL = 0.005
"""Share of all that flows below which a line of the diagram is joined with others."""
WIDE, WIDE_LABEL, SLIM, SLIM_LABEL = 900.0, 210.0, 348.0, 96.0
USES: dict[str, tuple[str, ...]] = {
    "land": (),  # told with its net uptake
    "energy": ("fossil", "energy_out", "combustion"),
    "goods": ("timber", "inorganic", "other_products", "waste_out", "industry"),
    "people": ("food", "organic_fertiliser", "products_out", "human_animal_respiration", "drains_out"),
}  # fmt: skip
"""What the entries of Table 1 are used by, in the middle of the diagram."""
FIELDS = ("out.straw_burnt", "inner.grain")
"""Lines of fields, which people use whatever their entry says."""
COLOURS = {"land": "#5f9e6e", "energy": "#8c6d46", "goods": "#7b7fa3", "people": "#cc8f3f", "rest": "#b9c2c0"}
GRADES: tuple[Colour, ...] = (
    (240, 228, 214),
    (214, 221, 196),
    (168, 200, 160),
    (107, 164, 121),
    (47, 111, 78),
)
"""Colours of the map of the balance, from the least to the greatest."""
NOWHERE: Colour = (235, 235, 235)
KINDS = (
    ("stock", "", "natural"), ("stock", "", "anthropogenic"), ("in", "horizontal", "anthropogenic"),
    ("in", "vertical", "natural"), ("out", "horizontal", "anthropogenic"), ("out", "vertical", ""),
)  # fmt: skip
"""The columns of Table 1: side, way, and whose; output to the air is of both."""


@dataclass(frozen=True, slots=True)
class RatioRow:
    """A ratio or sum: today, plan, change."""

    name: str
    unit: str
    today: str
    plan: str
    change: str


@dataclass(frozen=True, slots=True)
class LineRow:
    """A line of Table 1; ``how`` says where its figure comes from."""

    name: str
    today: str
    plan: str
    change: str
    range: str
    how: str


@dataclass(frozen=True, slots=True)
class DistrictRow:
    """A district: uptake, sources and balance today and in the plan, and the colour on the map."""

    name: str
    uptake: str
    sources: str
    today: str
    plan: str
    colour: str


@dataclass(frozen=True, slots=True)
class AccountChapter:
    """What the chapter shows."""

    ratios: tuple[RatioRow, ...]
    charts: tuple[Chart, ...]
    groups: tuple[tuple[str, tuple[LineRow, ...]], ...]
    gaps: tuple[str, ...]
    assumed: int
    districts: tuple[DistrictRow, ...]
    by: str
    map: str
    grades: tuple[tuple[str, str], ...]


def account_chapter(subject: Subject, mapper: Mapper) -> AccountChapter | None:
    """The chapter of a plan; None where its study names no inventory."""
    found = account_of(subject.plan)
    if found is None:
        return None
    lang, words = subject.words.lang, subject.words
    districts, address, grades = _districts(found, subject, mapper)
    gaps = tuple(each.line.label(lang) for each in found.lines if each.how == GAP)
    kept = subject.instance.inventory
    return AccountChapter(
        ratios=tuple(_ratios(found, subject)),
        charts=(_flows(found, subject, "wide"), _flows(found, subject, "slim")),
        groups=tuple(
            (str(words(f"account.group_{side}_{way or 'all'}_{origin or 'all'}")), tuple(rows))
            for side, way, origin in KINDS
            if (rows := [_line(each, subject) for each in _of(found, side, way, origin)])
        ),
        gaps=gaps,
        assumed=sum(each.how == "assumed" for each in found.lines),
        districts=districts,
        by="" if kept is None or kept.by is None else subject.division(kept.by),
        map=address,
        grades=grades,
    )


def _of(found: CarbonAccount, side: str, way: str, origin: str) -> list[Figures]:
    return [
        each
        for each in found.lines
        if each.line.side == side and each.line.way == way and (not origin or each.line.origin == origin)
    ]


def _line(each: Figures, subject: Subject) -> LineRow:
    words = subject.words
    how = str(words(f"account.how_{each.how}"))
    name = each.line.label(words.lang)
    if each.how == GAP:
        return LineRow(name, "–", "–", "–", "", how)
    today, plan = float(each.today.sum()), float(each.plan.sum())
    low, high = (float(each.ranges[row].sum()) for row in (2, 3))
    span = "" if np.isnan(low) else f"{_tonnes(low)} – {_tonnes(high)}"
    change = change_of(plan, today)
    return LineRow(name, _tonnes(today), _tonnes(plan), _more(change), span, how)


def _tonnes(value: float) -> str:
    """Whole tonnes, as far as such an account can be read."""
    return _signed(f"{value:,.0f}" if abs(value) >= 10 else nearest(value))


def _more(change: float) -> str:
    """A change in whole tonnes, with its sign."""
    return _signed(f"{change:+,.0f}") if abs(change) >= 0.5 else "0"


def _signed(text: str) -> str:
    return text.replace("-", MINUS)


def _ratios(found: CarbonAccount, subject: Subject) -> Iterable[RatioRow]:
    words, known = subject.words, rests(found)
    for name, figures in known.items():
        ratios = name.startswith("ratio.")
        today, plan = (float(row[0] if ratios else row.sum()) for row in figures)
        label = words.text(f"account_rows.{name.replace('.', '_')}")
        if ratios:
            shown = [_ratio(value) for value in (today, plan)]
            change = "–" if "–" in shown else _signed(f"{plan - today:+.4f}")
        else:
            shown, change = [_tonnes(today), _tonnes(plan)], _more(change_of(plan, today))
        yield RatioRow(label, "" if ratios else words.unit("tC/yr"), shown[0], shown[1], change)


def _ratio(value: float) -> str:
    return "–" if np.isnan(value) else _signed(f"{value:.4f}" if abs(value) < 0.1 else f"{value:.3f}")


def _flows(found: CarbonAccount, subject: Subject, kind: str) -> Chart:
    """Inputs, what uses them, and outputs, of the plan; land and waters with their net uptake."""
    uses = list(USES)
    into, out = ([_amounts(found, side, use, subject) for use in uses] for side in ("in", "out"))
    total = sum(amount for part in into for _, amount in part)
    left, right, bands = _joined(into, out, total, subject)
    middle = [
        Bar(
            str(subject.words(f"account.use_{use}")),
            max(sum(amount for _, amount in into[n]), sum(amount for _, amount in out[n])),
            _amount(max(sum(a for _, a in into[n]), sum(a for _, a in out[n])), subject),
            COLOURS[use],
        )
        for n, use in enumerate(uses)
    ]
    width, label = (WIDE, WIDE_LABEL) if kind == "wide" else (SLIM, SLIM_LABEL)
    return flow_chart(kind, (left, middle, right), bands, width, label)


def _amount(value: float, subject: Subject) -> str:
    return f"{_tonnes(value)} {subject.words.unit('tC/yr')}"


def _amounts(found: CarbonAccount, side: str, use: str, subject: Subject) -> list[tuple[str, float]]:
    """(name, tC/yr) of the lines of a side that a use takes or gives; of land the net of both sides."""
    if use == "land":
        net = float(found.uptake(True).sum())
        name = subject.words.text("account.net_uptake" if net > 0 else "account.net_loss")
        return [(name, abs(net))] if (net > 0) == (side == "in") and net else []
    lang = subject.words.lang
    lines = [each for each in found.lines if _used_by(each, side) == use]
    amounts = [(each.line.label(lang), float(np.nansum(each.plan))) for each in lines]
    return [(name, amount) for name, amount in amounts if amount > 0]


def _used_by(each: Figures, side: str) -> str | None:
    """What uses a line of a side of the diagram; grain grown here comes in to people, from fields."""
    line = each.line
    if line.name in FIELDS:
        return "people" if (line.side == "out") == (side == "out") else None
    if line.side != side:
        return None
    return next((use for use, entries in USES.items() if line.entry in entries), None)


def _joined(
    into: Sequence[list[tuple[str, float]]],
    out: Sequence[list[tuple[str, float]]],
    total: float,
    subject: Subject,
) -> tuple[list[Bar], list[Bar], list[Band]]:
    """Bars of inputs and outputs and the bands between them; small ones of a use are joined, and what a use
    takes beyond what it gives, or the other way round, is a bar of its own: stays, or unexplained."""
    words = subject.words
    left: list[Bar] = []
    right: list[Bar] = []
    bands: list[Band] = []
    for n, use in enumerate(USES):
        rest = sum(amount for _, amount in into[n]) - sum(amount for _, amount in out[n])
        for side, lines, bars in (("in", into[n], left), ("out", out[n], right)):
            shown = [(name, amount) for name, amount in lines if amount >= SMALL * total]
            small = [(name, amount) for name, amount in lines if amount < SMALL * total]
            if len(small) > 1:
                small = [(words.text("account.others", n=len(small)), sum(amount for _, amount in small))]
            shown += small
            missing = -rest if side == "in" else rest
            if missing > SMALL * total:
                shown.append((words.text(f"account.rest_{side}"), missing))
            for name, amount in shown:
                is_rest = name == words.text(f"account.rest_{side}")
                fill = COLOURS["rest" if is_rest else use]
                bars.append(Bar(name, amount, _amount(amount, subject), fill))
                tip = f"{name}: {_amount(amount, subject)}"
                place = len(bars) - 1
                ends = (0, place, n) if side == "in" else (1, n, place)
                bands.append(Band(*ends, amount, fill, tip))
    return left, right, bands


def _districts(
    found: CarbonAccount, subject: Subject, mapper: Mapper
) -> tuple[tuple[DistrictRow, ...], str, tuple[tuple[str, str], ...]]:
    """Districts with their balance, the map of it, and its legend; nothing without a division."""
    kept = subject.instance.inventory
    division = None if kept is None else subject.instance.districts.get(kept.by or "")
    if division is None or kept is None:
        return (), "", ()
    known = rests(found)
    balance = known["ratio.balance_whole"][:, 1:]
    plan = balance[1]
    grade, edges = _graded(plan)
    colours = [*GRADES, NOWHERE]
    rows = []
    for place, name in enumerate(found.districts):
        shown = (
            subject.words.text("account_rows.elsewhere")
            if name == ELSEWHERE
            else subject.district(kept.by, name)
        )
        uptake, sources = (float(known[key][1, place]) for key in ("uptake", "sources.whole"))
        colour = hexadecimal(colours[int(grade[place])])
        today = _ratio(float(balance[0, place]))
        rows.append(
            DistrictRow(shown, _tonnes(uptake), _tonnes(sources), today, _ratio(float(plan[place])), colour)
        )
    count = len(division.names)
    value = np.append(grade[:count], len(GRADES))[division.member].astype(np.uint8)
    legend = [
        (hexadecimal(colour), f"{_ratio(low)} – {_ratio(high)}")
        for colour, low, high in zip(GRADES, edges[:-1], edges[1:], strict=True)
        if high > low
    ]
    return tuple(rows), mapper.graded(value, colours), tuple(legend)


def _graded(values: np.ndarray) -> tuple[np.ndarray, list[float]]:
    """The grade of each value, as many values in each as can be, and the ends of the grades; NaN has none."""
    known = np.sort(values[~np.isnan(values)])
    if not len(known):
        return np.full(len(values), len(GRADES)), [0.0] * (len(GRADES) + 1)
    ends = [
        float(known[min(len(known) - 1, step * len(known) // len(GRADES))]) for step in range(len(GRADES))
    ]
    edges = [*ends, float(known[-1])]
    grade = np.clip(np.searchsorted(np.array(edges[1:-1]), values, side="right"), 0, len(GRADES) - 1)
    return np.where(np.isnan(values), len(GRADES), grade), edges
