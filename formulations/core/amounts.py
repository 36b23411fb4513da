"""Amounts in limits: a number in the indicator's unit, a share of today's value or of the area, or a change.

``12.5`` is a number in the indicator's unit, ``"500 mu"`` one with its own; ``"95%"`` is of today's value,
``"80% of area"`` of the area of the district (or the whole), ``"+50 ha"`` so much more than today. Signs may
be as a Chinese keyboard types them, and thousands set apart by commas.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from functools import cache

import numpy as np

from instances.study.findings import Findings
from instances.study.schema import LARGEST
from instances.study.tables import table
from instances.units.grid import FloatArray
from words.said import Said, say

LARGEST_SHARE = 10_000.0
"""A share of today's value beyond 1,000,000 % is a slip of the hand."""
LONGEST = 40
"""Characters of an amount that a sentence repeats."""
_DASHES = str.maketrans(dict.fromkeys("\u2212\u2013\u2014\u2010\u2011", "-"))
_NUMBER = re.compile(r"([+-]?) ?(\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)(.*)")
_AREA = "area"
"""The unit, in the table of units, of shares of the area."""


class Of(StrEnum):
    """What an amount is an amount of."""

    NUMBER = "number"
    TODAY = "today"
    AREA = "area"
    CHANGE = "change"


@dataclass(frozen=True, slots=True)
class Meant:
    """An amount as it was read: a number or a change in the indicator's unit, or a share."""

    of: Of
    value: float


def read_amount(amount: float | str, unit: str) -> Meant | Said:
    """What an amount asks of an indicator in ``unit``; the fault as a sentence where it cannot be read."""
    if not isinstance(amount, str):
        finite = bool(np.isfinite(amount))
        return Meant(Of.NUMBER, float(amount)) if finite else say("study_amounts.no_bound", amount=amount)
    told = amount.strip() if len(amount) <= LONGEST else f"{amount[:LONGEST]}..."
    match = _NUMBER.fullmatch(_plain(amount))
    if match is None:
        return say("study_amounts.neither", amount=told)
    sign, number, rest = match[1], float(match[2].replace(",", "")), match[3].strip()
    if rest.startswith(","):
        return say("study_amounts.comma", amount=told)
    if rest == "%":
        return _share_of_today(sign, number, told)
    of, factor = _unit(rest, unit) if rest or sign else (None, 0.0)
    if of == _AREA:
        return _share_of_area(sign, number, told, unit)
    return _measure(sign, number * factor, of, told, unit)


def _measure(sign: str, size: float, of: str | None, told: str, unit: str) -> Meant | Said:
    """A number, or with a sign a change, in the unit ``of``."""
    if of is None:
        return say("study_amounts.neither", amount=told)
    if of != unit:
        return say("study_amounts.other_unit", amount=told, unit=unit or say("study_amounts.no_unit"))
    if size > LARGEST:
        return say("study_amounts.large", amount=told)
    return Meant(Of.CHANGE if sign else Of.NUMBER, -size if sign == "-" else size)


def _share_of_today(sign: str, number: float, told: str) -> Meant | Said:
    if sign:
        meant = 100 - number if sign == "-" else 100 + number
        return say("study_amounts.signed_share", amount=told, meant=f"{meant:g}")
    if number / 100.0 > LARGEST_SHARE:
        return say("study_amounts.large_share", amount=told, most=100 * LARGEST_SHARE)
    return Meant(Of.TODAY, number / 100.0)


def _share_of_area(sign: str, number: float, told: str, unit: str) -> Meant | Said:
    if sign or number > 100:
        return say("study_amounts.area_share", amount=told)
    if unit not in ("ha", "%"):
        return say("study_amounts.no_area", amount=told, unit=unit or say("study_amounts.no_unit"))
    return Meant(Of.AREA, number / 100.0)


def _plain(text: str) -> str:
    """A text with signs as a Western keyboard types them, and single blanks."""
    return " ".join(unicodedata.normalize("NFKC", text).translate(_DASHES).split())


def _unit(text: str, own: str) -> tuple[str | None, float]:
    """The unit that a text names and how many of it one is; (None, 0) where it names none.

    No text means the indicator's own unit.
    """
    name = text.replace(" ", "").casefold()
    if not name or name == _plain(own).replace(" ", "").casefold():
        return own, 1.0
    return _units().get(name, (None, 0.0))


