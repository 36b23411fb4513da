"""Energy of built land: the coefficient set's, or the area's own, in all or class by class.

It belongs to people and floors. Where the study says that the people of demolished land are ``housed`` in
the plan, each hectare given up frees as much of the energy of new built land as its people (or jobs) need
there, at the class that houses them with least: what new land adds is then the energy of further people.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from instances.carbon.coefficients import ENERGY, Coefficient, CoefficientSet, Kind, Mark
from instances.carbon.entries import BuiltEnergy
from instances.carbon.people import per_ha
from instances.carbon.ranges import MOST
from instances.land.classes import Classes, LandClass
from instances.study.findings import Findings
from instances.study.schema import Study
from instances.units.grid import FloatArray
from words.said import say

LOWEST_INTENSITY, HIGHEST_INTENSITY = 5.0, 20_000.0
"""Energy emissions of built land outside these, tCO2e/ha/yr, are most likely in another unit."""


def built_energy(
    found: CoefficientSet, study: Study, classes: Classes, today_ha: FloatArray, findings: Findings
) -> BuiltEnergy:
    """The energy of built land: the set's, or the area's own over today's; of new built land the set's
    marginal figure, in proportion to the area's own, or what the study states, class by class or in all."""
    carbon = study.carbon
    kind = Kind.STANDING if ENERGY in found.pools(Kind.STANDING) else Kind.FLUX
    marginal = Kind.NEW if ENERGY in found.pools(Kind.NEW) else kind
    own = [found.find(item, kind, ENERGY) if item.built else None for item in classes]
    new = [_marginal(found, item, marginal, kind) for item in classes]
    stated = np.array([row is not None and row.stated and row.kind is Kind.NEW for row in new])
    factor = np.ones(len(classes))
    spread = _spread(study, own, classes, today_ha, findings)
    if spread is not None:
        exact = [_exact(item.name, kind, each) for item, each in zip(classes, spread.tolist(), strict=True)]
        if marginal is Kind.NEW:
            base = np.array([0.0 if row is None else row.typical for row in own])
            factor = np.where((base > 0) & ~stated, spread / np.where(base > 0, base, 1.0), 1.0)
            without = [row is not None and row.kind is not Kind.NEW for row in new]
            factor[without] = 1.0
            new = [each if bare else row for each, row, bare in zip(exact, new, without, strict=True)]
        else:
            new = [row if item.built else None for row, item in zip(exact, classes, strict=True)]
        own = [row if item.built else None for row, item in zip(exact, classes, strict=True)]
    if carbon.new_built_tco2e_ha is not None:
        marginal, factor = Kind.NEW, np.ones(len(classes))
        one = [_exact(item.name, marginal, carbon.new_built_tco2e_ha) for item in classes]
        new = [
            row if own_line else exact if item.built else None
            for item, row, exact, own_line in zip(classes, new, one, stated.tolist(), strict=True)
        ]
    hosts = _hosts(study, classes, new, factor) if carbon.demolished == "housed" else None
    return BuiltEnergy(tuple(own), tuple(new), factor, kind, marginal, carbon.demolished == "ends", hosts)


def _marginal(found: CoefficientSet, item: LandClass, marginal: Kind, kind: Kind) -> Coefficient | None:
    """The figure of new land of a class; that of land that stands where there is none."""
    if not item.built:
        return None
    row = found.find(item, marginal, ENERGY)
    return found.find(item, kind, ENERGY) if row is None else row


def _exact(name: str, kind: Kind, figure: float) -> Coefficient:
    """A figure of the study's own, in tCO2e/ha/yr: it has no range."""
    return Coefficient(name, kind, ENERGY, figure, figure, figure, "", Mark.NONE)


