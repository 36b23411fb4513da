"""Carbon flows that differ from place to place: a layer takes the place of a coefficient.

    emission of unit i = A_i x ( rate[b, k] + sum over tables  counts[b, k] x (factor x layer_i - base) )

with ``base`` the set's typical figure, which ``rate`` holds already: where the layer is that figure
everywhere, nothing changes. The range of the coefficient then is that of the layer's level.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from instances.carbon.coefficients import ENERGY, CoefficientSet, Kind
from instances.carbon.ranges import range_of
from instances.carbon.units import EXAMPLES, parse_unit
from instances.land.classes import Classes
from instances.study.findings import Findings
from instances.study.schema import RateTable, Study
from instances.units.grid import FloatArray, Layout
from instances.units.sums import sum_by
from words.said import say


@dataclass(frozen=True, eq=False)
class LocalRate:
    """A layer that holds instead of a coefficient: ``counts`` (classes today, classes planned) is 1 on the
    changes of class on which it does; ``factor`` brings it to tCO2e/ha/yr, as ``base`` is. ``part`` names
    its part of an account."""

    part: str
    layer: str
    counts: FloatArray
    factor: float
    base: float

    @property
    def of_energy(self) -> bool:
        """Whether it is a flow of energy."""
        return self.part.endswith(f": {ENERGY}")

    def beyond(self, layers: Mapping[str, FloatArray]) -> FloatArray:
        """(units,) by how much the layer exceeds the coefficient, tCO2e/ha/yr."""
        beyond: FloatArray = self.factor * layers[self.layer] - self.base
        return beyond


def local_rates(
    study: Study,
    found: CoefficientSet,
    classes: Classes,
    layers: Mapping[str, FloatArray],
    findings: Findings,
) -> tuple[LocalRate, ...]:
    """The study's ``[rates]``, class by class; a table that is wrong is an error and left out."""
    rates: list[LocalRate] = []
    held: set[tuple[str, str, str]] = set()
    for name, table in study.rates.items():
        place = f"rates.{name}"
        if not _is_right(table, place, study, findings):
            continue
        unit = parse_unit(table.unit)
        values = layers.get(table.layer)
        if unit is None or values is None:
            continue  # a layer that cannot be read has its own finding
        _tell_implausible(table, place, unit.factor * values, findings)
        for land in table.classes:
            if land not in classes.names:
                findings.error(
                    f"{place}.classes", say("local_rates.no_class", land=land), say("local_rates.name_class")
                )
                continue
            if (land, table.kind, table.pool) in held:
                fault = say("local_rates.twice", land=land, pool=table.pool)
                findings.error(place, fault, say("local_rates.keep_one"))
            held.add((land, table.kind, table.pool))
            k = classes.index(land)
            row = found.find(classes[k], Kind(table.kind), table.pool)
            if row is None:
                fault = say(
                    "local_rates.no_row", land=land, kind=table.kind, pool=table.pool, name=found.name
                )
                findings.note(place, fault)
            base = 0.0 if row is None else row.typical
            part = f"{table.kind}: {table.pool}"
            rates.append(
                LocalRate(part, table.layer, _counts(len(classes), k, table.kind), unit.factor, base)
            )
    return tuple(rates)


def _is_right(table: RateTable, place: str, study: Study, findings: Findings) -> bool:
    """False, and an error, where a table names no layer of numbers, or a unit that is none of a flow."""
    source, before = study.layers.get(table.layer), len(findings.errors)
    if source is None:
        findings.error(
            f"{place}.layer", say("study_checks.no_layer", layer=table.layer), say("local_rates.add_layer")
        )
    elif source.kind == "category":
        findings.error(
            f"{place}.layer", say("local_rates.category", layer=table.layer), say("local_rates.numbers")
        )
    unit = parse_unit(table.unit)
    if unit is None or not unit.annual:
        fault = say("local_rates.unit", unit=table.unit)
        findings.error(f"{place}.unit", fault, say("coefficients.such_as", examples=EXAMPLES))
    return len(findings.errors) == before


def _tell_implausible(table: RateTable, place: str, rates: FloatArray, findings: Findings) -> None:
    """Warn of a layer whose values no land is likely to have, as of coefficients."""
    bounds = range_of(Kind(table.kind), table.pool)
    low, high = float(bounds["low"]), float(bounds["high"])
    odd = (rates < low) | (rates > high)
    if odd.any():
        ends = {"least": float(rates.min()), "most": float(rates.max())}
        fault = say("local_rates.implausible", n=int(odd.sum()), low=low, high=high, **ends)
        findings.warn(place, fault, say("coefficients_range.check"))


def _counts(size: int, k: int, kind: str) -> FloatArray:
    """(classes today, classes planned) 1 on the changes to class k that a kind of flow is about."""
    counts = np.zeros((size, size))
    counts[:, k] = kind != Kind.STANDING
    counts[k, k] = kind != Kind.NEW
    return counts


def by_transition(
    rates: Sequence[LocalRate],
    layers: Mapping[str, FloatArray],
    area_ha: FloatArray,
    today: Layout,
    layout: Layout,
) -> dict[str, FloatArray]:
    """(classes today, classes planned) by part: what the layers add to the coefficients' emission of a
    layout, tCO2e/yr."""
    added: dict[str, FloatArray] = {}
    for rate in rates:
        size = len(rate.counts)
        pair = today.astype(np.int64) * size + layout
        amount = sum_by(pair, area_ha * rate.beyond(layers), size**2).reshape(size, size) * rate.counts
        added[rate.part] = added.get(rate.part, 0.0) + amount
    return added
