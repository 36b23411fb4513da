from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from affine import Affine

from instances.land.landcover_raster import Units, read_cells
from instances.study.findings import Findings
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
