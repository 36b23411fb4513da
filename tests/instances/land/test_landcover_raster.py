from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import rasterio
from affine import Affine

from instances.land.landcover_raster import Units, read_cells
from instances.study.findings import Findings
from instances.units.gridding import cell_measures
from tests.support.made_files import LEFT, TOP, said, study_of, write_raster

CLASSES = {"1": "forest", "2": "water", "3": "cropland"}


def cells_of(path: Path, findings: Findings, **landcover: Any) -> Units | None:
    """The units of a made raster."""
    return read_cells(study_of(path=path.name, **{"classes": CLASSES, **landcover}).landcover, path, findings)


@pytest.mark.parametrize("dtype", [np.uint8, np.int16, np.int32, np.float32, np.float64])
def test_cells_have_the_class_of_their_code(tmp_path: Path, dtype: Any) -> None:
    """Codes of any type, whole floats too, become classes; nodata cells are no units."""
    path = write_raster(tmp_path / "a.tif", np.array([[3, 1, 0], [2, 2, 1]], dtype), nodata=0)
    findings = Findings()
    units = cells_of(path, findings)
    assert units is not None
    assert units.names == ("forest", "water", "cropland")
    assert units.class_of.tolist() == [2, 0, 1, 1, 0]
    assert units.grid.area_ha.tolist() == [1.0] * 5
    assert len(units.grid.edges) == 5
    assert not findings.items


def test_nan_infinite_and_further_nodata_codes_are_no_units(tmp_path: Path) -> None:
    """NaN, infinity, absurd values and the codes of landcover.nodata are left out."""
    values = np.array([[1, np.nan, 2], [np.inf, -3.4e38, 99]], np.float32)
    units = cells_of(write_raster(tmp_path / "a.tif", values), Findings(), nodata=[99])
    assert units is not None
    assert units.class_of.tolist() == [0, 1]


def test_a_south_up_raster_is_turned(tmp_path: Path) -> None:
    """Rows that run northwards, and columns that run westwards, are turned; every cell stays where it is."""
    codes = np.array([[1, 2], [3, 1], [2, 2]], np.uint8)
    plain = cells_of(write_raster(tmp_path / "a.tif", codes), Findings())
    turned = Affine(-100, 0, LEFT + 200, 0, 100, TOP - 300)
    other = cells_of(write_raster(tmp_path / "b.tif", codes[::-1, ::-1].copy(), transform=turned), Findings())
    assert plain is not None
    assert other is not None
    assert plain.class_of.tolist() == other.class_of.tolist()
    assert plain.grid.frame.transform == other.grid.frame.transform  # type: ignore[union-attr]


def test_coarsening_is_by_majority_and_told(tmp_path: Path) -> None:
    """A raster of 4 x 4 becomes 2 x 2 units of the majority; areas that change and classes that vanish are
    told with their hectares."""
    codes = np.array([[1, 1, 2, 2], [1, 3, 2, 2], [2, 2, 0, 0], [2, 2, 0, 1]], np.uint8)
    findings = Findings()
    units = cells_of(write_raster(tmp_path / "a.tif", codes, nodata=0), findings, resolution=200)
    assert units is not None
    assert units.names == ("forest", "water")
    assert units.class_of.tolist() == [0, 1, 1]
    assert units.grid.area_ha.tolist() == [4.0, 4.0, 4.0]
    assert units.grid.edges.length_m.tolist() == [200.0, 200.0]
    text = said(findings)
    assert "forest 4.00 to 4.00 ha, water 8.00 to 8.00 ha, cropland 1.00 to 0.00 ha" in text
    assert "no unit is left of cropland (1.00 ha)" in text
    assert "are left out: 1.00 ha (7.69%)" in text


@pytest.mark.parametrize(
    ("values", "landcover", "sentence"),
    [
        ([[1, 7]], {}, "a code stands for no land class: 7 (1 cells, 1.0 ha)"),
        ([[0.25, 1.5]], {}, "its values are no class codes: 0.25 to 1.5"),
        ([[np.nan, np.nan]], {}, "not one cell holds a value: all are nodata"),
        ([[9, 9]], {"nodata": [9]}, "every cell's code means no data"),
        ([[1, 2]], {"band": 3}, "landcover.band: there is no band 3"),
        (
            [[1, 2]],
            {"crs": "EPSG:4547"},
            "landcover.crs: the study says EPSG:4547, but the file states EPSG:32649",
        ),
        ([[1, 2]], {"resolution": 150}, "150 m is 1.5 times the land cover's cells of 100 m"),
        ([[1, 1e20]], {}, "its values are no class codes: 1 to 1e+20"),
        (
            [[1, 2]],
            {"resolution": 300},
            "300 m is coarser than the whole land cover, 100 m high and 200 m wide",
        ),
        ([[1, 2]], {"resolution": 1e300}, "1e+300 m is coarser than the whole land cover"),
        ([[1, 2]], {"resolution": 1e-300}, "1e-300 m is finer than the land cover's cells of 100 m"),
    ],
)
def test_land_cover_that_cannot_be_used_is_told(
    tmp_path: Path, values: Any, landcover: dict[str, Any], sentence: str
) -> None:
    """Each fault of a raster is one sentence with its number."""
    findings = Findings()
    assert (
        cells_of(write_raster(tmp_path / "a.tif", np.array(values, np.float32)), findings, **landcover)
        is None
    )
    assert sentence in said(findings)
    assert len(findings.errors) == 1


