"""Where a red line holds."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pytest
import rasterio
import shapely
from affine import Affine
from pyproj import CRS

from instances.rules.zones import Zone, read_zone
from instances.study.findings import Findings
from instances.study.schema import LayerSource, RedLineTable
from instances.units.grid import Edges, Grid, ParcelFrame
from instances.units.gridding import raster_grid

GAUSS = CRS.from_epsg(4547)
LEFT, TOP = 500_000.0, 2_500_000.0


def grid_of(rows: int = 2, columns: int = 3, crs: CRS = GAUSS, size: float = 100.0) -> Grid:
    """A full raster whose upper left corner is (LEFT, TOP), or (113, 23) in degrees."""
    corner = (113.0, 23.0) if crs.is_geographic else (LEFT, TOP)
    transform = Affine(size, 0, corner[0], 0, -size, corner[1])
    grid = raster_grid(np.ones((rows, columns), dtype=bool), transform, crs, "landcover", Findings())
    assert grid is not None
    return grid


def box(left: float, bottom: float, right: float, top: float) -> shapely.Polygon:
    """A box in metres from the upper left corner, y downwards."""
    return shapely.box(LEFT + left, TOP - bottom, LEFT + right, TOP - top)


def write(folder: Path, *polygons: shapely.Geometry, crs: CRS = GAUSS) -> str:
    """A GeoPackage of polygons in the folder."""
    gpd.GeoDataFrame(geometry=list(polygons), crs=crs).to_file(folder / "line.gpkg", layer="line")
    return "line.gpkg"


def zone_of(
    folder: Path,
    grid: Grid,
    findings: Findings,
    layers: Mapping[str, np.ndarray] | None = None,
    **table: Any,
) -> Zone | None:
    """The zone of a red line that forbids urban land."""
    layers = layers or {}
    declared = {name: LayerSource(path=f"{name}.tif") for name in layers}
    full = RedLineTable.model_validate({"forbid": ["urban"], **table})
    return read_zone(full, "redlines.line", folder, grid, layers, declared, findings)


def inside(zone: Zone | None) -> list[int]:
    """The units inside, as 0 and 1."""
    assert zone is not None
    return [int(value) for value in zone.inside]


def test_a_unit_lies_inside_when_the_stated_share_of_it_does(tmp_path: Path) -> None:
    """Polygons over all of the first cell, 60 % of the second and 40 % of the third: half is enough unless
    the line says otherwise; two polygons that overlap count once."""
    path = write(tmp_path, box(0, 100, 160, 0), box(130, 100, 160, 0), box(200, 100, 240, 0))
    findings = Findings()
    assert inside(zone_of(tmp_path, grid_of(), findings, path=path)) == [1, 1, 0, 0, 0, 0]
    assert inside(zone_of(tmp_path, grid_of(), findings, path=path, share=0.3)) == [1, 1, 1, 0, 0, 0]
    assert inside(zone_of(tmp_path, grid_of(), findings, path=path, share=0.9)) == [1, 0, 0, 0, 0, 0]
    assert not findings.errors


@pytest.mark.parametrize(("buffer_m", "expected"), [(60, [1, 1, 0, 1, 1, 0]), (-60, [0, 0, 0, 0, 0, 0])])
def test_a_buffer_widens_or_narrows_polygons_by_metres(
    tmp_path: Path, buffer_m: float, expected: list[int]
) -> None:
    """A box over the first cell, 60 m wider, covers more than half of its neighbours, of the diagonal one
    just over a third less its rounded corner; 60 m narrower it is gone."""
    path = write(tmp_path, box(0, 100, 100, 0))
    share = 0.2 if buffer_m > 0 else 0.5
    assert (
        inside(zone_of(tmp_path, grid_of(), Findings(), path=path, buffer_m=buffer_m, share=share))
        == expected
    )


def test_polygons_in_another_crs_are_brought_onto_the_grid(tmp_path: Path) -> None:
    """A line drawn in degrees lies on the same cells as in metres."""
    drawn = gpd.GeoSeries([box(0, 200, 100, 0)], crs=GAUSS).to_crs(4490)
    path = write(tmp_path, *drawn, crs=CRS.from_epsg(4490))
    assert inside(zone_of(tmp_path, grid_of(), Findings(), path=path)) == [1, 0, 0, 1, 0, 0]


def test_a_line_that_no_unit_lies_in_is_told_with_its_numbers(tmp_path: Path) -> None:
    """A polygon of 0.09 ha covers 9 % of a cell: a warning says so, and the line goes on with no unit."""
    findings = Findings()
    zone = zone_of(tmp_path, grid_of(), findings, path=write(tmp_path, box(10, 40, 40, 10)))
    assert inside(zone) == [0] * 6
    assert "no unit lies inside: its polygons (1 of 0.09 ha) cover at most 9% of a unit" in str(
        findings.items[0]
    )
    assert not findings.errors


def test_a_line_elsewhere_is_an_error_with_both_extents(tmp_path: Path) -> None:
    """A line outside the land cover is refused, with where it lies and where the land cover does."""
    findings = Findings()
    path = write(tmp_path, box(5_000, 6_000, 6_000, 5_000))
    assert zone_of(tmp_path, grid_of(), findings, path=path) is None
    assert "redlines.line: lies wholly outside the land cover" in str(findings.errors[0])


def test_a_line_without_polygons_is_an_error(tmp_path: Path) -> None:
    """A layer of points is no red line."""
    findings = Findings()
    path = write(tmp_path, shapely.Point(LEFT + 50, TOP - 50))
    assert zone_of(tmp_path, grid_of(), findings, path=path) is None
    assert findings.errors


def test_a_missing_file_is_an_error(tmp_path: Path) -> None:
    """A file that is not there is named at the red line."""
    findings = Findings()
    assert zone_of(tmp_path, grid_of(), findings, path="nothing.gpkg") is None
    assert str(findings.errors[0]).startswith("redlines.line")


def write_raster(folder: Path, values: list[list[int]], nodata: int | None = None, size: int = 100) -> str:
    """A GeoTIFF of whole numbers on the cells of ``grid_of``."""
    image = np.array(values, dtype=np.uint8)
    with rasterio.open(
        folder / "zone.tif",
        "w",
        driver="GTiff",
        height=image.shape[0],
        width=image.shape[1],
        count=1,
        dtype="uint8",
        crs=GAUSS,
        transform=Affine(size, 0, LEFT, 0, -size, TOP),
        nodata=nodata,
    ) as file:
        file.write(image, 1)
    return "zone.tif"


def test_non_zero_cells_of_a_raster_lie_inside(tmp_path: Path) -> None:
    """Any code but zero and no data lies inside."""
    path = write_raster(tmp_path, [[0, 1, 7], [0, 0, 255]], nodata=255)
    assert inside(zone_of(tmp_path, grid_of(), Findings(), path=path)) == [0, 1, 1, 0, 0, 0]


def test_any_band_of_a_raster_may_hold_the_line(tmp_path: Path) -> None:
    """The second band is read where the study names it; one that is not there is told."""
    write_raster(tmp_path, [[0] * 3] * 2)
    with rasterio.open(tmp_path / "zone.tif") as one:
        profile = one.profile | {"count": 2}
    with rasterio.open(tmp_path / "both.tif", "w", **profile) as both:
        both.write(np.array([[[0] * 3] * 2, [[0, 1, 0], [1, 0, 0]]], dtype=np.uint8))
    assert inside(zone_of(tmp_path, grid_of(), Findings(), path="both.tif", band=2)) == [0, 1, 0, 1, 0, 0]
    findings = Findings()
    assert zone_of(tmp_path, grid_of(), findings, path="both.tif", band=3) is None
    assert "there is no band 3" in str(findings.errors[0])


def test_a_raster_of_zeros_is_told(tmp_path: Path) -> None:
    """A raster without a non-zero cell leaves a warning with the number of units."""
    findings = Findings()
    zone = zone_of(tmp_path, grid_of(), findings, path=write_raster(tmp_path, [[0] * 3] * 2))
    assert inside(zone) == [0] * 6
    assert "not zero cover at most 0% of a unit" in str(findings.items[0])


def test_the_share_counts_for_finer_rasters_and_what_has_no_value_is_outside(tmp_path: Path) -> None:
    """Cells of 50 m under units of 100 m: two of four are half, of whatever codes, and no data counts as
    outside."""
    path = write_raster(
        tmp_path,
        [[1, 2, 255, 255, 3, 255], [0, 0, 255, 3, 255, 255], [0] * 6, [0, 1, 1, 1, 1, 1]],
        nodata=255,
        size=50,
    )
    assert inside(zone_of(tmp_path, grid_of(), Findings(), path=path)) == [1, 0, 0, 0, 1, 1]
    assert inside(zone_of(tmp_path, grid_of(), Findings(), path=path, share=0.25)) == [1, 1, 1, 1, 1, 1]


@pytest.mark.parametrize(
    ("buffer_m", "share", "expected"),
    [
        (49, 0.5, [0, 0, 1, 1, 0, 0, 0]),
        (50, 0.5, [0, 1, 1, 1, 1, 0, 0]),
        (100, 1.0, [0, 1, 1, 1, 1, 0, 0]),
        (100, 0.1, [0, 1, 1, 1, 1, 0, 0]),
        (150, 0.5, [1, 1, 1, 1, 1, 1, 0]),
        (-50, 0.5, [0, 0, 1, 1, 0, 0, 0]),
        (-51, 0.5, [0, 0, 0, 0, 0, 0, 0]),
    ],
)
def test_cells_of_a_condition_are_buffered_by_metres(
    tmp_path: Path, buffer_m: float, share: float, expected: list[int]
) -> None:
    """A zone of two cells of 100 m takes in its neighbours as soon as the buffer covers the share of them."""
    layers = {"slope": np.array([0.0, 0, 30, 30, 0, 0, 0])}
    zone = zone_of(
        tmp_path, grid_of(1, 7), Findings(), layers, where="slope > 25", buffer_m=buffer_m, share=share
    )
    assert inside(zone) == expected


def test_a_condition_that_holds_nowhere_is_told_with_the_range_of_its_layers(tmp_path: Path) -> None:
    """Slopes up to 20 never exceed 25: the warning shows what the layer holds."""
    findings = Findings()
    zone = zone_of(tmp_path, grid_of(), findings, {"slope": np.linspace(0, 20, 6)}, where="slope > 25")
    assert inside(zone) == [0] * 6
    assert "slope runs 0 to 20" in str(findings.items[0])


def test_cells_in_degrees_are_buffered_by_metres(tmp_path: Path) -> None:
    """At 23 degrees north a cell of 0.001 degrees is 102 m wide and 111 m high: 53 m reach half of the next
    cell sideways and not half of the next one down."""
    layers = {"slope": np.array([30.0, 0, 0, 0, 0, 0])}
    grid = grid_of(crs=CRS.from_epsg(4490), size=0.001)
    zone = zone_of(tmp_path, grid, Findings(), layers, where="slope > 25", buffer_m=52.0)
    assert inside(zone) == [1, 1, 0, 0, 0, 0]


def test_parcels_of_a_condition_are_buffered_by_metres(tmp_path: Path) -> None:
    """A buffer of 60 m around one parcel of 100 m covers more than half of the next."""
    boxes = np.array([box(x, 100, x + 100, 0) for x in (0, 100, 200)], dtype=object)
    edges = Edges(np.array([0, 1], np.int32), np.array([1, 2], np.int32), np.full(2, 100, np.float32))
    grid = Grid(GAUSS, np.ones(3), edges, ParcelFrame(boxes, np.arange(3).astype(object)))
    layers = {"slope": np.array([30.0, 0, 0])}
    zone = zone_of(tmp_path, grid, Findings(), layers, where="slope > 25", buffer_m=60.0)
    assert inside(zone) == [1, 1, 0]


@pytest.mark.parametrize("crs", [GAUSS, CRS.from_epsg(4490)])
def test_broken_polygons_are_repaired_and_counted(tmp_path: Path, crs: CRS) -> None:
    """A polygon that crosses itself over the left column still holds it, and is counted for the audit."""
    corners = [(0, 0), (100, 0), (100, 200), (150, 200), (50, 250), (0, 200)]
    knot = shapely.Polygon([(LEFT + x, TOP - y) for x, y in (*corners[:3], *corners[:2:-1])])
    assert not knot.is_valid
    drawn = gpd.GeoSeries([knot, box(200, 200, 300, 100)], crs=GAUSS).to_crs(crs)
    findings = Findings()
    zone = zone_of(tmp_path, grid_of(), findings, path=write(tmp_path, *drawn, crs=crs))
    assert zone is not None
    assert zone.repaired == 1
    assert zone.inside[5]
    assert "1 of 2 polygons are broken" in str(findings.items[0])


def test_a_line_of_patches_is_narrowed_as_one(tmp_path: Path) -> None:
    """Nine patches that share borders, narrowed by 100 m, leave what their union leaves: 16 of 36 cells."""
    patches = [box(200 * j, 200 * (i + 1), 200 * (j + 1), 200 * i) for i in range(3) for j in range(3)]
    path = write(tmp_path, *patches)
    found = zone_of(tmp_path, grid_of(6, 6), Findings(), path=path, buffer_m=-100)
    assert found is not None
    assert found.inside.reshape(6, 6).astype(int).tolist() == [
        [int(0 < row < 5 and 0 < column < 5) for column in range(6)] for row in range(6)
    ]


@pytest.mark.parametrize("deep", [False, True])
def test_collections_hold_polygons_at_any_depth(tmp_path: Path, deep: bool) -> None:
    """A multipolygon inside a collection (inside a collection) lies inside with all of its parts."""
    both = shapely.MultiPolygon([box(0, 100, 100, 0), box(200, 100, 300, 0)])
    drawn = shapely.GeometryCollection([both, shapely.LineString([(LEFT, TOP), (LEFT + 50, TOP)])])
    path = write(tmp_path, shapely.GeometryCollection([drawn]) if deep else drawn)
    assert inside(zone_of(tmp_path, grid_of(), Findings(), path=path)) == [1, 0, 1, 0, 0, 0]


@pytest.mark.parametrize("size", [10, 50])
def test_what_lies_beyond_a_raster_is_not_inside(tmp_path: Path, size: int) -> None:
    """A raster cut to its own box covers all of the first column, 40 or 50 % of the second: a share of 0.45
    takes the second only where half of it is covered, as the same box drawn as a polygon does."""
    columns = 14 if size == 10 else 3
    path = write_raster(tmp_path, [[1] * columns] * round(200 / size), size=size)
    as_raster = inside(zone_of(tmp_path, grid_of(), Findings(), path=path, share=0.45))
    drawn = write(tmp_path, box(0, 200, columns * size, 0))
    assert as_raster == inside(zone_of(tmp_path, grid_of(), Findings(), path=drawn, share=0.45))
    assert as_raster == ([1, 0, 0, 1, 0, 0] if size == 10 else [1, 1, 0, 1, 1, 0])


def test_a_parcel_lies_inside_a_raster_by_its_own_share(tmp_path: Path) -> None:
    """A raster over 20 % of the first parcel and 90 % of the second holds the second alone."""
    geometry = np.array([box(0, 100, 100, 0), box(100, 100, 200, 0)], dtype=object)
    edges = Edges(np.zeros(1, np.int32), np.ones(1, np.int32), np.array([0.1]))
    grid = Grid(GAUSS, np.ones(2), edges, ParcelFrame(geometry, np.arange(2).astype(object)))
    image = np.ones((10, 11), dtype=np.uint8)
    with rasterio.open(
        tmp_path / "zone.tif",
        "w",
        driver="GTiff",
        height=10,
        width=11,
        count=1,
        dtype="uint8",
        crs=GAUSS,
        transform=Affine(10, 0, LEFT + 80, 0, -10, TOP),
    ) as file:
        file.write(image, 1)
    assert inside(zone_of(tmp_path, grid, Findings(), path="zone.tif")) == [0, 1]
