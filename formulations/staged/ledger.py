"""The ledger of a plan's life cycle: what every place emits in every year, from the first stage on.

A hectare of class b that becomes k in year s has emitted by the end of year y, with a = y + 1 - s > 0,

    (s - first) x flow[b]  +  a x rate_a[b, k]

where rate_a is the emission rate of a horizon of a years (``instances.carbon.ages``); until then, and where
it stays, (y + 1 - first) x flow[b]. A year's figure is what is added in it, its energy times what a unit of
energy emits in that year beside the first (``instances.carbon.energy_factors``). Land may change in equal
parts over several years, and then counts with the mean of these. By parts: construction (embodied
carbon), clearing (stocks lost at once), energy, other sources, uptake (flows into land), growth (stocks
gained with age), and what layers of local rates say beyond their coefficients.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from instances.carbon.ages import lost_at_once
from instances.carbon.coefficients import ENERGY, Kind
from instances.carbon.conversion import EmissionRates
from instances.carbon.entries import REBUILT
from instances.instance import Instance
from instances.units.grid import FloatArray, Layout
from instances.units.sums import sum_by

PARTS = ("construction", "clearing", "energy", "sources", "uptake", "growth", "local")
LOCAL = PARTS.index("local")
NOTHING = 1e-12
"""Share of all that is emitted until an age below which what its last year adds is rounding."""
BUILDING = (Kind.CONSTRUCTION, REBUILT)


@dataclass(frozen=True, eq=False)
class LifeCycle:
    """``years`` (years,); tCO2e in each year by ``parts`` (years, places, PARTS), and had nothing changed by
    ``still`` (years, places, PARTS). Each (years, places) tCO2e from the first year until the end of each, at
    either end of the coefficients' ranges: ``low`` and ``high`` in all, ``change_low`` and ``change_high``
    beyond what it would be had nothing changed."""

    years: tuple[int, ...]
    parts: FloatArray
    still: FloatArray
    low: FloatArray
    high: FloatArray
    change_low: FloatArray
    change_high: FloatArray

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
    def unchanged(self) -> FloatArray:
        """(years, places) tCO2e from the first year until the end of each, had nothing changed."""
        return np.cumsum(self.still.sum(axis=2), axis=0)

    @property
    def change(self) -> FloatArray:
        """(years, places) tCO2e from the first year until the end of each, beyond what it would be had
        nothing changed."""
        return np.cumsum(self.beyond.sum(axis=2), axis=0)

    @property
    def beyond(self) -> FloatArray:
        """(years, places, PARTS) tCO2e in each year beyond what it would be had nothing changed; rounding is
        nothing."""
        beyond = self.parts - self.still
        beyond[np.abs(beyond) <= NOTHING * np.abs(self.still)] = 0.0
        return beyond

    @property
    def peaks(self) -> tuple[int, ...]:
        """(places,) the year in which each place emits most."""
        return tuple(self.years[place] for place in self.net.argmax(axis=0).tolist())

    @property
    def peak(self) -> int:
        """The year in which the first place, the whole area, emits most."""
        return self.peaks[0]

    @property
    def repaid(self) -> int | None:
        """The year from the end of which on the first place has emitted less than had nothing changed, after
        it had emitted more; None where it never had, or still has."""
        more = self.change[:, 0] > 0.0
        if not more.any() or more[-1]:
            return None
        return self.years[int(np.flatnonzero(more)[-1]) + 1]


@dataclass(frozen=True, eq=False)
class Changes:
    """When what changes: ``first`` is the first year of the ledger and ``until`` the one that is no more of
    it; ``begins`` (stages, years of each) the years in which equal parts of a stage's land change, ``stage``
    (units,) the number of each unit's stage, that of all where it stays, and its ``planned`` class."""

    first: int
    until: int
    begins: tuple[tuple[int, ...], ...]
    planned: Layout
    stage: Layout

    @property
    def years(self) -> tuple[int, ...]:
        """The years of the ledger."""
        return tuple(range(self.first, self.until))

    @property
    def ages(self) -> tuple[float, ...]:
        """The ages in years that changes can have: from 1 on."""
        return tuple(float(age) for age in range(1, self.until - self.first + 1))


@dataclass(frozen=True, eq=False)
class _Curves:
    """All that a hectare emits until an age, tCO2e (ages, ..., classes today, classes planned): ``parts``,
    and ``low`` and ``high`` of energy and of all else (2)."""

    parts: FloatArray
    low: FloatArray
    high: FloatArray

    def beyond(self, ages: FloatArray) -> _Curves:
        """Beyond what a hectare emits that keeps its class; ``ages`` (ages, 1, 1)."""
        first = ages[..., None]
        low, high = (
            end - first * np.diagonal(other[0], axis1=1, axis2=2)[..., None]
            for end, other in ((self.low, self.high), (self.high, self.low))
        )
        keeps = np.eye(self.low.shape[-1], dtype=bool)
        return _Curves(self.parts, np.where(keeps, 0.0, low), np.where(keeps, 0.0, high))


