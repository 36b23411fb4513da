"""Prices of limits in words, in Chinese and English: what one more hectare costs, and how far that holds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from instances.land.classes import Classes
from planner.plans.plan import LimitRecord
from planner.words.catalogue import Words
from planner.words.indicator_names import label
from planner.words.numbers import nearest

if TYPE_CHECKING:
    from formulations.sensitivity.price_ranges import PriceRange

_UNITS = {"ha": ("公顷", "hectare"), "km": ("公里", "km"), "%": ("个百分点", "percentage point")}


@dataclass(frozen=True, slots=True)
class _Words:
    """The sentences of one language."""

    more: str = "one more {unit} of {what}{where} costs {price} tCO2e/yr"
    allowed: str = "allowing one more {unit} of {what}{where} saves {price} tCO2e/yr"
    free: str = "costs nothing: the limit on {what}{where} leaves room"
    unknown: str = "no price was found for the limit on {what}{where}"
    where: str = " in {}"
    holds: str = "; to within a tenth this holds from {low} to {high} {unit}{rest}"
    open_low: str = ", and further down"
    open_high: str = ", and further up"
    open_both: str = ", and further on both sides"
    margin: str = "; it holds for the next {unit} only"


_EN = _Words()
_ZH = _Words(
    more="{where}{what}每多要求一{unit}，代价为 {price} tCO2e/年",
    allowed="{where}{what}每多允许一{unit}，可减少 {price} tCO2e/年",
    free="{where}{what}的约束尚有余量，没有代价",
    unknown="{where}{what}的约束没有求得价格",
    where="{}",
    holds="；在 {low} 至 {high} {unit} 范围内误差不超过一成{rest}",
    open_low="，更低处仍成立",
    open_high="，更高处仍成立",
    open_both="，两侧更远处仍成立",
    margin="；仅对下一{unit}成立",
)


def price_in_words(limit: LimitRecord, lang: str, classes: Classes | None = None) -> str:
    """What a limit costs at the margin: "one more hectare of cropland in Township 12 costs 27.5 tCO2e/yr"."""
    words = _ZH if lang == "zh" else _EN
    parts = {
        "unit": _unit(_unit_of(limit), lang),
        "what": _what(limit.indicator, lang, classes),
        "where": words.where.format(limit.district) if limit.district else "",
    }
    if limit.price is None:
        return words.unknown.format(**parts)
    if not limit.binds:
        return words.free.format(**parts)
    sentence = words.more if limit.price > 0 else words.allowed
    return sentence.format(**parts, price=nearest(abs(limit.price)))


def range_in_words(found: PriceRange | None, limit: LimitRecord, lang: str) -> str:
    """How far a price holds; empty where that was not looked for."""
    if found is None:
        return ""
    words, unit = (_ZH if lang == "zh" else _EN), _unit_of(limit)
    if found.low >= found.high:
        return words.margin.format(unit=_unit(unit, lang))
    rest = {
        (False, False): "",
        (True, False): words.open_low,
        (False, True): words.open_high,
        (True, True): words.open_both,
    }[found.open_low, found.open_high]
    shown = Words(lang).unit(unit)
    return words.holds.format(low=nearest(found.low), high=nearest(found.high), unit=shown, rest=rest)


def _unit_of(limit: LimitRecord) -> str:
    """The indicator's unit, which its price is per."""
    return limit.price_unit.partition(" per ")[2]


def _unit(unit: str, lang: str) -> str:
    """A unit as it is said of one."""
    return (
        _UNITS[unit][0 if lang == "zh" else 1]
        if unit in _UNITS
        else unit or ("单位" if lang == "zh" else "unit")
    )


def _what(indicator: str, lang: str, classes: Classes | None) -> str:
    """An indicator within the phrase: land by its class, anything else by its name."""
    name = label(indicator, lang, classes)
    if indicator.startswith("area."):
        return name.removesuffix("面积") if lang == "zh" else name.removeprefix("Area of ")
    return name if lang == "zh" else name[:1].lower() + name[1:]
