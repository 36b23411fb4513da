from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import rasterio
from affine import Affine
from pyproj import CRS

from instances.layers.bands import read_numbers
from instances.layers.raster_files import bounds_of, crs_of, has_band, is_raster, raster_file
from instances.study.findings import Findings
from tests.support.made_files import LEFT, TOP, UTM, said, square, write_layer, write_raster


def test_rasters_and_vectors_are_told_apart(tmp_path: Path) -> None:
    """A file is a raster when GDAL reads it as one, whatever it is called."""
    raster = write_raster(tmp_path / "a.tif", np.ones((2, 2), np.uint8))
    assert is_raster(raster)
    assert is_raster(raster.rename(tmp_path / "a.dat"))
    assert not is_raster(write_layer(tmp_path / "b.gpkg", [square(0, 0)]))
    assert not is_raster(write_layer(tmp_path / "b.shp", [square(0, 0)]))


def test_what_is_no_value_is_recognised(tmp_path: Path) -> None:
    """The declared nodata value, NaN, infinity and absurd magnitudes, declared or not, are no values."""
    lowest = np.float32(-3.4028235e38)
    path = write_raster(
        tmp_path / "a.tif", np.array([[1, -9999, lowest], [np.nan, np.inf, 2]], np.float32), nodata=-9999
    )
    findings = Findings()
    with raster_file(path, "p", findings) as source:
        assert source is not None
        numbers = read_numbers(source, 1)
        assert crs_of(source) == CRS(UTM)
    assert np.isfinite(numbers).tolist() == [[True, False, False], [False, False, True]]
    assert numbers.dtype == np.float32
    assert not findings.items


def test_large_whole_numbers_keep_every_digit(tmp_path: Path) -> None:
    """Codes of 32 bits are read without rounding."""
    path = write_raster(tmp_path / "a.tif", np.array([[16_777_217]], np.int32))
    with raster_file(path, "p", Findings()) as source:
        assert source is not None
        assert read_numbers(source, 1)[0, 0] == 16_777_217


def test_a_broken_raster_is_told(tmp_path: Path) -> None:
    """A file cut off in the middle is told when it is opened or when its cells are read."""
    whole = write_raster(
        tmp_path / "a.tif", np.arange(250_000, dtype=np.int32).reshape(500, 500)
    ).read_bytes()
    for size in (100, len(whole) // 2):
        (tmp_path / "b.tif").write_bytes(whole[:size])
        findings = Findings()
        with raster_file(tmp_path / "b.tif", "layers.b", findings) as source:
            if source is not None:
                read_numbers(source, 1)
        assert "layers.b: b.tif cannot be read as a raster" in said(findings)


def test_a_raster_that_lies_nowhere_is_told(tmp_path: Path) -> None:
    """A picture without georeference is refused, without any warning of a library."""
    with rasterio.open(
        tmp_path / "a.png",
        "w",
        driver="PNG",
        width=2,
        height=2,
        count=1,
        dtype="uint8",
        transform=Affine(1, 0, 5, 0, -1, 5),
    ) as out:
        out.write(np.ones((1, 2, 2), np.uint8))
    for sidecar in (*tmp_path.glob("*.wld"), *tmp_path.glob("*.xml")):
        sidecar.unlink()
    findings = Findings()
    with raster_file(tmp_path / "a.png", "p", findings) as source:
        assert source is None
    assert "a.png does not say where it lies" in said(findings)


def test_a_band_out_of_range_is_told(tmp_path: Path) -> None:
    """Bands are counted from 1 to what the file has."""
    path = write_raster(tmp_path / "a.tif", np.ones((1, 1), np.uint8))
    findings = Findings()
    with raster_file(path, "p", findings) as source:
        assert source is not None
        assert has_band(source, 1, "p", findings)
        assert not has_band(source, 2, "p", findings)
    assert "p.band: there is no band 2: the file has only one band" in said(findings)


def test_bounds_do_not_depend_on_the_order_of_rows() -> None:
    """The box of a raster is the same north up and south up."""
    assert bounds_of(Affine(10, 0, 5, 0, -10, 50), (3, 2)) == (5, 20, 25, 50)
    assert bounds_of(Affine(10, 0, 5, 0, 10, 20), (3, 2)) == (5, 20, 25, 50)


@pytest.mark.parametrize(
    "place", [(1, 1, LEFT, 1, 1, TOP), (0, 0, LEFT, 0, 1, TOP), (float("nan"), 0, 1, 0, 1, 1)]
)
def test_cells_without_size_are_told(tmp_path: Path, place: tuple[float, ...]) -> None:
    """Rows and columns along one line, cells of no width and numbers that are none place nothing."""
    path = tmp_path / "a.vrt"
    write_raster(tmp_path / "a.tif", np.ones((2, 2), np.uint8))
    order = place[2], place[0], place[1], place[5], place[3], place[4]
    band = '<SimpleSource><SourceFilename relativeToVRT="1">a.tif</SourceFilename></SimpleSource>'
    numbers = ", ".join(map(str, order))
    path.write_text(
        f'<VRTDataset rasterXSize="2" rasterYSize="2"><GeoTransform>{numbers}</GeoTransform>'
        f'<VRTRasterBand dataType="Byte" band="1">{band}</VRTRasterBand></VRTDataset>',
        encoding="utf-8",
    )
    findings = Findings()
    with raster_file(path, "p", findings) as source:
        assert source is None
    assert "the raster's cells have no size" in said(findings)
