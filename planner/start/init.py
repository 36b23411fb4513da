"""Write a commented study file from a land-cover raster or a layer of parcels."""

from __future__ import annotations

import json
import math
import os
import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import tomli_w

from instances.land.classes import LandClass, lineage
from instances.land.landcover import LandCoverData, read_landcover
from instances.land.schemes import scheme_title
from instances.layers.raster_files import is_raster
from instances.study.file import parse_study
from instances.study.files import find_file
from instances.study.findings import Finding, Findings, StudyError
from instances.units.grid import FloatArray
from instances.units.sums import sum_by
from planner.runs.whole import writing
from planner.start.guess import PLACE, Reading, field_codes, raster_codes, reading
from words.numbers import nearest

RETAINED = ("cropland", "paddy", "forest", "wetland")


@dataclass(frozen=True)
class Written:
    """A study file and what was found on the way: how the codes were read, class names with area in ha."""

    text: str
    reading: Reading
    areas_ha: dict[str, float]

    @property
    def scheme_title(self) -> str:
        """What the class scheme is in full; empty where codes were mapped by hand alone."""
        return scheme_title(self.reading.scheme) if self.reading.scheme is not None else ""


def init(
    landcover: str | Path,
    out: str | Path = "study.toml",
    *,
    scheme: str | None = None,
    classes: Mapping[str, str] | str | None = None,
    layer: str | None = None,
    field: str | None = None,
    crs: str | None = None,
    lang: str | None = None,
    force: bool = False,
) -> Written:
    """Write a commented study file ``out`` that plans a land cover as it stands; returns what was found.

    ``scheme`` names the class scheme (None: the only one that fits), ``classes`` maps codes to classes beside
    or instead of it, also as text: ``"1=urban,2=water"``. Of parcels ``layer`` and ``field`` say where the
    codes are; ``crs`` is for files that state none, ``lang`` (zh or en) is the study's; ``force`` replaces a
    file that is there. ``areas_ha`` of what is returned are ha by class. Raises ``StudyError`` where the file
    cannot be used, or ``out`` not be written.

    >>> written = planner.init("cover.tif", "new/study.toml", scheme="CLCD")
    >>> written.areas_ha["forest"]
    20.0
    """
    out = Path(out)
    if out.is_dir():
        remedy = f"Name a file: --out {out / 'study.toml'}"
        raise StudyError([Finding(str(out), "is a folder", remedy)])
    if out.exists() and not force:
        raise StudyError([Finding(str(out), "is there already", "Name another with --out, or add --force")])
    written = study_text(
        Path(landcover),
        out.parent,
        scheme=scheme,
        classes=class_map(classes) if isinstance(classes, str) else classes,
        layer=layer,
        field=field,
        crs=crs,
        lang=lang or "en",
    )
    with writing(out):
        out.parent.mkdir(parents=True, exist_ok=True)
        draft = out.with_name(f".{out.name}.draft")
        try:
            draft.write_text(written.text, encoding="utf-8")
            draft.replace(out)
        finally:
            draft.unlink(missing_ok=True)
    return written


def class_map(text: str) -> dict[str, str]:
    """Classes by code out of ``1=urban,2=water``; ``StudyError`` where it cannot be read so."""
    plain = unicodedata.normalize("NFKC", text)  # signs as a Chinese keyboard types them
    pairs = [pair.split("=") for pair in re.split(r"[,;]", plain) if pair.strip()]
    wrong = ["=".join(pair) for pair in pairs if len(pair) != 2 or not all(part.strip() for part in pair)]
    if wrong:
        fault = f"{wrong[0].strip()!r} is no code with its class"
        raise StudyError([Finding("--classes", fault, 'Write it as "1=urban,2=water"')])
    return {code.strip(): name.strip() for code, name in pairs}


def study_text(
    landcover: Path,
    folder: Path,
    *,
    scheme: str | None = None,
    classes: Mapping[str, str] | None = None,
    layer: str | None = None,
    field: str | None = None,
    crs: str | None = None,
    lang: str = "en",
) -> Written:
    """The text of a study file that lies in ``folder`` and plans a land cover.

    ``scheme`` names the class scheme (default: the only one that fits), ``classes`` maps codes to classes
    beside or instead of it, ``layer`` and ``field`` say where the parcels' class codes are, ``crs`` is for
    files that state none, ``lang`` (zh or en) is the study's. ``StudyError`` where the file cannot be used.
    """
    findings = Findings()
    path = find_file(str(landcover), Path(), PLACE, findings)
    findings.raise_errors()
    if path is None:
        raise StudyError([Finding(PLACE, "there is no such file", "Check the path")])
    inline = dict(classes or {})
    try:
        if is_raster(path):
            codes = raster_codes(path)
        else:
            field, codes = field_codes(path, layer, field)
        read_as = reading(path.name, codes, scheme, inline)
        table: dict[str, Any] = {"path": _relative(path, folder), "layer": layer, "field": field, "crs": crs}
        table |= {"scheme": read_as.scheme, "classes": inline or None, "nodata": read_as.nodata or None}
        table = {key: value for key, value in table.items() if value is not None}
        cover = _read({**table, "path": str(path.resolve())})
    except StudyError as wrong:
        raise StudyError([_as_options(finding) for finding in wrong.findings]) from None
    areas = sum_by(cover.today, cover.grid.area_ha, len(cover.classes))
    present = {item.name: float(area) for item, area in zip(cover.classes, areas, strict=True) if area > 0}
    return Written(_text(path.stem, table, cover, areas, lang), read_as, present)


