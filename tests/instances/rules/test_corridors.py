"""Corridors of a study's own indicators."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from affine import Affine
from pyproj import CRS

from instances.rules.corridors import Corridors, read_corridors
from instances.study.findings import Findings, Severity
from instances.study.schema import IndicatorTable
from instances.units.gridding import raster_grid

GAUSS = CRS.from_epsg(4547)
LEFT, TOP = 500_000.0, 2_500_000.0


def line(*points: tuple[float, float]) -> shapely.LineString:
    """A line in metres from the upper left corner, y downwards."""
    return shapely.LineString([(LEFT + x, TOP - y) for x, y in points])


def corridors_of(
    folder: Path, findings: Findings, geometries: list[shapely.Geometry], fields: dict[str, Any], **table: Any
) -> Corridors | None:
    """Corridors on a raster of 3 rows and 4 columns of 100 m."""
    grid = raster_grid(
        np.ones((3, 4), dtype=bool), Affine(100, 0, LEFT, 0, -100, TOP), GAUSS, "landcover", Findings()
    )
    assert grid is not None
    gpd.GeoDataFrame(fields, geometry=geometries, crs=GAUSS).to_file(folder / "ways.gpkg", layer="ways")
    indicator = IndicatorTable.model_validate({"corridors": {"path": "ways.gpkg"}, **table})
    return read_corridors("ways", indicator, grid, folder, findings)


ACROSS, DOWN, AWAY = (
    line((50, 150), (350, 150)),
    line((150, 10), (150, 290)),
    line((9000, 9000), (9500, 9000)),
)


def test_corridors_are_bundles_with_their_length_in_km(tmp_path: Path) -> None:
    """Two lines of 300 m and 280 m over four and three cells, with their names."""
    found = corridors_of(tmp_path, Findings(), [ACROSS, DOWN], {"MC": ["东西", "南北"]})
    assert found is not None
    assert found.names == ("东西", "南北")
    assert found.start.tolist() == [0, 4, 7]
    assert found.units.tolist() == [4, 5, 6, 7, 1, 5, 9]
    assert np.allclose(found.value, [0.3, 0.28])


def test_a_field_can_hold_the_worth(tmp_path: Path) -> None:
    """The field that the study names holds the worth; without names corridors are numbered."""
    found = corridors_of(tmp_path, Findings(), [ACROSS, DOWN], {"worth": [5, 2]}, value="worth")
    assert found is not None
    assert found.value.tolist() == [5.0, 2.0]
    assert found.names == ("1", "2")


def test_a_corridor_without_units_is_left_out_and_told(tmp_path: Path) -> None:
    """A corridor outside the study area leaves a warning with its name; the others stay."""
    findings = Findings()
    found = corridors_of(tmp_path, findings, [AWAY, DOWN], {"name": ["far", "near"]})
    assert found is not None
    assert found.names == ("near",)
    assert found.start.tolist() == [0, 3]
    told = [item for item in findings if item.severity is Severity.WARNING]
    assert "1 of 2 corridors holds no unit and is left out: far" in str(told[-1])


def test_corridors_that_are_all_elsewhere_are_an_error(tmp_path: Path) -> None:
    """A layer of corridors none of which crosses the study area is refused."""
    findings = Findings()
    assert corridors_of(tmp_path, findings, [AWAY], {}) is None
    assert str(findings.errors[0]).startswith("indicators.ways.corridors")


def test_a_worth_that_is_missing_or_no_number_is_an_error(tmp_path: Path) -> None:
    """A missing field is told with the fields there are, a wrong worth with how many."""
    findings = Findings()
    assert corridors_of(tmp_path, findings, [ACROSS], {"MC": ["x"]}, value="worth") is None
    assert "indicators.ways.value: there is no field `worth`" in str(findings.errors[0])
    findings = Findings()
    assert corridors_of(tmp_path, findings, [ACROSS, DOWN], {"worth": ["-1", "many"]}, value="worth") is None
    assert "for 2 of 2 corridors" in str(findings.errors[0])


def test_points_are_no_corridors(tmp_path: Path) -> None:
    """A layer of points is refused."""
    findings = Findings()
    assert corridors_of(tmp_path, findings, [shapely.Point(LEFT + 10, TOP - 10)], {}) is None
    assert "points" in str(findings.errors[0])
