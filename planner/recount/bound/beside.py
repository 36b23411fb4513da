"""The proof of the bound of a layout with its models, gone through again without a solver.

At prices mu of the limits and nu of the links, every layout with every whole solution of its models costs no
less than

    min_x [F - mu I - nu J] + sum of bounds at mu + sum over models of min_s [C + nu e]

The first part is the cut that also proves layouts alone, with the links among the limits at the bound 0; the
others are counted in ``side_floor`` and its neighbours from the prices of the models' rows.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np

from instances.instance import Instance
from instances.materials.cycle import Cycle
from instances.materials.measures import Measures
from instances.materials.models import Model
from instances.materials.services import Services
from instances.units.grid import FloatArray
from planner.plans.plan import Certificate
from planner.recount.bound.floor import Proven
from planner.recount.bound.side_claims import claims_asked
from planner.recount.bound.side_cycle import cycle_floor
from planner.recount.bound.side_floor import Floor, MalformedError, prices
from planner.recount.bound.side_measures import measures_floor
from planner.recount.bound.side_services import services_floor
from planner.recount.figures.possible import extremes
from planner.recount.figures.recount import Counted, Recount
from planner.recount.ledger import Ledger
from words.said import say

FLOORS: Mapping[str, Callable[..., Floor]] = {
    "cycle": cycle_floor,
    "services": services_floor,
    "measures": measures_floor,
}
"""What counts the floor of a model of each kind."""


@dataclass(frozen=True)
class Linked:
    """What the models of a plan add to the proof of its layout: their ``links`` as rows with prices, the sum
    of their floors, and what that is a sum of; ``claimed`` (units, classes) what land that sites ask earns,
    None where they ask none."""

    links: tuple[tuple[Counted, float], ...] = ()
    floor: float = 0.0
    size: float = 0.0
    claimed: FloatArray | None = None

    def under(self, proven: Proven) -> Proven:
        """What is proven of a layout's part with the models' floors."""
        return replace(proven, floor=proven.floor + self.floor, size=proven.size + self.size)


def linked(certificate: Certificate, count: Recount, ledger: Ledger) -> Linked | None:
    """The models' part of the proof, nothing where there are none; None, with a line in the ledger, where the
    certificate holds no prices of it, or wrong ones."""
    links: list[tuple[Counted, float]] = []
    total, size = 0.0, 0.0
    claimed: FloatArray | None = None
    for name, model in count.instance.models.items():
        side = (certificate.side or {}).get(name)
        if side is None or side.proof is None:
            ledger.note("runs_proof.no_prices")
            return None
        try:
            claims = claims_asked(model, count.instance)
            every = len(model.districts) + sum(len(one.area) for one in claims)
            nu, *asked = np.split(
                prices({"links": side.proof.links}, "links", every),
                np.cumsum([len(model.districts), *(len(one.area) for one in claims)])[:-1],
            )
            also = (tuple(zip(claims, asked, strict=True)),) if claims else ()
            floor = FLOORS[model.table.kind](model, *_range(count, model), nu, side.proof.rows, *also)
        except MalformedError as wrong:
            told = say("runs_proof.as_many_as_rows")
            ledger.differ(f"side.{name}.proof", str(wrong), told, by="the certificate")
            return None
        links += _links(count, model, nu)
        for one, price in zip(claims, asked, strict=True):
            earned = one.earned(price)
            claimed = earned if claimed is None else claimed + earned
        total, size = total + floor.safe, size + floor.size
    return Linked(tuple(links), total, size, claimed)


def _seen(instance: Instance, model: Model) -> tuple[tuple[str, ...], str]:
    """The indicators that a model's link adds up, and the name of its division."""
    if isinstance(model, Cycle):
        names = np.array(instance.classes.names)[model.land].tolist()
        return tuple(f"area.{name}" for name in names), model.table.villages or ""
    if isinstance(model, Services):
        return (model.people,), model.table.units or ""
    assert isinstance(model, Measures)
    return (model.of,), model.table.by or ""


def _range(count: Recount, model: Model) -> tuple[FloatArray, FloatArray]:
    """(districts,) the least and the most that a model's links may have, by what every unit may be."""
    names, _ = _seen(count.instance, model)
    member, districts = model.districts.member.astype(np.int64), len(model.districts)
    low, high = np.zeros(districts), np.zeros(districts)
    if len(names) == 1:
        return extremes(count, count.indicators()[names[0]], member, districts, names[0])
    allowed = count.instance.kinds.allowed[count.instance.kinds.of]
    counts = np.isin([f"area.{name}" for name in count.instance.classes.names], names)
    area, inside = count.instance.grid.area_ha, member >= 0
    for may, total in ((~allowed[:, ~counts].any(axis=1), low), (allowed[:, counts].any(axis=1), high)):
        total += np.bincount(member[inside], weights=np.where(may, area, 0.0)[inside], minlength=districts)
    return low, high


def _links(count: Recount, model: Model, price: FloatArray) -> list[tuple[Counted, float]]:
    """The links of a model as rows at the bound 0, with their prices."""
    names, by = _seen(count.instance, model)
    found = []
    for name in names:
        values = count.indicators()[name].by(model.districts.member, len(model.districts))
        found += [
            (
                Counted(name, model.districts.names[d], by, 0.0, 0.0, float(values[d]), -1, int(d)),
                float(price[d]),
            )
            for d in np.flatnonzero(price)
        ]
    return found