def test_a_missing_crs_is_told_and_can_be_stated(tmp_path: Path) -> None:
    """A raster without CRS is refused until landcover.crs states it."""
    path = write_raster(tmp_path / "a.tif", np.array([[1, 2]], np.uint8), crs=None)
    findings = Findings()
    assert cells_of(path, findings) is None
    assert "landcover: the file states no CRS. Add `crs =" in said(findings)
    assert cells_of(path, Findings(), crs="EPSG:32649") is not None


@pytest.mark.parametrize("at_once", [1, 40, 10**9])
@pytest.mark.parametrize("shape", [(17, 23), (1, 30), (30, 1), (16, 24)])
@pytest.mark.parametrize(("crs", "cell"), [("EPSG:32649", 100.0), ("EPSG:4490", 0.001)])
def test_strips_give_the_units_of_the_whole(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    at_once: int,
    shape: tuple[int, int],
    crs: str,
    cell: float,
) -> None:
    """However few cells are read and counted at a time, classes, areas and what is told are the same,
    coarsened or not, for blocks that do not divide and strips of one cell, and as found cell by cell."""
    rng = np.random.default_rng(6)
    codes = rng.choice(np.array([0, 1, 2, 3], np.uint8), size=shape, p=[0.3, 0.3, 0.2, 0.2])
    west, north = (LEFT, TOP) if cell > 1 else (113.0, 31.0)
    place = Affine(cell, 0, west, 0, -cell, north)
    path = write_raster(tmp_path / "a.tif", codes, nodata=0, crs=crs, transform=place)
    told, findings = Findings(), Findings()
    cells_of(path, told, resolution=400)
    monkeypatch.setattr("instances.layers.bands.CELLS_AT_ONCE", at_once)
    monkeypatch.setattr("instances.units.coarsening.CELLS_AT_ONCE", at_once)
    fine = cells_of(path, Findings())
    coarse = cells_of(path, findings, resolution=400)
    assert fine is not None
    assert coarse is not None
    assert said(findings) == said(told)
    names = dict(enumerate(CLASSES.values(), start=1))
    assert [fine.names[k] for k in fine.class_of] == [names[code] for code in codes[codes > 0].tolist()]
    row_ha, _, _ = cell_measures(place, coarse.grid.crs, shape[0])
    down = across = 4  # of 111 m by 95 m in degrees
    wanted = []
    for top in range(0, shape[0], down):
        for left in range(0, shape[1], across):
            block = codes[top : top + down, left : left + across]
            counts = [int((block == code).sum()) for code in (1, 2, 3)]
            if sum(counts) and 2 * sum(counts) >= block.size:
                ha = sum(row_ha[top + row] * int((block[row] > 0).sum()) for row in range(len(block)))
                wanted.append((names[1 + counts.index(max(counts))], pytest.approx(ha, rel=1e-12)))
    found = [coarse.names[k] for k in coarse.class_of]
    assert list(zip(found, coarse.grid.area_ha.tolist(), strict=True)) == wanted


def test_codes_that_are_stored_with_a_scale_are_those_that_are_meant(tmp_path: Path) -> None:
    """A band of 10, 20 and 30 with scale 0.1 holds the codes 1, 2 and 3, as every GIS shows them."""
    path = write_raster(tmp_path / "a.tif", np.array([[10, 30, 0], [20, 20, 10]], np.uint8), nodata=0)
    with rasterio.open(path, "r+") as raster:
        raster.scales = (0.1,)
    units = cells_of(path, Findings())
    assert units is not None
    assert [units.names[k] for k in units.class_of] == ["forest", "cropland", "water", "water", "forest"]


def test_everything_wrong_with_a_raster_is_told_at_once(tmp_path: Path) -> None:
    """A band that is not there and a CRS that contradicts the file; a resolution that does not fit and codes
    without a class: each pair is told together."""
    path = write_raster(tmp_path / "a.tif", np.array([[1, 7], [2, 3]], np.uint8))
    for landcover, sentences in (
        ({"band": 2, "crs": "EPSG:4547"}, ("there is no band 2", "the study says EPSG:4547")),
        ({"resolution": 150}, ("150 m is 1.5 times", "a code stands for no land class: 7")),
    ):
        findings = Findings()
        assert cells_of(path, findings, **landcover) is None
        assert len(findings.errors) == 2
        assert all(sentence in said(findings) for sentence in sentences)
