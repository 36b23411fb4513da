"""Claims of side models: sites that ask land whole of the layout, as rows of their model and as options.

    free[j,a]   sum_k y[j,k] <= g[a] / A[a]   for every part a that site j asks

g[a] is the area of part a that has a class that will do, a link with the layout, and A[a] all of it. A plant
is whole or is not, so that it stands only where all of its ground has such a class.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pyomo.environ as pyo
from numpy.typing import NDArray

from formulations.core.attainable_range import range_of
from formulations.core.problem import Options
from formulations.core.unit_types import factorise
from formulations.indicators.areas import area_of
from formulations.linked.kinds import PRICED
from formulations.linked.side import WHOLE, Claimed
from instances.instance import Instance
from instances.materials.claims import Claim
from instances.materials.models import Model
from instances.units.grid import FloatArray


@dataclass(frozen=True, eq=False)
class Asked:
    """Claims as the layout is asked them; of each (parts,) ha in all, and the least and the most that a
    layout may give."""

    claims: tuple[Claimed, ...]
    area: tuple[FloatArray, ...]
    low: tuple[FloatArray, ...]
    high: tuple[FloatArray, ...]


def asked_of(instance: Instance, model: Model, claims: Sequence[Claim], options: Options) -> Asked | None:
    """What the sites of a model ask of the layouts that have some options; None where they ask nothing."""
    if not claims:
        return None
    area = tuple(claim.parts.total(instance.grid.area_ha) for claim in claims)
    claimed = tuple(
        Claimed(
            area_of(instance, f"{PRICED}.{model.name}.{claim.key}", claim.classes), claim.parts, claim.classes
        )
        for claim in claims
    )
    between = [range_of(claim.indicator, claim.parts, options) for claim in claimed]
    return Asked(claimed, area, tuple(low for low, _ in between), tuple(high for _, high in between))


def add_claims(
    m: pyo.ConcreteModel, claims: Sequence[Claim], asked: Asked, standing: Callable[[int], list[pyo.Var]]
) -> None:
    """Add the links and rows of claims to a model: one of what is ``standing`` at a site is 1 where something
    stands there, which cannot be where no layout gives all that the site asks."""
    parts = [(c, a) for c, claim in enumerate(claims) for a in range(len(claim.parts))]
    needs = [
        (c, j, a)
        for c, claim in enumerate(claims)
        for j, a in zip(claim.of_site.tolist(), claim.part.tolist(), strict=True)
    ]
    m.PARTS = pyo.Set(initialize=parts, dimen=2, doc="(claim, part)")
    m.NEEDS = pyo.Set(initialize=needs, dimen=3, doc="(claim, site, part)")
    m.g = pyo.Var(
        m.PARTS,
        bounds=lambda m, c, a: (float(asked.low[c][a]), float(asked.high[c][a])),
        doc="ha of a part that have a class asked for",
    )

    @m.Constraint(m.NEEDS, doc="sum_k y[j,k] <= g[a] / A[a]  [plants]")
    def free(m: pyo.ConcreteModel, c: int, j: int, a: int) -> object:
        return sum(standing(j)) - m.g[c, a] / float(asked.area[c][a]) <= 0

    for c, j, a in needs:
        if asked.high[c][a] < asked.area[c][a] * (1.0 - WHOLE):
            for one in standing(j):
                one.setub(0)


def held_to(options: Options, asked: Sequence[tuple[NDArray[np.bool_], NDArray[np.bool_]]]) -> Options:
    """Options in which the units of every claim, (classes,) with (units,), keep to its classes."""
    kind, allowed = options.kind.astype(np.int64), options.allowed
    for classes, units in asked:
        code = kind * 2 + units
        of, count = factorise(code, 2 * len(allowed))
        key = np.empty(count, dtype=np.int64)
        key[of] = code
        allowed = allowed[key // 2] & (classes | (key % 2 == 0)[:, None])
        kind = of.astype(np.int64)
    return replace(options, kind=kind.astype(np.int32), allowed=allowed, without={})
