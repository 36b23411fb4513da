"""A random tiny study as it is told: land, classes, rates, rules, limits, wants; and its files.

``plain_model`` reads the same telling and shares no code with what reads, poses and solves studies.
"""

from __future__ import annotations

import csv
import warnings
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import rasterio
import shapely
import tomli_w
from affine import Affine
from numpy.typing import NDArray

CRS, LEFT, TOP = "EPSG:4547", 500_000.0, 2_600_000.0


@dataclass(frozen=True)
class Class:
    """A land class: what it counts as, and its rates in tCO2e/ha (and year)."""

    name: str
    space: str
    green: bool
    built: bool
    flux: float
    stock: float
    construction: float


@dataclass(frozen=True)
class Line:
    """A red line: a rectangle of rows and columns, and what it says."""

    rows: tuple[int, int]
    columns: tuple[int, int]
    keep: tuple[str, ...] = ()
    allow: tuple[str, ...] | None = None
    forbid: tuple[str, ...] = ()
    only_inside: tuple[str, ...] = ()
    existing: str = "keep"


@dataclass(frozen=True)
class Way:
    """A corridor along a row, from one column to another, and its worth."""

    row: int
    columns: tuple[int, int]
    worth: float


@dataclass(frozen=True)
class Bound:
    """A limit: bounds as written (numbers, or a share of today such as "95%"), and where it holds."""

    indicator: str
    at_least: float | str | None = None
    at_most: float | str | None = None
    by: bool = False
    district: int | None = None


@dataclass(frozen=True)
class Told:
    """A study. ``today`` (rows, columns) of class numbers; ``heights`` and ``widths`` of its rows and columns
    in metres; districts begin at the columns ``borders``."""

    today: NDArray[np.int64]
    heights: NDArray[np.float64]
    widths: NDArray[np.float64]
    classes: tuple[Class, ...]
    years: float
    parcels: bool
    borders: tuple[int, ...]
    lines: tuple[Line, ...]
    default: str
    built_stays: bool
    barred: tuple[tuple[str, str], ...]
    ways: tuple[Way, ...]
    summed: tuple[str, ...]
    layer: NDArray[np.float64]
    bounds: tuple[Bound, ...] = ()
    minimise: dict[str, float] = field(default_factory=dict)
    maximise: dict[str, float] = field(default_factory=dict)

    @property
    def names(self) -> tuple[str, ...]:
        """The names of its classes."""
        return tuple(item.name for item in self.classes)

    @property
    def xs(self) -> NDArray[np.float64]:
        """Eastings of the borders of columns."""
        return LEFT + np.concatenate([[0.0], np.cumsum(self.widths)])

    @property
    def ys(self) -> NDArray[np.float64]:
        """Northings of the borders of rows, from the top."""
        return TOP - np.concatenate([[0.0], np.cumsum(self.heights)])

    def box(self, rows: tuple[int, int], columns: tuple[int, int]) -> shapely.Polygon:
        """The rectangle from a row and column up to others."""
        return shapely.box(self.xs[columns[0]], self.ys[rows[1]], self.xs[columns[1]], self.ys[rows[0]])

    @property
    def districts(self) -> list[tuple[int, int]]:
        """First column and the one after the last of each district."""
        ends = (*self.borders[1:], self.today.shape[1])
        return list(zip(self.borders, ends, strict=True))


def write(told: Told, folder: Path) -> Path:
    """Write the files of a study; returns ``study.toml``."""
    folder.mkdir(parents=True, exist_ok=True)
    codes = told.today + 1
    if told.parcels:
        rows, columns = told.today.shape
        shapes = [told.box((r, r + 1), (c, c + 1)) for r in range(rows) for c in range(columns)]
        _vector(folder / "cover.gpkg", shapes, code=[f"k{code}" for code in codes.ravel()])
    else:
        _raster(folder / "cover.tif", codes.astype(np.uint8), told)
    _raster(folder / "worth.tif", told.layer.astype(np.float64), told) if not told.parcels else None
    for number, line in enumerate(told.lines):
        _vector(folder / f"line{number}.gpkg", [told.box(line.rows, line.columns)], label=[f"line {number}"])
    rows = told.today.shape[0]
    places = [told.box((0, rows), columns) for columns in told.districts]
    _vector(folder / "districts.gpkg", places, label=[f"d{number}" for number in range(len(places))])
    if told.ways:
        _vector(
            folder / "ways.gpkg",
            [_line(told, way) for way in told.ways],
            worth=[way.worth for way in told.ways],
        )
    _rates(told, folder / "rates.csv")
    path = folder / "study.toml"
    path.write_text(tomli_w.dumps(_tree(told)), encoding="utf-8")
    return path


