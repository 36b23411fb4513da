"""What a bound of a study's limit asks, read a second time: it shares nothing with the model's reading."""

from __future__ import annotations

import unicodedata
from itertools import takewhile

from instances.study.tables import table

HYPHENS = "\u2010\u2011\u2012\u2013\u2014\u2212"


def asked(side: float | str | None, unit: str, today: float, area_ha: float) -> float | None:
    """The bound that a side of a limit sets on an indicator in ``unit``; None where it sets none.

    ``today`` is the indicator's value today and ``area_ha`` the area, of the district or of the whole.
    """
    if side is None or not isinstance(side, str):
        return None if side is None else float(side)
    signs = "".join(unicodedata.normalize("NFKC", side).split())
    text = "".join("-" if sign in HYPHENS else sign for sign in signs)
    direction = {"+": 1.0, "-": -1.0}.get(text[:1], 0.0)
    text = text.lstrip("+-")
    digits = "".join(takewhile(lambda sign: sign.isdigit() or sign in ".,", text))
    number, measure = float(digits.replace(",", "")), text[len(digits) :].lower()
    if measure == "%":
        return number / 100.0 * today
    if measure.startswith("%"):
        return number / 100.0 * (area_ha if unit == "ha" else 100.0)
    size = number * _times(measure)
    return today + direction * size if direction else size


def of_today(side: float | str | None) -> bool:
    """Whether a side of a limit is a percentage of today's value."""
    return isinstance(side, str) and unicodedata.normalize("NFKC", side).rstrip().endswith("%")


def relative(side: float | str | None) -> bool:
    """Whether a side of a limit is a percentage of today's value or a change from it."""
    if not isinstance(side, str):
        return False
    first = unicodedata.normalize("NFKC", side).strip()[:1]
    return of_today(side) or first in "+-" or first in HYPHENS


def _times(measure: str) -> float:
    """How many of the indicator's own unit one of a measure is: 1 where it is that unit or none is named."""
    for row in table("amount_units.csv"):
        if row["text"].lower().replace(" ", "") == measure:
            above, _, below = row["factor"].partition("/")
            return float(above) / float(below or 1)
    return 1.0
