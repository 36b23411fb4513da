"""Sites of a model: where plants or services may stand, and how far the land of districts lies from them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import numpy as np
import shapely

from instances.layers.vector_files import field_of, read_vector
from instances.rules.districts import Districts
from instances.study.findings import Findings
from instances.study.model_tables import ModelTable
from instances.units.centres import middles
from instances.units.grid import FloatArray, Grid
from instances.units.parcels import in_metres
from instances.units.sums import sum_by
from words.said import say


@dataclass(frozen=True, eq=False)
class Sites:
    """Sites as a study draws them: names, places in the CRS of the grid and in metres, both (sites, 2), and
    the features themselves, None where they are made."""

    names: list[str]
    xy: FloatArray
    metres: FloatArray
    frame: gpd.GeoDataFrame | None = None


def read_sites(
    table: ModelTable, folder: Path, place: str, districts: Districts | None, grid: Grid, findings: Findings
) -> Sites | None:
    """The sites of a model's file, or the middles of its districts where it names none; None, with findings,
    where they cannot be used."""
    if table.sites is None:
        return None if districts is None else _at_middles(districts, grid)
    frame = read_vector(table.sites, f"{place}.sites", folder, findings, grid.crs)
    if frame is None:
        return None
    if not len(frame):
        findings.error(f"{place}.sites", say("cycle.no_site"), say("cycle.draw_sites"))
        return None
    names = [str(number + 1) for number in range(len(frame))]
    if table.site_name is not None:
        field = field_of(frame, table.site_name, f"{place}.site_name", findings)
        if field is None:
            return None
        names = [str(value) for value in frame[field]]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        findings.error(f"{place}.site_name", say("cycle.site_twice", names=twice[:3]), say("cycle.name_once"))
    points = shapely.centroid(np.asarray(frame.geometry.values, dtype=object))
    return Sites(names, shapely.get_coordinates(points), metres_of(points, grid), frame)


def metres_of(points: np.ndarray, grid: Grid) -> FloatArray:
    """(points, 2) places of points of the grid's CRS in metres."""
    return shapely.get_coordinates(in_metres(points, grid.crs, grid.frame.bounds))


def middles_of(districts: Districts, grid: Grid) -> FloatArray:
    """(districts, 2) the middle of every district's land, in the CRS of the grid; 0 where it has none."""
    place, area = middles(grid), grid.area_ha
    whole = np.maximum(districts.total(area), 1e-12)
    sums = [sum_by(districts.member, area * place[:, axis], len(districts)) / whole for axis in (0, 1)]
    return np.stack(sums, axis=1)


def km_between(districts: Districts, middle: FloatArray, metres: FloatArray, grid: Grid) -> FloatArray:
    """(districts, sites) straight km from the middles of districts to sites in metres (sites, 2); inf from
    districts without land."""
    apart = metres_of(shapely.points(middle), grid)
    km = np.hypot(*(apart[:, None, :] - metres[None, :, :]).transpose(2, 0, 1)) / 1000.0
    km[districts.total(np.ones(len(grid))) == 0] = np.inf
    return km


def _at_middles(districts: Districts, grid: Grid) -> Sites:
    """A site at the middle of every district that has land."""
    some = np.flatnonzero(districts.total(np.ones(len(grid))) > 0)
    middle = middles_of(districts, grid)[some]
    names = [districts.names[place] for place in some.tolist()]
    return Sites(names, middle, metres_of(shapely.points(middle), grid))


def mean_km(districts: Districts, metres: FloatArray, grid: Grid) -> FloatArray:
    """(districts, sites) straight km to sites in metres (sites, 2), as a mean over the land of each district;
    inf from districts without land. One site at a time, so that a million units fit."""
    place = metres_of(shapely.points(middles(grid)), grid)
    area = np.maximum(districts.total(grid.area_ha), 1e-12)
    km = np.empty((len(districts), len(metres)))
    for site, (x, y) in enumerate(metres.tolist()):
        away = np.hypot(place[:, 0] - x, place[:, 1] - y)
        km[:, site] = districts.total(away * grid.area_ha) / area / 1000.0
    km[districts.total(np.ones(len(grid))) == 0] = np.inf
    return km
