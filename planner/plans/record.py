"""What records of a certificate are made of, and those of rules and models that stand beside the layout."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict


class Record(BaseModel):
    """A part of a certificate: frozen, and closed to fields that it does not have."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class RuleRecord(Record):
    """A rule of the planner's own that the plan keeps, as Pyomo components on the exact model: its name, what
    its docstring says, how many ``constraints`` it has, and by what share of its bound the worst is missed.
    """

    name: str
    says: str
    constraints: int
    missed: float


class LinkRecord(Record):
    """A link of a model with the layout: what a district has of the indicator, and by how much one more unit
    of it would lower the model's objective, in tCO2e/yr."""

    district: str
    value: float
    price: float


class SideRecord(Record):
    """A model beside the layout. ``objective`` is what it adds to the plan's, ``low`` to ``high`` whatever
    its factors are within their ranges; ``bound`` a floor of it beside this layout, ``least`` beside any, in
    tCO2e/yr; ``gap`` the room between objective and bound as a share of the objective. ``linked``: layout and
    model were planned together, not one after the other."""

    kind: Literal["cycle", "services"]
    linked: bool
    objective: float
    bound: float
    least: float
    gap: float
    low: float
    high: float
    links: tuple[LinkRecord, ...]
