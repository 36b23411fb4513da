"""The keys of a study file, walked in the typed tree: what each takes, its range, what it says to readers."""

from __future__ import annotations

import re
import types
import typing
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Any, Literal, NamedTuple

from pydantic import BaseModel, BeforeValidator, Discriminator
from pydantic.fields import FieldInfo

from instances.study.indicator_tables import PerClass, SumOf
from instances.study.schema import UNIT, Amount, Label, OneOrMoreFiles, OneOrMoreLayers, PolicyEntry, Study
from words.catalogue import texts
from words.said import Said, say

Model = type[BaseModel]
NAMES = "NAME"
"""Stands for a name that the writer of a study chooses."""


class Range(NamedTuple):
    """The numbers that a key takes, ``low`` to ``high``; ``open_low`` and ``open_high`` leave an end out."""

    low: float | None
    high: float | None
    open_low: bool = False
    open_high: bool = False

    @property
    def told(self) -> Said | None:
        """The range in words; None where any number will do."""
        if self.low is None or self.high is None:
            return None
        return say("study_ranges.range", **self._ends)

    @property
    def ends(self) -> Said | None:
        """Its two ends in words."""
        return None if self.told is None else say("study_ranges.ends", **self._ends)

    @property
    def _ends(self) -> dict[str, Said]:
        low = "study_ranges.above" if self.open_low else "study_ranges.from"
        high = "study_ranges.below" if self.open_high else "study_ranges.to"
        return {"low": say(low, low=plain(self.low or 0)), "high": say(high, high=plain(self.high or 0))}


@dataclass(frozen=True)
class Key:
    """One key of a table of the study file."""

    model: Model
    name: str
    info: FieldInfo

    @property
    def required(self) -> bool:
        """Whether a table lacks something without it."""
        return self.info.is_required()

    @property
    def unit(self) -> str:
        """The unit of its number; empty where it has none."""
        extra = self.info.json_schema_extra
        return str(extra.get(UNIT, "")) if isinstance(extra, dict) else ""

    @property
    def says(self) -> str:
        """Its key in the catalogue of what keys say: its own, or that of the table it is taken over from."""
        for model in self.model.__mro__:
            if f"study_keys.{snake(model)}_{self.name}" in texts("en"):
                return f"{snake(model)}_{self.name}"
        return f"{snake(self.model)}_{self.name}"

    @property
    def range(self) -> Range | None:
        """The numbers that it takes; None where it takes no number."""
        return range_of(self.info.annotation, self.info.metadata)

    @property
    def choices(self) -> tuple[str, ...]:
        """The words that it takes; empty where any will do."""
        found = bare(self.info.annotation)
        return typing.get_args(found) if typing.get_origin(found) is Literal else ()

    @property
    def tables(self) -> Model | None:
        """The model of the table, or of each of the tables, that it holds; None where it holds none."""
        found = bare(self.info.annotation)
        if typing.get_origin(found) in (dict, tuple):
            found = bare(value_type(found))
        return found if isinstance(found, type) and issubclass(found, BaseModel) else None

    def header(self, before: str) -> str:
        """The heading of its table as the file writes it, below the table ``before``."""
        place = f"{before}.{self.name}" if before else self.name
        origin = typing.get_origin(bare(self.info.annotation))
        if origin is dict:
            return f"[{place}.{NAMES}]"
        return f"[[{place}]]" if origin is tuple else f"[{place}]"


def keys_of(model: Model) -> Iterator[Key]:
    """The keys of a table, in the order of the tree."""
    for name, info in model.model_fields.items():
        yield Key(model, info.alias or name, info)


def tables(model: Model = Study, before: str = "") -> Iterator[tuple[str, Key]]:
    """Every table of the study file by its heading, those that it holds after it."""
    for key in keys_of(model):
        if key.tables is not None:
            header = key.header(before)
            yield header, key
            yield from tables(key.tables, header.strip("[]"))


def _fields(model: Model) -> dict[str, FieldInfo]:
    """The keys of a table as a study writes them."""
    return {info.alias or name: info for name, info in model.model_fields.items()}


def snake(model: Model) -> str:
    """The name of a model in the catalogue: ``red_line`` of ``RedLineTable``."""
    name = re.sub(r"(Table|Source)$", "", model.__name__) or model.__name__
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower()


def model_at(place: list[Any]) -> Model | None:
    """The model of the table at a place such as ``["redlines", "farmland"]``; None where there is none."""
    found: Any = Study
    for part in place:
        if isinstance(found, type) and issubclass(found, BaseModel):
            info = _fields(found).get(str(part))
            if info is None:
                return None
            found = bare(info.annotation)
        else:
            found = bare(value_type(found))
    return found if isinstance(found, type) and issubclass(found, BaseModel) else None


