"""Rivers and roads with their names, for maps alone: no figure rests on them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from instances.layers.vector_files import field_of, find_field, lies_in_area, read_vector
from instances.study.findings import Findings
from instances.study.schema import NamedLineSource, Study
from instances.study.tables import table
from instances.units.grid import Grid
from words.said import say


@dataclass(frozen=True, eq=False)
class NamedLines:
    """Lines of one kind (``water`` or ``road``) in the CRS of the grid: ``lines`` (names,), all pieces of a
    name as one geometry, the longest first."""

    kind: str
    names: tuple[str, ...]
    lines: NDArray[np.object_]


def read_named_lines(study: Study, folder: Path, grid: Grid, findings: Findings) -> tuple[NamedLines, ...]:
    """Every ``[map_names.NAME]`` of a study that could be read, with findings of the others."""
    found = (
        _read(f"map_names.{name}", source, folder, grid, findings) for name, source in study.map_names.items()
    )
    return tuple(each for each in found if each is not None)


def _read(
    place: str, source: NamedLineSource, folder: Path, grid: Grid, findings: Findings
) -> NamedLines | None:
    frame = read_vector(source, place, folder, findings, grid.crs)
    if frame is None or not lies_in_area(frame, grid, place, findings):
        return None
    field = field_of(frame, source.name, place, findings) if source.name else _usual(frame, place, findings)
    if field is None:
        return None
    shapes = frame.geometry.to_numpy()
    lines = np.where(shapely.get_dimensions(shapes) == 2, shapely.boundary(shapes), shapes)
    kept = (shapely.get_dimensions(lines) == 1) & frame[field].notna().to_numpy()
    texts = _texts(frame[field][kept])
    names, of = np.unique(texts.to_numpy(dtype=object).astype(str), return_inverse=True)
    whole = [shapely.line_merge(shapely.union_all(lines[kept][of == k])) for k in range(len(names))]
    order = np.argsort(-shapely.length(np.array(whole, dtype=object)), kind="stable")
    order = order[names[order] != ""]
    if not len(order):
        findings.error(place, say("map_names.none"), say("map_names.none_remedy"))
        return None
    return NamedLines(
        source.kind, tuple(names[order].tolist()), np.array([whole[k] for k in order], dtype=object)
    )


def _texts(column: pd.Series) -> pd.Series:
    """Names as texts: numbers of roads are whole, though a column with gaps has them as 305.0."""
    if pd.api.types.is_float_dtype(column):
        return column.map(lambda number: f"{number:.15g}")
    return column.astype(str).str.strip()


def _usual(frame: gpd.GeoDataFrame, place: str, findings: Findings) -> str | None:
    """The field in which names usually stand; a finding where there is none of those."""
    fields = [str(name) for name in frame.columns if name != frame.geometry.name]
    for row in table("corridor_name_fields.csv"):
        found = find_field(fields, row["field"]) if row["field"] != "id" else None
        if found is not None:
            return found
    findings.error(place, say("map_names.no_field", fields=fields), say("map_names.no_field_remedy"))
    return None
