"""What is left of a study's limits once part of a plan is carried out.

A limit that was stated from the land of then holds on: its bound, absolute by now, is on what the land comes
to in the end. A new study begins at the land of now, and what happened in between is no change of its own:
``changed_area``, the emissions of what was cleared and built, the costs of what was changed are spent. With I
the indicator seen from the land of then, J from that of now and y the land of now, what a bound L leaves is

    L' = L - (I(y) - J(y))

which is L itself for whatever depends on the land alone, as areas do.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from formulations.core.indicator import Indicator
from formulations.core.problem import LayoutProblem, Limit
from instances.units.grid import FloatArray, Layout


@dataclass(frozen=True, slots=True)
class Remaining:
    """A limit of one district: its bounds as they were stated, absolute, what was spent of them, and what is
    left, in the indicator's unit; None where there is no bound."""

    indicator: str
    by: str | None
    district: str | None
    stated: tuple[float | None, float | None]
    spent: float

    @property
    def left(self) -> tuple[float | None, float | None]:
        """(at_least, at_most) of the study that goes on."""
        least, most = (None if bound is None else bound - self.spent for bound in self.stated)
        return least, most


def remaining(
    then: LayoutProblem, now: Mapping[str, Indicator], land: Layout, land_now: Layout
) -> Iterator[Remaining]:
    """What is left of every limit of a problem; ``now`` are the indicators of the study that begins at the
    land of now, which is ``land`` (units,) in the classes of the problem and ``land_now`` in those of it."""
    for limit in then.limits:
        name = limit.indicator.name
        spent = limit.evaluate(land) - _from_now(limit, now[name], land, land_now)
        for row in then.rows:
            if then.limits[row.limit] is not limit:
                continue
            if limit.ratio is not None:  # told as the ratio, which knows no past
                bound = float(limit.ratio.bound[row.position])
                stated = (bound, None) if limit.ratio.lower else (None, bound)
                yield Remaining(name, row.key.by, row.key.district, stated, 0.0)
            else:
                bounds = _bound(row.lower), _bound(row.upper)
                yield Remaining(name, row.key.by, row.key.district, bounds, float(spent[row.position]))


def remaining_network(then: LayoutProblem, name: str) -> Iterator[Remaining]:
    """What is left of every limit on the network, by the ``name`` of its indicator: it knows no past."""
    for least in () if then.network is None else then.network.limits:
        yield Remaining(name, None, None, (_bound(least), None), 0.0)


def _from_now(limit: Limit, indicator: Indicator, land: Layout, land_now: Layout) -> FloatArray:
    if limit.ratio is not None:
        return limit.evaluate(land)
    return Limit(indicator, limit.districts, limit.at_least, limit.at_most).evaluate(land_now)


def _bound(value: float) -> float | None:
    return value if math.isfinite(value) else None
