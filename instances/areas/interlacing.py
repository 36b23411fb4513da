"""How interwoven town and country are, unit by unit: five measures and five grades.

    edge           m of edge between built land and other land, per ha; of an edge between two units half each
    mix            entropy of the shares of built, farmed, other land, over ln 3: 0 one alone, 1 equal parts
    fragmentation  probability that two places on built land of the unit lie in different pieces of it
    build          tCO2e/yr that a hectare of land not built would emit more, were it built
    run            tCO2e/yr that a hectare of the unit emits today, net

A unit is interwoven where built land and other land both have ``LEAST`` of it. Its score is the mean of the
five measures, each brought to 0 to 1 over the interwoven units; the grades 1 (little) to 5 (most) part the
scores where the sum of squared distances to the means of the grades is least (natural breaks; Fisher 1958,
Jenks 1977). Grade 0 is town or country alone.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from instances.units.components import components
from instances.units.grid import FloatArray, Grid
from instances.units.sums import sum_by

MEASURES = ("edge", "mix", "fragmentation", "build", "run")
GRADES = 5
LEAST = 0.05
"""Share of a unit that built land, and other land, have at the least where both are interwoven."""
MOST_VALUES = 400
"""Different scores that breaks are sought between; more are rounded to so many steps of their range."""
BUILT, FARMED, OTHER = 0, 1, 2


@dataclass(frozen=True, eq=False)
class Land:
    """Land of today (units,): ``kind`` is ``BUILT``, ``FARMED`` or ``OTHER``; ``build`` tCO2e/ha/yr more
    where it were built (0 on built land), ``run`` tCO2e/ha/yr today."""

    grid: Grid
    kind: NDArray[np.int8]
    build: FloatArray
    run: FloatArray


@dataclass(frozen=True, eq=False)
class Interlacing:
    """(districts,) measures by name, the score (NaN where a unit is not interwoven), and the grade 0 to 5;
    ``breaks`` are the highest scores of grades 1 to 4."""

    area_ha: FloatArray
    built_share: FloatArray
    measures: dict[str, FloatArray]
    score: FloatArray
    grade: NDArray[np.uint8]
    breaks: tuple[float, ...]


def interlacing(land: Land, member: NDArray[np.int32], count: int) -> Interlacing:
    """How interwoven each of ``count`` districts is; ``member`` (units,) is the district of every unit."""
    area = sum_by(member, land.grid.area_ha, count)
    shares = np.stack(
        [
            _share(sum_by(member, np.where(land.kind == kind, land.grid.area_ha, 0.0), count), area)
            for kind in (BUILT, FARMED, OTHER)
        ]
    )
    open_ha = np.where(land.kind == BUILT, 0.0, land.grid.area_ha)
    measures = {
        "edge": _share(_edge_m(land, member, count), area),
        "mix": _entropy(shares),
        "fragmentation": _fragmentation(land, member, count),
        "build": _share(sum_by(member, open_ha * land.build, count), sum_by(member, open_ha, count)),
        "run": _share(sum_by(member, land.grid.area_ha * land.run, count), area),
    }
    both = (shares[BUILT] >= LEAST) & (shares[BUILT] <= 1.0 - LEAST)
    score = np.full(count, np.nan)
    if both.any():
        score[both] = np.mean([_scaled(measures[name][both]) for name in MEASURES], axis=0)
    breaks = natural_breaks(score[both], GRADES)
    grade = np.zeros(count, dtype=np.uint8)
    grade[both] = 1 + np.searchsorted(np.array(breaks), score[both], side="left")
    return Interlacing(area, shares[BUILT], measures, score, grade, breaks)


def natural_breaks(values: FloatArray, groups: int) -> tuple[float, ...]:
    """The highest value of each group but the last, where values are parted into so many groups with the
    least sum of squared distances to their means; fewer where there are fewer different values."""
    if not len(values):
        return ()
    low, high = float(values.min()), float(values.max())
    kept, weight = np.unique(values, return_counts=True)
    if len(kept) > MOST_VALUES:
        step = np.round((values - low) / (high - low) * (MOST_VALUES - 1)).astype(np.int64)
        kept = np.array([values[step == each].max() for each in np.unique(step)])
        weight = np.unique(step, return_counts=True)[1]
    groups = min(groups, len(kept))
    cost = _within(kept, weight.astype(float))
    best, cuts = cost[0].copy(), []
    for _ in range(1, groups):
        # best[j]: least cost of the values up to j in one group fewer; the last group begins after i
        trial = np.full((len(kept), len(kept)), np.inf)
        i, j = np.triu_indices(len(kept), 1)
        trial[i, j] = best[i] + cost[i + 1, j]
        cuts.append(trial.argmin(axis=0))
        best = trial.min(axis=0)
    ends, end = [], len(kept) - 1
    for cut in reversed(cuts):
        end = int(cut[end])
        ends.append(float(kept[end]))
    return tuple(reversed(ends))


def _within(kept: FloatArray, weight: FloatArray) -> FloatArray:
    """(values, values) sum of squared distances to their mean of the values from the first to the second."""
    shifted = kept - kept.mean()
    sums = [np.concatenate([[0.0], np.cumsum(weight * shifted**power)]) for power in (0, 1, 2)]
    of, first, second = (each[None, 1:] - each[:-1, None] for each in sums)
    with np.errstate(divide="ignore", invalid="ignore"):
        cost: FloatArray = np.where(of > 0, second - first**2 / of, np.inf)
    return np.maximum(cost, 0.0)


def _edge_m(land: Land, member: NDArray[np.int32], count: int) -> FloatArray:
    """(districts,) m of edge between built land and other land."""
    edges = land.grid.edges
    border = (land.kind[edges.first] == BUILT) != (land.kind[edges.second] == BUILT)
    half = 0.5 * edges.length_m[border].astype(np.float64)
    return sum_by(member[edges.first[border]], half, count) + sum_by(
        member[edges.second[border]], half, count
    )


def _entropy(shares: FloatArray) -> FloatArray:
    """(districts,) entropy of shares (kinds, districts), over that of equal ones."""
    with np.errstate(divide="ignore", invalid="ignore"):
        terms = np.where(shares > 0, -shares * np.log(shares), 0.0)
    entropy: FloatArray = terms.sum(axis=0) / np.log(len(shares))
    return entropy


def _fragmentation(land: Land, member: NDArray[np.int32], count: int) -> FloatArray:
    """(districts,) probability that two places on built land lie in different pieces; pieces end at the
    borders of districts."""
    piece, first = components(np.where(land.kind == BUILT, member, -1), land.grid)
    size = sum_by(piece, land.grid.area_ha, len(first))
    of = member[first]
    built = sum_by(of, size, count)
    together = sum_by(of, size**2, count)
    return np.where(built > 0, 1.0 - _share(together, built**2), 0.0)


def _share(part: FloatArray, whole: FloatArray) -> FloatArray:
    """A part over a whole; 0 where there is no whole."""
    return np.divide(part, whole, out=np.zeros(len(whole)), where=whole > 0)


def _scaled(values: FloatArray) -> FloatArray:
    """Values from 0 to 1 over their range; 0 where they are all alike."""
    spread = float(values.max() - values.min())
    alike = spread <= 1e-12 * max(1.0, float(np.abs(values).max()))
    return np.zeros(len(values)) if alike else (values - values.min()) / spread
