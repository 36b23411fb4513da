from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import rasterio
from affine import Affine

from instances.land.code_bands import MOST_CODES, NO_CLASS, ClassTable, CodeBand, distinct_codes
from instances.layers import bands
from tests.support.made_files import LEFT, TOP, write_raster

TYPES = [np.uint8, np.int8, np.uint16, np.int16, np.uint32, np.int32, np.int64, np.float32, np.float64]


@pytest.mark.parametrize("at_once", [1, 20, 10**9])
@pytest.mark.parametrize("dtype", TYPES)
def test_codes_and_classes_are_those_of_the_whole_band(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, dtype: Any, at_once: int
) -> None:
    """Different codes, how many cells have each, and every cell's class are the same for every type and
    however few rows are read at a time; negative codes too."""
    rng = np.random.default_rng(4)
    choices = np.array([3, 7, 100, 120] if np.issubdtype(dtype, np.unsignedinteger) else [-5, 3, 7, 100])
    values = rng.choice([*choices, 99], size=(13, 7)).astype(dtype)
    monkeypatch.setattr(bands, "CELLS_AT_ONCE", at_once)
    with rasterio.open(write_raster(tmp_path / "a.tif", values, nodata=99)) as source:
        band = CodeBand(source, 1)
        codes, counts = distinct_codes(band.strips())
        assert codes is not None
        assert codes.tolist() == choices.tolist()
        assert counts.tolist() == [int((values == code).sum()) for code in choices]
        table = ClassTable({int(code): place for place, code in enumerate(choices)})
        index = np.concatenate([table.index(*strip) for strip in band.strips()])
    wanted = np.full(values.shape, NO_CLASS)
    for place, code in enumerate(choices):
        wanted[values == code] = place
    assert index.tolist() == wanted.tolist()


@pytest.mark.parametrize(("across", "down"), [(100, -100), (100, 100), (-100, -100), (-100, 100)])
def test_bands_are_read_north_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, across: int, down: int
) -> None:
    """Whichever way rows and columns run in the file, strips come from the north, west first."""
    monkeypatch.setattr(bands, "CELLS_AT_ONCE", 6)
    values = np.arange(15, dtype=np.uint8).reshape(5, 3)
    turned = values[:: 1 if down < 0 else -1, :: 1 if across > 0 else -1].copy()
    place = Affine(across, 0, LEFT if across > 0 else LEFT + 300, 0, down, TOP if down < 0 else TOP - 500)
    with rasterio.open(write_raster(tmp_path / "a.tif", turned, transform=place)) as source:
        band = CodeBand(source, 1)
        assert band.transform == Affine(100, 0, LEFT, 0, -100, TOP)
        strips = [strip for strip, _ in band.strips()]
    assert [len(strip) for strip in strips] == [2, 2, 1]
    assert np.concatenate(strips).tolist() == values.tolist()


@pytest.mark.parametrize(
    "values",
    [
        np.array([[1.0, 1e20]]),
        np.array([[1.0, -1e20]]),
        np.array([[2**64 - 1, 3]], np.uint64),
        np.array([[-(2**63), 3]], np.int64),
        np.array([[0.5, 1.0]], np.float32),
        np.arange(MOST_CODES + 1, dtype=np.int32)[None],
    ],
    ids=["float-1e20", "minus-1e20", "uint64", "int64", "half", "many"],
)
def test_numbers_that_are_no_codes_are_told_by_their_range(values: np.ndarray) -> None:
    """Fractions, numbers too large to be told apart, and too many different ones are no codes."""
    codes, span = distinct_codes(iter([(values, np.ones(values.shape, dtype=bool))]))
    assert codes is None
    assert span.tolist() == [float(values.min()), float(values.max())]
