"""The text of a new study file: what runs as it stands; as comments what was found and what comes next."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable
from typing import Any

import numpy as np
import tomli_w

from instances.land.classes import LandClass, lineage
from instances.land.landcover import LandCoverData
from instances.units.grid import FloatArray
from planner.start.code_rows import code_rows
from planner.words.crs_names import crs_label
from words.catalogue import Words
from words.said import say

PROJECT_HA, PROJECT_CELLS, WHOLE_HA = 1.0, 2, 10.0
"""Least hectares and cells of a piece of new land; cells of so many hectares are pieces by themselves, and so
are parcels."""
RETAINED = ("cropland", "paddy", "forest", "wetland")


def study_lines(title: str, table: dict[str, Any], cover: LandCoverData, areas: FloatArray, lang: str) -> str:
    """The text of a study with the keys ``table`` of its land cover, its comments in the language.

    ``areas`` (classes,) are ha by class of the cover.
    """
    cell_ha = float(cover.grid.area_ha.max())
    least = float(f"{max(PROJECT_HA, PROJECT_CELLS * cell_ha if cover.grid.is_raster else 0.0):.4g}")
    sized = cover.grid.is_raster and cell_ha < WHOLE_HA and cover.grid.total_ha > least
    parts = [
        say("carbon_init.head", title=_one_line(title)).inside(lang),
        tomli_w.dumps({"title": title}).rstrip(),
        say("carbon_init.lang", lang=lang).inside(lang),
        "",
        "[landcover]",
        *_landcover(table),
        say("carbon_init.more_keys").inside(lang),
        *_found(cover, areas, lang),
        *_crosswalk(cover, table.get("scheme"), lang),
        say(
            "carbon_init.commented",
            limit=_limit(cover, areas),
            farmland=_list(cover, "cropland", lambda item: "cropland" in lineage(item)),
            green=_list(cover, "forest", lambda item: item.blue_green),
            built=_list(cover, "urban", lambda item: item.built),
            least=least,
            piece="" if sized else "# ",
        ).inside(lang),
        *_wetlands(cover, areas, lang),
        say(
            "carbon_init.rest",
            change=math.ceil(cover.grid.total_ha / 10),
            sign="" if cover.classes.blue_green.any() else "# ",
        ).inside(lang),
    ]
    return "\n".join(parts)


def _found(cover: LandCoverData, areas: FloatArray, lang: str) -> list[str]:
    """What the file holds, as comments."""
    grid = cover.grid
    units = "cells" if grid.is_raster else "parcels"
    found = say(
        f"carbon_init.found_{units}",
        units=len(grid),
        ha=grid.total_ha,
        crs=crs_label(grid.crs.name, Words(lang)),
    )
    lines = [found.inside(lang)]
    for k in np.argsort(-areas, kind="stable"):
        if areas[k] > 0:
            item = cover.classes[int(k)]
            share = 100 * areas[k] / grid.total_ha
            told = say(
                "carbon_init.class_line",
                name=f"{item.name:<20}",
                ha=areas[k],
                share=share,
                label=item.label(lang),
                space=say(f"terminal_check.{item.space}"),
            )
            lines.append(told.inside(lang))
    return lines


def _crosswalk(cover: LandCoverData, scheme: str | None, lang: str) -> list[str]:
    """Which class every code was read as, as comments: to be checked by whoever knows the file."""
    lines = [say("carbon_init.crosswalk").inside(lang)]
    for row in code_rows(cover.crosswalk, scheme, lang):
        code = _one_line(f"{row.code} ({row.called})" if row.called else row.code)
        name = row.read_as or say("carbon_init.no_class").inside(lang)
        lines.append(say("carbon_init.code_line", code=code, name=name, ha=row.area_ha).inside(lang))
    return lines


def _one_line(text: str) -> str:
    """A text from a file as part of a comment: whatever would end the line is a blank."""
    return re.sub(r"[\x00-\x1f\x7f\u0085\u2028\u2029]+", " ", text)


def _landcover(table: dict[str, Any]) -> list[str]:
    """The keys of ``[landcover]``, a map of classes on one line."""
    plain = {key: value for key, value in table.items() if key not in ("classes", "nodata")}
    lines = [tomli_w.dumps(plain).rstrip()]
    if "classes" in table:
        pairs = (f"{_key(code)} = {json.dumps(name)}" for code, name in table["classes"].items())
        lines.append(f"classes = {{ {', '.join(pairs)} }}")
    if "nodata" in table:
        lines.append(f"nodata = {json.dumps(table['nodata'], ensure_ascii=False)}")
    return lines


def _key(code: str) -> str:
    return code if re.fullmatch(r"[A-Za-z0-9_-]+", code) else json.dumps(code, ensure_ascii=False)


def _list(cover: LandCoverData, default: str, wanted: Callable[[LandClass], bool]) -> str:
    """The study's classes of a sort as a list in TOML."""
    return json.dumps([item.name for item in cover.classes if wanted(item)] or [default])


def _wetlands(cover: LandCoverData, areas: FloatArray, lang: str) -> list[str]:
    """Limits that keep the wetland there is, but the class that has a limit already."""
    kept = [
        item.name
        for item, area in zip(cover.classes, areas, strict=True)
        if area > 0 and "wetland" in lineage(item) and item.name != _limit(cover, areas)
    ]
    return [say("carbon_init.wetland", name=name).inside(lang) for name in kept]


def _limit(cover: LandCoverData, areas: FloatArray) -> str:
    """The class whose retention the suggested limit names."""
    present = [item.name for item, area in zip(cover.classes, areas, strict=True) if area > 0]
    return next((name for name in RETAINED if name in present), present[0])
