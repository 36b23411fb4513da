"""What protecting costs, in the report: a map for each red line, its patches ranked by cost a hectare."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import shapely
from markupsafe import Markup
from numpy.typing import NDArray

from instances.layers.ogr import layer_kinds, read_columns
from planner.export.layer import table_names
from planner.export.tables import as_written
from planner.pages.map_images import Mapper
from planner.pages.map_labels import Label, placed
from planner.prices.grades import grade_marks, grades_of, steps_of
from planner.prices.names import OPPORTUNITY_PACKAGE, REDLINE_COSTS
from planner.report.land import swatch
from planner.report.subject import Subject
from planner.styles.layer_styles import hexadecimal
from words.catalogue import figure

MOST_ROWS, MOST_DRAWN = 12, 400
"""Patches of a red line that are told one by one, and that are drawn."""
_FIELDS = ("rank_per_ha", "class", "area_ha", "per_ha_tco2e_yr", "total_tco2e_yr", "at_most_tco2e_yr")


@dataclass(frozen=True, slots=True)
class CostRow:
    """One patch: what it would become, how large it is, and what protecting it costs."""

    rank: int
    becomes: str
    colours: tuple[str, str]
    area: str
    per_ha: str
    total: str
    at_most: str


@dataclass(frozen=True, slots=True)
class CostMap:
    """The map of one red line: ``drawn`` holds the outline of every patch and the colour of its grade."""

    key: str
    name: str
    drawn: tuple[tuple[str, str, str], ...]
    labels: tuple[Label, ...]
    rows: tuple[CostRow, ...]
    more: Markup | None
    dearest: str
    count: int


@dataclass(frozen=True, slots=True)
class CostMaps:
    """The chapter: the ground of all maps, the grades that they share, and lines that cost nothing."""

    address: str
    legend: tuple[tuple[str, str], ...]
    maps: tuple[CostMap, ...]
    free: str


Table = dict[str, NDArray[np.object_]]


def cost_maps(subject: Subject, mapper: Mapper, folder: Path | None) -> CostMaps | None:
    """The chapter from the package of costs in a run's folder; None where it holds none."""
    tables = {} if folder is None else _tables(folder)
    known = [line for line in subject.instance.redlines if line.name in tables]
    if not known:
        return None
    costs = [float(cost) for line in known for cost in tables[line.name]["per_ha_tco2e_yr"]]
    steps = steps_of(max(costs, default=0.0))
    marks = grade_marks(steps, subject.words.lang)
    colours = {int(mark.value): hexadecimal(mark.fill or (255, 255, 255)) for mark in marks}
    told = [line for line in known if len(tables[line.name]["area_ha"])]
    return CostMaps(
        address=mapper.faint(subject.plan.layout),
        legend=tuple((colours[int(mark.value)], mark.label) for mark in marks),
        maps=tuple(
            _map(subject, mapper, tables[line.name], (f"{n}", line.label), steps, colours)
            for n, line in enumerate(told, start=1)
        ),
        free=subject.words.text("series.names").join(line.label for line in known if line not in told),
    )


def _tables(folder: Path) -> dict[str, Table]:
    """The patches of every red line, by its name, the dearest by the hectare first."""
    package, lines = folder / OPPORTUNITY_PACKAGE, folder / REDLINE_COSTS
    if not package.is_file() or not lines.is_file():
        return {}
    names = pd.read_csv(lines, encoding="utf-8-sig")["redline"].map(as_written)
    there = layer_kinds(package)
    return {
        str(name): _table(package, layer)
        for name, layer in table_names(map(str, names)).items()
        if layer in there
    }


def _table(package: Path, layer: str) -> Table:
    meta, _, shapes, columns = read_columns(package, layer=layer)
    found = dict(zip(meta["fields"], columns, strict=True))
    if not set(_FIELDS) <= set(found):  # a folder of an earlier version
        return {"area_ha": np.zeros(0, dtype=object), "per_ha_tco2e_yr": np.zeros(0, dtype=object)}
    order = np.argsort(found["rank_per_ha"].astype(int), kind="stable")
    table = {name: found[name][order] for name in _FIELDS}
    table["geometry"] = shapely.from_wkb(shapes)[order]
    return table


def _map(
    subject: Subject,
    mapper: Mapper,
    table: Table,
    named: tuple[str, str],
    steps: tuple[float, ...],
    colours: dict[int, str],
) -> CostMap:
    per_ha = table["per_ha_tco2e_yr"].astype(float)
    grades = grades_of(per_ha, steps)
    shown = np.argsort(-table["total_tco2e_yr"].astype(float), kind="stable")[:MOST_DRAWN]
    shown = np.union1d(shown, np.arange(min(MOST_ROWS, len(per_ha))))
    outlines = [mapper.polygon(shape) for shape in table["geometry"][shown]]
    unit = subject.words.text("cost_map.unit")
    drawn = tuple(
        (path, colours[int(grades[n])], f"{n + 1}. {figure(float(per_ha[n]))} {unit}")
        for n, path in zip(shown.tolist(), outlines, strict=True)
    )
    points = shapely.get_coordinates(shapely.point_on_surface(table["geometry"][:MOST_ROWS]))
    left = len(per_ha) - min(MOST_ROWS, len(per_ha))
    key, name = named
    return CostMap(
        key=key,
        name=name,
        drawn=drawn,
        labels=placed(
            [str(n + 1) for n in range(len(points))],
            mapper.pixels(points),
            mapper.ground.width,
            mapper.ground.height,
        ),
        rows=tuple(_row(subject, table, n) for n in range(min(MOST_ROWS, len(per_ha)))),
        more=subject.words.count("cost_map.rest", left, file=OPPORTUNITY_PACKAGE) if left else None,
        dearest=figure(float(per_ha[0])),
        count=len(per_ha),
    )


def _row(subject: Subject, table: Table, n: int) -> CostRow:
    classes = subject.instance.classes
    becomes = classes[classes.index(str(table["class"][n]))]
    return CostRow(
        rank=n + 1,
        becomes=subject.land(becomes),
        colours=swatch(becomes),
        area=figure(float(table["area_ha"][n])),
        per_ha=figure(float(table["per_ha_tco2e_yr"][n])),
        total=figure(float(table["total_tco2e_yr"][n])),
        at_most=figure(float(table["at_most_tco2e_yr"][n])),
    )
