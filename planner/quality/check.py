"""The quality check of an export: every layer of every format, read back from its files."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from pyproj import CRS

from instances.layers.ogr import layer_kinds, read_features
from instances.study.findings import Severity
from instances.units.grid import FloatArray, Grid
from instances.units.parcels import in_metres
from planner.export.standard import OF_LINES, standard_layers
from planner.export.tables import write_csv
from planner.export.vectors import GEODATABASE, PARQUET, SHAPEFILES
from planner.quality.fields import LAND, field_items
from planner.quality.item import Item, LayerItem
from planner.quality.topology import THIN_M, broken, faces, mean_width
from words.catalogue import Words

QUALITY = "quality.csv"
CHECKED = frozenset({"gdb", "shp", "parquet"})
"""Formats that hold the standard's layers."""
DATUM = "China_2000"
"""How PROJ calls CGCS2000 in names of datums, beside its own name."""
FEWEST_M2 = {"farm": 400.0, "built": 200.0, "other": 600.0}
"""Least area of a patch on a survey's map in m²: cropland, orchards, forest and grassland; built land and
farm facilities; all other land (TD/T 1055-2019, 最小上图图斑面积)."""
FARM, BUILT = ("01", "02", "03", "04"), tuple(f"{code:02}" for code in range(6, 17))
"""How codes of classes of these sorts begin."""
COVERING = {*LAND, "units"}
"""Layers that cover the area without a gap."""
LINES = {OF_LINES, *(one.name for one in standard_layers() if one.labels)}
"""Layers of red lines: as their files draw them, so that overlaps are to be looked at, not ours to mend."""
FREE = {"conflicts"}
"""Layers whose polygons may overlap: each is a conflict of its own."""


def check_quality(folder: Path, grid: Grid) -> tuple[LayerItem, ...]:
    """Check every layer of polygons in the formats of an export in ``folder``; also what is right is told."""
    found: list[LayerItem] = []
    named = {one.name for one in standard_layers()}
    there: dict[str, set[str]] = {}
    for file, layer, frame in _layers(folder):
        there.setdefault(file, set()).add(layer)
        items = (*field_items(layer, frame), *_drawn_items(layer, frame, grid))
        found += [LayerItem(file, layer, item if layer in named else _beside(item)) for item in items]
    for file, layers in there.items():
        missing = [name for name in LAND if name not in layers]
        item = Item("layers_missing", Severity.ERROR, len(LAND), len(missing), ", ".join(missing))
        found.append(LayerItem(file, "", item))
    return tuple(found)


def _beside(item: Item) -> Item:
    """A check of a layer that the standard does not have: nothing in it keeps a database from being taken."""
    return replace(item, severity=Severity.WARNING) if item.severity is Severity.ERROR else item


def write_quality(items: Sequence[LayerItem], path: Path, lang: str) -> None:
    """Write a quality check as CSV, a row a check: file, layer, check, severity, checked, faults, example."""
    words = Words(lang)
    rows = [
        (
            one.file, one.layer, words.text(f"quality_rules.{one.item.rule}"),
            words.text(f"quality_severity.{one.item.severity if one.item.faults else 'none'}"),
            one.item.checked, one.item.faults, one.item.example,
        )
        for one in items
    ]  # fmt: skip
    columns = ["file", "layer", "check", "severity", "checked", "faults", "example"]
    write_csv(pd.DataFrame(rows, columns=columns), path)


def _layers(folder: Path) -> Iterator[tuple[str, str, pd.DataFrame]]:
    """File, name and table of every layer of polygons that an export holds."""
    if (folder / GEODATABASE).exists():
        for layer, kind in layer_kinds(folder / GEODATABASE).items():
            if kind is not None:
                yield GEODATABASE, layer, read_features(folder / GEODATABASE, layer=layer)
    for path in sorted((folder / SHAPEFILES).glob("*.shp")):
        yield SHAPEFILES, path.stem, read_features(path)
    for path in sorted((folder / PARQUET).glob("*.parquet")):
        if b"geo" in (_metadata(path) or {}):
            yield PARQUET, path.stem, gpd.read_parquet(path)


def _metadata(path: Path) -> dict[bytes, bytes] | None:
    import pyarrow.parquet as pq  # noqa: PLC0415 - slow to load

    found: dict[bytes, bytes] | None = pq.read_schema(path).metadata
    return found


def _drawn_items(layer: str, frame: pd.DataFrame, grid: Grid) -> Iterator[Item]:
    """Every check of the outlines of a layer."""
    assert isinstance(frame, gpd.GeoDataFrame)
    yield Item("crs", Severity.WARNING, 1, int(not _is_cgcs2000(frame.crs)), _name(frame.crs))
    drawn = frame.geometry.to_numpy()
    wrong = broken(drawn)
    yield Item("outlines", Severity.ERROR, len(drawn), int(wrong.sum()), _numbered(frame, wrong))
    sound = in_metres(drawn[~wrong], grid.crs, grid.frame.bounds)
    if layer not in FREE:
        found = faces(sound)
        severe = Severity.WARNING if layer in LINES else Severity.ERROR
        yield Item("overlaps", severe, len(sound), len(found.overlaps), _largest(found.overlaps))
        if layer in COVERING:
            small = found.gaps < float(np.min(grid.area_ha)) * 1e4
            gaps, holes = found.gaps[small], found.gaps[~small]
            yield Item("gaps", Severity.ERROR, len(sound), len(gaps), _largest(gaps))
            yield Item("holes", Severity.NOTE, len(sound), len(holes), _largest(holes))
    area, thin = shapely.area(sound), mean_width(sound) < THIN_M
    if layer in LAND and "DLBM" in frame:
        least = _least(frame["DLBM"].to_numpy(dtype=object)[~wrong])
        slivers = area < least
        yield Item("slivers", Severity.WARNING, len(sound), int(slivers.sum()), _largest(area[slivers]))
    yield Item("thin", Severity.WARNING, len(sound), int(thin.sum()), _largest(area[thin]))


def _least(codes: NDArray[np.object_]) -> FloatArray:
    """(rows,) the least area of a patch of each code, m²."""
    sorts = {
        code: "farm" if str(code).startswith(FARM) else "built" if str(code).startswith(BUILT) else "other"
        for code in set(codes.tolist())
    }
    return np.array([FEWEST_M2[sorts[code]] for code in codes], dtype=float)


def _is_cgcs2000(crs: CRS | None) -> bool:
    """True for a CRS on the datum that survey and planning databases have to be on."""
    return crs is not None and crs.datum is not None and _plain(DATUM) in _plain(crs.datum.name)


def _plain(name: str) -> str:
    return name.replace(" ", "_").casefold()


def _name(crs: CRS | None) -> str:
    return "" if crs is None else crs.name


def _numbered(frame: pd.DataFrame, wrong: NDArray[np.bool_]) -> str:
    """The number of the first polygon that is at fault."""
    if not wrong.any():
        return ""
    row = int(np.argmax(wrong))
    return f"BSM {frame['BSM'].iloc[row]}" if "BSM" in frame else f"{row + 1}"


def _largest(area: FloatArray) -> str:
    """The largest of some areas, as text."""
    return f"{area.max():,.2f} m²" if len(area) else ""
