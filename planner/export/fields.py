"""Names of fields for others: those of the territorial-planning database standard, and short ones.

With the standard's fields a layer has ``BSM`` (number, as text of 18 digits), ``YSDM`` (feature code),
``DLBM`` and ``DLMC`` (code and name of the class in the land and sea use classification), ``JQDLBM`` …
``GHDLMC`` (of the base year and planned), ``MJ`` (area in m², two decimals), ``XZQDM``, ``XZQMC``, ``TBBH``,
``MC`` and ``BZ``. Fields for which the standard has no name keep ours. ``YSDM`` is empty where no source of
the code was checked, and ``XZQDM`` unless districts are known by their codes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd

from instances.land.classes import Classes
from instances.land.standard_codes import standard_code
from instances.study.findings import Finding, Severity
from planner.export.layer import Layer
from planner.export.standard import standard_layer
from words.said import say

CODES = {"class": ("DLBM", "DLMC"), "from_class": ("JQDLBM", "JQDLMC"), "to_class": ("GHDLBM", "GHDLMC")}
"""Our field of a class, and the standard's fields of its code and name."""
RENAMED = {"id": "TBBH", "district": "XZQMC", "label": "MC", "rule": "BZ", "redlines": "BZ"}
REPLACED = {"name", "name_zh", "name_en", "from_name", "to_name", "from_class", "to_class", "area_ha"}
"""Fields whose content the standard's fields hold."""
SHORT = {
    "share_percent": "share_pct",
    "ellipsoidal_ha": "ellips_ha",
    "gain_tco2e_yr": "gain_tco2e",
    "otherwise_tco2e_yr": "else_tco2e",
    **{
        f"{kind}_{when}": f"{kind[:3]}_{when}"
        for kind in (
            "sources",
            "sinks",
            "balance",
            "stock",
            "uptake",
            "emitted",
            "account",
            "fossil",
            "cycle",
        )
        for when in ("today", "plan", "change")
    },
}
Texts = Mapping[str, Mapping[str, str]]
CUT = "..."
"""Stands at the end of a text that was cut."""
DIGITS = 18
"""Letters of a ``BSM``, which is text."""
DECIMALS = 2
"""Decimals of an area in m²."""
SHORTEST = 10
"""Bytes of a field's name in a shapefile."""


def standardised(layer: Layer, classes: Classes) -> Layer:
    """A layer under the field names of the standard; its style holds for it unchanged."""
    table = layer.table
    known = standard_layer(layer.name)
    found: dict[str, object] = {
        "BSM": [f"{number:0{DIGITS}}" for number in range(1, len(table) + 1)],
        "YSDM": np.full(len(table), known.code if known else "", dtype=object),
    }
    codes = {item.name: standard_code(item) for item in classes}
    for name in table.columns:
        if name in CODES:
            code, title = CODES[name]
            found[code] = table[name].map(lambda one: codes[one].code if one in codes else "")
            found[title] = table[name].map(lambda one: codes[one].name_zh if one in codes else "")
        elif name == "area_ha":
            found["MJ"] = (table[name] * 1e4).round(DECIMALS)
        elif name == "district":
            found["XZQDM"] = table[name].map(lambda one: one if str(one).isdigit() else "")
    for name in table.columns:
        if name != "geometry" and (name not in REPLACED or name == layer.styled_by):
            found[RENAMED.get(name, str(name))] = table[name]
    briefer = {RENAMED.get(name, name): texts for name, texts in layer.briefer.items()}
    if isinstance(table, gpd.GeoDataFrame):
        made = gpd.GeoDataFrame(found, geometry=table.geometry.array, crs=table.crs)
        return replace(layer, table=made, briefer=briefer)
    return replace(layer, table=pd.DataFrame(found), briefer=briefer)


def standard_notes(classes: Classes) -> tuple[Finding, ...]:
    """What to know of the codes that classes are handed on under."""
    notes = []
    for item in classes:
        found = standard_code(item)
        if found.note:
            code = f"DLBM {found.code}" if found.code else say("deliverables_export.no_code")
            notes.append(
                Finding(
                    f"classes.{item.name}",
                    say("deliverables_export.handed_on", code=code, note=found.note),
                    "",
                    Severity.NOTE,
                )
            )
    return tuple(notes)


def short_names(names: Iterable[str]) -> dict[str, str]:
    """A name of at most ten bytes for each field, no two alike even where upper and lower case are one."""
    taken: set[str] = set()
    short = {}
    for name in names:
        fits = len(name.encode()) <= SHORTEST
        wanted = name if fits else _cut(SHORT.get(name, name), SHORTEST)
        number = 1
        while wanted.lower() in taken:
            number += 1
            wanted = f"{_cut(name, SHORTEST - len(str(number)) - 1)}_{number}"
        taken.add(wanted.lower())
        short[name] = wanted
    return short


def _cut(text: str, size: int) -> str:
    """As much of a text as fits into so many bytes of UTF-8."""
    return text.encode()[:size].decode(errors="ignore")


def cut_texts(table: pd.DataFrame, size: int, briefer: Texts) -> tuple[pd.DataFrame, dict[str, int]]:
    """A table whose texts have at most so many bytes of UTF-8, and how many texts of which fields were cut.

    A long text is told in fewer letters where ``briefer`` has them for its field, and else cut at a whole
    character, with three dots so that nobody takes it for all.
    """
    cut, lost = table.copy(deep=False), dict[str, int]()
    for name in table.columns:
        column = table[name]
        if name != "geometry" and (column.dtype == object or pd.api.types.is_string_dtype(column.dtype)):
            texts = column.unique()
            known = briefer.get(str(name), {})
            long = {text: known.get(text, text) for text in texts if len(str(text).encode()) > size}
            over = [text for text, brief in long.items() if len(brief.encode()) > size]
            long |= {text: f"{_cut(long[text], size - len(CUT))}{CUT}" for text in over}
            if over:
                lost[str(name)] = len(over)
            if long:
                cut[name] = column.map(lambda text, long=long: long.get(text, text))
    return cut, lost
