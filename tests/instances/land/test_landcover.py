from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from instances.land.landcover import read_landcover
from instances.study.file import parse_study
from instances.study.findings import Findings
from tests.support.made_files import said, square, study_of, write_layer, write_raster


def test_classes_of_today_come_first_and_keep_their_codes(tmp_path: Path) -> None:
    """A raster's classes keep their codes; planned classes follow; every file has its sha256."""
    write_raster(tmp_path / "a.tif", np.array([[5, 2], [2, 9]], np.uint8))
    findings = Findings()
    classes = {"5": "forest", "2": "cropland", "9": "water", "7": "grassland"}
    study = study_of(path="a.tif", classes=classes, new_classes=["wetland"])
    land = read_landcover(study, tmp_path, findings)
    assert land is not None
    assert land.classes.names == ("cropland", "forest", "water", "wetland")
    assert land.classes.codes.tolist()[:3] == [2, 5, 9]
    assert land.today.tolist() == [1, 0, 0, 2]
    assert land.today.dtype == np.uint8
    assert list(land.inputs) == ["a.tif"]
    assert not findings.items


def test_raster_and_parcels_of_one_land_are_the_same_units(tmp_path: Path) -> None:
    """The same four squares as cells and as parcels have the same areas, classes and shared edges."""
    write_raster(tmp_path / "a.tif", np.array([[1, 2], [2, 2]], np.uint8))
    squares = [square(0, 0), square(1, 0), square(0, 1), square(1, 1)]
    write_layer(tmp_path / "a.gpkg", squares, code=[1, 2, 2, 2])
    classes = {"1": "forest", "2": "cropland"}
    cells = read_landcover(study_of(path="a.tif", classes=classes), tmp_path, Findings())
    parcels = read_landcover(study_of(path="a.gpkg", field="code", classes=classes), tmp_path, Findings())
    assert cells is not None
    assert parcels is not None
    assert cells.today.tolist() == parcels.today.tolist() == [0, 1, 1, 1]
    assert cells.grid.area_ha.tolist() == parcels.grid.area_ha.tolist()
    edges = [
        set(zip(g.edges.first.tolist(), g.edges.second.tolist(), strict=True))
        for g in (cells.grid, parcels.grid)
    ]
    assert edges[0] == edges[1]
    assert parcels.grid.edges.length_m == pytest.approx(cells.grid.edges.length_m, rel=0.01)


def test_land_of_one_class_is_told(tmp_path: Path) -> None:
    """A land cover of a single class is read, but told."""
    write_raster(tmp_path / "a.tif", np.ones((2, 2), np.uint8))
    findings = Findings()
    assert read_landcover(study_of(path="a.tif", classes={"1": "forest"}), tmp_path, findings) is not None
    assert "warning landcover: all 4 units are of one class, forest" in said(findings)


def test_an_unknown_class_name_is_told(tmp_path: Path) -> None:
    """A class that neither the project nor the study describes is told with the nearest name."""
    write_raster(tmp_path / "a.tif", np.array([[1, 2]], np.uint8))
    findings = Findings()
    assert (
        read_landcover(study_of(path="a.tif", classes={"1": "forrest", "2": "water"}), tmp_path, findings)
        is None
    )
    assert "there is no land class `forrest`. Did you mean `forest`?" in said(findings)


def test_a_missing_land_cover_is_told(tmp_path: Path) -> None:
    """A land cover that is not there is told."""
    findings = Findings()
    assert read_landcover(study_of(path="a.tif", scheme="CLCD"), tmp_path, findings) is None
    assert "landcover: there is no file a.tif" in said(findings)


def test_dongguan_is_read_with_a_stated_crs(shared_data: Path) -> None:
    """Dongguan's raster without CRS is read at 100 m and, by majority, at 300 m; its total area stays but
    for the border blocks that are told."""
    classes = {"1": "urban", "2": "water", "3": "cropland", "4": "forest", "5": "orchard"}
    own = {"urban": {"like": "urban_residential"}, "orchard": {"like": "orchard_garden"}}
    areas = {}
    for resolution in (100, 300):
        cover = {"path": "dg2006true.tif", "crs": "EPSG:32649", "classes": classes, "resolution": resolution}
        study = parse_study({"title": "Dongguan", "landcover": cover, "classes": own}, "study.toml")
        findings = Findings()
        land = read_landcover(study, shared_data / "dongguan", findings)
        assert land is not None
        assert not findings.errors
        areas[resolution] = land.grid.total_ha
    assert areas[100] == 248_931
    assert areas[300] == pytest.approx(248_931 - 1_021, abs=0.5)


@pytest.mark.slow
def test_wuxi_is_read_as_parcels(shared_data: Path) -> None:
    """Wuxi's 2,033 parcels lie about 13 m apart: with the default snap_m they have hardly a neighbour, which
    is told; with 15 m they have."""
    classes = {str(code): "public_commercial" for code in range(10)} | {
        "3": "industrial_production",
        "10": "urban_green",
    }
    pairs = {}
    for snap in (0.5, 15):
        findings = Findings()
        study = study_of(path="xinwu_land_use.gpkg", field="Class", classes=classes, snap_m=snap)
        land = read_landcover(study, shared_data / "wuxi_xinwu", findings)
        assert land is not None
        assert len(land.grid) == 2_033
        pairs[snap] = len(land.grid.edges)
        assert ("give `snap_m = 15`" in said(findings)) == (snap == 0.5)
    assert pairs[0.5] < 10 < 1_500 < pairs[15]


def test_hannover_is_read_by_its_scheme(shared_data: Path) -> None:
    """Four million cells of CORINE codes find their classes by the scheme."""
    study = study_of(path="hannover_clc_25m.tif", scheme="CORINE-grid")
    land = read_landcover(study, shared_data / "hannover_clc", Findings())
    assert land is not None
    assert len(land.grid) == 4_000_000
    assert "cropland" in land.classes
    assert len(land.grid.edges) == 2 * 2_000 * 1_999
