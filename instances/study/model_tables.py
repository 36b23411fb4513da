"""Models beside the layout, as the study file states them: ``[models.NAME]``."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal

from pydantic import Discriminator, Field, Tag, field_validator, model_validator

from instances.study.basics import (
    LARGEST,
    UNIT,
    WIDEST_M,
    ClassName,
    Label,
    Number,
    Source,
    Table,
    Text,
    Year,
)

MODEL_FILES = ("supplies", "plants", "services", "measures", "factors", "budget", "homes")
"""Keys of a model that name tables, where they hold text that is no word."""
ON_TIME = "on time"
"""Land for homes as fast as the years pass: a word, no file."""
SCHEDULE = "schedule"
"""The kind that is no part of the layout's problem: the order of the plan's changes, found after it."""
MOST_YEARS, FIRST_AND_LAST = 60, 2
"""Years of an order, at most, and how many of them are named."""
KINDS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "cycle": (
        ("villages", "supplies"),
        (
            *("land", "plants", "reach_km", "nitrogen_kg_ha", "budget"),
            *("buffer_homes_m", "buffer_homes", "site_classes", "sites", "site_name"),
        ),
    ),
    "services": (
        ("units", "people", "services"),
        ("site_services", "site_stands", "site_classes", "sites", "site_name"),
    ),
    "measures": (("by", "of", "measures"), ("budget", "budgets", "shares")),
    "schedule": (
        ("years",),
        (
            *("cost", "budget", "area_per_year", "by", "area_per_district", "homes", "homes_of", "cropland"),
            *("cropland_of", "gap"),
        ),
    ),
}
"""What a model of each kind needs, and what it may say beside what all may."""


def _budget(value: Any) -> str:
    """Which form of a budget is written, as ``how_many``."""
    return "function-table" if isinstance(value, str) else "function-number"


Budget = Annotated[
    Annotated[Number, Field(ge=0, le=LARGEST), Tag("function-number")]
    | Annotated[Text, Tag("function-table")],
    Discriminator(_budget),
]
"""One figure, or a CSV of one for each year."""


class SiteSource(Source):
    """Points, or polygons, where a plant or a service may stand."""


class ModelTable(Table):
    """A model that is linked with the layout: the cycle of production and waste in farm areas, services and
    the ways to them in urbanised ones, or measures that are no land; or the order of the changes, found after
    the layout."""

    kind: Literal["cycle", "services", "measures", "schedule"] = Field(examples=["cycle"])
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
    budget: Budget | None = Field(None, examples=[40_000])
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
    years: tuple[Year, Year] | None = Field(None, examples=[[2026, 2035]])
    cost: str | None = Field(None, examples=["conversion_cost"])
    area_per_year: Number | None = Field(
        None, gt=0, le=LARGEST, examples=[800], json_schema_extra={UNIT: "ha"}
    )
    area_per_district: Number | None = Field(
        None, gt=0, le=LARGEST, examples=[60], json_schema_extra={UNIT: "ha"}
    )
    homes: Text | None = Field(None, examples=[ON_TIME, "homes.csv"])
    homes_of: tuple[ClassName, ...] = Field(("any_built",), min_length=1, examples=[["urban_residential"]])
    cropland: Literal["never short", "pro rata"] | None = Field(None, examples=["never short"])
    cropland_of: tuple[ClassName, ...] = Field(("cropland",), min_length=1, examples=[["cropland", "paddy"]])
    gap: Number = Field(0.0005, gt=0, lt=1, examples=[0.001])

    @field_validator("years", mode="before")
    @classmethod
    def _two(cls, given: Any) -> Any:
        if isinstance(given, list | tuple) and len(given) != FIRST_AND_LAST:
            raise ValueError(f"order_two_years|{len(given)}")
        return given

    @field_validator("gap", mode="before")
    @classmethod
    def _some_gap(cls, given: Any) -> Any:
        if not isinstance(given, bool) and given == 0:
            raise ValueError("order_gap")
        return given

    @field_validator("homes", mode="after")
    @classmethod
    def _a_word_or_a_file(cls, given: str | None) -> str | None:
        if given is not None and given != ON_TIME and re.sub("[^a-z]", "", given.lower()) == "ontime":
            raise ValueError("order_homes")
        return given

    @model_validator(mode="after")
    def _whole(self) -> ModelTable:
        if self.years is not None and not 0 <= self.years[1] - self.years[0] < MOST_YEARS:
            raise ValueError("order_years")
        if isinstance(self.budget, str) and self.kind != SCHEDULE:
            raise ValueError("order_budget")
        return self

    @property
    def files(self) -> tuple[tuple[str, str], ...]:
        """The tables that the model names: (key, path)."""
        named = {key: getattr(self, key) for key in MODEL_FILES}
        return tuple((key, path) for key, path in named.items() if isinstance(path, str) and path != ON_TIME)

    @property
    def beside(self) -> Literal["cycle", "services", "measures"]:
        """The kind of a model that is a part of the layout's problem; ``ValueError`` of another."""
        if self.kind == "schedule":
            raise ValueError("the order of the changes stands beside no layout")
        return self.kind

    @property
    def money(self) -> float | None:
        """The budget where it is one figure."""
        return None if isinstance(self.budget, str) else self.budget

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
