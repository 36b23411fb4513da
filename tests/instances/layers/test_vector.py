from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely
from pyproj import CRS

from instances.layers.vector import vector_values
from instances.study.findings import Findings
from instances.study.schema import LayerSource
from instances.units.grid import FloatArray, Grid
from instances.units.parcels import parcel_grid
from tests.support.made_files import LEFT, TOP, UTM, made_grid, said, square, write_layer

NAN = float("nan")


def values_of(folder: Path, grid: Grid, findings: Findings | None = None, **source: Any) -> FloatArray | None:
    """The layer ``a.gpkg`` on the units of a grid."""
    told = findings if findings is not None else Findings()
    return vector_values(LayerSource(path="a.gpkg", **source), grid, folder, "layers.x", told)


def test_polygons_give_their_area_weighted_mean(tmp_path: Path) -> None:
    """A unit half of value 2 and a quarter of value 5 has 3; one outside has none."""
    write_layer(
        tmp_path / "a.gpkg",
        [square(-0.5, 0), shapely.box(LEFT + 50, TOP - 100, LEFT + 75, TOP)],
        v=[2.0, 5.0],
    )
    values = values_of(tmp_path, made_grid(1, 2), field="V")
    assert values is not None
    assert values.tolist() == pytest.approx([3, NAN], nan_ok=True)


def test_categories_are_those_of_the_polygon_that_holds_the_unit(tmp_path: Path) -> None:
    """A category is never averaged."""
    write_layer(tmp_path / "a.gpkg", [square(-1, -1, size=1.6 + 0.4), square(1, 0)], v=[2, 5])
    values = values_of(tmp_path, made_grid(1, 3), field="v", kind="category")
    assert values is not None
    assert values.tolist() == pytest.approx([2, 5, NAN], nan_ok=True)


def test_without_field_the_value_is_the_share_inside(tmp_path: Path) -> None:
    """Numbers: the share of the unit inside; categories: 1 where at least half is."""
    write_layer(tmp_path / "a.gpkg", [square(0.4, 0)])
    share, inside = (
        values_of(tmp_path, made_grid(1, 3)),
        values_of(tmp_path, made_grid(1, 3), kind="category"),
    )
    assert share is not None
    assert inside is not None
    assert share.tolist() == pytest.approx([0.6, 0.4, 0])
    assert inside.tolist() == [1, 0, 0]


def test_points_and_lines_mark_what_they_touch(tmp_path: Path) -> None:
    """Units touched by a point or line have 1, or its value; on rasters and parcels alike."""
    line = shapely.LineString([(LEFT + 10, TOP - 50), (LEFT + 150, TOP - 50)])
    write_layer(tmp_path / "a.gpkg", [line, shapely.Point(LEFT + 350, TOP - 50)], v=[7, 8])
    squares = np.array([square(k, 0) for k in range(4)], dtype=object)
    parcels = parcel_grid(squares, np.arange(4).astype(object), CRS(UTM), 0.5, "p", Findings())
    assert parcels is not None
    for grid in (made_grid(1, 4), parcels):
        marked, valued = values_of(tmp_path, grid), values_of(tmp_path, grid, field="v")
        assert marked is not None
        assert valued is not None
        assert marked.tolist() == [1, 1, 0, 1]
        assert valued.tolist() == pytest.approx([7, 7, NAN, 8], nan_ok=True)


def test_fields_without_numbers_are_told(tmp_path: Path) -> None:
    """A text field is refused with an example; an empty value leaves its feature out; digits count."""
    write_layer(tmp_path / "a.gpkg", [square(0, 0), square(1, 0)], v=["1.5", "forest"], w=["2", None])
    findings = Findings()
    assert values_of(tmp_path, made_grid(1, 2), findings, field="v") is None
    assert "layers.x.field: v holds text such as 'forest' on 1 features" in said(findings)
    findings = Findings()
    values = values_of(tmp_path, made_grid(1, 2), findings, field="w")
    assert values is not None
    assert values.tolist() == pytest.approx([2, NAN], nan_ok=True)
    assert "w is empty on 1 features" in said(findings)


def test_polygons_elsewhere_are_told(tmp_path: Path) -> None:
    """A layer that misses the area is a fault, not a map of zeros."""
    write_layer(tmp_path / "a.gpkg", [square(90, 90)])
    findings = Findings()
    assert values_of(tmp_path, made_grid(1, 2), findings) is None
    assert "lies wholly outside the land cover" in said(findings)
