"""The study file as one frozen typed tree: every table and key it may hold, with default, range and example.

What each key says to readers stands in the catalogue (``study_keys``, ``study_tables``): ``keys`` joins them
for the reference, the JSON schema and the sentences about wrong values.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, model_validator

from instances.study.basics import (
    DEGREES,
    LARGEST,
    UNIT,
    WIDEST_M,
    Amount,
    ClassName,
    Code,
    Label,
    Number,
    Source,
    Table,
    Text,
    Weight,
    Whole,
    as_path,
)
from instances.study.district_tables import DistrictSource, PaymentTable, PolicyEntry, Regions
from instances.study.indicator_tables import IndicatorTable, LimitTable
from instances.study.labels import BASE, named
from instances.study.life_cycle_tables import LifeCycleTable
from instances.study.model_tables import SCHEDULE, ModelTable
from instances.study.stage_tables import Stages
from instances.study.zone_tables import (
    NamedLineSource,
    OneOrMoreFiles,
    OneOrMoreLayers,
    RedLineSource,
    RedLineTable,
    WholeTable,
    ZoneTable,
)

__all__ = [
    "BASE", "DEGREES", "LARGEST", "LONGEST_S", "MOST_RESISTANCE", "MOST_THREADS", "UNIT", "WIDEST_M",
    "Amount", "Boundary", "Carbon", "ClassTable", "DistrictSource", "IndicatorTable", "Label", "LandCover",
    "LayerSource", "LifeCycleTable", "LimitTable", "ModelTable", "NamedLineSource", "Network", "Objective",
    "OneOrMoreFiles", "OneOrMoreLayers", "PatchTable", "PaymentTable", "PolicyEntry", "RateTable",
    "RedLineSource", "RedLineTable", "Regions", "Solver", "Source", "Stages", "Study", "Table", "Transitions",
    "WholeTable", "ZoneTable", "named",
]  # fmt: skip

MOST_THREADS = 256
MOST_RESISTANCE = 1e6
"""No land is harder to cross, against the best habitat."""
LONGEST_S = 1e9
"""The longest time limit, some thirty years."""


class LandCover(Source):
    """Today's land cover: a raster of class codes, or parcels with a class field."""

    band: Whole = Field(1, ge=1, le=65_535, examples=[2])
    field: str | None = Field(None, examples=["DLBM"])
    id: str | None = Field(None, examples=["BSM"])
    scheme: str | None = Field(None, examples=["CLCD"])
    classes: dict[str, ClassName] | None = Field(None, examples=[{"1": "cropland", "8": "urban"}])
    new_classes: tuple[ClassName, ...] = Field((), examples=[["wetland"]])
    resolution: Number | None = Field(None, ge=0.01, le=1e6, examples=[300], json_schema_extra={UNIT: "m"})
    nodata: tuple[Code, ...] = Field((), examples=[[0, 255]])
    snap_m: Number = Field(0.5, ge=0, le=1e4, examples=[0.2], json_schema_extra={UNIT: "m"})


class Boundary(Source):
    """The border of the study area: land outside it is no part of the plan."""


class ClassTable(Table):
    """A class of the study's own, or changes to one of the project's table."""

    like: ClassName | None = Field(None, examples=["forest"])
    name_zh: str | None = None
    name_en: str | None = Field(None, examples=["Tea gardens"])
    space: Literal["production", "living", "ecological"] | None = Field(None, examples=["ecological"])
    blue_green: bool | None = Field(None, examples=[True])
    built: bool | None = Field(None, examples=[False])
    colour: str | None = Field(None, pattern=r"^#[0-9a-fA-F]{6}$", examples=["#4c9a2a"])
    floor_ratio: Number | None = Field(None, ge=0, le=100, examples=[1.8])
    native: bool | None = Field(None, examples=[True])


