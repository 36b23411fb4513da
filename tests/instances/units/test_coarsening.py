from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from affine import Affine
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays
from pyproj import CRS

import instances.units.coarsening as coarsening
from instances.study.findings import Findings
from instances.units.coarsening import block_size, coarsen
from tests.support.made_files import said

NONE = 255
PLACE = Affine(100, 0, 0, 0, -100, 0)


def rows_of(cells: np.ndarray) -> Callable[[int, int], np.ndarray]:
    """Cells as they are asked for: by rows."""
    return lambda top, bottom: cells[top:bottom]


def test_a_four_by_four_by_hand() -> None:
    """Blocks of 2 x 2: three of class 1 win; a tie goes to the first class; two valid of four are a unit
    of half the area; one valid of four is none, and its area is dropped."""
    cells = np.array(
        [
            [1, 1, 0, 2],
            [0, 1, 2, 0],
            [2, NONE, NONE, NONE],
            [2, NONE, 0, NONE],
        ],
        dtype=np.uint8,
    )
    coarse = coarsen(rows_of(cells), cells.shape, 3, NONE, PLACE, np.ones(4), (2, 2))
    assert coarse.index.tolist() == [[1, 0], [2, NONE]]
    assert coarse.area_ha.tolist() == [[4, 4], [2, 1]]
    assert coarse.dropped_ha == 1
    assert coarse.transform == Affine(200, 0, 0, 0, -200, 0)


def test_blocks_at_the_border_may_be_incomplete() -> None:
    """A raster of 3 x 3 has blocks of 2 x 2, 2 x 1, 1 x 2 and 1 x 1 cells, each judged by those it has."""
    cells = np.array([[0, 0, 1], [0, 0, NONE], [1, 1, NONE]], dtype=np.uint8)
    coarse = coarsen(rows_of(cells), cells.shape, 2, NONE, PLACE, np.ones(3), (2, 2))
    assert coarse.index.tolist() == [[0, 1], [1, NONE]]
    assert coarse.area_ha.tolist() == [[4, 1], [2, 0]]
    assert coarse.dropped_ha == 0


@given(
    cells=arrays(
        np.uint8, array_shapes(min_dims=2, max_dims=2, max_side=9), elements=st.sampled_from([0, 1, 2, NONE])
    ),
    down=st.integers(1, 4),
    across=st.integers(1, 4),
    at_once=st.sampled_from([1, 10, 10**6]),
)
def test_every_hectare_is_kept_or_dropped(cells: np.ndarray, down: int, across: int, at_once: int) -> None:
    """Whatever the blocks, and however many rows are counted at a time, units and dropped blocks have
    together the area of all cells with a class, and a unit has a class that most of its cells have."""
    row_ha = 1.0 + np.arange(len(cells))
    usual, coarsening.CELLS_AT_ONCE = coarsening.CELLS_AT_ONCE, at_once
    try:
        coarse = coarsen(rows_of(cells), cells.shape, 3, NONE, PLACE, row_ha, (down, across))
    finally:
        coarsening.CELLS_AT_ONCE = usual
    unit = coarse.index != NONE
    assert coarse.area_ha[unit].sum() + coarse.dropped_ha == pytest.approx(
        ((cells != NONE) * row_ha[:, None]).sum()
    )
    for row, column in np.argwhere(unit):
        block = cells[row * down : (row + 1) * down, column * across : (column + 1) * across]
        counts = np.bincount(block[block != NONE], minlength=3)
        assert counts.sum() * 2 >= block.size
        assert coarse.index[row, column] == counts.argmax()


def test_block_sizes_follow_from_the_resolution() -> None:
    """300 m are three cells of 100 m; cells may be oblong; degrees are counted in metres on the spot."""
    utm = CRS(32649)
    assert block_size(300, PLACE, utm, (4, 90), "p", Findings()) == (3, 3)
    assert block_size(100.02, PLACE, utm, (4, 90), "p", Findings()) == (1, 1)
    assert block_size(300, Affine(50, 0, 0, 0, -100, 0), utm, (4, 90), "p", Findings()) == (3, 6)
    assert block_size(
        300, Affine(0.00027, 0, 113, 0, -0.00027, 24), CRS(4326), (90, 90), "p", Findings()
    ) == (
        10,
        11,
    )


def test_cells_in_degrees_take_the_nearest_whole_block_and_say_so() -> None:
    """A 30 m grid in degrees is 26 m wide in the middle of China: 90 m are three cells each way, told."""
    findings, degree = Findings(), 0.000269494585
    place = Affine(degree, 0, 112.5, 0, -degree, 31.3)
    assert block_size(90, place, CRS(4326), (2300, 2300), "landcover.resolution", findings) == (3, 3)
    assert "blocks are 89.64 m high, 77.22 m wide" in said(findings)
    assert block_size(10, place, CRS(4326), (2300, 2300), "p", findings) is None
    assert "10 m is finer than the land cover's cells" in said(findings)


@pytest.mark.parametrize(
    ("resolution", "sentence"),
    [
        (
            250,
            "250 m is 2.5 times the land cover's cells of 100 m. Give a whole multiple of them: 200 or 300",
        ),
        (50, "50 m is finer than the land cover's cells of 100 m. Give a multiple of them, such as 200"),
    ],
)
def test_a_resolution_that_does_not_fit_is_told(resolution: float, sentence: str) -> None:
    """The finding names the two nearest resolutions that fit."""
    findings = Findings()
    assert block_size(resolution, PLACE, CRS(32649), (4, 4), "landcover.resolution", findings) is None
    assert sentence in said(findings)


def test_a_resolution_of_cells_without_width_is_told() -> None:
    """At the pole cells in degrees have no width, and no resolution in metres fits them."""
    findings = Findings()
    assert block_size(1e5, Affine(1, 0, 113, 0, -1, 91), CRS(4490), (2, 3), "p", findings) is None
    assert "the raster's cells have no size" in said(findings)
