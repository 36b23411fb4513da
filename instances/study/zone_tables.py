"""Tables of the study file that say where something holds: red lines, and land that stays whole."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator, Discriminator, Field, Tag, model_validator

from instances.study.basics import (
    LARGEST,
    UNIT,
    WIDEST_M,
    ClassName,
    Label,
    Number,
    Source,
    Table,
    Whole,
    as_path,
    how_many,
)


class RedLineSource(Source):
    """One of several files of a red line, or one of several layers of a file."""

    band: Whole = Field(1, ge=1, le=65_535, examples=[2])


OneOrMoreFiles = Annotated[
    Annotated[
        tuple[
            Annotated[RedLineSource, BeforeValidator(as_path, json_schema_input_type=RedLineSource | str)],
            ...,
        ],
        Tag("function-several"),
    ]
    | Annotated[str, Tag("function-one")],
    Discriminator(how_many),
]
OneOrMoreLayers = Annotated[
    Annotated[tuple[str, ...], Tag("function-several")] | Annotated[str, Tag("function-one")],
    Discriminator(how_many),
]


class ZoneTable(Table):
    """Where something holds: files of polygons, lines, points or cells, or an expression over layers."""

    label: Label | None = Field(None, examples=["Permanent basic farmland"])
    path: OneOrMoreFiles | None = Field(None, examples=["redlines.gpkg"])
    layer: OneOrMoreLayers | None = Field(None, examples=["farmland"])
    band: Whole = Field(1, ge=1, le=65_535, examples=[2])
    crs: str | None = Field(None, examples=["EPSG:4547"])
    where: str | None = Field(None, examples=["slope > 25"])
    buffer_m: Number = Field(0.0, ge=-WIDEST_M, le=WIDEST_M, examples=[50], json_schema_extra={UNIT: "m"})
    share: Number = Field(0.5, gt=0, le=1, examples=[0.9])
    enabled: bool = Field(True, examples=[False])

    @property
    def sources(self) -> tuple[RedLineSource, ...]:
        """Every file and layer where it lies, each once, in the order of the study; what a file does not say
        of itself holds as the table says it."""
        files = (RedLineSource(path=self.path),) if isinstance(self.path, str) else self.path or ()
        layers = self.layer if isinstance(self.layer, tuple) else (self.layer,)
        every = (
            RedLineSource(
                path=file.path,
                layer=layer,
                crs=self.crs if file.crs is None else file.crs,
                band=file.band if "band" in file.model_fields_set else self.band,
            )
            for file in files
            for layer in (layers if file.layer is None else (file.layer,))
        )
        return tuple(dict.fromkeys(every))


class RedLineTable(ZoneTable):
    """A spatial rule: where it holds (a file, or an expression over layers) and what it says.

    ``keep``: units of these classes stay what they are inside. ``allow``: inside, only these classes.
    ``forbid``: inside, none of these. ``only_inside``: new land of these classes only inside.
    """

    keep: tuple[ClassName, ...] = Field((), examples=[["cropland", "paddy"]])
    allow: tuple[ClassName, ...] | None = Field(None, examples=[["forest", "water"]])
    forbid: tuple[ClassName, ...] = Field((), examples=[["cropland"]])
    only_inside: tuple[ClassName, ...] = Field((), examples=[["urban"]])
    existing: Literal["keep", "convert"] = Field("keep", examples=["convert"])

    @model_validator(mode="after")
    def _whole(self) -> RedLineTable:
        if not self.enabled:
            return self
        if bool(self.path) == (self.where is not None):
            raise ValueError("line_source")
        if not (self.keep or self.allow is not None or self.forbid or self.only_inside):
            raise ValueError("line_rule")
        return self


class NamedLineSource(Source):
    """Rivers or roads whose names stand on the pages of the map series."""

    name: str = Field("", examples=["NAME"])
    kind: Literal["water", "road"] = Field("water", examples=["road"])


class WholeTable(ZoneTable):
    """Land that stays whole: every piece of today's land of a class stays or goes as one."""

    label: Label | None = Field(None, examples=["Villages"])
    path: OneOrMoreFiles | None = Field(None, examples=["sites.gpkg"])
    layer: OneOrMoreLayers | None = Field(None, examples=["parks"])
    where: str | None = Field(None, examples=["town_distance > 3"])
    classes: tuple[ClassName, ...] = Field(min_length=1, examples=[["rural_residential"]])
    most_ha: Number | None = Field(None, gt=0, le=LARGEST, examples=[40], json_schema_extra={UNIT: "ha"})

    @model_validator(mode="after")
    def _whole(self) -> WholeTable:
        if self.enabled and self.path and self.where is not None:
            raise ValueError("whole_source")
        return self
