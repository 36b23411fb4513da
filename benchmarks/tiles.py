"""Layout problems with many limits: a study's own, and limits for every tile of a square division."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from formulations.core.problem import LayoutProblem, Limit
from formulations.indicators.catalogue import indicators
from instances.instance import Instance
from instances.rules.districts import Districts
from instances.units.grid import Grid, RasterFrame

SHARES = {"area.cropland": 0.95, "blue_green_compactness": 0.98}
"""Share of today's value that every tile keeps, by indicator."""


def with_tiles(problem: LayoutProblem, instance: Instance, side: int) -> LayoutProblem:
    """The problem with limits for ``side`` x ``side`` tiles in place of its own limits by district."""
    tiles = square_tiles(instance.grid, side)
    known = indicators(instance)
    limits = [limit for limit in problem.limits if len(limit.districts) == 1]
    for name, share in SHARES.items():
        least = share * known[name].evaluate_by(instance.today, tiles)
        none = np.full(len(tiles), np.inf)
        limits.append(Limit(known[name], tiles, np.where(least > 0, least, -np.inf), none, f"tiles.{name}"))
    return replace(problem, limits=tuple(limits))


def square_tiles(grid: Grid, side: int) -> Districts:
    """``side`` x ``side`` tiles of a raster grid as districts."""
    frame = grid.frame
    if not isinstance(frame, RasterFrame):
        raise TypeError("tiles are cut from raster cells")
    rows, columns = frame.shape
    row, column = np.divmod(frame.cells.astype(np.int64), columns)
    member = (row * side // rows) * side + column * side // columns
    names = tuple(f"tile {number // side + 1}.{number % side + 1}" for number in range(side * side))
    return Districts("tiles", names, member.astype(np.int32))
