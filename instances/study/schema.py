"""The study file as one frozen typed tree: every table and key that it may hold, with its default.

``study_schema`` is the same as a JSON schema, for editors.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

BASE = "base"
"""Name of the scenario that a study describes outside ``[scenarios]``."""

DEGREES = "\N{DEGREE SIGN}"
"""Unit of slopes that are computed."""

ClassName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", description="name of a land class")]
Amount = Annotated[
    float | str, Field(description="a number in the indicator's unit, or \"95%\" of today's value")
]


class Table(BaseModel):
    """A table of the study file: frozen, and closed to unknown keys."""

    model_config = ConfigDict(frozen=True, extra="forbid", validate_default=True)


class Measures(Table):
    """A table whose numbers are measures: finite ones."""

    model_config = ConfigDict(allow_inf_nan=False)


class Source(Measures):
    """A file, and where inside it the data lie."""

    path: str = Field(description="file, relative to the study file")
    layer: str | None = Field(None, description="layer inside the file, where it has several")
    crs: str | None = Field(None, description='CRS as "EPSG:4547", needed only where the file states none')


class LandCover(Source):
    """Today's land cover: a raster of class codes, or parcels with a class field."""

    band: int = Field(1, ge=1, description="raster band")
    field: str | None = Field(None, description="parcels: the field that holds the class code")
    id: str | None = Field(None, description="parcels: the field that identifies a parcel")
    scheme: str | None = Field(None, description='a class scheme of the project, such as "CLCD"')
    classes: dict[str, ClassName] | None = Field(None, description="class code -> land class")
    new_classes: tuple[ClassName, ...] = Field((), description="classes absent today that may be planned")
    resolution: float | None = Field(
        None, gt=0, description="coarsen to this cell size in metres, by majority"
    )
    nodata: tuple[int | str, ...] = Field((), description="further codes that mean no data")
    snap_m: float = Field(0.5, ge=0, description="parcels: borders closer than this many metres are shared")


class ClassTable(Table):
    """A class of the study's own, or changes to one of the project's table."""

    like: ClassName | None = Field(None, description="the class whose coefficients and rules it shares")
    name_zh: str | None = None
    name_en: str | None = None
    space: Literal["production", "living", "ecological"] | None = None
    blue_green: bool | None = None
    built: bool | None = None
    colour: str | None = Field(None, pattern=r"^#[0-9a-fA-F]{6}$", description='"#rrggbb"')


class DistrictSource(Source):
    """Polygons that divide the area; ``name`` is the field with their names."""

    name: str = Field(description="field with the district's name")


class LayerSource(Source):
    """A raster band or a field of a vector layer, brought onto the grid; or the slope of another layer."""

    path: str = Field("", description="file, relative to the study file")
    derived_from: str | None = Field(
        None,
        alias="from",
        description="instead of a file: the layer of heights in metres (DEM) whose slope it is",
    )
    band: int = Field(1, ge=1)
    field: str | None = Field(
        None, description="vector layers: the field with the value; 1 inside where none"
    )
    kind: Literal["number", "category"] = Field("number", description="averaged, or taken by majority")
    resampling: Literal["nearest", "majority", "average"] | None = Field(
        None, description="default: average for numbers, majority for categories"
    )
    unit: str = Field("", description="unit of the values, shown with every figure derived from them")
    fill: float | None = Field(
        None, description="value where the layer has none; without it a gap that is not small is a fault"
    )

    @model_validator(mode="after")
    def _whole(self) -> LayerSource:
        given = self.model_fields_set
        if (self.derived_from is None) == ("path" not in given):
            raise ValueError(
                "says not just one of `path` and `from`|Give one of them: a file, or the layer of heights "
                "whose slope it is"
            )
        own = [key for key in ("layer", "crs", "band", "field") if key in given]
        if self.derived_from is not None and own:
            raise ValueError(f"takes `{own[0]}` from the layer that it is computed of|Remove it here")
        if self.derived_from is not None and self.kind == "category":
            raise ValueError('is a slope, so it is no category|Remove `kind = "category"`')
        return self


def _layer_from_path(value: Any) -> Any:
    if isinstance(value, Mapping) and "from" in value:
        return {"unit": DEGREES, **value}
    return {"path": value} if isinstance(value, str) else value


class RedLineTable(Measures):
    """A spatial rule: where it holds (a file, or an expression over layers) and what it says.

    ``keep``: units of these classes stay what they are inside. ``allow``: inside, only these classes.
    ``forbid``: inside, none of these. ``only_inside``: new land of these classes only inside.
    """

    label: str | None = Field(None, description="name for readers; default: the table's name")
    path: str | None = Field(None, description="polygons, or a raster whose non-zero cells lie inside")
    layer: str | None = None
    band: int = Field(1, ge=1, description="raster band")
    crs: str | None = None
    where: str | None = Field(None, description='expression over [layers], such as "slope > 25"')
    keep: tuple[ClassName, ...] = ()
    allow: tuple[ClassName, ...] | None = None
    forbid: tuple[ClassName, ...] = ()
    only_inside: tuple[ClassName, ...] = ()
    existing: Literal["keep", "convert"] = Field(
        "keep", description="what stands there against the rule today: keep it, or convert it"
    )
    buffer_m: float = Field(0.0, description="widen (or, negative, narrow) the line by this many metres")
    share: float = Field(0.5, gt=0, le=1, description="a unit lies inside when this share of it does")
    enabled: bool = Field(True, description="false leaves the line out (of one scenario, say)")

    @model_validator(mode="after")
    def _whole(self) -> RedLineTable:
        if not self.enabled:
            return self
        if (self.path is None) == (self.where is None):
            raise ValueError(
                "says not just one of `path` and `where`|Give one of them: a file or an expression"
            )
        if not (self.keep or self.allow is not None or self.forbid or self.only_inside):
            raise ValueError("has no rule|Add one of keep, allow, forbid, only_inside")
        return self


