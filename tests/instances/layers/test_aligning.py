from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from instances.land.landcover import read_landcover
from instances.layers.aligning import read_layer
from instances.study.findings import Findings
from instances.study.schema import LayerSource
from tests.support.made_files import made_grid, said, square, study_of, write_layer, write_raster


def test_gaps_are_filled_where_the_study_says_so(tmp_path: Path) -> None:
    """Units without a value take `fill`, with a note; without `fill` they are a fault with its number."""
    write_raster(tmp_path / "a.tif", np.array([[1, 2], [np.nan, 4]], np.float32))
    grid, findings = made_grid(2, 2), Findings()
    values = read_layer("slope", LayerSource(path="a.tif", fill=7), grid, tmp_path, findings)
    assert values is not None
    assert values.values.tolist() == [1, 2, 7, 4]
    assert values.values.dtype == np.float64
    assert "note layers.slope: has no value on 1 of 4 units (25.00%, 1.00 ha). They take fill = 7" in said(
        findings
    )
    findings = Findings()
    assert read_layer("slope", LayerSource(path="a.tif"), grid, tmp_path, findings) is None
    assert "Give `fill`, the value that holds there" in said(findings)


def test_a_layer_of_nothing_is_told(tmp_path: Path) -> None:
    """A layer that is nodata everywhere is refused."""
    write_raster(tmp_path / "a.tif", np.full((2, 2), -9999.0), nodata=-9999)
    findings = Findings()
    assert read_layer("slope", LayerSource(path="a.tif"), made_grid(2, 2), tmp_path, findings) is None
    assert "error layers.slope: has no value on any unit" in said(findings)


def test_vector_layers_are_read_too(tmp_path: Path) -> None:
    """A layer may be polygons: the share of every unit inside them."""
    write_layer(tmp_path / "a.gpkg", [square(0, 0), square(1, 0, size=0.5)])
    values = read_layer("park", LayerSource(path="a.gpkg"), made_grid(1, 3), tmp_path, Findings())
    assert values is not None
    assert values.values.tolist() == [1, 0.25, 0]


def test_a_missing_layer_is_told_at_its_place(tmp_path: Path) -> None:
    """A file that is not there is told at the layer, or at the part of the study that asked for it."""
    findings = Findings()
    assert read_layer("slope", LayerSource(path="a.tif"), made_grid(1, 1), tmp_path, findings) is None
    assert read_layer("redlines.x", LayerSource(path="a.tif"), made_grid(1, 1), tmp_path, findings) is None
    assert [finding.place for finding in findings] == ["layers.slope", "redlines.x"]


@pytest.mark.parametrize("name", ["slope", "dem_dg", "distotown"])
def test_dongguans_layers_take_the_land_covers_crs(shared_data: Path, name: str) -> None:
    """Layers without CRS whose extent is that of the land cover take its CRS, with a warning; nodata that was
    rounded on its way into the file is no value."""
    study = study_of(path="dg2001coor.tif", classes={str(k): "forest" for k in range(1, 6)})
    land = read_landcover(study, shared_data / "dongguan", Findings())
    assert land is not None
    findings = Findings()
    source = LayerSource(path=f"{name}.tif", fill=0)
    values = read_layer(name, source, land.grid, shared_data / "dongguan", findings)
    assert values is not None
    assert values.values.min() >= 0
    assert values.values.max() <= 1
    assert f"warning layers.{name}: the file states no CRS; it has the land cover's extent" in said(findings)
    if name != "distotown":
        assert "its origin is off by 0.8 m, 0.80% of a cell. Its cells were taken one for one" in said(
            findings
        )


def test_small_gaps_of_vector_layers_are_filled_too(tmp_path: Path) -> None:
    """Polygons with values that leave one cell of 20 x 20 uncovered give it that of a neighbour, by area
    and by majority."""
    cells = [(column, row) for row in range(20) for column in range(20) if (column, row) != (7, 7)]
    values = [column + 100 * row for column, row in cells]
    write_layer(tmp_path / "a.gpkg", [square(*cell) for cell in cells], V=values)
    for kind in ("number", "category"):
        source = LayerSource(path="a.gpkg", field="V", kind=kind)  # type: ignore[arg-type]
        findings = Findings()
        layer = read_layer("v", source, made_grid(20, 20), tmp_path, findings)
        assert layer is not None
        assert layer.values[7 * 20 + 7] == pytest.approx(707, abs=100)
        assert "warning layers.v: has no value on 1 of 400 units (0.25%, 1.00 ha)" in said(findings)