def life_cycle(
    instance: Instance,
    changes: Changes,
    divisions: Sequence[tuple[NDArray[np.int32], int]],
    at_once: EmissionRates,
    by_age: Sequence[EmissionRates],
    relative: FloatArray,
) -> LifeCycle:
    """The ledger of all places of ``divisions``, each (units,) the number of a unit's place, -1 where it lies
    in none, and how many there are; ``at_once`` and ``by_age`` (ages,) are the rates of the horizons
    ``AT_ONCE`` and ``changes.ages``; ``relative`` (value low high, years) what a unit of energy emits in each
    year beside the first."""
    sums, counts = _Sums(instance, changes, divisions), _Years(changes, relative)
    land, ages = sums.of(instance.grid.area_ha), np.array(changes.ages)[:, None, None]
    each = [_curves(rates, age, at_once) for rates, age in zip(by_age, changes.ages, strict=True)]
    curves = _Curves(*(np.array([getattr(one, name) for one in each]) for name in ("parts", "low", "high")))
    falls = np.where(np.array(PARTS) == "energy", relative[0][:, None], 1.0)[:, None, :]
    parts = falls * counts.of(land, curves.parts)
    still = falls * _unchanged(land, curves.parts[0])
    ends = [*counts.ends(land, curves), *counts.ends(land, curves.beyond(ages))]
    for rate in instance.emissions.local:
        more = sums.of(instance.grid.area_ha * rate.beyond(instance.layers))
        times = relative[0][:, None] if rate.of_energy else 1.0
        beyond = times * counts.of(more, (ages * rate.counts)[:, None])[..., 0]
        before = times * _unchanged(more, rate.counts[None])[:, 0]
        parts[..., LOCAL] += beyond
        still[..., LOCAL] += before
        ends = [ends[0] + beyond, ends[1] + beyond, ends[2] + beyond - before, ends[3] + beyond - before]
    return LifeCycle(changes.years, parts, still, *(np.cumsum(end, axis=0) for end in ends))


@dataclass(frozen=True, eq=False)
class _Sums:
    """Sums over the units of each place, stage, class today and class planned."""

    instance: Instance
    changes: Changes
    divisions: Sequence[tuple[NDArray[np.int32], int]]

    def of(self, values: FloatArray) -> FloatArray:
        """(places, stages + 1, classes today, classes planned) sums of ``values`` (units,)."""
        size, changes = len(self.instance.classes), self.changes
        shape = (len(changes.begins) + 1, size, size)
        most = int(np.prod(shape))
        code = (changes.stage.astype(np.int64) * size + self.instance.today) * size + changes.planned
        inside = [np.where(member < 0, -1, member * most + code) for member, _ in self.divisions]
        sums = [
            sum_by(place, values, most * count)
            for place, (_, count) in zip(inside, self.divisions, strict=True)
        ]
        return np.concatenate(sums).reshape(-1, *shape)


def _curves(rates: EmissionRates, age: float, at_once: EmissionRates) -> _Curves:
    """All that a hectare emits until an age (PARTS, classes today, classes planned), and its ends."""
    found = dict.fromkeys(PARTS, np.zeros_like(rates.total))
    for name, rate in rates.parts.items():
        kind, _, pool = name.partition(": ")
        amount = age * rate
        if kind in BUILDING:
            found["construction"] = found["construction"] + amount
        elif kind == Kind.STOCK:
            cleared = lost_at_once(at_once.parts[name])
            found["clearing"] = found["clearing"] + cleared
            found["growth"] = found["growth"] + amount - cleared
        elif pool == ENERGY:
            found["energy"] = found["energy"] + amount
        else:
            found["sources"] = found["sources"] + np.maximum(amount, 0.0)
            found["uptake"] = found["uptake"] + np.minimum(amount, 0.0)
    parts = np.array([found[part] for part in PARTS])
    energy = [age * end for end in rates.ends_of(ENERGY)]
    low, high = (
        np.array([own, age * whole - own]) for own, whole in zip(energy, (rates.low, rates.high), strict=True)
    )
    return _Curves(parts, low, high)


@dataclass(frozen=True, eq=False)
class _Years:
    """What land comes to year by year, by curves of all that is emitted until an age."""

    changes: Changes
    relative: FloatArray

    def of(self, table: FloatArray, curves: FloatArray) -> FloatArray:
        """(years, places, amounts) of ``table`` (places, stages + 1, classes today, classes planned) by
        ``curves`` (ages, amounts, classes today, classes planned)."""
        return np.array([np.einsum("psbk,sgbk->pg", table, rate) for rate in self._rates(curves)])

    def ends(self, table: FloatArray, curves: _Curves) -> tuple[FloatArray, FloatArray]:
        """(years, places) at the lower and at the upper end of every range, that of energy by year too."""
        found = []
        for each, end, worse in ((curves.low, 1, np.minimum), (curves.high, 2, np.maximum)):
            rates = self._rates(each)
            factors = self.relative[[end, 3 - end]].T
            rows = [
                np.einsum("psbk,sbk->p", table, worse(*(f * rate[:, 0] for f in pair)) + rate[:, 1])
                for rate, pair in zip(rates, factors, strict=True)
            ]
            found.append(np.array(rows))
        return found[0], found[1]

    def _rates(self, curves: FloatArray) -> Iterator[FloatArray]:
        """(stages + 1, amounts, classes today, classes planned) what a hectare emits, year by year."""
        flow = np.broadcast_to(np.diagonal(curves[0], axis1=1, axis2=2)[:, :, None], curves[0].shape)
        added = np.diff(curves, axis=0, prepend=0.0)
        added[np.abs(added) <= NOTHING * np.abs(curves)] = 0.0
        for year in self.changes.years:
            each = [
                np.mean([added[year - begin] if year >= begin else flow for begin in begins], axis=0)
                for begins in self.changes.begins
            ]
            yield np.array([*each, flow])


def _unchanged(table: FloatArray, rates: FloatArray) -> FloatArray:
    """(places, amounts) what a year brings where all land keeps its class, by ``rates`` (amounts, classes
    today, classes planned)."""
    total: FloatArray = table.sum(axis=(1, 3)) @ np.diagonal(rates, axis1=1, axis2=2).T
    return total
