"""Ready policies: rules and targets of a known case as tables of a study, with their parameters and sources.

A policy is a TOML file of ``data/policies``: ``[policy]`` says whose it is, what it claims and what it leaves
out; ``[parameters.NAME]`` has what may be set, with its range and source; all else are tables of the study
file in which ``$NAME`` stands for a parameter.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any, Literal

from pydantic import Field

from instances.study.basics import Number, Table, Text
from instances.study.tables import table_text

Value = bool | float | str | tuple[str, ...]
"""What a parameter may be set to: a number, a name, or several names."""
FOLDER = "policies"
NAMED = re.compile(r"\$([a-z][a-z0-9_]*)")
"""A parameter where it stands in a table."""


class PolicyHead(Table):
    """What a policy is: its names, its claims and what of it is no land, its source, and how sure it is."""

    name_en: Text
    name_zh: Text
    claims_en: Text
    claims_zh: Text
    leaves_en: Text
    leaves_zh: Text
    source_en: Text
    source_zh: Text
    confidence: Literal["high", "medium", "low"]
    year: int


class Parameter(Table):
    """Something of a policy that a study may set: a number within a range, or a name.

    ``value`` is None where a study has to say it.
    """

    kind: Literal["number", "districts", "district", "layer", "indicator", "classes"] = "number"
    value: Value | None = None
    unit: str = ""
    low: Number | None = None
    high: Number | None = None
    name_en: Text
    name_zh: Text
    source_en: str = ""
    source_zh: str = ""

    def told(self, lang: str) -> str:
        """Its name for readers."""
        return _in(self, "name", lang)

    def source(self, lang: str) -> str:
        """Where its value comes from, for readers; empty for names of parts of the study."""
        return _in(self, "source", lang)

    def fits(self, value: Any) -> bool:
        """Whether a value is of its kind: a number for numbers, names for all else."""
        if self.kind == "number":
            return isinstance(value, int | float) and not isinstance(value, bool)
        if self.kind == "classes":
            return isinstance(value, list | tuple) and all(isinstance(each, str) for each in value)
        return isinstance(value, str)


class Policy(Table):
    """A policy: what it is, its parameters by name, and its tables with ``$NAME`` for parameters."""

    name: str
    head: PolicyHead
    parameters: dict[str, Parameter] = Field(default={})
    tables: dict[str, Any] = Field(default={})
    text: str = ""
    """Its tables as a study would write them."""

    def title(self, lang: str) -> str:
        """Its name for readers."""
        return _in(self.head, "name", lang)

    def claims(self, lang: str) -> str:
        """What it asks of land, for readers."""
        return _in(self.head, "claims", lang)

    def leaves(self, lang: str) -> str:
        """What of the case it leaves out, for readers."""
        return _in(self.head, "leaves", lang)

    def source(self, lang: str) -> str:
        """Where it comes from, for readers."""
        return _in(self.head, "source", lang)

    def values(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """Every parameter with its value: the one given, else the policy's own; None where neither is."""
        return {name: given.get(name, parameter.value) for name, parameter in self.parameters.items()}

    def filled(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """Its tables with the values of its parameters in their places."""
        found: dict[str, Any] = _filled(self.tables, self.values(given))
        return found


def policy_names() -> tuple[str, ...]:
    """Names of the policies, in alphabetical order."""
    entries = files("instances").joinpath("data", FOLDER).iterdir()
    return tuple(
        sorted(entry.name.removesuffix(".toml") for entry in entries if entry.name.endswith(".toml"))
    )


def is_own(name: str) -> bool:
    """Whether a policy is a file of the user's own, not one of the project's."""
    return name.lower().endswith(".toml")


def own_policy(text: str, name: str) -> Policy:
    """A policy of the user's own, written as the project's are; what it says of itself may be in one
    language, and only its name and year are asked for. ``ValueError`` where it is none."""
    tree = tomllib.loads(text)
    head, parameters = tree.pop("policy", None), tree.pop("parameters", {})
    if not isinstance(head, Mapping):
        raise ValueError("[policy]")
    told = dict(head)
    for key in ("name", "claims", "leaves", "source"):
        texts = [told.pop(key, None), told.get(f"{key}_en"), told.get(f"{key}_zh")]
        known = next((each for each in texts if each is not None), None if key == "name" else "–")
        told |= {f"{key}_{lang}": told.get(f"{key}_{lang}", known) for lang in ("en", "zh")}
    found = {"confidence": "low", **told}
    named = {
        key: _both(one) if isinstance(one, Mapping) else one
        for key, one in (parameters.items() if isinstance(parameters, Mapping) else ())
    }
    return Policy.model_validate(
        {"name": name, "head": found, "parameters": named, "tables": tree, "text": _tables_of(text)}
    )


def _both(parameter: Mapping[str, Any]) -> dict[str, Any]:
    """A parameter of a user's own with its texts for both languages."""
    told = dict(parameter)
    for key in ("name", "source"):
        known = told.pop(key, told.get(f"{key}_en", told.get(f"{key}_zh")))
        if known is not None:
            told |= {f"{key}_{lang}": told.get(f"{key}_{lang}", known) for lang in ("en", "zh")}
    return told


@cache
def policy(name: str) -> Policy:
    """A policy by its name; ``KeyError`` for a name that no policy has."""
    if name not in policy_names():
        raise KeyError(name)
    text = table_text(f"{FOLDER}/{name}.toml")
    tree = tomllib.loads(text)
    head, parameters = tree.pop("policy"), tree.pop("parameters", {})
    return Policy(name=name, head=head, parameters=parameters, tables=tree, text=_tables_of(text))


def _in(table: Table, key: str, lang: str) -> str:
    """A text of a table in a language."""
    text: str = getattr(table, f"{key}_{lang}")
    return text


def _tables_of(text: str) -> str:
    """The text of a policy from the first table on that is one of the study file."""
    own = re.compile(r"^\[\[?(?!policy\]|parameters\.)", re.MULTILINE).search(text)
    return "" if own is None else text[own.start() :]


def _filled(part: Any, values: Mapping[str, Any]) -> Any:
    """A part of a policy's tables with parameters in their places, in keys as well."""
    if isinstance(part, Mapping):
        return {_filled(key, values): _filled(inner, values) for key, inner in part.items()}
    if isinstance(part, list):
        # a list of classes within a list of classes is one list
        inner = [_filled(each, values) for each in part]
        return [one for each in inner for one in (each if isinstance(each, list) else [each])]
    if not isinstance(part, str):
        return part
    alone = NAMED.fullmatch(part)
    if alone is not None:
        value = values[alone[1]]
        return list(value) if isinstance(value, tuple) else value
    return NAMED.sub(lambda found: _plain(values[found[1]]), part)


def _plain(value: Any) -> str:
    """A value inside a text of a study."""
    return f"{value:.15g}" if isinstance(value, int | float) else str(value)
