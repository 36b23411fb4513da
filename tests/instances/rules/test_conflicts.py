"""The audit of red-line conflicts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pytest
import shapely
from affine import Affine
from pyproj import CRS

from instances.carbon.conversion import EmissionRates
from instances.instance import Instance, read
from instances.land.classes import Classes, class_table
from instances.rules.conflicts import MOST_DRAWN, Audit, overlap_patches
from instances.rules.redlines import kinds_of, red_line
from instances.rules.zones import Zone
from instances.study.file import load_study
from instances.study.findings import Findings
from instances.study.schema import Study
from instances.units.cover import share_inside
from instances.units.grid import Grid
from instances.units.gridding import raster_grid

CLASSES = Classes(tuple(class_table()[name] for name in ("cropland", "forest", "urban")))
C, F, U = range(3)
GAUSS = CRS.from_epsg(4547)
# 300 x 400 m in cells of 100 m: 0..3 / 4..7 / 8..11
TODAY = np.array([C, C, U, U, F, C, U, F, F, F, C, U], dtype=np.uint8)


def raster(rows: int = 3, columns: int = 4) -> Grid:
    """Cells of 100 m over (0, 0) to (100 columns, 100 rows)."""
    grid = raster_grid(
        np.ones((rows, columns), dtype=bool),
        Affine(100, 0, 0, 0, -100, 100 * rows),
        GAUSS,
        "landcover",
        Findings(),
    )
    assert grid is not None
    return grid


def conflicts_of(instance: Instance) -> Audit:
    """The audit of an instance's red lines."""
    return instance.conflicts


def instance_of(lines: dict[str, tuple[Any, dict[str, Any]]], grid: Grid | None = None) -> Instance:
    """An instance with red lines given by polygons or by a mask of units, and their rules."""
    grid = grid or raster()
    today = TODAY if len(grid) == len(TODAY) else np.full(len(grid), C, dtype=np.uint8)
    study = Study.model_validate(
        {
            "title": "audit",
            "landcover": {"path": "today.tif"},
            "redlines": {name: {"path": "x.gpkg", **rules} for name, (_, rules) in lines.items()},
        }
    )
    redlines = []
    for name, (where, _) in lines.items():
        if isinstance(where, list):
            polygons = np.array(where, dtype=object)
            zone = Zone(share_inside(polygons, grid) >= 0.5, polygons)
        else:
            zone = Zone(np.asarray(where, dtype=bool))
        redlines.append(red_line(name, study.redlines[name], zone, CLASSES, today))
    nothing = np.zeros((3, 3))
    return Instance(
        study=study,
        scenario="base",
        grid=grid,
        classes=CLASSES,
        today=today,
        transitions=np.ones((3, 3), dtype=bool),
        redlines=tuple(redlines),
        kinds=kinds_of(today, np.ones((3, 3), dtype=bool), redlines),
        emissions=EmissionRates("none", np.zeros(3), nothing, nothing, nothing, nothing),
        districts={},
        layers={},
        corridors={},
    )


def rows(found: Audit) -> list[tuple[str, str, str, str, int, float]]:
    """The table without the number of patches drawn."""
    columns = ["kind", "redline_a", "redline_b", "class", "patches", "area_ha"]
    table = found.table[columns].round(6)
    return [tuple(row) for row in table.itertuples(index=False)]


def test_overlaps_are_exact_and_counted_by_connected_patch() -> None:
    """Two lines that overlap in two places: 0.5 ha over two touching polygons of one line, 1 ha elsewhere,
    and a strip of 2 m that is only a sliver."""
    farmland = [shapely.box(0, 0, 100, 100), shapely.box(100, 0, 200, 100), shapely.box(300, 0, 400, 202)]
    ecology = [shapely.box(50, 0, 150, 50), shapely.box(300, 0, 400, 100), shapely.box(300, 200, 400, 300)]
    found = conflicts_of(
        instance_of(
            {"farmland": (farmland, {"keep": ["urban"]}), "ecology": (ecology, {"forbid": ["water"]})}
        )
    )
    overlaps = [row for row in rows(found) if row[0] in ("overlap", "sliver")]
    assert overlaps == [
        ("overlap", "farmland", "ecology", "", 2, 1.5),
        ("sliver", "farmland", "ecology", "", 1, 0.02),
    ]
    drawn = found.polygons[found.polygons["kind"] == "overlap"]
    assert drawn["area_ha"].tolist() == [1.0, 0.5]
    assert drawn.geometry.area.tolist() == [10_000.0, 5_000.0]