def range_at(place: list[Any]) -> Range | None:
    """The numbers that the key at a place takes."""
    for depth in range(len(place), 0, -1):
        model = model_at(place[: depth - 1])
        info = None if model is None else _fields(model).get(str(place[depth - 1]))
        if info is not None:
            return range_of(info.annotation, info.metadata)
    return None


def range_of(annotation: Any, metadata: typing.Iterable[Any] = ()) -> Range | None:
    """The numbers that a type takes, its own or those of its values; None where it takes none."""
    ends: dict[str, float] = {}
    for part in metadata:
        for end in ("ge", "gt", "le", "lt"):
            limit = getattr(part, end, None)
            if limit is not None:
                ends[end] = float(limit)
    if ends:
        low, high = ends.get("ge", ends.get("gt")), ends.get("le", ends.get("lt"))
        return Range(low, high, "gt" in ends, "lt" in ends)
    if typing.get_origin(annotation) is Annotated:
        kind, *inner = typing.get_args(annotation)
        further = [each for part in inner for each in getattr(part, "metadata", [part])]
        return range_of(kind, further)
    for part in typing.get_args(annotation):
        found = range_of(part)
        if found is not None:
            return found
    return None


def bare(annotation: Any) -> Any:
    """An annotation without ``Annotated`` and ``| None``."""
    while typing.get_origin(annotation) is Annotated:
        annotation = typing.get_args(annotation)[0]
    if typing.get_origin(annotation) in (typing.Union, types.UnionType):
        rest = [part for part in typing.get_args(annotation) if part is not type(None)]
        return bare(rest[0]) if len(rest) == 1 else annotation
    return annotation


def value_type(annotation: Any) -> Any:
    """The type of the values of ``dict[str, T]`` or ``tuple[T, ...]``; None of anything else."""
    arguments = typing.get_args(annotation)
    if typing.get_origin(annotation) is dict:
        return arguments[1]
    return arguments[0] if typing.get_origin(annotation) is tuple else None


def kind_of(annotation: Any) -> Said:
    """What a key takes, in words."""
    named = _named(annotation)
    if named is not None:
        return say(f"study_kinds.{named}")
    found = bare(annotation)
    origin = typing.get_origin(found)
    if origin is Literal:
        return say("study_kinds.choice", choices=[f"`{choice}`" for choice in typing.get_args(found)])
    if origin is dict and typing.get_args(value_type(found))[-1:] == (Any,):
        return say("study_kinds.overrides")
    if origin is dict:
        return say("study_kinds.table_of", kind=kind_of(value_type(found)))
    if origin is tuple:
        return say("study_kinds.list_of", kind=kind_of(value_type(found)))
    if isinstance(found, type) and issubclass(found, BaseModel):
        return say("study_kinds.table")
    if origin in (typing.Union, types.UnionType):
        return say("study_kinds.code")
    plain_kinds = {bool: "truth", int: "whole", float: "number"}
    return say(f"study_kinds.{plain_kinds.get(found, 'text')}")


def _named(annotation: Any) -> str | None:
    """The sort of a type that has a name of its own: an amount, a class, a label, one or more files."""
    named = {
        "amount": Amount,
        "label": Label,
        "files": OneOrMoreFiles,
        "layers": OneOrMoreLayers,
        "sum": SumOf,
        "per_class": PerClass,
        "policy": PolicyEntry,
    }
    marks = {id(_mark(kind)): name for name, kind in named.items()}
    if typing.get_origin(annotation) in (typing.Union, types.UnionType):
        found = [_named(part) for part in typing.get_args(annotation)]
        return next((name for name in found if name), None)
    for part in typing.get_args(annotation)[1:] if typing.get_origin(annotation) is Annotated else ():
        if id(part) in marks:
            return marks[id(part)]
        if isinstance(part, FieldInfo) and any("[a-z]" in str(each) for each in part.metadata):
            return "class"
    return None


def _mark(annotation: Any) -> Any:
    """The mark that tells a type from others."""
    marks = (BeforeValidator, Discriminator)
    return next(part for part in typing.get_args(annotation) if isinstance(part, marks))


def plain(number: float) -> str:
    """A number as a study writes it: 0.5, 2147483647, 1e15."""
    if number == int(number) and abs(number) < 1e12:
        return str(int(number))
    return f"{number:g}".replace("e+", "e")
