"""Towns at places where people settle, industrial parks beside them, and villages all over the plain."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from instances.demo.noise import Field, centres, sample, stream
from instances.demo.rivers import rim_distance
from instances.demo.terrain import Relief

TOWN_SHARE = 0.062
PARK_SHARE = 0.017
VILLAGE_SHARE = 0.034
"""Shares of the county under towns, industrial parks and villages."""


@dataclass(frozen=True, eq=False)
class Towns:
    """(towns, 2) places, the county town first; (towns,) radius in sides and the turn of its streets."""

    place: NDArray[np.float64]
    radius: NDArray[np.float64]
    turn: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.radius)


def towns(seed: int, county: Relief, water_distance: Field, count: int) -> Towns:
    """The best places one after another: flat, low, near water but not in it, away from larger towns."""
    size = county.height.shape[0]
    random = stream(seed, "towns")
    appeal = (1 - county.hilliness) ** 2 * np.exp(-(((water_distance - 0.022) / 0.05) ** 2))
    appeal = appeal * np.clip(rim_distance(size) / 0.09, 0, 1) * (water_distance > 0.008)
    appeal = appeal + 0.12 * (1 - county.hilliness) * np.clip(rim_distance(size) / 0.09, 0, 1)
    appeal = appeal * np.exp(0.35 * random.standard_normal(appeal.shape))
    middle = np.hypot(centres(size)[None, :] - 0.5, centres(size)[:, None] - 0.5)
    places: list[tuple[float, float]] = []
    spacing = 0.62 / np.sqrt(count)
    for rank in range(count):
        best = np.argmax(appeal * np.exp(-((middle / 0.25) ** 2)) if rank == 0 else appeal)
        row, column = np.unravel_index(best, appeal.shape)
        places.append(((column + 0.5) / size, (row + 0.5) / size))
        away = np.hypot(centres(size)[None, :] - places[-1][0], centres(size)[:, None] - places[-1][1])
        reach = spacing * (2.2 if rank == 0 else 1.25)
        appeal = appeal * (1 - np.exp(-((away / reach) ** 4)))
    weight = 1.0 / (np.arange(count) + 1.0) ** 0.85
    radius = np.sqrt(TOWN_SHARE * weight / weight.sum() / np.pi)
    return Towns(np.array(places), radius, random.uniform(0, np.pi / 2, count))


def parks(seed: int, settled: Towns, slope: Field, water_distance: Field) -> NDArray[np.object_]:
    """Industrial parks: rectangles along the streets at the flat, dry rims of the larger towns."""
    random = stream(seed, "parks")
    count = min(len(settled), 10)
    share = PARK_SHARE * settled.radius[:count] ** 1.3 / (settled.radius[:count] ** 1.3).sum()
    found = []
    for town in range(count):
        turns = settled.turn[town] + np.arange(4) * np.pi / 2
        half = np.sqrt(share[town] / 4) * np.array([1.45, 1 / 1.45])
        middle = settled.place[town] + (settled.radius[town] * 1.05 + half[0]) * np.stack(
            [np.cos(turns), np.sin(turns)], axis=1
        )
        inside = ((middle > 0.04) & (middle < 0.96)).all(axis=1)
        worth = -sample(slope, middle) + 60 * np.minimum(sample(water_distance, middle), 0.03) - 99 * ~inside
        best = int(np.argmax(worth + random.uniform(0, 0.5, 4)))
        found.append(_rectangle(middle[best], half, turns[best]))
    return np.array(found)


def villages(
    seed: int, size: int, appeal: Field, area_km2: float
) -> tuple[NDArray[np.object_], NDArray[np.float64]]:
    """Village polygons (points where a village is no larger than a cell) and their (villages, 2) places.

    They lie on a jittered grid where ``appeal`` is largest, 350 in a county of 900 km2.
    """
    random = stream(seed, "villages")
    mean = max(VILLAGE_SHARE / min(350 * area_km2 / 900, 4000), 1.0 / size**2)
    count = max(int(VILLAGE_SHARE / mean), 3)
    across = int(np.ceil(np.sqrt(count * 2.2)))
    corner = np.stack(np.meshgrid(np.arange(across), np.arange(across)), axis=-1).reshape(-1, 2)
    candidates = (corner + random.uniform(0.08, 0.92, corner.shape)) / across
    worth = sample(appeal, candidates) * random.uniform(0.6, 1.0, len(candidates))
    worth = np.where(sample(appeal, candidates) > 0, worth, -1)
    chosen = np.sort(np.argsort(-worth, kind="stable")[:count])
    place = candidates[chosen][worth[chosen] > 0]
    if mean * size**2 < 2.5:
        return shapely.points(place), place
    area = mean * random.lognormal(-0.18, 0.6, len(place))
    angle = np.linspace(0, 2 * np.pi, 14, endpoint=False)
    outline = np.sqrt(area / np.pi)[:, None] * random.uniform(0.62, 1.4, (len(place), 14))
    ring = place[:, None, :] + outline[..., None] * np.stack([np.cos(angle), np.sin(angle)], axis=-1)
    return shapely.make_valid(shapely.polygons(ring)), place


def _rectangle(middle: NDArray[np.float64], half: NDArray[np.float64], turn: float) -> object:
    corners = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]]) * half
    along, aside = np.array([np.cos(turn), np.sin(turn)]), np.array([-np.sin(turn), np.cos(turn)])
    return shapely.polygons(middle + corners[:, :1] * along + corners[:, 1:] * aside)


def town_ratio(settled: Towns, size: int) -> tuple[Field, NDArray[np.int16], Field]:
    """(size, size) distance to a town over its radius, least of all towns; that town; the distance to any."""
    across, down = centres(size)[None, :], centres(size)[:, None]
    ratio = np.full((size, size), np.inf, dtype=np.float32)
    nearest = np.zeros((size, size), dtype=np.int16)
    distance = np.full((size, size), np.inf, dtype=np.float32)
    for town, ((x, y), radius) in enumerate(zip(settled.place, settled.radius, strict=True)):
        away = np.hypot(across - np.float32(x), down - np.float32(y))
        distance = np.minimum(distance, away)
        closer = away / np.float32(radius) < ratio
        ratio = np.where(closer, away / np.float32(radius), ratio)
        nearest[closer] = town
    return ratio, nearest, distance
