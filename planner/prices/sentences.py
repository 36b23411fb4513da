"""Prices in words: what one more hectare costs and how far that holds, and what a red line costs."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from instances.land.classes import Classes
from planner.plans.plan import LimitRecord
from planner.prices.worth import exact
from planner.words.indicator_names import label
from words.catalogue import Words
from words.numbers import nearest, not_above, not_below

if TYPE_CHECKING:
    from formulations.sensitivity.price_ranges import PriceRange
    from planner.prices.ask import LineCost


def price_in_words(limit: LimitRecord, lang: str, classes: Classes | None = None) -> str:
    """What a limit costs at the margin: "one more hectare of cropland in Township 12 costs 27.5 tCO2e/yr";
    of a limit at the edge of what can be reached what loosening it saves, as there is no next hectare."""
    words, name = Words(lang), label(limit.indicator, lang, classes)
    parts = {
        "unit": words.one(_unit_of(limit)),
        "what": words.land_of_area(name) if limit.indicator.startswith("area.") else words.inside(name),
        "where": words.text("prices.where", district=limit.district) if limit.district else "",
    }
    if limit.edge is not None:
        bound = limit.at_least if limit.edge == "at_least" else limit.at_most
        amount = words.amount_plain(bound or 0.0, _unit_of(limit))
        price = "" if limit.price is None else nearest(abs(limit.price))
        saves = {"": "unknown", "0": "nothing"}.get(price, limit.edge)
        loosening = words.text(f"prices.loosening_{saves}", unit=parts["unit"], price=price)
        return words.text(f"prices.edge_{limit.edge}", **parts, bound=amount, loosening=loosening)
    if limit.price is None:
        return words.text("prices.unknown", **parts)
    if not limit.binds:
        return words.text("prices.free" if limit.slack > 0 else "prices.idle", **parts)
    key = "prices.more" if limit.price > 0 else "prices.allowed"
    return words.text(key, **parts, price=nearest(abs(limit.price)))


def range_in_words(found: PriceRange | None, limit: LimitRecord, lang: str) -> str:
    """How far a price holds; empty where that was not looked for."""
    if found is None:
        return ""
    words, unit = Words(lang), _unit_of(limit)
    if found.low >= found.high:
        return words.text("prices.margin", unit=words.one(unit))
    rest = {
        (False, False): "",
        (True, False): words.text("prices.open_low"),
        (False, True): words.text("prices.open_high"),
        (True, True): words.text("prices.open_both"),
    }[found.open_low, found.open_high]
    ends = {"low": nearest(found.low), "high": nearest(found.high)}
    return words.text("prices.holds", **ends, unit=words.unit(unit), rest=rest)


def line_in_words(line: LineCost, lang: str) -> str:
    """What one red line costs: as a whole, then the dearest unit."""
    words = Words(lang)
    paying = int((line.units.cost > 0).sum())
    if paying:
        dearest = nearest(float(line.units.cost.max()))
        rest = words.count_text("prices.line_units", paying, dearest=dearest)
    else:
        rest = words.text("prices.line_nothing")
    return _whole_in_words(line, words) + rest


def _whole_in_words(line: LineCost, words: Words) -> str:
    """What a red line costs as a whole: an interval, rounded outwards."""
    whole = line.whole
    if whole is None or (whole.low <= 0 and not math.isfinite(whole.high)):
        return words.text("prices.line_unknown", name=line.label)
    if not math.isfinite(whole.high):
        return words.text("prices.line_at_least", name=line.label, low=not_above(whole.low))
    high, worth = not_below(whole.high), line.worth
    if high == "0":
        return words.text("prices.line_free", name=line.label)
    if exact(whole):
        return words.text("costs.line_exactly", name=line.label, cost=high)
    if worth is not None and worth.small(whole.high):
        area = not_below(worth.land.hectares(whole.high))
        return words.text("costs.line_small", name=line.label, most=high, area=area, land=worth.name(words))
    key = "prices.line_at_most" if whole.low <= 0 else "prices.line_between"
    said = words.text(key, name=line.label, low=not_above(whole.low), high=high)
    if worth is None or whole.useful(worth.land.floor):
        return said
    wanted = not_above(whole.wanted(worth.land.floor))
    return said + words.text("costs.needed", room=not_below(whole.width), wanted=wanted)


def _unit_of(limit: LimitRecord) -> str:
    """The indicator's unit, which its price is per."""
    return limit.price_unit.partition(" per ")[2]
