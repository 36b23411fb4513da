"""The study file as one frozen typed tree.

``load_study`` reads ``study.toml``; unknown keys are refused with the nearest known one, and every
finding is reported at once. Paths are relative to the study file. ``Study.scenario`` overlays one
scenario's tables on the base and checks the result again. ``study_schema`` is the JSON schema for editors.
"""

from __future__ import annotations

import difflib
import re
import tomllib
import types
import typing
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from instances.findings import Findings, StudyError

BASE = "base"
"""Name of the scenario that a study describes outside ``[scenarios]``."""

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
    """A raster band or a field of a vector layer, brought onto the grid."""

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
        None, description="value where the layer has none; without it a gap is a fault"
    )


def _layer_from_path(value: Any) -> Any:
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


class StudyFile:
    """A study file: its folder (for relative paths), its text tree, and its typed scenarios."""

    def __init__(self, path: Path, tree: Mapping[str, Any]) -> None:
        self.path = path
        self.tree = dict(tree)
        self.base = parse_study(self.tree, str(path.name))

    @property
    def folder(self) -> Path:
        """The folder to which the study's paths are relative."""
        return self.path.parent

    @property
    def scenario_names(self) -> tuple[str, ...]:
        """The base and every alternative, in the order of the file."""
        return self.base.scenario_names

    def scenario(self, name: str = BASE) -> Study:
        """The study with one scenario's tables laid over the base; ``StudyError`` for an unknown name."""
        if name == BASE:
            return self.base
        if name not in self.base.scenarios:
            findings = Findings()
            findings.error(
                f"scenario {name}",
                f"the study has no such scenario, only {', '.join(self.scenario_names)}",
                _nearest(name, self.scenario_names) or "Name one of these",
            )
            raise StudyError(findings.errors)
        override = self.base.scenarios[name]
        return parse_study(resolve(self.tree, override), f"scenarios.{name}")

    def resolved(self, name: str = BASE) -> dict[str, Any]:
        """The tree of one scenario, without the others: what a run folder keeps as ``study.toml``."""
        tree = self.tree if name == BASE else resolve(self.tree, self.base.scenarios[name])
        return {key: value for key, value in tree.items() if key != "scenarios"}


def load_study(path: str | Path) -> StudyFile:
    """Read a study file; ``StudyError`` with every finding where it is missing, not TOML, or not a study."""
    path = Path(path)
    findings = Findings()
    text = ""
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        findings.error(
            str(path), "there is no such file", "Check the path, or write one with `sansheng init`"
        )
    except IsADirectoryError:
        findings.error(str(path), "is a folder, not a study file", f"Name the file: {path / 'study.toml'}")
    except UnicodeDecodeError as fault:
        findings.error(str(path), f"is not UTF-8 text (byte {fault.start})", "Save the study file as UTF-8")
    except OSError as fault:
        findings.error(str(path), f"cannot be read ({fault.strerror})", "Check its permissions")
    findings.raise_errors()
    tree: dict[str, Any] = {}
    try:
        tree = tomllib.loads(text)
    except tomllib.TOMLDecodeError as fault:
        findings.error(
            str(path), f"is not TOML: {fault}", "Mend that line; strings need quotes, tables [brackets]"
        )
    findings.raise_errors()
    return StudyFile(path, tree)


def resolve(base: Mapping[str, Any], override: Mapping[str, Any]) -> dict[str, Any]:
    """Lay a scenario's tables over the base: tables merge, values replace; a limit takes the place of the
    base limit on the same indicator and districts, or joins them."""
    merged = dict(base)
    for key, value in override.items():
        if key == "limits" and isinstance(value, list) and isinstance(merged.get(key), list):
            merged[key] = _merge_limits(merged[key], value)
        elif isinstance(value, Mapping) and isinstance(merged.get(key), Mapping):
            merged[key] = resolve(merged[key], value)
        else:
            merged[key] = value
    return merged