class Transitions(Table):
    """Which change of class is allowed at all."""

    default: Literal["standard", "any", "none"] = Field(
        "standard", description="the project's table of lawful changes, every change, or none"
    )
    allow: dict[ClassName, tuple[ClassName, ...]] = Field(
        {}, description="from class -> further classes it may become"
    )
    forbid: dict[ClassName, tuple[ClassName, ...]] = Field(
        {}, description="from class -> classes it may not become"
    )
    built_stays: bool = Field(True, description="built land stays as it is; false frees it")


class Carbon(Measures):
    """Where carbon coefficients come from and how stock changes are spread over time."""

    coefficients: str = Field("china-default", description="a set of the project, or a CSV of the user's own")
    built_total_tco2e: float | None = Field(
        None, gt=0, description="the area's own energy emissions, tCO2e/yr, spread over today's built land"
    )
    years: float = Field(20.0, gt=0, description="years over which a stock change is spread")


class IndicatorTable(Measures):
    """An indicator of the study's own: a layer on land of some classes (sum of area x value), or corridors
    that count when all of their units are blue-green."""

    layer: str | None = Field(None, description="a layer of [layers]")
    classes: tuple[ClassName, ...] = Field((), description="the classes whose land counts")
    unit: str | None = None
    corridors: Source | None = Field(None, description="lines or polygons, each a corridor")
    width_m: float = Field(0.0, ge=0, description="corridors given as lines: their width")
    value: str | None = Field(
        None, description="corridors: field with the worth of each; default its length in km"
    )

    @model_validator(mode="after")
    def _whole(self) -> IndicatorTable:
        if (self.layer is None) == (self.corridors is None):
            raise ValueError("says not just one of `layer` and `corridors`|Give one of them")
        if self.layer is not None and not self.classes:
            raise ValueError("names a layer but no classes|Say on which classes' land the layer counts")
        return self


class LimitTable(Table):
    """Bounds on an indicator, for the whole area or for every district of ``by`` (or just ``district``)."""

    indicator: str
    at_least: Amount | None = None
    at_most: Amount | None = None
    by: str | None = Field(None, description="a table of [districts]: one limit per district")
    district: str | None = Field(None, description="only this district of `by`")

    @model_validator(mode="after")
    def _whole(self) -> LimitTable:
        if self.at_least is None and self.at_most is None:
            raise ValueError("has no bound|Give at_least or at_most")
        if self.district is not None and self.by is None:
            raise ValueError("names a district but no `by`|Say which table of [districts] it belongs to")
        return self

    @property
    def key(self) -> tuple[str, str | None, str | None]:
        """What a scenario's limit must share with a base limit to take its place."""
        return self.indicator, self.by, self.district


class Objective(Table):
    """Weights of the indicators, in tCO2e/yr per unit of the indicator."""

    minimise: dict[str, Annotated[float, Field(ge=0)]] = {}
    maximise: dict[str, Annotated[float, Field(ge=0)]] = {}


class Solver(Measures):
    """How a plan is sought; every key can be said on the command line instead."""

    gap: float = Field(
        0.001, gt=0, lt=1, description="relative gap to the bound at which a plan is good enough"
    )
    time_limit: float | None = Field(None, gt=0, description="seconds")
    method: Literal["auto", "exact", "decompose"] = "auto"
    threads: int | None = Field(None, ge=1)
    seed: int = 0


class Study(Table):
    """One study: what a planner writes in ``study.toml``."""

    title: str
    lang: Literal["zh", "en"] = Field("en", description="language of maps, layer styles and reports")
    marks: tuple[str, ...] = Field((), description="sentences that every use of the plan must show")
    landcover: LandCover
    classes: dict[ClassName, ClassTable] = {}
    districts: dict[str, DistrictSource] = {}
    layers: dict[str, Annotated[LayerSource, BeforeValidator(_layer_from_path)]] = {}
    redlines: dict[str, RedLineTable] = {}
    transitions: Transitions = Transitions()
    carbon: Carbon = Carbon()
    indicators: dict[str, IndicatorTable] = {}
    limits: tuple[LimitTable, ...] = ()
    objective: Objective = Objective(minimise={"net_emissions": 1.0})
    solver: Solver = Solver()
    scenarios: dict[str, dict[str, Any]] = Field(
        {}, description="red-line alternatives: each overrides the tables it names"
    )

    @property
    def scenario_names(self) -> tuple[str, ...]:
        """The base and every alternative, in the order of the file."""
        return (BASE, *self.scenarios)


def study_schema() -> dict[str, Any]:
    """JSON schema of the study file, for editors that complete and check TOML."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **Study.model_json_schema()}
