"""What tables of the study file are made of: sorts of values, names for readers, tables and sources."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Discriminator, Field, StringConstraints, Tag

LARGEST = 1e15
"""No amount of a study is larger: the Earth has 5.1e10 ha and emits 6e10 tCO2e/yr."""
WIDEST_M = 1e6
"""Metres: no buffer of a red line and no corridor is wider."""
UNIT = "unit"


def _number(value: Any) -> Any:
    """A value as it is, unless it is true or false, which are no numbers in a study."""
    if isinstance(value, bool):
        raise ValueError("truth")
    return value


def _amount(value: Any) -> Any:
    """An amount as it is written; a text is read when its indicator is known."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise ValueError("amount")
    if not isinstance(value, str) and not abs(value) <= LARGEST:
        raise ValueError("amount_range")
    return value


def _code(value: Any) -> Any:
    """A code of the data: a whole number, or text."""
    if isinstance(value, bool) or not isinstance(value, int | str):
        raise ValueError("code")
    return value


def how_many(value: Any) -> str:
    """Which form of a key is written that takes one text or several. Where a checker's error lies is told
    without parts that begin with ``function-``."""
    return "function-several" if isinstance(value, list | tuple | Mapping) else "function-one"


Number = Annotated[float, BeforeValidator(_number)]
Whole = Annotated[int, BeforeValidator(_number)]
Year = Annotated[Whole, Field(ge=1900, le=2200)]
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=1000)]
ClassName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
Code = Annotated[int | str, BeforeValidator(_code, json_schema_input_type=int | str)]
Amount = Annotated[float | str, BeforeValidator(_amount, json_schema_input_type=float | str)]
"""A number in the indicator's unit, or text such as "95%": see ``formulations.core.amounts``."""
Label = Annotated[
    Annotated[dict[Literal["en", "zh"], Text], Tag("function-several")]
    | Annotated[Text, Tag("function-one")],
    Discriminator(how_many),
]
"""A name for readers: one text for every language, or one for each."""
Weight = Annotated[Number, Field(ge=0, le=LARGEST)]


class Table(BaseModel):
    """A table of the study file: frozen, closed to unknown keys, its numbers finite."""

    model_config = ConfigDict(frozen=True, extra="forbid", validate_default=True, allow_inf_nan=False)


class Source(Table):
    """A file, and where inside it the data lie."""

    path: str = Field(examples=["data/area.gpkg"])
    layer: str | None = Field(None, examples=["townships"])
    crs: str | None = Field(None, examples=["EPSG:4547"])


DEGREES = "\N{DEGREE SIGN}"
"""Unit of slopes that are computed."""


def as_path(value: Any) -> Any:
    """A source that is text is its path; a layer that is computed of another has a unit of its own."""
    if isinstance(value, Mapping) and "from" in value:
        return {UNIT: DEGREES, **value}
    return {"path": value} if isinstance(value, str) else value
