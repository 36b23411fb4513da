"""The range of a figure that coefficients give, each of them drawn once, and what that figure rests on.

A figure is linear in the coefficients (``entries.py``): sum over rows of activity x value. No coefficient is
low here and high there, so that its range is

    sum over rows of  min(activity x low, activity x high)   to   sum over rows of  max(...)

which draws reach and none exceeds. Of *plan less today* all that stays as it is falls out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from instances.carbon.coefficient_csv import is_file
from instances.carbon.coefficients import Coefficient, CoefficientSet, Mark
from instances.carbon.conversion import EmissionRates, rates_of_set
from instances.carbon.draws import key_of, uncertain
from instances.carbon.entries import Entries
from instances.carbon.study_set import study_set
from instances.land.classes import Classes
from instances.study.findings import Findings
from instances.study.schema import Study
from instances.units.grid import FloatArray

GRADES = ("sure", "elsewhere", "assumed", "memory", "placeholder")
"""What a figure can rest on, from sure to unsure: a verified figure of the country, one of another place, an
assumption, a figure from memory, a placeholder."""
_MARKS = {Mark.ASSUMED: 2, Mark.MEMORY: 3, Mark.PLACEHOLDER: 4}
_OWN = ("", "China")
NOTHING = 1e-12
"""What differs by a smaller share is the same."""


@dataclass(frozen=True, slots=True)
class Interval:
    """A figure in tCO2e/yr and the range in which it lies, whatever the coefficients are within theirs."""

    value: float
    low: float
    high: float

    def more(self, amount: float) -> Interval:
        """The figure with an amount that no coefficient moves."""
        return Interval(self.value + amount, self.low + amount, self.high + amount)


def change_ha(transitions_ha: FloatArray) -> FloatArray:
    """(classes today, classes planned) the land of a plan less that of today, ha: what changes, and what it
    no longer is."""
    change: FloatArray = transitions_ha - np.diag(transitions_ha.sum(axis=1))
    return change


def interval(entries: Entries, hectares: FloatArray) -> Interval:
    """The emission of some land, (classes today, classes planned) in ha, and its range."""
    activity = entries.activity(hectares)
    ends = activity * entries.figures("low"), activity * entries.figures("high")
    value = float(activity @ entries.figures())
    return Interval(value, float(np.minimum(*ends).sum()), float(np.maximum(*ends).sum()))


def rests_on(rates: EmissionRates, transitions_ha: FloatArray) -> dict[str, float]:
    """What the change that a plan makes rests on: shares of its pools (without their signs) by grade, which
    add up to 1; empty where nothing changes.

    What a change of class does to a pool is as unsure as the least sure coefficient in it; what goes on
    elsewhere as it did here does nothing.
    """
    entries = rates.entries
    if entries is None:
        return {}
    own = is_file(rates.set_name)
    pools = [part.partition(": ")[2] for part in entries.parts]
    of_part = np.array([pools.index(pool) for pool in pools], dtype=np.intp)
    grade = np.array([_grade(row, own) for row in entries.rows], dtype=np.intp)
    shape = (len(pools), entries.size, entries.size)
    worst, value = np.zeros(shape, dtype=np.intp), np.zeros(shape)
    np.maximum.at(worst, (of_part[entries.part], entries.today, entries.planned), grade[entries.row])
    np.add.at(value, of_part, entries.rates(entries.figures()))
    staying = np.diagonal(value, axis1=1, axis2=2)[:, :, None]
    of_both = np.maximum(worst, np.diagonal(worst, axis1=1, axis2=2)[:, :, None])
    effect = np.abs(value - staying) * transitions_ha
    effect[effect < NOTHING * np.abs(staying * transitions_ha)] = 0.0
    whole = float(effect.sum())
    if whole == 0:
        return {}
    return {name: float(effect[of_both == n].sum()) / whole for n, name in enumerate(GRADES)}


def _grade(row: Coefficient, own: bool) -> int:
    """How unsure a coefficient is; ``own``: the set is the user's, whose places are not judged."""
    return _MARKS.get(row.mark, 0 if own or row.stated or row.region in _OWN else 1)


@dataclass(frozen=True, eq=False)
class Recount:
    """The range counted again by trying: the rates of the set with one coefficient after another at either
    end of its range, and nothing of ``entries``' sums."""

    found: CoefficientSet
    study: Study
    classes: Classes
    today_ha: FloatArray

    def interval(self, transitions_ha: FloatArray) -> Interval:
        """The change of a plan, (classes today, classes planned) in ha, and its range."""
        value = self._change(self.found, transitions_ha)
        low = high = value
        for row in uncertain(self.found, self.classes, self.study.carbon.has_energy):
            moves = [
                self._change(self._with(row, end), transitions_ha) - value for end in (row.low, row.high)
            ]
            low += min(moves)
            high += max(moves)
        return Interval(value, low, high)

    def _with(self, row: Coefficient, figure: float) -> CoefficientSet:
        tried = replace(row, value=figure, reference=row.typical)
        return CoefficientSet(self.found.name, {**self.found.rows, key_of(row): tried})

    def _change(self, found: CoefficientSet, transitions_ha: FloatArray) -> float:
        total = rates_of_set(found, self.study, self.classes, self.today_ha, Findings()).total
        return float((transitions_ha * (total - np.diag(total)[:, None])).sum())


def recount(study: Study, folder: Path, classes: Classes, today_ha: FloatArray) -> Recount:
    """Ready to count again, with the set that the study names."""
    found = study_set(study, folder, classes, Findings())
    return Recount(found or CoefficientSet("", {}), study, classes, today_ha)


def shares(rests: Mapping[str, float]) -> float:
    """The share that rests on anything but verified figures of the country."""
    return sum(share for name, share in rests.items() if name != GRADES[0])
