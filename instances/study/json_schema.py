"""The study file as a JSON schema, for editors that complete and check TOML."""

from __future__ import annotations

from typing import Any

from instances.study.keys import Model, keys_of, snake, tables
from instances.study.schema import UNIT, RedLineSource, Study
from words.catalogue import texts

DIALECT = "https://json-schema.org/draft/2020-12/schema"
MADE = "Sansheng: keys of study.toml. Written by `sansheng schema`."
"""What tells our schema from any other file of its name."""


BOUNDS = {"ge": "minimum", "gt": "exclusiveMinimum", "le": "maximum", "lt": "exclusiveMaximum"}
"""What bounds are called in a JSON schema."""


def study_schema(lang: str = "en") -> dict[str, Any]:
    """The JSON schema of the study file, its descriptions in a language (zh or en).

    A scenario's tables are those of the study with nothing needed in them.
    """
    tree = _standard(Study.model_json_schema(by_alias=True))
    models: dict[str, Model] = {
        **{one.__name__: one for one in (Study, RedLineSource)},
        **{key.tables.__name__: key.tables for _, key in tables() if key.tables},
    }
    defined: dict[str, Any] = tree.pop("$defs", {})
    for name, model in models.items():
        _describe(tree if model is Study else defined[name], model, lang)
    partial = {f"{name}InScenario": _loosened(found) for name, found in defined.items()}
    scenario = _loosened({key: value for key, value in tree.items() if key != "$defs"})
    scenario["properties"] = {
        key: value for key, value in scenario["properties"].items() if key != "scenarios"
    }
    tree["properties"]["scenarios"]["additionalProperties"] = {"$ref": "#/$defs/Scenario"}
    everything = {**defined, **partial, "Scenario": scenario}
    return {"$schema": DIALECT, "$comment": MADE, **tree, "$defs": everything}


def _describe(found: dict[str, Any], model: Model, lang: str) -> None:
    """Put what a table and its keys say into their part of the schema."""
    words = texts(lang)
    found["description"] = words[f"study_tables.{snake(model)}"]
    for key in keys_of(model):
        entry = found["properties"][key.name]
        entry.pop("title", None)
        said = words[f"study_tables.{snake(key.tables)}"] if key.tables else words[f"study_keys.{key.says}"]
        entry["description"] = f"{said} [{key.unit}]" if key.unit else said


def _standard(found: Any) -> Any:
    """A part of the schema with bounds under their standard names, and without our own marks."""
    if isinstance(found, list):
        return [_standard(part) for part in found]
    if not isinstance(found, dict):
        return found
    number = found.get("type") in ("number", "integer")
    return {
        BOUNDS.get(key, key) if number else key: _standard(value)
        for key, value in found.items()
        if not (key == UNIT and isinstance(value, str))
    }


def _loosened(found: Any) -> Any:
    """A part of the schema in which nothing is needed, and which refers to parts that need nothing."""
    if isinstance(found, list):
        return [_loosened(part) for part in found]
    if not isinstance(found, dict):
        return found
    loose = {
        key: _loosened(value)
        for key, value in found.items()
        if not (key == "required" and isinstance(value, list))
    }
    if isinstance(loose.get("$ref"), str):
        loose["$ref"] = f"{loose['$ref']}InScenario"
    return loose
