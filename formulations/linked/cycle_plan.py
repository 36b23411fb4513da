"""A cycle as it is planned: which plants stand where and what flows, and what that amounts to.

Counted from plants and flows with plain sums, by nothing that knows the model; loads no solver.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from instances.materials.cycle import MANURE, Cycle
from instances.materials.factors import STREAMS, TECHNIQUES, Key
from instances.units.grid import FloatArray
from instances.units.sums import sum_by


@dataclass(frozen=True, eq=False)
class CyclePlan:
    """``kind`` (sites,) is the kind of plant of every site, -1 where there is none; ``flow`` are village,
    stream, site and technique (flows,) of ``t`` (flows,) t/yr; ``back`` village and site (pairs,) of
    ``kg`` (pairs,) kgN/yr."""

    name: str
    kind: NDArray[np.int64]
    flow: tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]
    t: FloatArray
    back: tuple[NDArray[np.int64], NDArray[np.int64]]
    kg: FloatArray

    @classmethod
    def none(cls, cycle: Cycle) -> CyclePlan:
        """Nothing collected."""
        no = np.zeros(0, dtype=np.int64)
        sites = np.full(len(cycle.sites), -1, dtype=np.int64)
        return cls(cycle.name, sites, (no, no, no, no), np.zeros(0), (no, no), np.zeros(0))


@dataclass(frozen=True, eq=False)
class CycleFigures:
    """What a plan amounts to where villages have so much land: by village, stream and site."""

    cycle: Cycle
    plan: CyclePlan
    land_ha: FloatArray

    @property
    def model(self) -> Cycle:
        """The model that the plan is of."""
        return self.cycle

    @property
    def arises(self) -> FloatArray:
        """(villages, streams) t/yr."""
        return self.cycle.straw_t(self.land_ha)

    @property
    def collected(self) -> FloatArray:
        """(villages, streams) t/yr that go to plants."""
        village, stream, _, _ = self.plan.flow
        shape = len(self.cycle.villages), len(STREAMS)
        return sum_by(village * len(STREAMS) + stream, self.plan.t, shape[0] * shape[1]).reshape(shape)

    @property
    def load(self) -> FloatArray:
        """(sites,) t/yr that plants take."""
        return sum_by(self.plan.flow[2], self.plan.t, len(self.cycle.sites))

    @property
    def brought_back(self) -> FloatArray:
        """(villages,) kgN/yr that plants bring back."""
        return sum_by(self.plan.back[0], self.plan.kg, len(self.cycle.villages))

    @property
    def own_nitrogen(self) -> FloatArray:
        """(villages,) kgN/yr of manure left in its village that reaches its fields."""
        left = self.arises[:, MANURE] - self.collected[:, MANURE]
        return left * self.cycle.figure("own", "", "manure") * self.cycle.figure("nitrogen", "", "manure")

    @property
    def excess(self) -> FloatArray:
        """(villages,) kgN/yr of that beyond what fields may take."""
        room = self.cycle.table.nitrogen_kg_ha * self.land_ha
        return np.maximum(self.own_nitrogen + self.brought_back - room, 0.0)

    @property
    def ratio(self) -> float:
        """The share of all that arises which is collected, t/t."""
        whole = float(self.arises.sum())
        return float(self.plan.t.sum()) / whole if whole > 0 else 0.0

    def amounts(self) -> dict[Key, float]:
        """What each factor is multiplied with in C, so that C = sum of value x amount + plants of their own.

        Factors multiply each other where nitrogen is brought back: mineral and replaced stand together
        under ``mineral``, haulage and carried under ``haulage``.
        """
        village, stream, site, technique = self.plan.flow
        streams, techniques = len(STREAMS), len(TECHNIQUES)
        tonnes = sum_by(technique * streams + stream, self.plan.t, techniques * streams)
        found: dict[Key, float] = {}
        for t, name in enumerate(TECHNIQUES):
            for s, what in enumerate(STREAMS):
                amount = float(tonnes[t * streams + s])
                found["leakage", name, what] = amount
                found["energy", name, what] = -amount
                found["avoided", "", what] = found.get(("avoided", "", what), 0.0) - amount
        km = self.cycle.km
        carried = self.plan.kg * self.cycle.figure("carried") * km[self.plan.back]
        found["haulage", "", ""] = float((self.plan.t * km[village, site]).sum() + carried.sum())
        found["mineral", "", ""] = -float(self.plan.kg.sum()) * self.cycle.figure("replaced")
        found["excess", "", ""] = float(self.excess.sum())
        return {key: amount for key, amount in found.items() if key in self.cycle.factors}

    @property
    def own_tco2e(self) -> float:
        """tCO2e/yr that the plants emit by themselves, whatever they take."""
        return sum(self.cycle.plants[k].fixed_tco2e for k in self.plan.kind.tolist() if k >= 0)

    def tco2e(self, side: str = "value") -> float:
        """C in tCO2e/yr: at the factors' values, or with every factor at its ``low`` or ``high`` end by what
        that does to C."""
        total = self.own_tco2e
        for key, amount in self.amounts().items():
            factor = self.cycle.factors[key]
            ends = sorted((factor.low * amount, factor.high * amount))
            total += {"value": factor.value * amount, "low": ends[0], "high": ends[1]}[side]
        return total

    @property
    def cost(self) -> float:
        """10^3 yuan/yr of plants, handling and freight."""
        village, _, site, technique = self.plan.flow
        km, freight = self.cycle.km, self.cycle.figure("freight")
        handling = np.array([self.cycle.figure("handling", name) for name in TECHNIQUES])
        plants = sum(self.cycle.plants[k].cost for k in self.plan.kind.tolist() if k >= 0)
        moved = (self.plan.t * (handling[technique] + freight * km[village, site])).sum()
        back = (self.plan.kg * self.cycle.figure("carried") * freight * km[self.plan.back]).sum()
        return float(plants + moved + back)
