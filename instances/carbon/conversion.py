"""Carbon: the net emission of turning land of one class into another.

    net emission of class b today turned to class k
        = flux of k + (stock of b - stock of k) / years + construction of k where b is not built and k is

in tCO2e/ha/yr, positive = to the air. Land that keeps its class has no stock change. ``study.carbon.years``
spreads stock changes; the figures come from a set of coefficients (``coefficients.py``).

Ranges are interval arithmetic on low and high: [flux] + ([stock of b] - [stock of k]) / years
+ [construction]: each coefficient is free within its own range, so the ends are the widest a set admits.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from instances.carbon.coefficient_csv import read_set
from instances.carbon.coefficients import ENERGY, CoefficientSet, Kind, RateRange, rate_range
from instances.carbon.notes import Notice, notices, tell_gaps
from instances.carbon.ranges import MOST
from instances.land.classes import Classes
from instances.study.findings import Findings
from instances.study.schema import Study
from instances.units.grid import FloatArray
from words.said import say

LOWEST_INTENSITY, HIGHEST_INTENSITY = 5.0, 20_000.0
"""Energy emissions of built land outside these, tCO2e/ha/yr, are most likely in another unit."""


@dataclass(frozen=True, eq=False)
class EmissionRates:
    """Net emission of one hectare of class b today turned to class k, in tCO2e/ha/yr; positive = to the air.

    ``flux`` (classes,) annual flux of the class planned; ``stock`` (classes today, classes planned)
    annualised stock change; ``construction`` (classes today, classes planned) where built land is new.
    ``low`` and ``high`` are (classes today, classes planned) totals at the ends of the coefficients' ranges.
    ``notices`` are what every result must say of the figures (a placeholder intensity, one from memory).
    ``parts`` are the summands of ``total`` by kind and pool, such as "flux: vegetation" or "stock: soil".
    """

    set_name: str
    flux: FloatArray
    stock: FloatArray
    construction: FloatArray
    low: FloatArray
    high: FloatArray
    notices: tuple[Notice, ...] = ()
    parts: Mapping[str, FloatArray] = field(default_factory=dict)

    @property
    def total(self) -> FloatArray:
        """(classes today, classes planned) flux + stock change + construction, tCO2e/ha/yr."""
        return self.flux[None, :] + self.stock + self.construction


@dataclass(frozen=True, slots=True)
class AccountRow:
    """One line of a carbon account: what a part of the rates comes to on the land of one transition."""

    part: str
    today: str
    planned: str
    area_ha: float
    tco2e_per_year: float


def account(rates: EmissionRates, transitions_ha: FloatArray, names: Sequence[str]) -> tuple[AccountRow, ...]:
    """The carbon account by part and transition; its sum is the net emission in tCO2e/yr.

    ``transitions_ha`` is (classes today, classes planned) in ha; ``names`` the classes' names. Transitions
    without land and parts that are zero on a transition are left out.
    """
    rows = []
    for part, rate in rates.parts.items():
        emission = rate * transitions_ha
        for b, k in np.argwhere((transitions_ha > 0) & (rate != 0)):
            area, amount = float(transitions_ha[b, k]), float(emission[b, k])
            rows.append(AccountRow(part, names[b], names[k], area, amount))
    return tuple(rows)


def emission_rates(
    study: Study, folder: Path, classes: Classes, today_ha: FloatArray, findings: Findings
) -> EmissionRates:
    """The emission rates of a study's classes from its coefficient set.

    ``today_ha`` (classes,) is today's area of each class; ``carbon.built_total_tco2e`` is spread over the
    built land in it. A set that is missing or wrong is an error, and the rates are then zero; a class for
    which the set has nothing is a warning that says what is assumed.
    """
    found = read_set(study.carbon.coefficients, folder, classes.names, findings)
    if found is None:
        found = CoefficientSet(study.carbon.coefficients, {})
    else:
        tell_gaps(found, classes, study.carbon.built_total_tco2e is not None, findings)
    return rates_of_set(found, study, classes, today_ha, findings)


def rates_of_set(
    found: CoefficientSet, study: Study, classes: Classes, today_ha: FloatArray, findings: Findings
) -> EmissionRates:
    """The emission rates of a study's classes from coefficients at hand, whatever set it names."""
    flux, stock, construction = (rate_range(found, kind, classes) for kind in Kind)
    total = study.carbon.built_total_tco2e
    if total is not None:
        flux = _spread_total(total, flux, classes, today_ha, findings)
    told = notices(found, classes, total is not None)
    return _assemble(found.name, classes, study.carbon.years, (flux, stock, construction), told)


