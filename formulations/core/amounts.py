"""Amounts in limits: a number in the indicator's unit, or a percentage of today's value."""

from __future__ import annotations

import re

import numpy as np

from instances.study.findings import Findings
from instances.units.grid import FloatArray

_PERCENTAGE = re.compile(r"\s*(\d+(?:\.\d+)?)\s*[%％]\s*")


def bound(
    amount: float | str,
    baseline: FloatArray,
    unit: str,
    place: str,
    findings: Findings,
) -> FloatArray | None:
    """(districts,) what an amount asks of each district, or None with a finding where it says nothing.

    ``baseline`` (districts,) is today's value, NaN where a district has none: no bound (NaN) there. A
    percentage needs a positive baseline: of zero it says nothing unless other districts have more,
    of a negative value it would turn round what the bound means.
    """
    if isinstance(amount, str):
        share = percentage(amount)
        if share is None:
            fault = f'"{amount}" is neither a number nor a percentage'
            findings.error(
                place, fault, f'Write a number in {unit or "its unit"}, or "95%" of today\'s value'
            )
            return None
        return share * baseline if _usable(amount, baseline, unit, place, findings) else None
    if not np.isfinite(amount):
        findings.error(place, f"{amount} bounds nothing", "Give a finite number, or remove the bound")
        return None
    return np.where(np.isnan(baseline), np.nan, float(amount))


def percentage(text: str) -> float | None:
    """The share that ``"95%"`` or ``"105 %"`` names; None for any other text."""
    match = _PERCENTAGE.fullmatch(text)
    return float(match[1]) / 100.0 if match else None


def _usable(amount: str, baseline: FloatArray, unit: str, place: str, findings: Findings) -> bool:
    lowest, highest = np.nanmin(baseline, initial=np.inf), np.nanmax(baseline, initial=-np.inf)
    remedy = f"Give the bound as a number in {unit}" if unit else "Give the bound as a number"
    if lowest < 0:
        some = (
            ""
            if len(baseline) == 1
            else f" in {np.count_nonzero(baseline < 0):,} of {len(baseline):,} districts"
        )
        value = f"{lowest:,.6g} {unit}".strip()
        fault = f"today's value is negative ({value}){some}, so {amount.strip()} of it is no clear bound"
        findings.error(place, fault, remedy)
    elif highest <= 0:
        findings.error(place, f"it is absent today, and {amount.strip()} of nothing is nothing", remedy)
    return bool(lowest >= 0 and highest > 0)
