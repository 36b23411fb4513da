"""A plan in other formats: which there are, which files each makes, and how several are written at once."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from instances.study.findings import Finding, StudyError
from instances.units.datums import on_earth
from instances.units.georeference import crs_name
from planner.export.areas import with_both_areas
from planner.export.fields import standard_notes, standardised
from planner.export.geopackage import write_geopackage
from planner.export.layer import Layer
from planner.export.layers import plan_layers
from planner.export.project import write_project
from planner.export.raster import write_plan_raster
from planner.export.standard import exchanged, of_line
from planner.export.vectors import (
    FIELDS_TABLE,
    GEODATABASE,
    PARQUET,
    SHAPEFILES,
    add_to_geodatabase,
    write_fields,
    write_parquet,
    write_shapefile,
)
from planner.plans.plan import Certificate, Plan
from words.said import say

MAPS = "maps"
"""The folder of the map series: a PNG a map, and all of them as PDF."""
RASTER = ("plan.tif", "plan.tif.aux.xml", "plan.qml")
FORMATS: dict[str, tuple[str, ...]] = {
    "xlsx": ("plan.xlsx",),
    "qgz": ("plan.qgz", "plan.gpkg", *RASTER),
    "gpkg": ("plan.gpkg",),
    "tif": RASTER,
    "parquet": (PARQUET, FIELDS_TABLE),
    "gdb": (GEODATABASE, FIELDS_TABLE),
    "shp": (SHAPEFILES, FIELDS_TABLE),
    "maps": (MAPS,),
}
"""What each format puts into a folder: files, or folders of files."""
ALL = "all"
LAYERED = frozenset({"qgz", "gpkg", "parquet", "gdb", "shp"})
"""Formats made of the plan's layers."""


@dataclass(frozen=True)
class Wanted:
    """What to write: formats, language (None: the study's), whether fields have the standard's names,
    whether planar and ellipsoidal areas stand side by side, the certificates that a workbook compares."""

    formats: frozenset[str]
    lang: str | None = None
    standard_fields: bool = False
    both_areas: bool = False
    scenarios: Mapping[str, Certificate] = field(default_factory=dict)


def formats_of(asked: Iterable[str]) -> frozenset[str]:
    """The formats asked for, ``all`` spelt out; ``StudyError`` for one that there is not."""
    found = {str(one) for one in asked}
    unknown = sorted(found - set(FORMATS) - {ALL})
    if unknown or not found:
        fault = (
            say("deliverables_export.unknown", name=unknown[0])
            if unknown
            else say("deliverables_export.none")
        )
        raise StudyError(
            [Finding("--format", fault, say("deliverables_export.formats", names=[*FORMATS, ALL]))]
        )
    return frozenset(FORMATS) if ALL in found else frozenset(found)


def names_of(formats: Iterable[str]) -> frozenset[str]:
    """What a folder with these formats holds."""
    return frozenset(name for one in formats for name in FORMATS[one])


def write_formats(plan: Plan, folder: Path, wanted: Wanted) -> tuple[Finding, ...]:
    """Write a plan into a folder in the formats wanted; returns what to know of them.

    ``StudyError`` where only a raster is wanted of a plan that has none, or areas on the ellipsoid of a plan
    that lies on none.
    """
    formats, lang = wanted.formats, wanted.lang or plan.instance.study.lang
    if formats == {"tif"} and not plan.instance.grid.is_raster:
        fault, remedy = say("deliverables_export.no_raster"), say("deliverables_export.polygons")
        raise StudyError([Finding("--format tif", fault, remedy)])
    if wanted.both_areas and not on_earth(plan.instance.grid.crs):
        fault = say("vector_crs.no_ellipsoid", crs=crs_name(plan.instance.grid.crs))
        raise StudyError([Finding("--areas both", fault, say("vector_crs.planar_only"))])
    if formats & {"tif", "qgz"} and plan.instance.grid.is_raster:
        write_plan_raster(plan, folder / "plan.tif", lang)
    findings = _write_layers(plan, folder, wanted, lang) if formats & LAYERED else ()
    if "maps" in formats:
        from planner.maps.series import draw_series  # noqa: PLC0415 - slow to load

        draw_series(plan, folder / MAPS, lang)
    if "xlsx" in formats:
        from planner.export.workbook import write_workbook  # noqa: PLC0415 - slow to load

        write_workbook(plan, folder / "plan.xlsx", lang, wanted.scenarios)
    named = wanted.standard_fields and formats & LAYERED
    return (*findings, *(standard_notes(plan.instance.classes) if named else ()))


def _write_layers(plan: Plan, folder: Path, wanted: Wanted, lang: str) -> tuple[Finding, ...]:
    """Every layer goes to all formats before the next is made, so that only one is in memory."""
    formats, grid = wanted.formats, plan.instance.grid
    seen, filed = list[Layer](), list[Layer]()
    findings: list[Finding] = []

    def passing() -> Iterator[Layer]:
        for layer in _prepared(plan, wanted, lang):
            for part in _filed(layer, plan, wanted):
                if "gdb" in formats:
                    add_to_geodatabase(part, folder / GEODATABASE, grid, lang)
                if "parquet" in formats:
                    write_parquet(part, folder / PARQUET)
                if "shp" in formats:
                    findings.extend(write_shapefile(part, folder / SHAPEFILES, lang))
                filed.append(part.emptied())
            seen.append(layer.emptied())
            yield layer

    if formats & {"gpkg", "qgz"}:
        write_geopackage(plan, folder / "plan.gpkg", lang, passing())
    else:
        deque(passing(), maxlen=0)
    if "qgz" in formats:
        write_project(plan, folder / "plan.qgz", seen, lang)
    if FIELDS_TABLE in names_of(formats):
        write_fields(filed, folder / FIELDS_TABLE, lang)
    return tuple(findings)


def _prepared(plan: Plan, wanted: Wanted, lang: str) -> Iterator[Layer]:
    """The layers with the fields wanted."""
    for layer in plan_layers(plan, lang):
        if wanted.both_areas:
            layer = with_both_areas(layer, plan.instance.grid)
        if wanted.standard_fields:
            layer = standardised(layer, plan.instance.classes)
        yield layer


def _filed(layer: Layer, plan: Plan, wanted: Wanted) -> tuple[Layer, ...]:
    """A layer as it goes into formats without titles: with the standard's fields under its names too."""
    if not wanted.standard_fields:
        return (layer,)
    tables = plan.instance.study.redlines
    found = {
        line.name: of_line(line, tuple(each.layer or "" for each in tables[line.name].sources))
        for line in plan.instance.redlines
    }
    return exchanged(layer, {name: one for name, one in found.items() if one is not None})
