"""The reference of the study file, written from its typed tree: every key, class, scheme and indicator."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from instances.carbon.coefficient_csv import set_names
from instances.land.classes import class_table
from instances.land.groups import GROUPS
from instances.land.schemes import get_scheme, scheme_names
from instances.study.keys import Key, Model, keys_of, kind_of, snake, tables
from instances.study.schema import Study
from words.catalogue import Words
from words.said import inside, say

UNITS = {
    "net_emissions": "tCO2e/yr",
    "blue_green_compactness": "km",
    "built_compactness": "km",
    "green_share": "%",
    "changed_area": "ha",
    "blue_green_lost": "ha",
    "functional_mesh": "ha",
    "sources": "tCO2e/yr",
    "sinks": "tCO2e/yr",
    "carbon_balance": "",
    "carbon_stock": "tCO2e",
    "floor_area": "m2",
    "planted": "ha",
    "native_planted": "ha",
}
"""Units of the project's own indicators."""
FORMS = ("number", "unit", "today", "area", "change")
SCENARIO = """```toml
[scenarios.strict]
label = {label}

[scenarios.strict.redlines.ecology]
path = "redlines_strict.gpkg"
```"""


def reference(lang: str) -> str:
    """The page on the study file in a language, as Markdown."""
    words = Words(lang)
    parts = [
        f"# {words.text('study_page.title')}",
        words.text("study_page.intro"),
        words.text("study_page.editors"),
        words.text("study_page.other"),
        f"## {words.text('study_page.top')}",
        words.text("study_tables.study"),
        _keys(Study, words),
    ]
    for header, key in tables():
        assert key.tables is not None
        parts += [f"## `{header}`", words.text(f"study_tables.{snake(key.tables)}"), _keys(key.tables, words)]
    parts += [
        f"## {words.text('study_page.scenarios')}",
        words.text("study_keys.study_scenarios"),
        SCENARIO.format(label=words.text("study_page.label_example")),
        *_amounts(words),
        *_indicators(words),
        *_classes(words),
        *_schemes(words),
        f"## {words.text('study_page.sets')}",
        words.text("study_page.sets_intro", names=words.series(f"`{name}`" for name in set_names())),
        f"*{words.text('study_page.made')}*",
    ]
    return "\n\n".join(parts) + "\n"


def example(key: Key, words: Words) -> str:
    """A key with a value, as a line of the study file; empty for tables, which have a heading instead."""
    told = words.find(f"study_examples.{key.says}")
    if key.tables is not None or told:
        return told or ""
    return f"{key.name} = {toml_value(key.info.examples[0])}" if key.info.examples else ""


def toml_value(value: Any) -> str:
    """A value as TOML writes it, on one line."""
    if isinstance(value, dict):
        inner = ", ".join(f"{name} = {toml_value(each)}" for name, each in value.items())
        return f"{{ {inner} }}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(toml_value(each) for each in value)}]"
    return json.dumps(value, ensure_ascii=False)


def _keys(model: Model, words: Words) -> str:
    """The table of the keys of one table of the study."""
    columns = ("key", "takes", "default", "says", "example")
    rows = [
        (
            f"`{key.name}`",
            _takes(key, words),
            _default(key, words),
            words.text(f"study_keys.{key.says}"),
            _code(example(key, words)),
        )
        for key in keys_of(model)
        if key.tables is None
    ]
    return _table([words.text(f"study_page.{name}") for name in columns], rows)


def _takes(key: Key, words: Words) -> str:
    """What a key takes: its kind, range and unit."""
    told = kind_of(key.info.annotation)
    if key.range is not None and key.range.ends is not None:
        told = say("study_page.in_range", kind=told, ends=key.range.ends)
    if key.unit:
        told = say("study_page.in_unit", kind=told, unit=words.unit(key.unit))
    return inside(told, words.lang).strip()


def _default(key: Key, words: Words) -> str:
    """The value of a key that is not given."""
    if key.required:
        return words.text("study_page.needed")
    found = key.info.default
    empty = found is None or found == "" or found == () or found == {}
    return words.text("study_page.none") if empty else _code(toml_value(found))


def _amounts(words: Words) -> Iterator[str]:
    yield f"## {words.text('study_page.amounts')}"
    yield words.text("study_page.amounts_intro")
    rows = [(words.text(f"study_forms.{name}_form"), words.text(f"study_forms.{name}")) for name in FORMS]
    yield _table([words.text("study_page.form"), words.text("study_page.says")], rows)


def _indicators(words: Words) -> Iterator[str]:
    yield f"## {words.text('study_page.indicators')}"
    yield words.text("study_page.indicators_intro")
    say_of = {name: words.text(f"study_indicators.{name}") for name in UNITS}
    rows = [(f"`{name}`", words.unit(UNITS[name]), told) for name, told in say_of.items()]
    hectares = words.unit("ha")
    rows += [
        ("`area.CLASS`", hectares, words.text("study_indicators.area_class")),
        (
            "`area.production`, `area.living`, `area.ecological`",
            hectares,
            words.text("study_indicators.area_space"),
        ),
        ("`distance.LAYER`", words.text("study_page.distance_unit"), words.text("study_indicators.distance")),
        ("`[indicators.NAME]`", words.text("study_page.own_unit"), words.text("study_indicators.own")),
    ]
    yield _table([words.text(f"study_page.{name}") for name in ("indicator", "unit", "says")], rows)


def _classes(words: Words) -> Iterator[str]:
    yield f"## {words.text('study_page.classes')}"
    yield words.text("study_page.classes_intro")
    marks = {True: words.text("study_page.yes"), False: words.text("study_page.no")}
    rows = [
        (
            f"`{name}`",
            item.label(words.lang),
            words.text(f"land.{item.space}"),
            marks[item.blue_green],
            marks[item.built],
        )
        for name, item in class_table().items()
    ]
    columns = ("class", "name", "space", "blue_green", "built")
    yield _table([words.text(f"study_page.{name}") for name in columns], rows)
    yield words.text("study_page.groups", names=words.series(f"`{name}`" for name in GROUPS))


def _schemes(words: Words) -> Iterator[str]:
    yield f"## {words.text('study_page.schemes')}"
    yield words.text("study_page.schemes_intro")
    found = [get_scheme(name) for name in scheme_names()]
    rows = [(f"`{one.name}`", one.title(words.lang), f"{len(one.classes):,}") for one in found]
    yield _table([words.text(f"study_page.{name}") for name in ("scheme", "what", "codes")], rows)


def _code(text: str) -> str:
    return f"`{text}`" if text else ""


def _table(columns: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """A table in Markdown."""
    heads = list(columns)
    lines = [heads, ["---"] * len(heads), *(list(row) for row in rows)]
    return "\n".join(f"| {' | '.join(cell.replace('|', '&#124;') for cell in line)} |" for line in lines)
