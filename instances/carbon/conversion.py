"""Carbon: the net emission of turning land of one class into another.

    net emission of class b today turned to class k, each year of a horizon of T years
        = flows of k on land that keeps its class, or that is new
        + (stock of b lost - stock of k gained by the end) / T
        + energy of built land: of what stands, of what is new, of what goes on elsewhere
        + construction of k where k is built and b is not; of b, built again elsewhere, where k is not built

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

from instances.carbon.coefficients import FLOWS, Coefficient, CoefficientSet, Kind
from instances.carbon.energy import built_energy
from instances.carbon.entries import REBUILT, Entries, entries_of
from instances.carbon.local_rates import LocalRate, local_rates
from instances.carbon.notes import Notice, notices, tell_gaps
from instances.carbon.stocks import stock_rows, stocks_of_set
from instances.carbon.study_set import study_set
from instances.land.classes import Classes
from instances.study.findings import Findings
from instances.study.schema import Study
from instances.units.grid import FloatArray


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
    stock_rows: Mapping[str, tuple[Coefficient | None, ...]] = field(default_factory=dict)
    """The coefficients of these, class by class."""

    @property
    def total(self) -> FloatArray:
        """(classes today, classes planned) flux + stock change + construction, tCO2e/ha/yr."""
        total: FloatArray = self.flux[None, :] + self.stock + self.construction
        return total if self.changed is None else total + self.changed

    def ends_of(self, pool: str) -> tuple[FloatArray, FloatArray]:
        """(classes today, classes planned) low and high of all flows of a pool; twice the figure itself where
        the entries of the coefficients are not known."""
        kinds = {Kind.STOCK, Kind.CONSTRUCTION, REBUILT}
        names = [name.partition(": ") for name in self.parts]
        mine = np.array([own == pool and kind not in kinds for kind, _, own in names], dtype=bool)
        if self.entries is None:
            parts = [part for part, is_mine in zip(self.parts.values(), mine, strict=True) if is_mine]
            total = np.sum(parts, axis=0) if parts else np.zeros_like(self.total)
            return total, total
        both = [self.entries.weight * self.entries.figures(end)[self.entries.row] for end in ("low", "high")]
        low, high = (self.entries.sums(take(*both))[mine].sum(axis=0) for take in (np.minimum, np.maximum))
        return low, high


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

    ``today_ha`` (classes,) is today's area of each class; the area's own energy is spread over the built land
    in it. A set that is missing or wrong is an error, and the rates are then zero; a class for
    which the set has nothing is a warning that says what is assumed.
    """
    found = study_set(study, folder, classes, findings)
    if found is None:
        found = CoefficientSet(study.carbon.coefficients, {})
    else:
        tell_gaps(found, classes, study.carbon.has_energy, findings)
    return rates_with_layers(found, study, classes, today_ha, findings, layers)


def rates_with_layers(
    found: CoefficientSet,
    study: Study,
    classes: Classes,
    today_ha: FloatArray,
    findings: Findings,
    layers: Mapping[str, FloatArray],
) -> EmissionRates:
    """The emission rates of coefficients at hand, with the layers that hold instead of some of them."""
    rates = rates_of_set(found, study, classes, today_ha, findings)
    return replace(rates, local=local_rates(study, found, classes, layers, findings))


def rates_of_set(
    found: CoefficientSet, study: Study, classes: Classes, today_ha: FloatArray, findings: Findings
) -> EmissionRates:
    """The emission rates of a study's classes from coefficients at hand, whatever set it names."""
    energy = built_energy(found, study, classes, today_ha, findings)
    entries = entries_of(found, classes, study.carbon.years, energy)
    told = notices(found, classes, study.carbon.has_energy)
    return replace(
        _assembled(found.name, entries, told),
        stocks=stocks_of_set(found, classes),
        stock_rows=stock_rows(found, classes),
    )


def _assembled(name: str, entries: Entries, told: tuple[Notice, ...]) -> EmissionRates:
    """The rates of some entries, by part and in all."""
    value = entries.rates(entries.figures())
    ends = [entries.weight * entries.figures(end)[entries.row] for end in ("low", "high")]
    parts = dict(zip(entries.parts, value, strict=True))

    def sum_of(*kinds: str) -> FloatArray:
        held = [part for key, part in parts.items() if key.partition(": ")[0] in kinds]
        total: FloatArray = np.sum(held, axis=0) if held else np.zeros((entries.size, entries.size))
        return total

    flows = sum_of(*FLOWS, "elsewhere", "rehoused", "rebuilt")
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
