"""Indicators of the study's own, and limits on any indicator, as the study file states them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import Discriminator, Field, Tag, model_validator

from instances.study.basics import (
    LARGEST,
    UNIT,
    WIDEST_M,
    Amount,
    ClassName,
    Label,
    Number,
    Source,
    Table,
    Text,
    Year,
    how_many,
)


def _sum_of(value: Any) -> str:
    """Which form of ``sum`` is written, as ``how_many``."""
    return "function-weights" if isinstance(value, Mapping) else "function-classes"


Figure = Annotated[Number, Field(ge=-LARGEST, le=LARGEST)]
SumOf = Annotated[
    Annotated[dict[str, Figure], Tag("function-weights")]
    | Annotated[tuple[ClassName, ...], Tag("function-classes")],
    Discriminator(_sum_of),
]
"""Classes whose area counts together, or indicators with their weights."""
PerClass = Annotated[
    Annotated[dict[ClassName, Figure], Tag("function-several")] | Annotated[Text, Tag("function-one")],
    Discriminator(how_many),
]
"""A figure for each class, or a CSV of them."""


class IndicatorTable(Table):
    """An indicator of the study's own, with exactly one of: ``sum`` (the area of several classes, or a
    weighted sum of indicators), ``layer`` (area x value on land of some classes), ``corridors`` (that count
    when all of their units are blue-green), ``per_class`` (a figure a hectare of each class), ``per_change``
    (a figure a hectare of each change of class), ``ratio`` (of two indicators)."""

    sum: SumOf | None = Field(None, examples=[["cropland", "paddy"]])
    by: str | None = Field(None, examples=["regions"])
    district: str | None = Field(None, examples=["ecological"])
    layer: str | None = Field(None, examples=["yield"])
    classes: tuple[ClassName, ...] = Field((), examples=[["cropland"]])
    unit: str | None = Field(None, examples=["t/yr"])
    corridors: Source | None = Field(None, examples=[{"path": "greenways.gpkg"}])
    width_m: Number = Field(0.0, ge=0, le=WIDEST_M, examples=[60], json_schema_extra={UNIT: "m"})
    value: str | None = Field(None, examples=["worth"])
    per_class: PerClass | None = Field(None, examples=[{"urban_residential": 110}])
    per: Literal["ha", "floor"] = Field("ha", examples=["floor"])
    calibrate: Number | None = Field(None, gt=0, le=LARGEST, examples=[402_000])
    per_change: Text | None = Field(None, examples=["costs.csv"])
    ratio: tuple[str, str] | None = Field(None, examples=[["jobs", "workers"]])
    label: Label | None = Field(None, examples=["Fields and paddies"])

    @model_validator(mode="after")
    def _whole(self) -> IndicatorTable:
        forms = (self.sum, self.layer, self.corridors, self.per_class, self.per_change, self.ratio)
        if sum(part is not None for part in forms) != 1:
            raise ValueError("indicator_source")
        if self.layer is not None and not self.classes:
            raise ValueError("indicator_classes")
        if self.sum is not None and not self.sum:
            raise ValueError("indicator_sum")
        if isinstance(self.sum, tuple) and (self.classes or self.unit is not None):
            raise ValueError("indicator_sum_alone")
        if self.per_class is None and (self.calibrate is not None or self.per != "ha"):
            raise ValueError("indicator_calibrate")
        if (self.by is None) != (self.district is None):
            raise ValueError("indicator_district")
        if self.by is not None and not isinstance(self.sum, dict):
            raise ValueError("indicator_part")
        if self.ratio is not None and (self.classes or self.unit is not None):
            raise ValueError("indicator_ratio_alone")
        return self

    @property
    def files(self) -> tuple[tuple[str, str], ...]:
        """(key, path) of the CSV files that it names."""
        found = [("per_class", self.per_class), ("per_change", self.per_change)]
        return tuple((key, path) for key, path in found if isinstance(path, str))


class LimitTable(Table):
    """Bounds on an indicator, for the whole area or for every district of ``by`` (or just ``district``)."""

    indicator: str = Field(examples=["area.cropland"])
    at_least: Amount | None = Field(None, examples=["98%"])
    at_most: Amount | None = Field(None, examples=[1200])
    by: str | None = Field(None, examples=["townships"])
    district: str | None = Field(None, examples=["Dongzhen"])
    caps: Text | None = Field(None, examples=["carbon_plan.csv"])
    where_possible: bool = Field(False, examples=[True])
    year: Year | None = Field(None, examples=[2030])
    every_year: bool = Field(False, examples=[True])
    counts: Literal["land", "stage", "sum"] = Field("land", examples=["stage"])

    @model_validator(mode="after")
    def _whole(self) -> LimitTable:
        if self.at_least is None and self.at_most is None and self.caps is None:
            raise ValueError("limit_bound")
        if self.caps is not None and (
            self.at_most is not None or self.by is None or self.district is not None
        ):
            raise ValueError("limit_caps")
        if self.district is not None and self.by is None:
            raise ValueError("limit_district")
        if self.year is not None and self.every_year:
            raise ValueError("limit_years")
        return self