def _line(told: Told, way: Way) -> shapely.LineString:
    middle = (told.ys[way.row] + told.ys[way.row + 1]) / 2
    first, last = way.columns
    return shapely.LineString([((told.xs[c] + told.xs[c + 1]) / 2, middle) for c in (first, last)])


def _tree(told: Told) -> dict[str, Any]:
    codes = {f"k{n + 1}" if told.parcels else str(n + 1): item.name for n, item in enumerate(told.classes)}
    cover = {"path": "cover.gpkg", "field": "code"} if told.parcels else {"path": "cover.tif"}
    absent = [item.name for n, item in enumerate(told.classes) if not (told.today == n).any()]
    codes = {code: name for code, name in codes.items() if name not in absent}
    indicators: dict[str, Any] = {"together": {"sum": list(told.summed)}}
    if told.ways:
        indicators["ways"] = {"corridors": {"path": "ways.gpkg"}, "value": "worth"}
    if not told.parcels:
        indicators["produce"] = {"layer": "worth", "classes": list(told.summed), "unit": "t/yr"}
    barred: dict[str, list[str]] = {}
    for today, planned in told.barred:
        barred.setdefault(today, []).append(planned)
    return {
        "title": "Random",
        "landcover": {**cover, "classes": codes, "new_classes": absent},
        "classes": {item.name: _class_table(item, number) for number, item in enumerate(told.classes)},
        "districts": {"parts": {"path": "districts.gpkg", "name": "label"}},
        "layers": {} if told.parcels else {"worth": "worth.tif"},
        "redlines": {f"line{n}": _line_table(line, n) for n, line in enumerate(told.lines)},
        "transitions": {"default": told.default, "built_stays": told.built_stays, "forbid": barred},
        "carbon": {"coefficients": "rates.csv", "years": told.years},
        "indicators": indicators,
        "limits": [_limit_table(bound) for bound in told.bounds],
        "objective": {"minimise": told.minimise, "maximise": told.maximise},
    }


def _class_table(item: Class, number: int) -> dict[str, Any]:
    colour = f"#{number * 11 % 256:02x}{number * 37 % 256:02x}{number * 91 % 256:02x}"
    names = {"name_en": item.name.upper(), "name_zh": f"地类{number}"}
    return {**names, "space": item.space, "blue_green": item.green, "built": item.built, "colour": colour}


def _line_table(line: Line, number: int) -> dict[str, Any]:
    table: dict[str, Any] = {"path": f"line{number}.gpkg", "existing": line.existing}
    rules = {"keep": line.keep, "forbid": line.forbid, "only_inside": line.only_inside}
    table |= {rule: list(names) for rule, names in rules.items() if names}
    return table if line.allow is None else {**table, "allow": list(line.allow)}


def _limit_table(bound: Bound) -> dict[str, Any]:
    table: dict[str, Any] = {
        "indicator": bound.indicator,
        "at_least": bound.at_least,
        "at_most": bound.at_most,
    }
    table |= {
        "by": "parts" if bound.by else None,
        "district": None if bound.district is None else f"d{bound.district}",
    }
    return {key: value for key, value in table.items() if value is not None}


def _rates(told: Told, path: Path) -> None:
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(["class", "kind", "pool", "value", "unit", "low", "high", "source"])
        for item in told.classes:
            rows = [
                ("flux", "vegetation", item.flux, "tCO2e/ha/yr"),
                ("stock", "soil", item.stock, "tCO2e/ha"),
            ]
            rows += [("construction", "building", item.construction, "tCO2e/ha/yr")] if item.built else []
            writer.writerows(
                [item.name, kind, pool, repr(value), unit, "", "", "drawn"]
                for kind, pool, value, unit in rows
            )


def _raster(path: Path, cells: NDArray[Any], told: Told) -> None:
    place = Affine(told.widths[0], 0, LEFT, 0, -told.heights[0], TOP)
    size = {"height": cells.shape[0], "width": cells.shape[1], "count": 1, "dtype": cells.dtype}
    with rasterio.open(path, "w", driver="GTiff", crs=CRS, transform=place, **size) as out:
        out.write(cells, 1)


def _vector(path: Path, shapes: list[Any], **fields: list[Any]) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        gpd.GeoDataFrame(fields, geometry=shapes, crs=CRS).to_file(path, engine="pyogrio")
