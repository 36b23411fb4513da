"""Townships, red lines and greenways of the county: polygons and lines in unit coordinates."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import rasterio.features
import shapely
from affine import Affine
from numpy.typing import NDArray
from scipy import ndimage

from instances.demo.county import County, burn
from instances.demo.noise import Field, cells_of, fractal, interpolate, quantile, stream
from instances.demo.painting import BUILT, CODES, Painted
from instances.demo.settlements import PARK_SHARE, TOWN_SHARE

LINE_GRID = 400
"""Cells a side, at most, of the grid on which red lines are drawn."""

Shapes = NDArray[np.object_]


@dataclass(frozen=True, eq=False)
class RedLines:
    """The three lines of one alternative."""

    farmland: Shapes
    ecology: Shapes
    urban: Shapes


@dataclass(frozen=True)
class Drawing:
    """How an alternative draws its lines: share of the county inside the ecological red line, and the size
    of the urban growth boundary against the towns of today."""

    ecology: float
    urban: float


BASE_LINES = Drawing(ecology=0.25, urban=1.55)
WIDER_LINES = Drawing(ecology=0.32, urban=1.30)


def townships(county: County) -> Shapes:
    """One polygon for each town: the land nearest to it, its borders crooked and shared exactly."""
    square = shapely.box(0, 0, 1, 1)
    towns = shapely.points(county.towns.place)
    cells = shapely.get_parts(shapely.voronoi_polygons(shapely.multipoints(towns), extend_to=square))
    cells = shapely.segmentize(shapely.intersection(cells, square), 0.012)
    shift = [fractal(county.seed, f"borders {axis}", 256, 12, 3) for axis in "xy"]

    def crooked(points: NDArray[np.float64]) -> NDArray[np.float64]:
        calm = np.clip(4 * np.minimum(points, 1 - points).min(axis=1), 0, 1)[:, None] * 0.009
        moved: NDArray[np.float64] = points + calm * np.stack(
            [interpolate(axis, points) for axis in shift], axis=1
        )
        return moved

    tree = shapely.STRtree(cells)
    order = tree.query(towns, predicate="within")[1]
    polygons: Shapes = shapely.make_valid(shapely.transform(cells[order], crooked))
    return polygons


def red_lines(county: County, painted: Painted, how: Drawing) -> RedLines:
    """Permanent basic farmland on the large fields, the ecological red line on hills and waters, the urban
    growth boundary around towns; they overlap a little and miss some of what they mean to hold."""
    grid = min(county.size, LINE_GRID)
    source = np.arange(grid) * county.size // grid + county.size // (2 * grid)
    cover = painted.cover[source[:, None], source[None, :]]
    sprawl = painted.sprawl[source[:, None], source[None, :]]
    loose = 0.06 * fractal(county.seed, "line drawing", grid, 20, 4, 0.6)
    urban = sprawl + loose < quantile(sprawl + loose, how.urban * TOWN_SHARE)
    growing = shapely.buffer(county.parks, (how.urban - 1) * 0.3 * np.sqrt(PARK_SHARE / 6))
    urban |= burn(growing, grid)
    urban &= cover != CODES["water"]
    core = ndimage.binary_erosion(urban, iterations=max(1, grid // 200), border_value=1)
    return RedLines(
        farmland=_outline(_farmland(cover, loose, core) & ~burn(county.roads, grid)),
        ecology=_outline(_closed(_ecology(cover, -loose, core, how.ecology))),
        urban=_outline(_closed(urban)),
    )


def _farmland(cover: NDArray[np.uint8], loose: Field, core: NDArray[np.bool_]) -> NDArray[np.bool_]:
    cropland = cover == CODES["cropland"]
    density = _smooth(cropland) + loose
    farmland: NDArray[np.bool_] = (density > quantile(density, 0.21, cropland)) & ~core
    return farmland


def _ecology(
    cover: NDArray[np.uint8], loose: Field, core: NDArray[np.bool_], share: float
) -> NDArray[np.bool_]:
    worth = np.zeros(len(CODES) + 1, dtype=np.float32)
    for name, value in (("forest", 1.0), ("grassland", 0.8), ("wetland", 1.2), ("water", 1.0)):
        worth[CODES[name]] = value
    wild = _smooth(worth[cover]) + 2.5 * loose
    ecology: NDArray[np.bool_] = (wild > quantile(wild, 1 - share)) & ~core
    return ecology


def _smooth(values: NDArray[Any]) -> Field:
    size = values.shape[0]
    smooth: Field = ndimage.gaussian_filter(values.astype(np.float32), max(0.6, size * 0.006), mode="nearest")
    return smooth


def _closed(mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
    closed: NDArray[np.bool_] = ndimage.binary_closing(mask) | mask
    return closed


def _outline(mask: NDArray[np.bool_]) -> Shapes:
    """The polygons of a mask with smooth outlines; specks of one or two cells are left out."""
    size = mask.shape[0]
    shapes = rasterio.features.shapes(mask.astype("uint8"), mask=mask, transform=Affine.scale(1 / size))
    polygons = np.array([shapely.geometry.shape(geometry) for geometry, _ in shapes], dtype=object)
    polygons = polygons[shapely.area(polygons) * size**2 > 2.5]
    round_by = 0.4 / size
    smooth = shapely.simplify(polygons, 0.75 / size)
    for width in (round_by, -2 * round_by, round_by):
        smooth = shapely.buffer(smooth, width, quad_segs=3)
    parts = shapely.get_parts(shapely.intersection(smooth, shapely.box(0, 0, 1, 1)))
    large: Shapes = shapely.set_precision(parts[shapely.area(parts) * size**2 > 2.5], 1e-6)
    return large


def greenways(county: County, painted: Painted, farmland: Shapes, count: int) -> tuple[Shapes, Field]:
    """Straight-ish strips of fields between two pieces of blue-green land, free of buildings, roads and
    permanent basic farmland, and the worth of each: the longer, the more."""
    size, random = county.size, stream(county.seed, "greenways")
    blue_green = np.isin(
        painted.cover, [CODES[n] for n in ("forest", "grassland", "wetland", "water", "urban_green")]
    )
    barred = np.isin(painted.cover, [CODES[name] for name in BUILT]) | burn(farmland, size, touched=True)
    tries = 6000
    start = random.uniform(0.02, 0.98, (tries, 2))
    longest = max(0.14, 5 / size)
    turn, length = random.uniform(0, 2 * np.pi, tries), random.uniform(max(0.03, 3 / size), longest, tries)
    end = start + length[:, None] * np.stack([np.cos(turn), np.sin(turn)], axis=1)
    steps = np.linspace(0, 1, int(np.ceil(longest * size * 2)) + 2)
    path = start[:, None, :] + steps[None, :, None] * (end - start)[:, None, :]
    column, row = cells_of(path.reshape(-1, 2), size)
    green = blue_green[row, column].reshape(tries, -1)
    beside = ndimage.maximum_filter(barred, 3)[row, column].reshape(tries, -1).any(axis=1)
    through = barred[row, column].reshape(tries, -1).any(axis=1)
    share = green.mean(axis=1)
    joins = ((end > 0.01) & (end < 0.99)).all(axis=1) & green[:, 0] & green[:, -1] & ~through
    # On small maps few strips are free on both sides, and one that is green already is better than none.
    choices = (joins & ~beside & (share > 0.2) & (share < 0.85), joins & (share < 1), joins)
    fit = next((choice for choice in choices if choice.any()), joins)
    gap = length * (1 - share)
    chosen = _apart(np.flatnonzero(fit)[np.argsort(-gap[fit], kind="stable")], (start + end) / 2, count)
    lines: Shapes = shapely.linestrings(np.stack([start[chosen], end[chosen]], axis=1))
    return lines, np.round(length[chosen] * county.side_m / 1000, 2).astype(np.float32)


def _apart(candidates: NDArray[np.intp], middle: NDArray[np.float64], count: int) -> NDArray[np.intp]:
    """At most ``count`` candidates, best first, none close to a better one."""
    chosen: list[int] = []
    for candidate in candidates:
        away = np.hypot(*(middle[chosen] - middle[candidate]).T) if chosen else np.ones(1)
        if away.min() > 0.06:
            chosen.append(int(candidate))
        if len(chosen) == count:
            break
    return np.array(chosen, dtype=np.intp)