def _read(table: dict[str, Any]) -> LandCoverData:
    """The land cover by the very reader that a run uses."""
    findings = Findings()
    study = parse_study({"title": "new", "landcover": table}, "study.toml")
    cover = read_landcover(study, Path(), findings)
    findings.raise_errors()
    if cover is None:
        raise StudyError([Finding(PLACE, "cannot be used as a land cover", "Check the file")])
    return cover


def _as_options(finding: Finding) -> Finding:
    """A finding whose remedy names an option of the command: there is no study yet to put a key into."""
    remedy = re.sub(r'`?\b(crs|layer) = ("[^"]+")`?', r"--\1 \2", finding.remedy)
    return Finding(finding.place, finding.fault, remedy, finding.severity)


def _relative(path: Path, folder: Path) -> str:
    try:
        return Path(os.path.relpath(path.resolve(), folder.resolve())).as_posix()
    except ValueError:
        return path.resolve().as_posix()


def _text(title: str, table: dict[str, Any], cover: LandCoverData, areas: FloatArray, lang: str) -> str:
    """The study file: what runs as it stands, and below it, as comments, what a planner adds next."""
    parts = [
        f"# {title}: a study for Sansheng. `sansheng check` reads it, `sansheng run` plans it.",
        tomli_w.dumps({"title": title}).rstrip(),
        f'lang = "{lang}"                       # zh: maps, layers and reports in Chinese',
        "",
        "[landcover]",
        *_landcover(table),
        '# new_classes = ["wetland"]         # classes absent today that may be planned',
        "# resolution = 300                # coarsen to cells of so many metres, by majority",
        *_found(cover, areas),
        _COMMENTED.format(
            limit=_limit(cover, areas),
            change=math.ceil(cover.grid.total_ha / 10),
            farmland=_list(cover, "cropland", lambda item: "cropland" in lineage(item)),
            green=_list(cover, "forest", lambda item: item.blue_green),
            built=_list(cover, "urban", lambda item: item.built),
        ),
        _OBJECTIVE,
    ]
    return "\n".join(parts)


def _found(cover: LandCoverData, areas: FloatArray) -> list[str]:
    """What the file holds, as comments."""
    grid = cover.grid
    units = "cells" if grid.is_raster else "parcels"
    lines = [f"# Found: {len(grid):,} {units}, {nearest(grid.total_ha)} ha, {grid.crs.name}; classes today:"]
    for k in np.argsort(-areas, kind="stable"):
        if areas[k] > 0:
            item = cover.classes[int(k)]
            share = 100 * areas[k] / grid.total_ha
            land = f"{item.name:<20} {nearest(areas[k]):>14} ha  {share:6.2f} %"
            lines.append(f"#   {land}  {item.name_zh}, {item.space}")
    return lines


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


def _limit(cover: LandCoverData, areas: FloatArray) -> str:
    """The class whose retention the suggested limit names."""
    present = [item.name for item, area in zip(cover.classes, areas, strict=True) if area > 0]
    return next((name for name in RETAINED if name in present), present[0])


_COMMENTED = """
# [layers]                          # rasters or vector fields that red lines and indicators use
# slope = "slope.tif"

# [districts.townships]             # a division of the area, for limits by district
# path = "townships.gpkg"
# name = "XZQMC"                    # the field with the districts' names

# [redlines.farmland]               # permanent basic farmland: cropland inside stays cropland
# path = "redlines.gpkg"
# layer = "permanent_basic_farmland"
# keep = {farmland}

# [redlines.ecology]                # ecological red line: nothing but these classes inside
# path = "redlines.gpkg"
# layer = "ecological_red_line"
# allow = {green}
# existing = "keep"                 # what stands there against the rule: keep it, or convert it

# [redlines.urban]                  # urban development boundary: new urban land only inside
# path = "redlines.gpkg"
# layer = "urban_growth_boundary"
# only_inside = {built}

[[limits]]                          # an indicator's bound: a number in its unit, or a share of today's
indicator = "area.{limit}"
at_least = "98%"
# by = "townships"                  # one limit for every district

[[limits]]                          # a plan, not a new world: at most a tenth of the land changes
indicator = "changed_area"
at_most = {change:.0f}               # ha

# [scenarios.strict.redlines.ecology]   # a red-line alternative overrides what it names
# path = "redlines_strict.gpkg"
"""
_OBJECTIVE = """[carbon]
coefficients = "china-default"      # or a CSV of your own
# built_total_tco2e = 1_000_000     # the area's own energy emissions, tCO2e/yr, spread over built land

[objective]
minimise.net_emissions = 1.0        # per tCO2e/yr
maximise.blue_green_connectivity = 0.5   # tCO2e/yr given up for one more km of shared blue-green edge
"""
