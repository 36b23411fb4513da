from __future__ import annotations

from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from affine import Affine
from pyproj import CRS

from instances.land.landcover import read_landcover
from instances.rules.districts import Districts, read_districts
from instances.study.findings import Findings
from instances.study.schema import DistrictSource
from instances.units.grid import Grid
from instances.units.gridding import raster_grid
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
    assert "warning districts.towns: 2 of 3 units (2.00 ha) lie in no district" in said(findings)
    assert "warning districts.towns: 1 district holds no unit: 441902" in said(findings)


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
    assert "XZQMC is empty on 1 polygon" in said(findings)


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


def test_a_cell_that_a_district_merely_touches_is_not_its_own(tmp_path: Path) -> None:
    """A cell of which a district holds 40 % at the border, with nobody else near, lies in no district, and
    the area counted is told beside the drawn one."""
    findings = Findings()
    found = districts(tmp_path, made_grid(1, 3), findings, [square(-1, -1, size=2.4)], ["west"])
    assert found is not None
    assert found.member.tolist() == [0, -1, -1]
    assert found.drawn_ha is not None
    assert np.allclose(found.drawn_ha, 5.76)
    assert (
        "1 of 1 districts is counted with an area more than 2% off the drawn one: "
        "`west` (drawn 5.76 ha, within the land cover 1.40 ha, counted 1.00 ha)"
    ) in said(findings)


def test_land_that_districts_share_is_told_with_the_one_it_counts_to(tmp_path: Path) -> None:
    """Two districts of four columns each share two: the warning names both, the hectares, and the later one,
    to which they count; districts that share a border alone, or a sliver, share nothing."""
    findings = Findings()
    polygons = [square(0, 0, size=4), square(2, 0, size=4), shapely.box(*square(5.999, 0, size=4).bounds)]
    found = districts(tmp_path, made_grid(4, 10), findings, polygons, ["A", "B", "C"])
    assert found is not None
    assert found.member[:10].tolist() == [0, 0, 1, 1, 1, 1, 2, 2, 2, 2]
    assert (
        "1 pair of districts overlaps: `A` and `B` share 8.00 ha, which count to `B`. "
        "Shared land counts to one district alone, the one that comes later in the file"
    ) in said(findings)
    assert "`A` (drawn 16.00 ha, within the land cover 16.00 ha, counted 8.00 ha)" in said(findings)
    assert "C" not in said(findings)
    warned = next(item for item in findings if "overlap" in item.fault)
    assert "`A` 与 `B` 重叠 8.00 公顷，计入 `B`" in warned.told("zh")


def test_parcels_that_districts_share_are_told(tmp_path: Path) -> None:
    """A parcel counts to the district that holds most of it, also where districts overlap."""
    parcels = np.array([square(0, 0), square(1, 0)], dtype=object)
    grid = parcel_grid(parcels, np.arange(2).astype(object), CRS(UTM), 0.5, "p", Findings())
    assert grid is not None
    findings = Findings()
    wide = square(0, 0).union(square(0.7, 0))
    found = districts(tmp_path, grid, findings, [wide, square(1, 0)], ["A", "B"])
    assert found is not None
    assert found.member.tolist() == [0, 1]
    assert "`A` and `B` share 0.70 ha. A parcel counts to one district alone" in said(findings)


def test_polygons_of_one_district_that_overlap_count_once(tmp_path: Path) -> None:
    """Two polygons of one name over the same land are one district of its area, and no overlap."""
    findings = Findings()
    found = districts(
        tmp_path, made_grid(2, 3), findings, [square(0, 0, size=2), square(1, 0, size=2)], ["A", "A"]
    )
    assert found is not None
    assert found.drawn_ha is not None
    assert found.drawn_ha.tolist() == [6.0]
    assert [str(item.severity) for item in findings] == ["note"]


def test_districts_are_counted_as_another_library_does_on_real_lots(
    tmp_path: Path, shared_data: Path
) -> None:
    """2,033 lots of Wuxi on cells of 30 m: each cell counts to the lot that shapely finds at its centre."""
    lots = gpd.read_file(shared_data / "wuxi_xinwu" / "xinwu_land_use.gpkg").to_crs(UTM)
    lots["lot"] = [f"L{number:04d}" for number in range(len(lots))]
    lots.to_file(tmp_path / "lots.gpkg")
    left, bottom, right, top = lots.total_bounds
    rows, columns = int((top - bottom) // 30) + 1, int((right - left) // 30) + 1
    transform = Affine(30, 0, left - 7, 0, -30, top + 5)
    grid = raster_grid(np.ones((rows, columns), dtype=bool), transform, CRS(UTM), "grid", Findings())
    assert grid is not None
    found = read_districts("lots", DistrictSource(path="lots.gpkg", name="lot"), grid, tmp_path, Findings())
    assert found is not None
    x, y = np.meshgrid(left - 7 + 30 * (np.arange(columns) + 0.5), top + 5 - 30 * (np.arange(rows) + 0.5))
    lot, cell = shapely.STRtree(shapely.points(x.ravel(), y.ravel())).query(
        lots.geometry.to_numpy(), predicate="contains"
    )
    counted = np.full(len(grid), -1)
    counted[cell] = lot
    assert np.count_nonzero(counted != found.member) == 0
    assert found.drawn_ha is not None
    assert np.allclose(found.drawn_ha, lots.geometry.area / 1e4)


def test_names_and_labels_are_told_in_both_languages(tmp_path: Path) -> None:
    """A field a language gives the districts' names, an empty one leaves the plain name; the division has a
    label in each."""
    write_layer(
        tmp_path / "a.gpkg",
        [square(0, 0), square(1, 0), square(2, 0)],
        XZQMC=["东城", "南城", "东城"],
        NAME_EN=[None, None, "East"],
    )
    source = DistrictSource.model_validate(
        {
            "path": "a.gpkg",
            "name": "XZQMC",
            "names": {"en": "NAME_EN"},
            "label": {"en": "Towns", "zh": "镇街"},
        }
    )
    found = read_districts("towns", source, made_grid(1, 3), tmp_path, Findings())
    assert found is not None
    assert found.names_in("en") == ("East", "南城")
    assert found.names_in("zh") == found.names == ("东城", "南城")
    assert (found.label("en"), found.label("zh")) == ("Towns", "镇街")
    assert Districts("towns", (), np.zeros(0, np.int32)).label("zh") == "towns"
    plain = source.model_copy(update={"label": "Towns"})
    again = read_districts("towns", plain, made_grid(1, 3), tmp_path, Findings())
    assert again is not None
    assert again.label("zh") == "Towns"


def test_a_district_is_found_by_the_name_that_readers_see() -> None:
    """Case, spaces and full-width forms do not hide a district; names that such a reading confuses do."""
    found = Districts(
        "towns", ("东城街道", "Lot 7", "lot7"), np.zeros(0, np.int32), {}, {"en": ("East", "L", "M")}
    )
    assert found.find("东城街道") == found.find(" 东城 街道") == found.find("east") == 0
    assert found.find("Lot 7") == 1
    assert found.find("LOT 7") is None
    assert found.find("西城") is None
