"""The JSON schema of the study file, as editors use it."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from instances.study.json_schema import study_schema
from tests.support import small_study

STUDIES = sorted((Path(__file__).resolve().parents[3] / "instances" / "studies").glob("*.toml"))
SCHEMA = study_schema()
TYPES = {
    "object": dict, "array": list, "string": str, "boolean": bool, "null": type(None),
    "number": (int, float), "integer": int,
}  # fmt: skip


def faults(value: Any, schema: dict[str, Any], place: str = "") -> Iterator[str]:
    """What a value has against a schema: the part of JSON schema that ours uses."""
    if "$ref" in schema:
        yield from faults(value, SCHEMA["$defs"][schema["$ref"].rpartition("/")[2]], place)
    for choices in (schema.get("anyOf"), schema.get("oneOf")):
        if choices and all(list(faults(value, choice, place)) for choice in choices):
            yield f"{place}: none of {len(choices)}"
    kind = schema.get("type")
    if kind is not None and (
        not isinstance(value, TYPES[kind]) or (kind in ("number", "integer") and value is True)
    ):
        yield f"{place}: no {kind}"
        return
    if "enum" in schema and value not in schema["enum"]:
        yield f"{place}: not among {schema['enum']}"
    if isinstance(value, int | float) and not schema.get("minimum", value) <= value <= schema.get(
        "maximum", value
    ):
        yield f"{place}: out of range"
    if isinstance(value, list) and "items" in schema:
        for number, part in enumerate(value):
            yield from faults(part, schema["items"], f"{place}[{number}]")
    if isinstance(value, dict):
        yield from faults_of_table(value, schema, place)


def faults_of_table(value: dict[str, Any], schema: dict[str, Any], place: str) -> Iterator[str]:
    """What a table has against its schema."""
    yield from (f"{place}.{name}: missing" for name in schema.get("required", ()) if name not in value)
    for name, part in value.items():
        patterns = [each for each in schema.get("patternProperties", {}) if re.search(each, name)]
        if name in schema.get("properties", {}):
            yield from faults(part, schema["properties"][name], f"{place}.{name}")
        elif patterns:
            yield from faults(part, schema["patternProperties"][patterns[0]], f"{place}.{name}")
        elif schema.get("additionalProperties") is False:
            yield f"{place}.{name}: unknown"
        elif isinstance(schema.get("additionalProperties"), dict):
            yield from faults(part, schema["additionalProperties"], f"{place}.{name}")


@pytest.mark.parametrize("path", STUDIES, ids=lambda path: path.stem)
def test_the_studies_of_the_project_keep_to_the_schema(path: Path) -> None:
    """No editor underlines a line of a study that runs, its scenarios included."""
    assert list(faults(tomllib.loads(path.read_text(encoding="utf-8")), SCHEMA)) == []


@pytest.mark.parametrize(
    ("changed", "fault"),
    [
        ({"titel": "x"}, ".titel: unknown"),
        ({"landcover": {"scheme": "CLCD"}}, ".landcover.path: missing"),
        ({"solver": {"threads": 0}}, ".solver.threads"),
        ({"redlines": {"a": {"kep": []}}}, ".redlines.a.kep: unknown"),
        ({"scenarios": {"s": {"redlines": {"a": {"kep": []}}}}}, ".scenarios.s.redlines.a.kep: unknown"),
    ],
)
def test_slips_are_underlined(changed: dict[str, Any], fault: str) -> None:
    """Unknown keys, missing paths and numbers out of range are seen, in scenarios too."""
    assert list(faults(small_study.tree(), SCHEMA)) == []
    assert any(found.startswith(fault) for found in faults({**small_study.tree(), **changed}, SCHEMA))


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_key_is_explained_and_every_reference_leads_somewhere(lang: str) -> None:
    """What an editor shows of a key is the catalogue's sentence, in the language asked for."""
    found = study_schema(lang)
    for table in (found, *found["$defs"].values()):
        for name, key in table["properties"].items():
            assert key.get("description"), name
    text = repr(found)
    assert ("现状地类" in text) == (lang == "zh")
    for name in re.findall(r"#/\$defs/(\w+)", text):
        assert name in found["$defs"]