def test_lines_are_held_against_the_land_of_today() -> None:
    """Over the left half: cropland against an ecological line; over the upper row: no cropland to keep;
    urban land outside its boundary."""
    left = np.tile([True, True, False, False], 3)
    upper = np.arange(12) < 4
    found = conflicts_of(
        instance_of(
            {
                "ecology": (left, {"allow": ["forest"]}),
                "farmland": (upper, {"keep": ["cropland"]}),
                "urban": (upper, {"only_inside": ["urban"]}),
            }
        )
    )
    assert sorted(rows(found)) == [
        ("against_today", "ecology", "", "cropland", 1, 3.0),
        ("nothing_to_keep", "farmland", "", "urban", 1, 2.0),
        ("outside", "urban", "", "urban", 2, 2.0),
        ("overlap", "ecology", "farmland", "", 1, 2.0),
        ("overlap", "ecology", "urban", "", 1, 2.0),
        ("overlap", "farmland", "urban", "", 1, 4.0),
    ]
    outside = found.polygons[found.polygons["kind"] == "outside"]
    assert sorted(shape.bounds for shape in outside.geometry) == [(200, 100, 300, 200), (300, 0, 400, 100)]
    assert found.polygons.crs == GAUSS


def test_lines_that_agree_leave_an_empty_table_that_can_be_written(tmp_path: Path) -> None:
    """Without any conflict both table and layer are there, empty, with their columns."""
    found = conflicts_of(instance_of({"ecology": ([shapely.box(0, 0, 100, 100)], {"forbid": ["urban"]})}))
    assert len(found.table) == len(found.polygons) == 0
    assert list(found.polygons.columns) == ["kind", "redline_a", "redline_b", "class", "area_ha", "geometry"]
    assert conflicts_of(instance_of({})).table.columns.tolist()[-1] == "drawn"
    full = conflicts_of(instance_of({"ecology": ([shapely.box(0, 0, 400, 100)], {"forbid": ["forest"]})}))
    full.polygons.to_file(tmp_path / "audit.gpkg", layer="conflicts")
    assert len(gpd.read_file(tmp_path / "audit.gpkg", layer="conflicts")) == len(full.polygons) == 1


def test_the_table_counts_all_patches_where_only_the_largest_are_drawn() -> None:
    """A chessboard of conflicts is counted in full and drawn up to the stated number."""
    grid = raster(60, 60)
    chess = (np.add.outer(np.arange(60), np.arange(60)) % 2 == 0).ravel()
    found = conflicts_of(instance_of({"ecology": (chess, {"forbid": ["cropland"]})}, grid))
    assert found.table[["patches", "drawn"]].to_numpy().tolist() == [[1800, MOST_DRAWN]]
    assert found.table["area_ha"].item() == pytest.approx(1800)
    assert len(found.polygons) == MOST_DRAWN


def test_overlaps_beyond_the_study_area_are_not_told() -> None:
    """Lines reach beyond the study area; where they overlap out there is none of its business."""
    far = np.array([shapely.box(1000, 1000, 1100, 1100)], dtype=object)
    assert len(overlap_patches(far, far, raster())) == 0


def test_overlaps_of_real_red_lines_equal_those_of_another_library(shared_data: Path) -> None:
    """Around Dongguan the overlap of ecological red line and basic farmland, slivers included, is what
    geopandas finds in the files themselves."""
    instance = read(
        load_study(Path(__file__).resolve().parents[3] / "instances" / "studies" / "dongguan_300m.toml")
    )
    table = conflicts_of(instance).table
    pair = table[(table["redline_a"] == "farmland") & (table["redline_b"] == "ecology")]
    file = shared_data / "dongguan" / "redlines_base.gpkg"
    drawn = [
        gpd.read_file(file, layer=name).to_crs(32649).union_all()
        for name in ("permanent_basic_farmland", "ecological_red_line")
    ]
    assert pair["area_ha"].sum() == pytest.approx(drawn[0].intersection(drawn[1]).area / 1e4, rel=1e-6)
    inside = {line.name: instance.grid.area_ha[line.inside].sum() for line in instance.redlines}
    assert inside["farmland"] == pytest.approx(drawn[0].area / 1e4, rel=0.05)
    assert inside["ecology"] == pytest.approx(drawn[1].area / 1e4, rel=0.05)