def _hosts(
    study: Study, classes: Classes, new: Sequence[Coefficient | None], factor: FloatArray
) -> FloatArray:
    """(classes today, classes planned) hectares of the class that houses the people (or jobs) of a hectare
    with least energy."""
    hosts = np.zeros((len(classes), len(classes)))
    energy = np.array([np.inf if row is None else row.typical for row in new]) * factor
    for each in per_ha(study, classes).values():
        known = np.flatnonzero(each > 0)
        if len(known):
            least = int(known[np.argmin(energy[known] / each[known])])
            taken = (each > 0) & ~hosts.any(axis=1)
            hosts[taken, least] = each[taken] / each[least]
    return hosts


def _spread(
    study: Study,
    own: Sequence[Coefficient | None],
    classes: Classes,
    today_ha: FloatArray,
    findings: Findings,
) -> FloatArray | None:
    """(classes,) the area's own energy over today's built land, tCO2e/ha/yr; None where none is stated, and
    with an error where it cannot be spread. It is taken as exact."""
    carbon = study.carbon
    if not carbon.has_energy:
        return None
    place = "carbon.energy_tco2e" if carbon.energy_tco2e else "carbon.built_total_tco2e"
    total = carbon.built_total_tco2e or sum(carbon.energy_tco2e.values())
    built_ha = float(today_ha[classes.built].sum())
    if built_ha <= 0:
        findings.error(place, say("carbon_total.no_built"), say("carbon_total.leave_out"))
        return None
    if not abs(total) <= MOST * built_ha:
        fault = say("carbon_total.absurd", total=total, ha=built_ha)
        findings.error(place, fault, say("carbon_total.check"))
        return None
    spread = say("carbon_total.spread", total=total, ha=built_ha, each=total / built_ha)
    if LOWEST_INTENSITY <= total / built_ha <= HIGHEST_INTENSITY:
        findings.note(place, spread)
    else:
        findings.warn(place, spread, say("carbon_total.check"))
    if carbon.energy_tco2e:
        return _by_class(study, classes, today_ha, findings)
    return _in_all(total, own, classes, today_ha)


def _in_all(
    total: float, own: Sequence[Coefficient | None], classes: Classes, today_ha: FloatArray
) -> FloatArray:
    """Each hectare of built land gets total x w_k / sum_j(w_j area_j), with the set's energy coefficient
    ``own`` as weight w where classes differ."""
    weight = np.array([np.nan if row is None else row.typical for row in own])
    known = weight[classes.built & ~np.isnan(weight)]
    weight = np.clip(np.nan_to_num(weight, nan=float(known.mean()) if len(known) else 1.0), 0.0, None)
    weight[~classes.built] = 0.0
    if not weight @ today_ha > 0:
        weight = classes.built.astype(float)
    intensity: FloatArray = total * weight / (weight @ today_ha)
    return intensity


def _by_class(study: Study, classes: Classes, today_ha: FloatArray, findings: Findings) -> FloatArray:
    """Each class's own energy over its own land; a class that has none today, or is not named, takes the mean
    of those that are where it is planned."""
    place = "carbon.energy_tco2e"
    stated = study.carbon.energy_tco2e
    named = np.zeros(len(classes))
    for name, amount in stated.items():
        if name not in classes.names or not classes[classes.index(name)].built:
            fault = say("carbon_total.no_class", name=name)
            findings.error(f"{place}.{name}", fault, say("carbon_total.name"))
        elif today_ha[classes.index(name)] <= 0:
            fault = say("carbon_total.no_land", name=name)
            findings.error(f"{place}.{name}", fault, say("carbon_total.leave_out"))
        else:
            named[classes.index(name)] = amount
    given = np.isin(np.array(classes.names), [*stated]) & (today_ha > 0)
    stands = classes.built & (today_ha > 0)
    silent = [name for name, there in zip(classes.names, stands, strict=True) if there and name not in stated]
    if silent:
        findings.warn(place, say("carbon_total.silent", names=silent), say("carbon_total.add_class"))
    mean = named.sum() / today_ha[given].sum() if given.any() else 0.0
    own = np.divide(named, today_ha, out=np.full(len(classes), mean), where=given)
    return np.where(classes.built, own, 0.0)
