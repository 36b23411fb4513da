"""Carbon: the net emission of turning land of one class into another.

    net emission of class b today turned to class k, each year of a horizon of T years
        = flows of k on land that keeps its class, or that is new
        + (stock of b lost - stock of k gained by the end) / T
        + energy of built land: of what stands, of what is new, of what goes on elsewhere
        + construction of k where b is not built and k is

in tCO2e/ha/yr, positive = to the air. Land that keeps its class has no stock change. The horizon is
``study.carbon.years``; the figures come from a set of coefficients (``coefficients.py``), and ``entries.py``
says how each counts. What is lost is lost at once; what is gained grows over time: there and back never
cancel.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType

import numpy as np

from instances.carbon.coefficient_csv import read_set
from instances.carbon.coefficients import ENERGY, FLOWS, Coefficient, CoefficientSet, Kind, Mark
from instances.carbon.entries import BuiltEnergy, Entries, entries_of
from instances.carbon.local_rates import LocalRate, local_rates
from instances.carbon.notes import Notice, notices, tell_gaps
from instances.carbon.ranges import MOST
from instances.carbon.stocks import stocks_of_set
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

    ``flux`` (classes,) annual flow of land that keeps its class; ``stock`` (classes today, classes planned)
    annualised stock change; ``construction`` (classes today, classes planned) where built land is new;
    ``changed`` (classes today, classes planned) by how much the flow of land that changes differs from
    ``flux``. ``low`` and ``high`` are (classes today, classes planned) totals at the ends of the
    coefficients' ranges; ``local``
    are the layers that hold instead of some of them; ``entries`` say how each coefficient enters them.
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
    changed: FloatArray | None = None
    entries: Entries | None = None
    local: tuple[LocalRate, ...] = ()
    stocks: Mapping[str, FloatArray] = field(default_factory=dict)
    """(classes,) tCO2e/ha that stands in each pool."""

    @property
    def total(self) -> FloatArray:
        """(classes today, classes planned) flux + stock change + construction, tCO2e/ha/yr."""
        total: FloatArray = self.flux[None, :] + self.stock + self.construction
        return total if self.changed is None else total + self.changed


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
    study: Study,
    folder: Path,
    classes: Classes,
    today_ha: FloatArray,
    findings: Findings,
    layers: Mapping[str, FloatArray] = MappingProxyType({}),
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
    rates = rates_of_set(found, study, classes, today_ha, findings)
    return replace(rates, local=local_rates(study, found, classes, layers, findings))


def rates_of_set(
    found: CoefficientSet, study: Study, classes: Classes, today_ha: FloatArray, findings: Findings
) -> EmissionRates:
    """The emission rates of a study's classes from coefficients at hand, whatever set it names."""
    energy = _built_energy(found, study, classes, today_ha, findings)
    entries = entries_of(found, classes, study.carbon.years, energy)
    told = notices(found, classes, study.carbon.built_total_tco2e is not None)
    return replace(_assembled(found.name, entries, told), stocks=stocks_of_set(found, classes))


def _assembled(name: str, entries: Entries, told: tuple[Notice, ...]) -> EmissionRates:
    """The rates of some entries, by part and in all."""
    value = entries.rates(entries.figures())
    ends = [entries.weight * entries.figures(end)[entries.row] for end in ("low", "high")]
    parts = dict(zip(entries.parts, value, strict=True))

    def sum_of(*kinds: str) -> FloatArray:
        held = [part for key, part in parts.items() if key.partition(": ")[0] in kinds]
        total: FloatArray = np.sum(held, axis=0) if held else np.zeros((entries.size, entries.size))
        return total

    flows = sum_of(*FLOWS, "elsewhere")
    return EmissionRates(
        set_name=name,
        flux=np.diag(flows).copy(),
        stock=sum_of(Kind.STOCK),
        construction=sum_of(Kind.CONSTRUCTION),
        low=entries.sums(np.minimum(*ends)).sum(axis=0),
        high=entries.sums(np.maximum(*ends)).sum(axis=0),
        notices=told,
        parts=parts,
        changed=flows - np.diag(flows)[None, :],
        entries=entries,
    )


