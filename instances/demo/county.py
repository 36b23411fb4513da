"""The county as a whole: relief, waters, towns and roads on the unit square, the same at every size."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import rasterio.features
import shapely
from affine import Affine
from numpy.typing import NDArray
from scipy import ndimage

import instances.demo.roads as road_lines
import instances.demo.settlements as settlements
from instances.demo.noise import Field, draw_out, smoothstep
from instances.demo.rivers import DRAINAGE, Rivers, rivers
from instances.demo.settlements import Towns
from instances.demo.terrain import Relief, relief, slope_degrees

SIDE_M = 30_000
"""Side of the county; more than a thousand cells a side make it larger."""


@dataclass(frozen=True, eq=False)
class County:
    """What the county's maps are drawn from. Lines and polygons are in unit coordinates, fields are
    (DRAINAGE, DRAINAGE): ``water_distance`` and ``road_distance`` in sides of the county."""

    seed: int
    size: int
    cell_m: float
    relief: Relief
    waters: Rivers
    towns: Towns
    parks: NDArray[np.object_]
    villages: NDArray[np.object_]
    roads: NDArray[np.object_]
    motorway: NDArray[np.object_]
    between: NDArray[np.object_]
    """Roads between towns."""
    water_distance: Field
    road_distance: Field

    @property
    def side_m(self) -> float:
        """Side of the county in metres."""
        return self.size * self.cell_m


def cell_size(size: int) -> float:
    """Side of a cell in whole metres: the county keeps its size, and 30 m is the finest."""
    return float(max(30, round(SIDE_M / size)))


def lay_out(seed: int, size: int) -> County:
    """The county of a seed, with as many towns, villages and lanes as a map of ``size`` cells can show."""
    cell_m = cell_size(size)
    land = relief(seed, DRAINAGE)
    waters = rivers(seed, land)
    water = burn(np.concatenate([waters.reaches[waters.width > 0.003], waters.lakes]), DRAINAGE)
    water_distance = _distance(water)
    slope = slope_degrees(land.height, land.hilliness, SIDE_M / DRAINAGE, seed)
    settled = settlements.towns(seed, land, water_distance, _town_count(size))
    parks = settlements.parks(seed, settled, slope, water_distance)
    motorway, between = road_lines.roads(seed, settled, land, water.astype(np.float32))
    road_distance = _distance(burn(np.concatenate([motorway, between]), DRAINAGE))
    appeal = _village_appeal(land, waters, settled, water_distance, road_distance)
    area_km2 = (size * cell_m / 1000) ** 2
    villages, places = settlements.villages(seed, size, appeal, area_km2)
    lanes = road_lines.lanes(seed, settled, places)
    shown = road_lines.within_budget([motorway, between, lanes], size)
    return County(
        seed,
        size,
        cell_m,
        land,
        waters,
        settled,
        parks,
        villages,
        shown,
        motorway,
        between,
        water_distance,
        road_distance,
    )


def burn(shapes: NDArray[np.object_], size: int, touched: bool = False) -> NDArray[np.bool_]:
    """(size, size) True where shapes in unit coordinates lie; ``touched`` takes every cell they touch."""
    if len(shapes) == 0:
        return np.zeros((size, size), dtype=bool)
    image = rasterio.features.rasterize(
        shapes, (size, size), transform=Affine.scale(1 / size), all_touched=touched, dtype="uint8"
    )
    return image.astype(bool)


def full_relief(county: County) -> Relief:
    """The relief at the size of the map, with valley floors where rivers fill hollows, and rivers cut in."""
    steepness = float(np.sqrt(county.side_m / SIDE_M))
    size, waters = county.size, county.waters
    land = relief(county.seed, size, steepness)
    lift = draw_out(waters.lift * steepness, size)
    height = land.height + lift
    beds = sorted(zip(waters.reaches, waters.bed * steepness, strict=True), key=lambda reach: -reach[1])
    bed = rasterio.features.rasterize(
        beds, (size, size), fill=1e9, transform=Affine.scale(1 / size), all_touched=True, dtype="float32"
    )
    hilliness = np.clip(land.hilliness - 0.004 * lift / steepness, 0, 1)
    return Relief(np.minimum(height, bed), hilliness)


def _town_count(size: int) -> int:
    return int(np.clip(round(8 + 32 * np.log(size / 20) / np.log(250)), 8, 40))


def _distance(mask: NDArray[np.bool_]) -> Field:
    away: Field = (ndimage.distance_transform_edt(~mask) / mask.shape[0]).astype(np.float32)
    return away


def _village_appeal(
    land: Relief, waters: Rivers, settled: Towns, water_distance: Field, road_distance: Field
) -> Field:
    ratio, _, _ = settlements.town_ratio(settled, DRAINAGE)
    hilly = np.clip(land.hilliness - 0.004 * waters.lift, 0, 1)
    streams = _distance(burn(waters.reaches, DRAINAGE, touched=True))
    near = 0.5 + 0.3 * np.exp(-road_distance / 0.03) + 0.3 * np.exp(-streams / 0.02)
    appeal = np.clip(1 - 1.15 * hilly, 0.02, 1) * near * smoothstep(ratio, 1.0, 1.9)
    appeal[water_distance < 1.5 / DRAINAGE] = 0
    return appeal.astype(np.float32)


def widened(lines: NDArray[np.object_], width: NDArray[np.float64]) -> NDArray[np.object_]:
    """Lines as bands of their widths."""
    bands: NDArray[np.object_] = shapely.buffer(lines, width / 2, quad_segs=3)
    return bands
