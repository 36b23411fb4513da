"""Layers and fields as databases of territorial planning name them: names, feature codes, types and lengths.

Read from ``instances/data/standard_layers.csv`` and ``standard_fields.csv``, which say of each how sure it
is. A feature code (要素代码) that no source was checked for is left empty, never guessed.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache

import numpy as np

from instances.rules.redlines import RedLine
from instances.study.tables import table
from planner.export.layer import Layer

OF_LINES = "redlines"
"""Our layer of red lines, of which the standard has one layer a line."""


@dataclass(frozen=True, slots=True)
class StandardLayer:
    """A layer of the standard: which of ours it holds, its name, its name in Chinese, its feature code
    (empty where none was verified), and for red lines how lines that belong into it are called."""

    ours: str
    name: str
    name_zh: str
    code: str
    labels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class StandardField:
    """A field of the standard: its name, ``text`` or ``number``, its letters or digits, and its decimals."""

    name: str
    kind: str
    length: int
    decimals: int
    name_zh: str


@cache
def standard_layers() -> tuple[StandardLayer, ...]:
    """Every layer of the standard that a plan has something for."""
    return tuple(
        StandardLayer(
            row["layer"],
            row["name"],
            row["name_zh"],
            row["feature_code"],
            tuple(row["labels"].split("|")) if row["labels"] else (),
        )
        for row in table("standard_layers.csv")
    )


@cache
def standard_fields() -> dict[str, StandardField]:
    """Every field of the standard that a plan has something for, by its name."""
    return {
        row["field"]: StandardField(
            row["field"], row["type"], int(row["length"]), int(row["decimals"] or 0), row["name_zh"]
        )
        for row in table("standard_fields.csv")
    }


def standard_layer(name: str) -> StandardLayer | None:
    """The standard's layer for one of ours; None where it has none, and for red lines (``of_line``)."""
    return next((one for one in standard_layers() if one.ours == name and name != OF_LINES), None)


def of_line(line: RedLine, layers: tuple[str, ...] = ()) -> StandardLayer | None:
    """The standard's layer for a red line: the one that its label ends with, that its table is named after,
    or from which it was read (``layers``: the layers of its files); None for any other line."""
    exact = {text.casefold() for text in (line.name, *layers)}
    label = line.label.casefold()
    for one in standard_layers():
        known = [each.casefold() for each in one.labels]
        if any(label.endswith(each) or each in exact for each in known):
            return one
    return None


def exchanged(layer: Layer, lines: dict[str, StandardLayer]) -> tuple[Layer, ...]:
    """A layer as it goes into a database of the standard: under its name there, red lines one layer each.

    ``lines``: the standard's layers of red lines by the lines' names. What the standard has no layer for
    keeps our name.
    """
    if layer.name != OF_LINES:
        found = standard_layer(layer.name)
        return (replace(layer, filed=found.name) if found else layer,)
    names = layer.table["redline"].to_numpy(dtype=object)
    of = np.array([lines[name].name if name in lines else OF_LINES for name in names], dtype=object)
    parts = []
    for name in dict.fromkeys([*of.tolist()]) or (OF_LINES,):
        rows = layer.table[of == name].reset_index(drop=True)
        code = next((one.code for one in lines.values() if one.name == name), "")
        if "YSDM" in rows:
            rows["YSDM"] = code
        parts.append(replace(layer, table=rows, filed=name))
    return tuple(parts)
