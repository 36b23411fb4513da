"""Districts: a division of the study area (townships, zones) by which limits can be set."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from instances.land.codes import plain_number
from instances.layers.vector_files import field_of, lies_in_area, read_vector
from instances.study.findings import Findings
from instances.study.schema import DistrictSource
from instances.units.cover import owner
from instances.units.grid import FloatArray, Grid
from instances.units.sums import sum_by


@dataclass(frozen=True, eq=False)
class Districts:
    """A division of the units: ``member[i]`` is the district of unit ``i``, -1 where it lies in none."""

    name: str
    names: tuple[str, ...]
    member: NDArray[np.int32]

    def __len__(self) -> int:
        return len(self.names)

    def total(self, values: FloatArray) -> FloatArray:
        """(districts,) the sum of ``values`` (units,) over each district."""
        return sum_by(self.member, values, len(self))

    @classmethod
    def whole(cls, units: int) -> Districts:
        """The whole area as one district."""
        return cls("", ("",), np.zeros(units, dtype=np.int32))


def read_districts(
    name: str, source: DistrictSource, grid: Grid, folder: Path, findings: Findings
) -> Districts | None:
    """The division ``[districts.<name>]`` of the units; None, with findings, where it cannot be used.

    A raster cell belongs to the district at its centre (else to one that touches it), a parcel to the
    district that holds most of it. Polygons of one name are one district.
    """
    place = f"districts.{name}"
    frame = read_vector(source, place, folder, findings, grid.crs)
    if frame is None:
        return None
    field = field_of(frame, source.name, f"{place}.name", findings)
    if field is None or not lies_in_area(frame, grid, place, findings):
        return None
    frame = _usable(frame, field, place, findings)
    if frame is None:
        return None
    labels = pd.Series([plain_number(value) for value in frame[field]])
    position, names = pd.factorize(labels)
    order = np.argsort(position, kind="stable")
    polygons = shapely.geometrycollections(frame.geometry.to_numpy()[order], indices=position[order])
    districts = Districts(name, tuple(str(label) for label in names), owner(polygons, grid))
    _tell(districts, len(frame), grid, place, findings)
    return districts


def _usable(frame: gpd.GeoDataFrame, field: str, place: str, findings: Findings) -> gpd.GeoDataFrame | None:
    """The polygons that have a name."""
    areal = shapely.get_dimensions(frame.geometry.to_numpy()) == 2
    if not areal.any():
        findings.error(place, "holds no polygon", "Name a layer of polygons")
        return None
    named = (frame[field].notna() & (frame[field].astype(str).str.strip() != "")).to_numpy()
    if not (areal & named).any():
        findings.error(f"{place}.name", f"{field} is empty on every polygon", "Name the field with the names")
        return None
    if not named.all():
        count = int((~named).sum())
        findings.warn(f"{place}.name", f"{field} is empty on {count:,} polygons", "They were left out")
    return frame[areal & named]


def _tell(districts: Districts, polygons: int, grid: Grid, place: str, findings: Findings) -> None:
    if polygons > len(districts):
        findings.note(
            place,
            f"its {polygons:,} polygons have {len(districts):,} names",
            "Polygons of one name are one district",
        )
    outside = districts.member < 0
    if outside.any():
        area = float(np.sum(grid.area_ha, where=outside))
        findings.warn(
            place,
            f"{int(outside.sum()):,} of {len(grid):,} units ({area:,.1f} ha) lie in no district",
            "No limit by district holds there",
        )
    held = np.bincount(districts.member[~outside], minlength=len(districts))
    empty = [districts.names[k] for k in np.flatnonzero(held == 0)]
    if empty:
        some = ", ".join(empty[:5]) + (" and more" if len(empty) > 5 else "")
        findings.warn(
            place, f"{len(empty):,} districts hold no unit: {some}", "Check that they lie in the area"
        )