def _built_energy(
    found: CoefficientSet, study: Study, classes: Classes, today_ha: FloatArray, findings: Findings
) -> BuiltEnergy:
    """The energy of built land: the set's, or the area's own total spread over today's; of new built land the
    set's marginal figure, in proportion to that total, or what the study states."""
    carbon = study.carbon
    kind = Kind.STANDING if ENERGY in found.pools(Kind.STANDING) else Kind.FLUX
    marginal = Kind.NEW if ENERGY in found.pools(Kind.NEW) else kind
    own = [found.find(item, kind, ENERGY) if item.built else None for item in classes]
    new = [found.find(item, marginal, ENERGY) if item.built else None for item in classes]
    factor = np.ones(len(classes))
    if carbon.built_total_tco2e is not None:
        spread = _spread_total(carbon.built_total_tco2e, own, classes, today_ha, findings)
        if spread is not None:
            exact = [
                _exact(item.name, kind, each) for item, each in zip(classes, spread.tolist(), strict=True)
            ]
            if marginal is Kind.NEW:
                base = np.array([0.0 if row is None else row.typical for row in own])
                factor = np.where(base > 0, spread / np.where(base > 0, base, 1.0), 1.0)
            else:
                new = [row if item.built else None for row, item in zip(exact, classes, strict=True)]
            own = [row if item.built else None for row, item in zip(exact, classes, strict=True)]
    if carbon.new_built_tco2e_ha is not None:
        marginal, factor = Kind.NEW, np.ones(len(classes))
        new = [
            _exact(item.name, marginal, carbon.new_built_tco2e_ha) if item.built else None for item in classes
        ]
    ends = carbon.demolished == "ends"
    return BuiltEnergy(tuple(own), tuple(new), factor, kind, marginal, ends)


def _exact(name: str, kind: Kind, figure: float) -> Coefficient:
    """A figure of the study's own, in tCO2e/ha/yr: it has no range."""
    return Coefficient(name, kind, ENERGY, figure, figure, figure, "", Mark.NONE)


def _spread_total(
    total: float,
    own: Sequence[Coefficient | None],
    classes: Classes,
    today_ha: FloatArray,
    findings: Findings,
) -> FloatArray | None:
    """(classes,) the area's own total over today's built land, tCO2e/ha/yr; None, and an error, where it
    cannot be spread.

    Each hectare of built land gets total x w_k / sum_j(w_j area_j), with the set's energy coefficient
    ``own`` as weight w where classes differ. The total is taken as exact.
    """
    place = "carbon.built_total_tco2e"
    built_ha = float(today_ha[classes.built].sum())
    if built_ha <= 0:
        findings.error(place, say("carbon_total.no_built"), say("carbon_total.leave_out"))
        return None
    if not abs(total) <= MOST * built_ha:
        fault = say("carbon_total.absurd", total=total, ha=built_ha)
        findings.error(place, fault, say("carbon_total.check"))
        return None
    weight = np.array([np.nan if row is None else row.typical for row in own])
    known = weight[classes.built & ~np.isnan(weight)]
    weight = np.clip(np.nan_to_num(weight, nan=float(known.mean()) if len(known) else 1.0), 0.0, None)
    weight[~classes.built] = 0.0
    if not weight @ today_ha > 0:
        weight = classes.built.astype(float)
    spread = say("carbon_total.spread", total=total, ha=built_ha, each=total / built_ha)
    if LOWEST_INTENSITY <= total / built_ha <= HIGHEST_INTENSITY:
        findings.note(place, spread)
    else:
        findings.warn(place, spread, say("carbon_total.check"))
    intensity: FloatArray = total * weight / (weight @ today_ha)
    return intensity
