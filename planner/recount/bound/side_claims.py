"""What prices prove of land that sites ask of the layout, written down again.

A plant at site j needs every part a that it asks whole: sum_k y[j,k] <= g[a] / A[a], and none where no layout
gives the whole of a part. The link of g[a] with the layout has a price like any other.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from instances.instance import Instance
from instances.materials.claims import Claim
from instances.materials.models import Model
from instances.units.grid import FloatArray
from instances.units.sums import sum_by
from planner.recount.bound.side_floor import Floor, Told, prices

WHOLE = 1e-6
"""Share of a part by which the most that layouts give may miss the whole of it."""


@dataclass(frozen=True, eq=False)
class ClaimAsked:
    """One claim under an instance: (parts,) ha in all, the least and the most of it that a layout may give;
    ``each`` (units,) ha of every unit that is asked, 0 for others."""

    claim: Claim
    each: FloatArray
    area: FloatArray
    low: FloatArray
    high: FloatArray

    def earned(self, price: FloatArray) -> FloatArray:
        """(units, classes) what land earns at prices (parts,) of a ha, in tCO2e/yr."""
        rate = np.append(price, 0.0)[self.claim.parts.member] * self.each
        earned: FloatArray = rate[:, None] * self.claim.classes
        return earned


Priced = Sequence[tuple[ClaimAsked, FloatArray]]
"""Claims with the prices (parts,) of their links."""


def claims_asked(model: Model, instance: Instance) -> tuple[ClaimAsked, ...]:
    """What the sites of a model ask."""
    found = []
    allowed = instance.kinds.allowed[instance.kinds.of]
    for claim in getattr(model, "claims", ()):
        member = claim.parts.member
        each = np.where(member >= 0, instance.grid.area_ha, 0.0)
        may = allowed[:, claim.classes].any(axis=1)
        must = ~allowed[:, ~claim.classes].any(axis=1)
        area, low, high = (
            sum_by(member, np.where(some, each, 0.0), len(claim.parts))
            for some in (np.ones(len(each), dtype=bool), must, may)
        )
        found.append(ClaimAsked(claim, each, area, low, high))
    return tuple(found)


def claims_floor(floor: Floor, claims: Priced, told: Told, sites: int) -> FloatArray:
    """Add what links of claims prove to a floor; (sites,) by what their rows make a plant dearer."""
    needs = sum(len(asked.claim.part) for asked, _ in claims)
    price = prices(told, "free", needs, -1)
    dearer, first = np.zeros(sites), 0
    for asked, nu in claims:
        claim = asked.claim
        mine = price[first : first + len(claim.part)]
        first += len(claim.part)
        dearer -= sum_by(claim.of_site, mine, sites)
        share = sum_by(claim.part, mine / asked.area[claim.part], len(claim.parts))
        floor.columns(nu + share, asked.low, asked.high)
    return dearer


def standable(claims: Priced, sites: int) -> FloatArray:
    """(sites,) 1 where a layout may give all that a site asks, else 0."""
    able = np.ones(sites)
    for asked, _ in claims:
        short = asked.high < asked.area * (1.0 - WHOLE)
        able[asked.claim.of_site[short[asked.claim.part]]] = 0.0
    return able
