"""Morphological spatial pattern analysis (MSPA): what every cell of a network is to its shape.

After Soille and Vogt (2009), foreground over corners, background over edges, an edge one cell wide:

    core         all eight neighbours belong
    islet        a piece without core
    edge         next to core, at the outer border of its piece
    perforation  next to core, at the border of a hole in it
    bridge       farther from core, between two or more cores
    loop         the same, from one core back to it
    branch       the same, from a core to nowhere

Land off the map is outside; which of two cores that touch one cell it is next to is left to chance.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from instances.units.grid import Grid, RasterFrame

KINDS = ("core", "islet", "edge", "perforation", "bridge", "loop", "branch")
OUTSIDE = len(KINDS)
_AROUND = np.ones((3, 3), dtype=bool)
_SHIFTS = [(down, across) for down in (-1, 0, 1) for across in (-1, 0, 1) if (down, across) != (0, 0)]


def kinds_of(member: NDArray[np.bool_], grid: Grid) -> NDArray[np.uint8] | None:
    """(units,) the position in ``KINDS`` of every unit of a network, ``OUTSIDE`` for others; None of
    parcels."""
    if not isinstance(grid.frame, RasterFrame):
        return None
    return mspa(grid.frame.paint(member, False)).ravel()[grid.frame.cells]


def areas_of(member: NDArray[np.bool_], grid: Grid) -> dict[str, float | None]:
    """The area of every kind in ha; None of parcels."""
    kinds = kinds_of(member, grid)
    if kinds is None:
        return dict.fromkeys(KINDS)
    total = np.bincount(kinds, weights=grid.area_ha, minlength=OUTSIDE + 1)
    return dict(zip(KINDS, total.tolist(), strict=False))


def mspa(image: NDArray[np.bool_]) -> NDArray[np.uint8]:
    """(rows, columns) the kind of every cell of an image."""
    inside = np.pad(image, 1)
    core = ndimage.binary_erosion(inside, _AROUND)
    piece, pieces = ndimage.label(inside, _AROUND)
    has_core = np.zeros(pieces + 1, dtype=bool)
    has_core[np.unique(piece[core])] = True
    has_core[0] = False
    opened = ndimage.binary_dilation(core, _AROUND)  # all of it inside: core has all its neighbours
    hole, holes = ndimage.label(~inside)
    outer = np.zeros(holes + 1, dtype=bool)
    outer[hole[0, 0]] = True
    border = ndimage.binary_dilation((hole > 0) & outer[hole], _AROUND)
    kind = np.full(inside.shape, OUTSIDE, dtype=np.uint8)
    kind[inside & ~has_core[piece]] = KINDS.index("islet")
    kind[opened] = np.where(border[opened], KINDS.index("edge"), KINDS.index("perforation"))
    kind[core] = KINDS.index("core")
    rest = inside & has_core[piece] & ~opened
    kind[rest] = _connectors(core, opened, rest)
    return kind[1:-1, 1:-1]


def _connectors(
    core: NDArray[np.bool_], opened: NDArray[np.bool_], rest: NDArray[np.bool_]
) -> NDArray[np.uint8]:
    """The kinds of the cells of ``rest``, by which cores and in how many places they touch what is opened."""
    part, parts = ndimage.label(rest, _AROUND)
    owner = ndimage.grey_dilation(ndimage.label(core, _AROUND)[0], footprint=_AROUND)
    place, _ = ndimage.label(rest & ndimage.binary_dilation(opened, _AROUND), _AROUND)
    rows, columns = np.nonzero(rest)
    pairs = []
    for down, across in _SHIFTS:
        beside = rows + down, columns + across
        meets = opened[beside]
        pairs.append(np.stack([part[rest], place[rest], owner[beside]])[:, meets])
    of, where, which = np.concatenate(pairs, axis=1)
    places = _different(of, where, parts)
    cores = _different(of, which, parts)
    found = np.full(parts + 1, KINDS.index("branch"), dtype=np.uint8)
    found[places >= 2] = KINDS.index("loop")
    found[cores >= 2] = KINDS.index("bridge")
    kinds: NDArray[np.uint8] = found[part[rest]]
    return kinds


def _different(of: NDArray[np.int32], value: NDArray[np.int32], count: int) -> NDArray[np.int64]:
    """(count + 1,) how many different values there are of each."""
    pairs = np.unique(np.stack([of, value]), axis=1)
    return np.bincount(pairs[0], minlength=count + 1)
