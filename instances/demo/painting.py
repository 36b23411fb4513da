"""The land cover of the county, painted at the size of the map from the hills down to the waters."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from instances.demo.county import SIDE_M, County, burn, widened
from instances.demo.noise import Field, draw_out, fractal, quantile
from instances.demo.settlements import TOWN_SHARE, town_ratio
from instances.demo.terrain import Relief

CODES = {
    "cropland": 1,
    "orchard_garden": 2,
    "forest": 3,
    "grassland": 4,
    "wetland": 5,
    "water": 6,
    "urban_residential": 7,
    "rural_residential": 8,
    "public_commercial": 9,
    "industrial_production": 10,
    "transport_infra": 11,
    "urban_green": 12,
    "bare_unused": 13,
}
"""Codes of ``landcover.tif``."""

BUILT = (
    "urban_residential",
    "rural_residential",
    "public_commercial",
    "industrial_production",
    "transport_infra",
)

Cover = NDArray[np.uint8]

_TOWN_GRID = 512


@dataclass(frozen=True, eq=False)
class Painted:
    """(size, size) land-cover codes, and ``sprawl``: 0 at the hearts of towns, 1 at rims, more beyond."""

    cover: Cover
    sprawl: Field


def paint(county: County, land: Relief) -> Painted:
    """Land cover of the county: nature and fields first, then settlements, roads and waters upon them."""
    water = _waters(county)
    cover = _hills_and_plain(county, land)
    _wetlands(county, cover, land)
    _place(cover, burn(county.villages, county.size, touched=False), "rural_residential")
    sprawl = _towns(county, cover, water)
    parks = burn(county.parks, county.size) & ~water
    _place(cover, parks & (_blocks(county, "yards", 0.009) > 0.12), "industrial_production")
    _roads(county, cover)
    _place(cover, water, "water")
    _complete(county, cover, sprawl)
    return Painted(cover, sprawl)


def _place(cover: Cover, where: NDArray[np.bool_], name: str) -> None:
    cover[where] = CODES[name]


def _complete(county: County, cover: Cover, sprawl: Field) -> None:
    """A cell for every class that a small map would lack, where it is likeliest."""
    away = draw_out(county.water_distance, county.size)
    for name in sorted(set(CODES) - {name for name, code in CODES.items() if (cover == code).any()}):
        urban = name in ("public_commercial", "urban_green", "industrial_production")
        turned = cover == CODES["urban_residential" if urban else "cropland"]
        unlikely = np.where(turned, sprawl if urban else away, np.inf)
        cover.flat[int(np.argmin(unlikely))] = CODES[name]


def _waters(county: County) -> NDArray[np.bool_]:
    """Rivers as wide as they are, at least one cell; narrow streams show on fine maps only."""
    waters, size = county.waters, county.size
    shown = waters.width * size >= 0.42
    main = (waters.river == 0) & (waters.width * size >= 0.12)
    reaches = waters.reaches[shown | main]
    wet = burn(reaches, size, touched=True)
    wide = waters.width[shown] * size >= 1.3
    wet |= burn(widened(waters.reaches[shown][wide], waters.width[shown][wide]), size)
    return wet | burn(waters.lakes, size)


def _hills_and_plain(county: County, land: Relief) -> Cover:
    """Forest on the hills, orchards and grass at their feet, fields with orchards, groves and ponds below."""
    seed, size = county.seed, county.size
    lottery = _blocks(county, "fields", 0.011)
    patches = fractal(seed, "patches", size, 14, 6, 0.6)
    hill = land.hilliness + 0.05 * patches + 0.05 * fractal(seed, "forest rim", size, 40, 5, 0.6)
    forest, foot = quantile(hill, 1 - 0.285), quantile(hill, 1 - 0.405)
    cover = np.full((size, size), CODES["cropland"], dtype=np.uint8)
    _plain(county, cover, lottery, patches)
    feet = (hill > foot) & (hill <= forest)
    _place(cover, feet & (lottery < 0.30 + 0.10 * patches), "orchard_garden")
    _place(cover, feet & (lottery > 0.90 - 0.05 * patches), "grassland")
    _place(cover, feet & (patches > 0.75), "forest")
    hills = hill > forest
    _place(cover, hills, "forest")
    clearing = fractal(seed, "clearings", size, 18, 6, 0.6)
    _place(cover, hills & (clearing > 1.15), "grassland")
    peaks = quantile(hill, 0.97)
    _place(cover, hills & (hill > peaks) & (clearing > 0.35), "grassland")
    _place(cover, hills & (clearing < -2.15), "bare_unused")
    return cover


def _plain(county: County, cover: Cover, lottery: Field, patches: Field) -> None:
    seed, size = county.seed, county.size
    orchards = fractal(seed, "orchards", size, 10, 3)
    _place(cover, lottery < 0.045 + 0.05 * np.clip(orchards, 0, 2), "orchard_garden")
    groves = fractal(seed, "groves", size, 30, 6, 0.6)
    _place(cover, groves > 1.95, "forest")
    _place(cover, (groves < -2.0) & (patches > -0.5), "grassland")
    _place(cover, (lottery > 0.988) & (lottery < 0.994), "bare_unused")
    ponds = fractal(seed, "ponds", size, 6, 3)
    near = draw_out(county.water_distance, size) < 0.06
    _place(cover, near & (ponds > 0.9) & (lottery > 0.55) & (lottery < 0.80), "water")


def _wetlands(county: County, cover: Cover, land: Relief) -> None:
    """Reed and marsh along the wide waters of the plain."""
    noise = fractal(county.seed, "marshes", county.size, 20, 6, 0.6)
    away = draw_out(county.water_distance, county.size)
    wet = noise - away / 0.006 - 6 * np.maximum(land.hilliness - 0.15, 0)
    _place(cover, (wet > quantile(wet, 1 - 0.022)), "wetland")


def _towns(county: County, cover: Cover, water: NDArray[np.bool_]) -> Field:
    """Towns as blocks between streets: homes, services towards the middle, parks and vacant land."""
    seed, size = county.seed, county.size
    coarse = min(size, _TOWN_GRID)
    ratio, nearest, _ = town_ratio(county.towns, coarse)
    roads = draw_out(county.road_distance, size)
    rim = fractal(seed, "town rims", size, 24, 6, 0.6)
    sprawl = draw_out(ratio, size) * (1 - 0.3 * np.exp(-roads / 0.006)) + 0.2 * rim
    town = (sprawl < quantile(sprawl, TOWN_SHARE * 1.06)) & ~water
    turn = county.towns.turn[nearest].astype(np.float32)
    block_m = 350.0 * float(np.sqrt(county.side_m / SIDE_M))
    lottery, street = _street_blocks(county, _enlarge(turn, size), block_m)
    middle = np.clip(1 - sprawl, 0, 1)
    _place(cover, town, "urban_residential")
    _place(cover, town & (lottery < 0.04 + 0.32 * middle), "public_commercial")
    river_park = draw_out(county.water_distance, size) < 0.006
    _place(cover, town & ((lottery > 0.93) | (river_park & (lottery > 0.55))), "urban_green")
    _place(cover, town & (lottery > 0.90) & (lottery < 0.93) & (middle < 0.35), "bare_unused")
    if size >= 500:
        _place(cover, town & street, "transport_infra")
    return sprawl


def _roads(county: County, cover: Cover) -> None:
    _place(cover, burn(county.roads, county.size), "transport_infra")
    if county.size >= 500:
        width = np.full(len(county.motorway), 2.2 / county.size)
        _place(cover, burn(widened(county.motorway, width), county.size), "transport_infra")


def _blocks(county: County, name: str, side: float) -> Field:
    """(size, size) one random number in 0..1 for each plot of a crooked patchwork; plots have ``side`` of a
    county of ordinary size, so that larger counties have more of them."""
    seed, size = county.seed, county.size
    side = max(side * SIDE_M / county.side_m, 1.6 / size)
    along = ((np.arange(size) + 0.5) / size).astype(np.float32)
    bend = [fractal(seed, f"{name} bend {axis}", size, 8, 5, 0.55) * np.float32(0.016) for axis in "xy"]
    column = np.floor((along[None, :] * 0.9 + along[:, None] * 0.35 + bend[0]) / np.float32(side))
    row = np.floor((along[:, None] * 0.9 - along[None, :] * 0.35 + bend[1]) / np.float32(side * 0.7))
    return _lottery(column, row, seed)


def _street_blocks(county: County, turn: Field, block_m: float) -> tuple[Field, NDArray[np.bool_]]:
    """A random number for each street block, and the streets between them, one cell wide."""
    size, side = county.size, max(block_m / county.side_m, 2.2 / county.size)
    along = ((np.arange(size) + 0.5) / size).astype(np.float32)
    x = (along[None, :] * np.cos(turn) + along[:, None] * np.sin(turn)) / np.float32(side)
    y = (along[:, None] * np.cos(turn) - along[None, :] * np.sin(turn)) / np.float32(side)
    column, row = np.floor(x), np.floor(y)
    gap = np.float32(1 / (size * side))
    street = ((x - column) < gap) | ((y - row) < gap)
    return _lottery(column, row, county.seed), street


def _lottery(column: Field, row: Field, seed: int) -> Field:
    """A number in 0..1 for each pair of whole numbers, the same wherever the pair occurs."""
    mixed = column.astype(np.int32).astype(np.uint32) * np.uint32(0x9E3779B1)
    mixed ^= row.astype(np.int32).astype(np.uint32) * np.uint32(0x85EBCA77) + np.uint32(seed & 0xFFFF)
    mixed ^= mixed >> np.uint32(15)
    mixed *= np.uint32(0x2C1B3C6D)
    mixed ^= mixed >> np.uint32(12)
    mixed *= np.uint32(0x297A2D39)
    mixed ^= mixed >> np.uint32(15)
    return (mixed >> np.uint32(8)).astype(np.float32) * np.float32(1 / 2**24)


def _enlarge(values: Field, size: int) -> Field:
    """A coarse field at the size of the map, each cell the value of the coarse cell it lies in."""
    source = (np.arange(size) * values.shape[0]) // size
    return values[source[:, None], source[None, :]]
