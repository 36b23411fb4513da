from __future__ import annotations

from pathlib import Path

import numpy as np
import rasterio
from hypothesis import given
from hypothesis import strategies as st
from pyproj import CRS
from rasterio.windows import Window

from instances.layers.bands import numbers_of, strips
from tests.support.made_files import UTM, write_raster


def test_numbers_are_read_by_windows(tmp_path: Path) -> None:
    """A window holds the numbers of its cells, NaN where the mask says that there is none, and each can be
    seen through a function of its own."""
    values = np.array([[1, -9, 3], [4, 5, 6]], np.int16)
    with rasterio.open(write_raster(tmp_path / "a.tif", values, nodata=-9)) as source:
        numbers = numbers_of(source, 1, CRS(UTM))
        assert np.isnan(numbers.read(Window(1, 0, 1, 1))).all()
        assert numbers.read(Window(1, 1, 2, 1)).tolist() == [[5, 6]]
        assert numbers.seen(lambda image: image * 2).read(Window(0, 0, 1, 2)).tolist() == [[2], [8]]
        assert numbers.shape == (2, 3)


@given(st.integers(0, 50), st.integers(0, 30), st.integers(1, 200))
def test_strips_cover_every_row_once(rows: int, columns: int, at_once: int) -> None:
    """Strips follow one another without gap or overlap, of no more cells than asked for, or of one row."""
    found = list(strips(rows, columns, at_once))
    assert [row for top, bottom in found for row in range(top, bottom)] == list(range(rows))
    assert all((bottom - top) * columns <= at_once or bottom - top == 1 for top, bottom in found)