@cache
def _units() -> dict[str, tuple[str, float]]:
    """The project's table of units by the text that names them."""
    return {
        row["text"].replace(" ", "").casefold(): (row["unit"], float(Fraction(row["factor"])))
        for row in table("amount_units.csv")
    }


def bound(
    amount: float | str,
    baseline: FloatArray,
    area_ha: FloatArray,
    unit: str,
    place: str,
    findings: Findings,
) -> FloatArray | None:
    """(districts,) what an amount asks of each district, or None with a finding where it says nothing.

    ``baseline`` (districts,) is today's value, NaN where a district has none: no bound (NaN) there;
    ``area_ha`` (districts,) the area of each. A percentage needs a positive baseline: of zero it says nothing
    unless other districts have more, of a negative value it would turn round what the bound means.
    """
    asked = read_amount(amount, unit)
    if isinstance(asked, Said):
        findings.error(place, asked, _remedy(asked, unit))
        return None
    none = np.isnan(baseline)
    if asked.of is Of.AREA:
        whole = area_ha if unit == "ha" else np.full(len(baseline), 100.0)
        return np.where(none, np.nan, asked.value * whole)
    if asked.of is Of.CHANGE:
        return baseline + asked.value
    if asked.of is Of.NUMBER:
        return np.where(none, np.nan, asked.value)
    if not _usable(str(amount), baseline, unit, place, findings):
        return None
    if unit == "%" and asked.value <= 1:
        _tell_share_of_share(str(amount), asked.value, baseline, place, findings)
    return asked.value * baseline


def is_share_of_today(amount: float | str | None) -> bool:
    """Whether an amount is a percentage of today's value."""
    return isinstance(amount, str) and percentage(amount) is not None


def is_relative(amount: float | str | None, unit: str) -> bool:
    """Whether an amount is a share of today's value or a change from it."""
    asked = None if amount is None else read_amount(amount, unit)
    return isinstance(asked, Meant) and asked.of in (Of.TODAY, Of.CHANGE)


def percentage(text: str) -> float | None:
    """The share that ``"95%"`` or ``"105 %"`` names; None for any other text."""
    asked = read_amount(text, "")
    return asked.value if isinstance(asked, Meant) and asked.of is Of.TODAY else None


def _remedy(fault: Said, unit: str) -> Said:
    """What to write instead of an amount that cannot be read."""
    if fault.key == "study_amounts.no_bound":
        return say("study_amounts.finite")
    if fault.key == "study_amounts.signed_share":
        return say("study_amounts.write_share", meant=fault.values["meant"])
    if fault.key == "study_amounts.comma":
        return say("study_amounts.write_point")
    return say("study_amounts.write", unit=unit or say("study_amounts.its_unit"))


def _usable(amount: str, baseline: FloatArray, unit: str, place: str, findings: Findings) -> bool:
    """Whether a share of today's value is a bound; False with a finding where it is none."""
    lowest, highest = np.nanmin(baseline, initial=np.inf), np.nanmax(baseline, initial=-np.inf)
    remedy = say("study_amounts.number_in", unit=unit) if unit else say("study_amounts.number")
    told = {"amount": amount.strip(), "today": f"{lowest:,.6g} {unit}".strip()}
    if lowest < 0:
        below = np.count_nonzero(baseline < 0)
        key = "study_amounts.negative" if len(baseline) == 1 else "study_amounts.negative_in"
        findings.error(place, say(key, **told, below=below, all=len(baseline)), remedy)
    elif highest <= 0:
        findings.error(place, say("study_amounts.absent", **told), remedy)
    return bool(lowest >= 0 and highest > 0)


def _tell_share_of_share(
    amount: str, share: float, baseline: FloatArray, place: str, findings: Findings
) -> None:
    """A warning that a percentage of an indicator in per cent is of today's per cent."""
    today = float(baseline[np.flatnonzero(~np.isnan(baseline))[0]])
    told = {"amount": amount.strip(), "today": f"{today:,.4g}", "asked": f"{share * today:,.4g}"}
    findings.warn(
        place,
        say("study_amounts.share_of_share", **told),
        say("study_amounts.write_per_cent", number=f"{100 * share:g}"),
    )
