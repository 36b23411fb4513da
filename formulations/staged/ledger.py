"""The ledger of a plan's life cycle: what every place emits in every year, from the first stage on.

A hectare of class b that becomes k in year s has emitted by the end of year y, with a = y + 1 - s > 0,

    (s - first) x flow[b]  +  a x rate_a[b, k]

where rate_a is the emission rate of a horizon of a years (``instances.carbon.ages``); until then, and where
it stays, (y + 1 - first) x flow[b]. A year's figure is what is added in it. By parts: construction (embodied
carbon), clearing (stocks lost at once), energy, other sources, uptake (flows into land), growth (stocks
gained with age), and what layers of local rates say beyond their coefficients.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from instances.carbon.ages import AT_ONCE
from instances.carbon.coefficients import ENERGY, Kind
from instances.carbon.conversion import EmissionRates
from instances.carbon.entries import REBUILT
from instances.instance import Instance
from instances.units.grid import FloatArray, Layout
from instances.units.sums import sum_by

PARTS = ("construction", "clearing", "energy", "sources", "uptake", "growth", "local")
NOTHING = 1e-12
"""Share of all that is emitted until an age below which what its last year adds is rounding."""
BUILDING = (Kind.CONSTRUCTION, REBUILT)


@dataclass(frozen=True, eq=False)
class LifeCycle:
    """``years`` (years,); ``parts`` (years, places, PARTS) tCO2e in each year; cumulative tCO2e from the
    first year until the end of each (years, places): in all, at either end of the coefficients' ranges, and
    had nothing changed."""

    years: tuple[int, ...]
    parts: FloatArray
    low: FloatArray
    high: FloatArray
    unchanged: FloatArray

    @property
    def net(self) -> FloatArray:
        """(years, places) tCO2e in each year."""
        net: FloatArray = self.parts.sum(axis=2)
        return net

    @property
    def cumulative(self) -> FloatArray:
        """(years, places) tCO2e from the first year until the end of each."""
        return np.cumsum(self.net, axis=0)

    @property
    def peak(self) -> int:
        """The year in which the first place, the whole area, emits most."""
        return self.years[int(self.net[:, 0].argmax())]


@dataclass(frozen=True, eq=False)
class Changes:
    """When what changes: ``begins`` (stages,) years, ``until`` the year that is no more of the ledger,
    ``stage`` (units,) the number of each unit's stage, that of all where it stays, and its ``planned``
    class."""

    begins: tuple[int, ...]
    until: int
    planned: Layout
    stage: Layout

    @property
    def ages(self) -> tuple[float, ...]:
        """The ages in years that changes can have: from 1 on."""
        return tuple(float(age) for age in range(1, self.until - self.begins[0] + 1))


def life_cycle(
    instance: Instance,
    changes: Changes,
    divisions: Sequence[tuple[NDArray[np.int32], int]],
    at_once: EmissionRates,
    by_age: Sequence[EmissionRates],
) -> LifeCycle:
    """The ledger of all places of ``divisions``, each (units,) the number of a unit's place, -1 where it lies
    in none, and how many there are; ``at_once`` and ``by_age`` (ages,) are the rates of the horizons
    ``AT_ONCE`` and ``changes.ages``."""
    size, stages = len(instance.classes), len(changes.begins)
    code = (changes.stage.astype(np.int64) * size + instance.today) * size + changes.planned
    shape = (stages + 1, size, size)

    def tables(values: FloatArray) -> FloatArray:
        """(places, stages + 1, classes today, classes planned) sums over the units of each."""
        most = int(np.prod(shape))
        inside = [np.where(member < 0, -1, member * most + code) for member, _ in divisions]
        sums = [
            sum_by(place, values, most * count) for place, (_, count) in zip(inside, divisions, strict=True)
        ]
        return np.concatenate(sums).reshape(-1, *shape)

    ages, area = np.array(changes.ages)[:, None, None, None], instance.grid.area_ha
    curves = np.array([_curves(rates, age, at_once) for rates, age in zip(by_age, changes.ages, strict=True)])
    ends = ages * np.array([[rates.low, rates.high] for rates in by_age])
    land = tables(area)
    parts, ends = _by_year(land, curves, changes), _by_year(land, ends, changes)
    unchanged = _unchanged(land, by_age[0].total)
    for rate in instance.emissions.local:
        more = tables(area * rate.beyond(instance.layers))
        beyond = _by_year(more, ages * rate.counts, changes)
        parts[..., PARTS.index("local")] += beyond[..., 0]
        ends += beyond
        unchanged += _unchanged(more, rate.counts)
    years = np.arange(changes.begins[0], changes.until)
    return LifeCycle(
        tuple(years.tolist()),
        parts,
        np.cumsum(ends[..., 0], axis=0),
        np.cumsum(ends[..., 1], axis=0),
        (years - changes.begins[0] + 1)[:, None] * unchanged,
    )


def _curves(rates: EmissionRates, age: float, at_once: EmissionRates) -> FloatArray:
    """(PARTS, classes today, classes planned) tCO2e/ha until an age."""
    found = dict.fromkeys(PARTS, np.zeros_like(rates.total))
    for name, rate in rates.parts.items():
        kind, _, pool = name.partition(": ")
        amount = age * rate
        if kind in BUILDING:
            found["construction"] = found["construction"] + amount
        elif kind == Kind.STOCK:
            cleared = AT_ONCE * at_once.parts[name]
            found["clearing"] = found["clearing"] + cleared
            found["growth"] = found["growth"] + amount - cleared
        elif pool == ENERGY:
            found["energy"] = found["energy"] + amount
        else:
            found["sources"] = found["sources"] + np.maximum(amount, 0.0)
            found["uptake"] = found["uptake"] + np.minimum(amount, 0.0)
    return np.array([found[part] for part in PARTS])


def _by_year(table: FloatArray, curves: FloatArray, changes: Changes) -> FloatArray:
    """(years, places, amounts) what ``table`` (places, stages + 1, classes today, classes planned) comes to
    in each year, by ``curves`` (ages, amounts, classes today, classes planned) of all that is emitted until
    an age."""
    flow = np.broadcast_to(np.diagonal(curves[0], axis1=1, axis2=2)[:, :, None], curves[0].shape)
    added = np.diff(curves, axis=0, prepend=0.0)
    added[np.abs(added) <= NOTHING * np.abs(curves)] = 0.0
    since = [begin - changes.begins[0] for begin in changes.begins]
    found = []
    for year in range(len(curves)):
        rate = np.array([*(added[year - s] if year >= s else flow for s in since), flow])
        found.append(np.einsum("psbk,sgbk->pg", table, rate))
    return np.array(found)


def _unchanged(table: FloatArray, rate: FloatArray) -> FloatArray:
    """(places,) what a year brings where all land keeps its class."""
    total: FloatArray = table.sum(axis=(1, 3)) @ np.diagonal(rate)
    return total
