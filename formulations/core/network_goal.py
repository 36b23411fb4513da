"""What a layout problem asks of its network: the one term that is no sum over units.

    objective(x) = sum_m w_m I_m(x) - w mesh(x),     mesh(x) >= least

How a network is counted is not known here (``formulations.network``), nor how such a problem is solved
(``formulations.connecting``).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from instances.units.grid import Layout

MISSED = 1e-9
"""Share of what is asked at the least by which a layout may miss it and still keep it."""


class Mesh(Protocol):
    """The functional mesh of a layout, as a study counts it."""

    def evaluate(self, layout: Layout) -> float:
        """That of a layout (units,), in ha."""

    def alike(self, other: Mesh) -> bool:
        """True where both count every layout of the same units alike."""


@dataclass(frozen=True, eq=False)
class NetworkGoal:
    """``weight`` (tCO2e/yr per ha of functional mesh, >= 0) and what every limit asks for (ha), in the order
    of the study."""

    mesh: Mesh
    weight: float = 0.0
    limits: tuple[float, ...] = ()

    @property
    def least_ha(self) -> float:
        """The functional mesh that a layout has at the least."""
        return max(self.limits, default=-np.inf)

    def worth(self, layout: Layout) -> float:
        """What the network of a layout takes off the objective, in tCO2e/yr."""
        return self.weight * self.mesh.evaluate(layout) if self.weight else 0.0

    def reached(self, mesh_ha: float) -> bool:
        """True where so much functional mesh is what the limits ask for."""
        return mesh_ha >= self.least_ha - MISSED * abs(self.least_ha)

    def holds(self, layout: Layout) -> bool:
        """True where a layout has what the limits ask for."""
        return not self.limits or self.reached(self.mesh.evaluate(layout))

    def same_worth(self, other: NetworkGoal) -> bool:
        """True where both value every layout of the same units alike."""
        return self.weight == other.weight and (self.weight == 0 or self.mesh.alike(other.mesh))

    def implies(self, other: NetworkGoal) -> bool:
        """True where every layout that keeps these limits keeps the other's as well."""
        if not other.limits:
            return True
        return self.least_ha >= other.least_ha and self.mesh.alike(other.mesh)


def alike(one: NetworkGoal | None, other: NetworkGoal | None) -> bool:
    """True where two studies of the same units ask the same of their network."""
    if one is None or other is None:
        return one is other
    return one.same_worth(other) and one.limits == other.limits and one.mesh.alike(other.mesh)


@dataclass(frozen=True)
class NetworkFound:
    """What a solve found of the network, beside its layout.

    ``today_ha``, ``plan_ha`` and ``ceiling_ha`` are the functional mesh of today's land, of the plan (of the
    one that came nearest, where none reached what a limit asks), and what none exceeds, in ha; ``most_ha``
    the area that a network has at the most (inf: not bounded). ``rounds`` has the functional mesh of every
    round; ``price`` is by how much the problem's own objective is worse than in the plan found without one,
    in tCO2e/yr.
    """

    today_ha: float
    plan_ha: float
    ceiling_ha: float
    most_ha: float
    rounds: tuple[float, ...] = ()
    price: float | None = None