class LayerSource(Source):
    """A raster band or a field of a vector layer, brought onto the grid; or the slope of another layer."""

    path: str = Field("", examples=["slope.tif"])
    derived_from: str | None = Field(None, alias="from", examples=["dem"])
    band: Whole = Field(1, ge=1, le=65_535, examples=[2])
    field: str | None = Field(None, examples=["yield"])
    kind: Literal["number", "category"] = Field("number", examples=["category"])
    resampling: Literal["nearest", "majority", "average"] | None = Field(None, examples=["nearest"])
    unit: str = Field("", examples=["km"])
    label: Label | None = Field(None, examples=["Distance to towns"])
    fill: Number | None = Field(None, ge=-1e30, le=1e30, examples=[0])
    distance: bool = Field(False, examples=[True])

    @model_validator(mode="after")
    def _whole(self) -> LayerSource:
        given = self.model_fields_set
        if (self.derived_from is None) == ("path" not in given):
            raise ValueError("layer_source")
        own = [key for key in ("layer", "crs", "band", "field") if key in given]
        if self.derived_from is not None and own:
            raise ValueError(f"layer_derived|{own[0]}")
        if self.derived_from is not None and self.kind == "category":
            raise ValueError("layer_slope")
        if self.distance and self.kind == "category":
            raise ValueError("distance_of_category")
        return self


class PatchTable(Table):
    """How large new land of some classes is at the least, and how near to today's land of them it lies."""

    label: Label | None = Field(None, examples=["Woods"])
    classes: tuple[ClassName, ...] = Field(min_length=1, examples=[["forest"]])
    min_ha: Number | None = Field(None, gt=0, le=LARGEST, examples=[5], json_schema_extra={UNIT: "ha"})
    kind: Literal["patch", "project"] = Field("patch", examples=["project"])
    within_m: Number | None = Field(None, ge=0, le=WIDEST_M, examples=[500], json_schema_extra={UNIT: "m"})
    enabled: bool = Field(True, examples=[False])

    @model_validator(mode="after")
    def _whole(self) -> PatchTable:
        if self.enabled and self.min_ha is None and self.within_m is None:
            raise ValueError("patch_rule")
        return self


class RateTable(Table):
    """A flow of carbon that differs from place to place: a layer that takes the place of a coefficient."""

    layer: str = Field(examples=["npp"])
    classes: tuple[ClassName, ...] = Field(min_length=1, examples=[["forest"]])
    pool: str = Field(examples=["vegetation"])
    kind: Literal["flux", "standing", "new"] = Field("flux", examples=["standing"])
    unit: str = Field("tC/ha/yr", examples=["tCO2e/ha/yr"])


class Transitions(Table):
    """Which change of class is allowed at all."""

    default: Literal["standard", "any", "none"] = Field("standard", examples=["any"])
    allow: dict[ClassName, tuple[ClassName, ...]] = Field({}, examples=[{"bare": ["forest"]}])
    forbid: dict[ClassName, tuple[ClassName, ...]] = Field({}, examples=[{"forest": ["cropland"]}])
    built_stays: bool = Field(True, examples=[False])


class InventoryTable(Table):
    """The inventory of the area's carbon: amounts by item, of the whole area or by district."""

    path: str = Field(examples=["inventory.xlsx"])
    by: str | None = Field(None, examples=["townships"])


class Carbon(Table):
    """Where carbon coefficients come from and how stock changes are spread over time."""

    coefficients: str = Field("china-default", examples=["coefficients.csv"])
    built_total_tco2e: Number | None = Field(
        None, gt=0, le=LARGEST, examples=[41_000_000], json_schema_extra={UNIT: "tCO2e/yr"}
    )
    energy_tco2e: dict[ClassName, Annotated[Number, Field(ge=0, le=LARGEST)]] = Field(
        {}, examples=[{"industrial_production": 900_000}], json_schema_extra={UNIT: "tCO2e/yr"}
    )
    inventory: InventoryTable | None = None
    new_built_tco2e_ha: Number | None = Field(
        None, ge=0, le=LARGEST, examples=[150], json_schema_extra={UNIT: "tCO2e/ha/yr"}
    )
    lines: Text | None = Field(None, examples=["buildings.csv"])
    demolished: Literal["elsewhere", "housed", "ends"] = Field("elsewhere", examples=["housed"])
    years: Number = Field(20.0, ge=0.01, le=10_000, examples=[30], json_schema_extra={UNIT: "yr"})

    @model_validator(mode="after")
    def _whole(self) -> Carbon:
        if self.built_total_tco2e is not None and self.energy_tco2e:
            raise ValueError("carbon_energy")
        return self

    @property
    def has_energy(self) -> bool:
        """Whether the area's own energy emissions are stated, in all or by class."""
        return self.built_total_tco2e is not None or bool(self.energy_tco2e)


class Objective(Table):
    """Weights of the indicators, in tCO2e/yr per unit of the indicator."""

    minimise: dict[str, Weight] = Field({}, examples=[{"net_emissions": 1.0}])
    maximise: dict[str, Weight] = Field({}, examples=[{"blue_green_compactness": 0.5}])