def _merge_limits(base: list[Any], override: list[Any]) -> list[Any]:
    def key(limit: Any) -> tuple[Any, ...]:
        return (
            tuple(limit.get(part) for part in ("indicator", "by", "district"))
            if isinstance(limit, Mapping)
            else ()
        )

    replaced = {key(limit) for limit in override}
    return [limit for limit in base if key(limit) not in replaced] + override


def parse_study(tree: Mapping[str, Any], place: str) -> Study:
    """The typed study of a tree; ``StudyError`` with every finding, each at its dotted key."""
    try:
        return Study.model_validate(dict(tree))
    except ValidationError as invalid:
        findings = Findings()
        for error in invalid.errors():
            findings.error(*_sentence(error, place))
        raise StudyError(findings.errors) from None


def study_schema() -> dict[str, Any]:
    """JSON schema of the study file, for editors that complete and check TOML."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **Study.model_json_schema()}


def _sentence(error: Any, place: str) -> tuple[str, str, str]:
    keys = [part for part in error["loc"] if not (isinstance(part, str) and part.startswith("function-"))]
    dotted = ""
    for part in keys:
        dotted += f"[{part}]" if isinstance(part, int) else (f".{part}" if dotted else str(part))
    where = f"{place}: {dotted}" if dotted else place
    kind, message = error["type"], error["msg"]
    if kind == "extra_forbidden":
        known = _known_keys(keys[:-1])
        return where, "unknown key", _nearest(str(keys[-1]), known) or f"Known here: {', '.join(known)}"
    if kind == "missing":
        return where, "is missing", "Add it"
    if kind == "value_error":
        fault, _, remedy = message.removeprefix("Value error, ").partition("|")
        return where, fault, remedy
    given = repr(error.get("input"))
    given = given if len(given) <= 60 else given[:57] + "..."
    if kind == "string_pattern_mismatch" and error["ctx"]["pattern"].startswith("^[a-z]"):
        fault = f"a class is named in lower-case letters, digits and _, but this is {given}"
        return where, fault, "Name it so; [classes] gives it another name for readers (name_zh)"
    for theirs, ours in _PLAIN_WORDS:
        message = re.sub(theirs, ours, message)
    return where, f"{message[0].lower()}{message[1:]}, but it is {given}", "Correct the value"


_PLAIN_WORDS = (
    (r"a valid (tuple|list)", "a list in [brackets]; tables in a list have [[two]]"),
    (r"a valid dictionary( or instance of \w+)?", "a table, such as { path = ... }"),
    (r"a valid string", "text in quotes"),
)
"""What the checker calls things, and what they are in a study file."""


def _known_keys(keys: list[Any]) -> tuple[str, ...]:
    """The keys that the table at a dotted place knows."""
    model: Any = Study
    for part in keys:
        if isinstance(model, type) and issubclass(model, BaseModel):
            if part not in model.model_fields:
                return ()
            model = model.model_fields[part].annotation
        else:
            model = _value_type(model)
        model = _plain(model)
    return tuple(model.model_fields) if isinstance(model, type) and issubclass(model, BaseModel) else ()


def _plain(annotation: Any) -> Any:
    """An annotation without ``Annotated`` and ``| None``."""
    while typing.get_origin(annotation) is Annotated:
        annotation = typing.get_args(annotation)[0]
    if typing.get_origin(annotation) in (typing.Union, types.UnionType):
        rest = [part for part in typing.get_args(annotation) if part is not type(None)]
        return _plain(rest[0]) if rest else annotation
    return annotation


def _value_type(annotation: Any) -> Any:
    """The type of the values of ``dict[str, T]`` or ``tuple[T, ...]``."""
    arguments = typing.get_args(annotation)
    return arguments[1] if typing.get_origin(annotation) is dict else arguments[0]


def _nearest(word: str, known: typing.Iterable[str]) -> str:
    close = difflib.get_close_matches(word, list(known), n=1, cutoff=0.5)
    return f"Did you mean `{close[0]}`?" if close else ""
