"""Divisions of the area as the study file states them: drawn or made districts, and region types; and the
policies that a study includes, most of which count by districts."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Discriminator, Field, Tag, model_validator

from instances.study.basics import UNIT, WIDEST_M, Label, Number, Source, Table, Text, how_many
from instances.study.policies import Value


class DistrictSource(Source):
    """Polygons that divide the area, ``name`` the field with their names; or units that are made."""

    path: str = Field("", examples=["townships.gpkg"])
    name: str = Field("", examples=["XZQMC"])
    names: dict[Literal["en", "zh"], str] = Field({})
    label: Label | None = Field(None, examples=["Townships"])
    make: Literal["grid", "hex"] | None = Field(None, examples=["hex"])
    side_m: Number | None = Field(None, ge=1, le=WIDEST_M, examples=[1000], json_schema_extra={UNIT: "m"})
    inside: dict[str, str] = Field({}, examples=[{"zones": "Old town"}])

    @model_validator(mode="after")
    def _whole(self) -> DistrictSource:
        given = self.model_fields_set
        if (self.make is None) == ("path" not in given):
            raise ValueError("district_source")
        if self.make is None and not self.name:
            raise ValueError("district_name")
        if self.make is not None and self.side_m is None:
            raise ValueError("district_side")
        own = [key for key in ("name", "names", "layer", "crs") if key in given]
        if self.make is not None and own:
            raise ValueError(f"district_made|{own[0]}")
        if self.make is None and (self.side_m is not None or self.inside):
            raise ValueError("district_drawn")
        if len(self.inside) > 1:
            raise ValueError("district_inside")
        return self


class Regions(Table):
    """Which districts of a division are urbanised, agricultural and ecological land."""

    by: str = Field(examples=["townships"])
    urbanised: tuple[Text, ...] = Field((), examples=[["Dongzhen"]])
    agricultural: tuple[Text, ...] = Field((), examples=[["Xizhen"]])
    ecological: tuple[Text, ...] = Field((), examples=[["Beishan"]])


class PaymentTable(Table):
    """Who pays for what changes cost: an indicator of costs, and one by which districts share them."""

    by: str = Field(examples=["townships"])
    cost: str = Field(examples=["works"])
    shared_by: str = Field(examples=["area.urban"])
    counts: Literal["plan", "growth"] = Field("plan", examples=["growth"])


PolicyEntry = Annotated[
    Annotated[dict[str, Value], Tag("function-several")] | Annotated[Text, Tag("function-one")],
    Discriminator(how_many),
]
"""A policy by its name, or with values of its parameters."""