class Network(Table):
    """How the blue-green network is counted where ``functional_mesh`` has a weight."""

    distance_m: Number = Field(1000.0, gt=0, le=WIDEST_M, examples=[3000], json_schema_extra={UNIT: "m"})
    neighbours: Literal["edges", "corners"] = Field("edges", examples=["corners"])
    resistance: dict[ClassName, Annotated[Number, Field(ge=1, le=MOST_RESISTANCE)]] = Field(
        {}, examples=[{"water": 20}]
    )
    source_ha: Number = Field(0.0, ge=0, le=LARGEST, examples=[20], json_schema_extra={UNIT: "ha"})
    source_classes: tuple[ClassName, ...] = Field((), examples=[["forest", "wetland"]])
    source_where: str | None = Field(None, examples=["elevation > 100"])
    corridor_width_m: Number = Field(0.0, ge=0, le=WIDEST_M, examples=[200], json_schema_extra={UNIT: "m"})


class Solver(Table):
    """How a plan is sought; every key but the seed can be said on the command line instead."""

    gap: Number = Field(0.001, gt=0, lt=1, examples=[0.01])
    room: Number | None = Field(None, ge=0, le=LARGEST, examples=[50], json_schema_extra={UNIT: "tCO2e/yr"})
    time_limit: Number | None = Field(None, gt=0, le=LONGEST_S, examples=[600], json_schema_extra={UNIT: "s"})
    method: Literal["auto", "exact", "decompose"] = Field("auto", examples=["decompose"])
    threads: Whole | None = Field(None, ge=1, le=MOST_THREADS, examples=[2])
    seed: Whole = Field(0, ge=0, le=2**31 - 1, examples=[7])


class Study(Table):
    """One study: what a planner writes in ``study.toml``."""

    title: Text = Field(examples=["Dongguan 2035"])
    label: Label | None = Field(None, examples=["As planned"])
    lang: Literal["zh", "en"] = Field("en", examples=["zh"])
    compiler: str = Field("", examples=["Planning Bureau of Dongguan"])
    marks: tuple[Text, ...] = Field((), examples=[["Draft, for discussion only"]])
    include: tuple[PolicyEntry, ...] = Field(
        (), examples=[["uk-green", {"policy": "chongming", "zones": "islands"}]]
    )
    landcover: LandCover
    boundary: Boundary | None = None
    classes: dict[ClassName, ClassTable] = {}
    species: Text | None = Field(None, examples=["species.csv"])
    districts: dict[str, DistrictSource] = {}
    regions: Regions | None = None
    payments: PaymentTable | None = None
    layers: dict[
        str, Annotated[LayerSource, BeforeValidator(as_path, json_schema_input_type=LayerSource | str)]
    ] = {}
    map_names: dict[str, NamedLineSource] = {}
    redlines: dict[str, RedLineTable] = {}
    patches: dict[str, PatchTable] = {}
    whole: dict[str, WholeTable] = {}
    rates: dict[str, RateTable] = {}
    transitions: Transitions = Transitions()
    carbon: Carbon = Carbon()
    indicators: dict[str, IndicatorTable] = {}
    limits: tuple[LimitTable, ...] = ()
    objective: Objective = Objective(minimise={"net_emissions": 1.0})
    network: Network = Network()
    stages: Stages | None = None
    life_cycle: LifeCycleTable | None = None
    models: dict[str, ModelTable] = {}
    solver: Solver = Solver()
    scenarios: dict[str, dict[str, Any]] = Field({}, examples=[{"strict": {"label": "Strict"}}])

    @model_validator(mode="after")
    def _whole(self) -> Study:
        if BASE in self.scenarios:
            raise ValueError("scenario_base")
        if len({table.kind for table in self.models.values()}) < len(self.models):
            raise ValueError("one_model")
        years = self.life_cycle is not None and self.life_cycle.base_year is not None
        if self.stages is not None and years:
            raise ValueError("life_cycle_stages")
        return self

    @property
    def linked(self) -> dict[str, ModelTable]:
        """The models that are planned together with the layout, or right after it as a part of the objective:
        all but the order of its changes."""
        return {name: table for name, table in self.models.items() if table.kind != SCHEDULE}

    @property
    def scenario_names(self) -> tuple[str, ...]:
        """The base and every alternative, in the order of the file."""
        return (BASE, *self.scenarios)
