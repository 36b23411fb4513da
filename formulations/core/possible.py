"""Bounds moved to what can be reached: where red lines and transitions leave less than a limit asks.

What one limit by itself can reach is exact for what is counted unit by unit, and for ratios of such.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from formulations.core.attainable_range import range_of
from formulations.core.indicator import Indicator
from formulations.core.problem import Options
from formulations.core.ratios import ratio_range
from instances.rules.districts import Districts
from instances.study.findings import Findings
from instances.units.grid import FloatArray
from words.said import Said, say


def where_possible(
    indicator: Indicator,
    districts: Districts,
    options: Options,
    sides: tuple[FloatArray, FloatArray],
    place: str,
    findings: Findings,
) -> tuple[FloatArray, FloatArray]:
    """(districts,) lower and upper bounds moved to what can be reached, with a warning where they were.

    ``sides`` are the bounds asked for, -inf and inf where there is none. An error where the indicator is
    counted along edges or corridors, of which only an outer bound is known.
    """
    if not indicator.by_unit and indicator.ratio is None:
        fault = say("stated.possible_by_unit", name=indicator.name)
        findings.error(f"{place}.where_possible", fault, say("stated.say_number"))
        return sides
    find = range_of if indicator.ratio is None else ratio_range
    low, high = find(indicator, districts, options)
    lower, upper = np.fmin(sides[0], high), np.fmax(sides[1], low)
    lower = np.where(np.isfinite(sides[0]), lower, -np.inf)
    upper = np.where(np.isfinite(sides[1]), upper, np.inf)
    _tell("lowered", indicator, districts, sides[0], lower, f"{place}.at_least", findings)
    _tell("raised", indicator, districts, sides[1], upper, f"{place}.at_most", findings)
    return lower, upper


def _tell(
    how: str,
    indicator: Indicator,
    districts: Districts,
    asked: FloatArray,
    bound: FloatArray,
    place: str,
    findings: Findings,
) -> None:
    stays = np.where(np.isfinite(asked), bound, 0.0)
    moved = np.flatnonzero(np.abs(np.where(np.isfinite(asked), asked, 0.0) - stays) > _rounding(bound))
    if not len(moved):
        return
    first = int(moved[0])
    told = {
        "name": indicator.name,
        "count": len(moved),
        "district": districts.names[first] or say("stated.whole_area"),
        "bound": float(bound[first]),
        "asked": float(asked[first]),
        "unit": indicator.unit,
    }
    fault: Said = say("stated.lowered", **told) if how == "lowered" else say("stated.raised", **told)
    findings.warn(place, fault, say("stated.possible"))


def _rounding(bound: FloatArray) -> FloatArray:
    return 1e-9 * np.maximum(1.0, np.abs(np.where(np.isfinite(bound), bound, 0.0)))


def divisible(
    ratio: Indicator,
    districts: Districts,
    options: Options,
    meant: NDArray[np.bool_],
    place: str,
    findings: Findings,
) -> NDArray[np.bool_]:
    """(districts,) True where a ratio can be limited: its denominator is never below 0 and not always 0.

    Errors where some plan could bring it below 0, or where it is 0 in every district meant (districts,).
    """
    if ratio.ratio is None:
        raise ValueError(f"{ratio.name} is no ratio")
    above, below = ratio.ratio
    low, high = range_of(below, districts, options)
    some = meant & (high > 0)
    told = {"numerator": above.name, "name": below.name}
    negative = np.flatnonzero(meant & (low < -1e-9 * np.maximum(1.0, np.abs(high))))
    if len(negative):
        first = int(negative[0])
        district = districts.names[first]
        where = say("study_posing.where", district=district) if district else ""
        fault = say("stated.negative_denominator", **told, low=float(low[first]), where=where)
        findings.error(place, fault, say("stated.limit_parts", **told))
    elif not some.any():
        fault = say("stated.no_denominator", **told)
        findings.error(place, fault, say("stated.limit_parts", **told))
    return some
