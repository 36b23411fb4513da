"""How wide a network is where it leads from one patch to another: a square that slides over it.

On raster cells a way is n cells wide where a square of n x n cells can be pushed along it, step by step, all
of it on land of the network. The widest way is that of the largest such square, and its narrowest place is
where no larger one fits. Parcels are as wide a passage as the edges that they share: of the widest way it is
the shortest one that counts.
Both are counted in metres, of cells by their shorter side.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage, sparse
from scipy.sparse import csgraph

from formulations.core.compiling import compiled
from formulations.network.functional_mesh import FunctionalMesh
from formulations.network.steps import Neighbours
from instances.rules.measures import cell_metres
from instances.units.grid import FloatArray, Grid, RasterFrame

Units = NDArray[np.int64]
Image = NDArray[np.bool_]


class Width(NamedTuple):
    """The least width in m along the widest way, and the ``units`` of the narrowest place on it."""

    least_m: float
    units: Units


def cells_across(grid: Grid, frame: RasterFrame, width_m: float) -> int:
    """So many cells side by side are at least ``width_m`` wide."""
    return max(1, int(np.ceil(width_m / min(cell_metres(grid, frame)) * (1.0 - 1e-6))))


class Squares:
    """Squares of ``side`` x ``side`` cells around the units of a raster."""

    def __init__(self, frame: RasterFrame, side: int) -> None:
        self.frame, self.side = frame, side
        self._before = (side - 1) // 2
        margin = ((self._before, side - 1 - self._before),) * 2
        image = frame.paint(np.arange(len(frame.cells), dtype=np.int64), -1)
        self._unit, self._margin = np.pad(image, margin, constant_values=-1), margin

    def sums(self, values: FloatArray) -> FloatArray:
        """(units,) the sum of ``values`` (units,) over the square of each; what lies outside counts as 0."""
        image = np.pad(self.frame.paint(values, 0.0), self._margin)
        rows, columns = self.frame.shape
        found: FloatArray = window_sums(image, self.side)[:rows, :columns].ravel()[self.frame.cells]
        return found

    def units(self, around: Units) -> Units:
        """(units of ``around``, side²) the units of their squares, -1 outside the map."""
        row, column = np.divmod(self.frame.cells[around].astype(np.int64), self.frame.shape[1])
        across = np.arange(self.side)
        found: Units = self._unit[
            row[:, None, None] + across[:, None], column[:, None, None] + across[None, :]
        ]
        return found.reshape(len(around), self.side**2)

    def cost(self, price: FloatArray, inside: NDArray[np.bool_], least: float) -> FloatArray:
        """(units,) what a unit costs as the middle of a way of squares: what its square costs, of which each
        next one has all but one row; inf where some unit may not join. ``price`` (units,) is that of each, of
        units outside ``least`` at the least."""
        free = inside | np.isfinite(price)
        each = np.where(inside | ~free, 0.0, np.maximum(price, least))
        whole = self.sums(free.astype(float)) > self.side**2 - 0.5
        return np.where(whole, np.maximum(self.sums(each), 0.0) / self.side, np.inf)


def squares_of(mesh: FunctionalMesh) -> Squares | None:
    """The squares that corridors are made of: None where one cell is as wide as is asked."""
    frame = mesh.grid.frame
    if mesh.corridor_m <= 0 or not isinstance(frame, RasterFrame):
        return None
    side = cells_across(mesh.grid, frame, mesh.corridor_m)
    return Squares(frame, side) if side > 1 else None


def width_between(mesh: FunctionalMesh, land: NDArray[np.bool_], one: Units, other: Units) -> Width:
    """The width of the widest way over ``land`` (units,) that begins at a unit of ``one`` and ends at one of
    ``other``; some way has to lead from the first to the second."""
    if isinstance(mesh.grid.frame, RasterFrame):
        return _by_squares(mesh, mesh.grid.frame, land, one, other)
    return _by_edges(mesh, land, one, other)


def _by_squares(
    mesh: FunctionalMesh, frame: RasterFrame, land: NDArray[np.bool_], one: Units, other: Units
) -> Width:
    cells = [np.zeros(len(land), dtype=bool) for _ in range(2)]
    cells[0][one] = cells[1][other] = True
    open_, *ends = (frame.paint(each, background=False) for each in (land, *cells))
    box = ndimage.find_objects(open_.astype(np.uint8))[0]
    open_, ends = open_[box], [each[box] for each in ends]
    fits = largest_squares(open_)
    beside = np.ones((3, 3)) if mesh.neighbours is Neighbours.CORNERS else None
    # Most ways are narrow: twice as wide is tried as long as that passes, then what lies between.
    low, high, most = 1, 2, int(fits.max()) + 1
    while high < most and _joined(fits, ends, high, beside):
        low, high = high, 2 * high
    high = min(high, most)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if _joined(fits, ends, middle, beside) else (low, middle)
    near = _around(ends, low)
    if not _joined(fits[near], [each[near] for each in ends], low, beside):
        near = (slice(0, None), slice(0, None))
    row, column = _narrowest(fits[near], [each[near] for each in ends], low, beside)
    row, column = row + near[0].start, column + near[1].start
    image = frame.paint(np.arange(len(land), dtype=np.int64), -1)[box]
    units = image[row : row + low, column : column + low].ravel()
    return Width(low * min(cell_metres(mesh.grid, frame)), np.sort(units))


def largest_squares(open_: Image) -> NDArray[np.int32]:
    """(rows, columns) the side, in cells, of the largest square of open cells with its upper left at each."""
    found: NDArray[np.int32] = _largest(np.ascontiguousarray(open_))
    return found


@compiled()
def _largest(open_: Image) -> NDArray[np.int32]:
    rows, columns = open_.shape
    found = np.zeros((rows + 1, columns + 1), dtype=np.int32)
    for row in range(rows - 1, -1, -1):
        for column in range(columns - 1, -1, -1):
            if open_[row, column]:
                near = min(found[row + 1, column], found[row, column + 1])
                found[row, column] = min(near, found[row + 1, column + 1]) + 1
    return found[:rows, :columns]


def window_sums(image: NDArray[np.generic], side: int) -> FloatArray:
    """(rows, columns) the sum over the square of ``side`` cells with its upper left at each; what lies
    outside the image counts as 0."""
    rows, columns = image.shape
    total = np.zeros((rows + 1, columns + 1))
    total[1:, 1:] = image.astype(float).cumsum(axis=0).cumsum(axis=1)
    row, column = (np.minimum(np.arange(count) + side, count) for count in (rows, columns))
    below, right = total[row], slice(None, -1)
    found: FloatArray = below[:, column] - below[:, right] - total[:-1][:, column] + total[:-1, right]
    return found


def _covered(cells: Image, side: int) -> Image:
    """(rows, columns) True at the upper left of every square of ``side`` cells that has some of ``cells``."""
    found: Image = window_sums(cells, side) > 0.5
    return found


def _around(ends: list[Image], side: int) -> tuple[slice, slice]:
    """The part of an image in which both ends lie, and as much again around it."""
    found = []
    for axis in (1, 0):
        some = np.flatnonzero((ends[0] | ends[1]).any(axis=axis))
        more = int(some[-1] - some[0]) + 2 * side
        found.append(slice(max(0, int(some[0]) - more), int(some[-1]) + more + 1))
    return found[0], found[1]


def _joined(fits: NDArray[np.int32], ends: list[Image], side: int, beside: FloatArray | None) -> bool:
    """Whether a square of ``side`` cells can be pushed from one end to the other."""
    piece, count = ndimage.label(fits >= side, structure=beside)
    at = [np.bincount(piece[_covered(each, side)], minlength=count + 1)[1:] > 0 for each in ends]
    return bool((at[0] & at[1]).any())


def _narrowest(
    fits: NDArray[np.int32], ends: list[Image], side: int, beside: FloatArray | None
) -> tuple[int, int]:
    """The upper left of a square of ``side`` cells on the shortest way of such squares, where no larger one
    holds it: that in the middle of all these; of the way where there is none."""
    fit = fits >= side
    node = np.where(fit, np.cumsum(fit).reshape(fit.shape) - 1, -1)
    steps = [(node[:, :-1], node[:, 1:]), (node[:-1], node[1:])]
    if beside is not None:
        steps += [(node[:-1, :-1], node[1:, 1:]), (node[:-1, 1:], node[1:, :-1])]
    both = [(a[(a >= 0) & (b >= 0)], b[(a >= 0) & (b >= 0)]) for a, b in steps]
    first, second = (np.concatenate(each) for each in zip(*both, strict=True))
    count = int(fit.sum())
    graph = sparse.coo_array((np.ones(len(first)), (first, second)), shape=(count, count)).tocsr()
    starts, goals = (np.unique(node[_covered(each, side) & fit]) for each in ends)
    far, before, _ = csgraph.dijkstra(
        graph, directed=False, indices=starts, min_only=True, return_predecessors=True
    )
    at = int(goals[np.argmin(far[goals])])
    way = [at]
    while before[at] >= 0:
        at = int(before[at])
        way.append(at)
    row, column = (each[way] for each in np.nonzero(fit))
    larger = np.pad(fits > side, ((1, 0), (1, 0)))
    within = larger[1:, 1:] | larger[:-1, 1:] | larger[1:, :-1] | larger[:-1, :-1]
    tight = np.flatnonzero(~within[row, column])
    chosen = int(tight[len(tight) // 2]) if len(tight) else len(way) // 2
    return int(row[chosen]), int(column[chosen])


def _by_edges(mesh: FunctionalMesh, land: NDArray[np.bool_], one: Units, other: Units) -> Width:
    """Of all ways from parcel to parcel the one whose shortest shared edge is longest."""
    edges = mesh.grid.edges
    inside = np.flatnonzero(land[edges.first] & land[edges.second])
    order = inside[np.argsort(-edges.length_m[inside], kind="stable")]
    first, second = edges.first[order].astype(np.int64), edges.second[order].astype(np.int64)
    low, high = 0, len(order)  # the first ``high`` edges join both ends, the first ``low`` do not
    while high - low > 1:
        middle = (low + high) // 2
        graph = sparse.coo_array(
            (np.ones(middle, bool), (first[:middle], second[:middle])), shape=(len(land), len(land))
        )
        _, piece = csgraph.connected_components(graph.tocsr(), directed=False)
        joined = bool(np.isin(piece[one], piece[other]).any())
        low, high = (low, middle) if joined else (middle, high)
    last = high - 1
    return Width(float(edges.length_m[order[last]]), np.sort(np.array([first[last], second[last]])))
