"""Models beside the layout, as the study file states them: ``[models.NAME]``."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from instances.study.basics import LARGEST, UNIT, WIDEST_M, ClassName, Label, Number, Source, Table

MODEL_FILES = ("supplies", "plants", "factors")
"""Keys of a model that name tables."""


class SiteSource(Source):
    """Points, or polygons, where a plant may stand."""


class ModelTable(Table):
    """A model that is linked with the layout: the cycle of production and waste in farm areas."""

    kind: Literal["cycle"] = Field(examples=["cycle"])
    label: Label | None = Field(None, examples=["Waste cycle"])
    villages: str = Field(examples=["villages"])
    land: tuple[ClassName, ...] = Field(("cropland",), min_length=1, examples=[["cropland", "paddy"]])
    supplies: str = Field(examples=["supplies.csv"])
    sites: SiteSource = Field(examples=[{"path": "sites.gpkg"}])
    site_name: str | None = Field(None, examples=["MC"])
    plants: str | None = Field(None, examples=["plants.csv"])
    factors: str | None = Field(None, examples=["factors.csv"])
    reach_km: Number = Field(15.0, gt=0, le=1000, examples=[10], json_schema_extra={UNIT: "km"})
    nitrogen_kg_ha: Number = Field(170.0, gt=0, le=10_000, examples=[150], json_schema_extra={UNIT: "kg/ha"})
    budget: Number | None = Field(None, ge=0, le=LARGEST, examples=[40_000])
    buffer_homes_m: Number = Field(0.0, ge=0, le=WIDEST_M, examples=[500], json_schema_extra={UNIT: "m"})
    link: bool = Field(True, examples=[False])

    @property
    def files(self) -> tuple[tuple[str, str], ...]:
        """The tables that the model names: (key, path)."""
        named = {key: getattr(self, key) for key in MODEL_FILES}
        return tuple((key, path) for key, path in named.items() if path is not None)
