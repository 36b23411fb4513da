"""Models beside the layout, as the study file states them: ``[models.NAME]``."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from instances.study.basics import LARGEST, UNIT, WIDEST_M, ClassName, Label, Number, Source, Table

MODEL_FILES = ("supplies", "plants", "services", "measures", "factors")
"""Keys of a model that name tables."""
KINDS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "cycle": (
        ("villages", "supplies"),
        (
            *("land", "plants", "reach_km", "nitrogen_kg_ha", "budget"),
            *("buffer_homes_m", "buffer_homes", "site_classes", "sites", "site_name"),
        ),
    ),
    "services": (("units", "people", "services"), ("site_services", "site_stands", "sites", "site_name")),
    "measures": (("by", "of", "measures"), ("budget", "budgets", "shares")),
}
"""What a model of each kind needs, and what it may say beside what all may."""


class SiteSource(Source):
    """Points, or polygons, where a plant or a service may stand."""


class ModelTable(Table):
    """A model that is linked with the layout: the cycle of production and waste in farm areas, services and
    the ways to them in urbanised ones, or measures that are no land."""

    kind: Literal["cycle", "services", "measures"] = Field(examples=["cycle"])
    label: Label | None = Field(None, examples=["Waste cycle"])
    villages: str | None = Field(None, examples=["villages"])
    land: tuple[ClassName, ...] = Field(("cropland",), min_length=1, examples=[["cropland", "paddy"]])
    supplies: str | None = Field(None, examples=["supplies.csv"])
    sites: SiteSource | None = Field(None, examples=[{"path": "sites.gpkg"}])
    site_name: str | None = Field(None, examples=["MC"])
    plants: str | None = Field(None, examples=["plants.csv"])
    factors: str | None = Field(None, examples=["factors.csv"])
    reach_km: Number = Field(15.0, gt=0, le=1000, examples=[10], json_schema_extra={UNIT: "km"})
    nitrogen_kg_ha: Number = Field(170.0, gt=0, le=10_000, examples=[150], json_schema_extra={UNIT: "kg/ha"})
    budget: Number | None = Field(None, ge=0, le=LARGEST, examples=[40_000])
    buffer_homes_m: Number = Field(0.0, ge=0, le=WIDEST_M, examples=[500], json_schema_extra={UNIT: "m"})
    buffer_homes: Literal["today", "plan"] = Field("today", examples=["plan"])
    site_classes: tuple[ClassName, ...] = Field((), examples=[["transport"]])
    units: str | None = Field(None, examples=["units"])
    people: str | None = Field(None, examples=["population"])
    services: str | None = Field(None, examples=["services.csv"])
    site_services: str | None = Field(None, examples=["service"])
    site_stands: str | None = Field(None, examples=["stands"])
    by: str | None = Field(None, examples=["townships"])
    of: str | None = Field(None, examples=["roofs"])
    measures: str | None = Field(None, examples=["measures.csv"])
    budgets: dict[str, Annotated[Number, Field(ge=0, le=LARGEST)]] = Field(
        {}, examples=[{"buildings": 9_000}]
    )
    shares: dict[str, Annotated[Number, Field(ge=0, le=100)]] = Field({}, examples=[{"power": 34}])
    link: bool = Field(True, examples=[False])

    @property
    def files(self) -> tuple[tuple[str, str], ...]:
        """The tables that the model names: (key, path)."""
        named = {key: getattr(self, key) for key in MODEL_FILES}
        return tuple((key, path) for key, path in named.items() if path is not None)

    @property
    def lacks(self) -> tuple[str, ...]:
        """The keys that a model of its kind needs and that it does not say."""
        return tuple(key for key in KINDS[self.kind][0] if getattr(self, key) is None)

    @property
    def foreign(self) -> tuple[str, ...]:
        """The keys that it says and that belong to models of other kinds alone."""
        of_kind = {kind: {*needed, *more} for kind, (needed, more) in KINDS.items()}
        others = set().union(*of_kind.values()) - of_kind[self.kind]
        return tuple(sorted(others & self.model_fields_set))
