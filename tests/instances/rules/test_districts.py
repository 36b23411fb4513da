from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from pyproj import CRS

from instances.land.landcover import read_landcover
from instances.rules.districts import Districts, read_districts
from instances.study.findings import Findings
from instances.study.schema import DistrictSource
from instances.units.grid import Grid
from instances.units.parcels import parcel_grid
from tests.support.made_files import UTM, made_grid, said, square, study_of, write_layer


def districts(
    folder: Path, grid: Grid, findings: Findings, polygons: list[Any], names: list[Any], name: str = "XZQMC"
) -> Districts | None:
    """The division of a grid by named polygons."""
    write_layer(folder / "a.gpkg", polygons, XZQMC=names)
    return read_districts("towns", DistrictSource(path="a.gpkg", name=name), grid, folder, findings)


def test_units_belong_to_the_district_that_holds_them(tmp_path: Path) -> None:
    """Each cell belongs to the district at its centre; polygons of one name are one district, told by a note;
    the survey's other names of the field will do."""
    findings = Findings()
    polygons = [square(0, 0), square(1, 0), square(2, 0)]
    found = districts(
        tmp_path, made_grid(1, 3), findings, polygons, ["东城", "南城", "东城"], name="行政区名称"
    )
    assert found is not None
    assert found.names == ("东城", "南城")
    assert found.member.tolist() == [0, 1, 0]
    assert found.member.dtype == np.int32
    assert found.total(np.array([1.0, 2.0, 4.0])).tolist() == [5, 2]
    assert said(findings) == (
        "note districts.towns: its 3 polygons have 2 names. Polygons of one name are one district."
    )


def test_a_parcel_belongs_to_the_district_that_holds_most_of_it(tmp_path: Path) -> None:
    """Of a parcel split between districts, the larger part decides, all polygons of one name together."""
    parcel = np.array([square(0, 0, size=3)], dtype=object)
    grid = parcel_grid(parcel, np.array([1], dtype=object), CRS(UTM), 0.5, "p", Findings())
    assert grid is not None
    polygons = [square(0, 0, size=2), square(2, 0), square(2, 1), square(0, 2), square(1, 2), square(2, 2)]
    found = districts(tmp_path, grid, Findings(), polygons, ["one", *["many"] * 5])
    assert found is not None
    assert found.names[found.member[0]] == "many"


def test_units_in_no_district_and_districts_without_units_are_told(tmp_path: Path) -> None:
    """Both are warnings with numbers, areas and names; numbers as names read as whole numbers."""
    findings = Findings()
    found = districts(tmp_path, made_grid(1, 3), findings, [square(0, 0), square(9, 9)], [441901.0, 441902.0])
    assert found is not None
    assert found.names == ("441901", "441902")
    assert found.member.tolist() == [0, -1, -1]
    assert "warning districts.towns: 2 of 3 units (2.0 ha) lie in no district" in said(findings)
    assert "warning districts.towns: 1 districts hold no unit: 441902" in said(findings)


def test_faults_of_a_division_are_told(tmp_path: Path) -> None:
    """An unknown field, polygons without names, points, and polygons elsewhere are each one sentence."""
    grid = made_grid(1, 2)
    for polygons, names, field, sentence in (
        (
            [square(0, 0)],
            ["a"],
            "XZQMD",
            "districts.towns.name: there is no field `XZQMD`. Did you mean `XZQMC`?",
        ),
        ([square(0, 0)], [" "], "XZQMC", "XZQMC is empty on every polygon"),
        ([square(0, 0).centroid], ["a"], "XZQMC", "holds no polygon"),
        ([square(50, 50)], ["a"], "XZQMC", "lies wholly outside the land cover"),
    ):
        findings = Findings()
        assert districts(tmp_path, grid, findings, polygons, names, name=field) is None
        assert sentence in said(findings)
        assert len(findings.errors) == 1
    findings = Findings()
    found = districts(tmp_path, grid, findings, [square(0, 0), square(1, 0)], ["a", None])
    assert found is not None
    assert "XZQMC is empty on 1 polygons" in said(findings)


def test_dongguans_townships_hold_every_cell(shared_data: Path) -> None:
    """The 34 townships of Dongguan, in another CRS than the raster, hold every cell of it."""
    study = study_of(path="dg2006true.tif", crs=UTM, classes={str(k): "forest" for k in range(1, 6)})
    land = read_landcover(study, shared_data / "dongguan", Findings())
    assert land is not None
    source = DistrictSource(path="townships.gpkg", name="XZQMC")
    findings = Findings()
    found = read_districts("townships", source, land.grid, shared_data / "dongguan", findings)
    assert found is not None
    assert len(found) == 34
    assert (found.member >= 0).all()
    assert found.names[0] == "镇街01"
    assert not findings.items