def _assemble(
    name: str,
    classes: Classes,
    years: float,
    ranges: tuple[RateRange, RateRange, RateRange],
    told: tuple[Notice, ...],
) -> EmissionRates:
    flux, stock, construction = ranges
    made = classes.built[None, :] & ~classes.built[:, None]
    change = _stock_change(stock.value, stock.value, years)
    building = _where_made(construction.value, made)
    flux_of = [np.nan_to_num(values).sum(axis=0) for values in (flux.value, flux.low, flux.high)]
    low = flux_of[1] + _stock_change(stock.low, stock.high, years).sum(axis=0)
    high = flux_of[2] + _stock_change(stock.high, stock.low, years).sum(axis=0)
    size = len(classes)
    parts = {f"flux: {pool}": _rows(row, size) for pool, row in zip(flux.pools, flux.value, strict=True)}
    parts |= {f"stock: {pool}": part for pool, part in zip(stock.pools, change, strict=True)}
    parts |= {f"construction: {pool}": part for pool, part in zip(construction.pools, building, strict=True)}
    return EmissionRates(
        set_name=name,
        flux=flux_of[0],
        stock=change.sum(axis=0),
        construction=building.sum(axis=0),
        low=low + _where_made(construction.low, made).sum(axis=0),
        high=high + _where_made(construction.high, made).sum(axis=0),
        notices=told,
        parts=parts,
    )


def _rows(planned: FloatArray, size: int) -> FloatArray:
    """(classes today, classes planned) of a rate that depends on the class planned only; unknown is zero."""
    return np.repeat(np.nan_to_num(planned)[None, :], size, axis=0)


def _stock_change(today: FloatArray, planned: FloatArray, years: float) -> FloatArray:
    """(pools, classes today, classes planned) carbon lost a year, tCO2e/ha/yr; zero where the class stays or
    a stock is unknown. ``today`` and ``planned`` are (pools, classes) stocks in tCO2e/ha."""
    lost: FloatArray = np.nan_to_num((today[:, :, None] - planned[:, None, :]) / years)
    lost[:, np.arange(lost.shape[1]), np.arange(lost.shape[2])] = 0.0
    return lost


def _where_made(planned: FloatArray, made: NDArray[np.bool_]) -> FloatArray:
    """(pools, classes today, classes planned) of construction, where built land is new."""
    return np.where(made[None], np.nan_to_num(planned)[:, None, :], 0.0)


def _spread_total(
    total: float, flux: RateRange, classes: Classes, today_ha: FloatArray, findings: Findings
) -> RateRange:
    """The fluxes with the energy flux of built land replaced by the area's own total, tCO2e/yr.

    Each hectare of built land gets total x w_k / sum_j(w_j area_j), with the set's energy coefficient as
    weight w where classes differ. The total is taken as exact: low and high are the value.
    """
    place = "carbon.built_total_tco2e"
    built_ha = float(today_ha[classes.built].sum())
    if built_ha <= 0:
        findings.error(place, say("carbon_total.no_built"), say("carbon_total.leave_out"))
        return flux
    if not abs(total) <= MOST * built_ha:
        fault = say("carbon_total.absurd", total=total, ha=built_ha)
        findings.error(place, fault, say("carbon_total.check"))
        return flux
    if ENERGY not in flux.pools:
        blank = np.full((1, len(classes)), np.nan)
        flux = RateRange(
            (*flux.pools, ENERGY), *(np.vstack([part, blank]) for part in (flux.value, flux.low, flux.high))
        )
    row = flux.pools.index(ENERGY)
    weight = flux.value[row, classes.built]
    known = weight[~np.isnan(weight)]
    weight = np.clip(np.nan_to_num(weight, nan=float(known.mean()) if len(known) else 1.0), 0.0, None)
    if not weight @ today_ha[classes.built] > 0:
        weight = np.ones_like(weight)
    intensity = total * weight / (weight @ today_ha[classes.built])
    spread = say("carbon_total.spread", total=total, ha=built_ha, each=total / built_ha)
    if LOWEST_INTENSITY <= total / built_ha <= HIGHEST_INTENSITY:
        findings.note(place, spread)
    else:
        findings.warn(place, spread, say("carbon_total.check"))
    value, low, high = flux.value.copy(), flux.low.copy(), flux.high.copy()
    for part in (value, low, high):
        part[row, classes.built] = intensity
    return RateRange(flux.pools, value, low, high)
