"""Layouts changed by hand, scored beside the certified plan of a small study."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import pytest
import rasterio
from numpy.typing import NDArray
from typer.testing import CliRunner

import planner
from planner.cli import app
from tests.support.small_study import (
    CELL,
    CROPLAND,
    FOREST,
    LEFT,
    TOP,
    URBAN,
    box,
    write_quick_study,
    write_raster,
)
from tests.support.stored import stored


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A study with its certified plan in ``run``."""

    def prepared(home: Path) -> Path:
        planner.run(write_quick_study(home / "study"), out=home / "run")
        return home

    return stored(tmp_path_factory, "score", prepared)


def codes(place: Path) -> NDArray[np.uint8]:
    """The cells of the plan."""
    with rasterio.open(place / "run" / "plan.tif") as raster:
        cells: NDArray[np.uint8] = raster.read(1)
    return cells


def drawn_over(place: Path, path: Path, change: Callable[[gpd.GeoDataFrame], gpd.GeoDataFrame]) -> Path:
    """The plan's GeoPackage with its patches edited."""
    path.write_bytes((place / "run" / "plan.gpkg").read_bytes())
    patches = pyogrio.read_dataframe(path, layer="patches")
    pyogrio.write_dataframe(change(patches), path, layer="patches", driver="GPKG")
    return path


def test_the_plan_itself_costs_nothing(place: Path) -> None:
    """Its raster and its polygons are the layout that was certified, and its bound holds for them."""
    for name in ("plan.tif", "plan.gpkg"):
        result = planner.score(place / "run", place / "run" / name)
        assert result.score.keeps
        assert result.costs == 0.0
        assert result.score.certified is not None
        assert result.score.certified.differs_ha == 0.0
        assert result.plan.certificate.bound == planner.reopen(place / "run").certificate.bound


def test_what_is_broken_by_hand(place: Path, tmp_path: Path) -> None:
    """Eight ha of town on farmland break the red line there, a township's cropland and the area of change."""
    cells = codes(place)
    cells[0:2, 9:13] = URBAN
    edited = write_raster(tmp_path / "edited.tif", cells)
    result = planner.score(place / "run", edited, out=tmp_path / "scored")
    assert not result.score.keeps
    assert [(rule.redline, rule.units, rule.area_ha) for rule in result.score.rules] == [("farmland", 8, 8.0)]
    assert {row.label for row in result.broken("en")} == {"farmland", "Area of cropland", "Area that changes"}
    assert result.from_best is None
    assert planner.verify(tmp_path / "scored").holds
    table = pd.read_csv(tmp_path / "scored" / "score.csv")
    before, after = planner.reopen(place / "run").certificate, planner.reopen(tmp_path / "scored").certificate
    assert table.set_index("indicator").difference["net_emissions"] == pytest.approx(
        after.indicators["net_emissions"].value - before.indicators["net_emissions"].value
    )
    offences = pyogrio.read_dataframe(tmp_path / "scored" / "score.gpkg", layer="offences")
    assert offences.area_ha.sum() == 8.0
    assert offences.total_bounds.tolist() == list(box(9, 0, 13, 2).bounds)
    edits = pyogrio.read_dataframe(tmp_path / "scored" / "score.gpkg", layer="edits")
    assert edits.net_tco2e_yr.sum() == pytest.approx(
        after.indicators["net_emissions"].value - before.indicators["net_emissions"].value
    )


def test_a_change_that_breaks_nothing_is_bounded(place: Path) -> None:
    """One cell of new forest left as it is costs something; no layout is better than the bound."""
    plan = planner.reopen(place / "run")
    forest = plan.instance.classes.index("forest")
    layout = plan.layout.copy()
    given_up = int(np.flatnonzero((layout == forest) & (plan.instance.today != forest))[0])
    layout[given_up] = plan.instance.today[given_up]
    cells = plan.instance.grid.frame.paint(plan.instance.classes.codes[layout], 0)
    edited = write_raster(place / "one.tif", cells)
    result = planner.score(place / "run", edited)
    assert result.score.keeps
    assert result.costs is not None
    assert result.costs > 0
    assert result.from_best is not None
    assert result.from_best >= result.costs


def test_a_polygon_drawn_on_top_counts(place: Path, tmp_path: Path) -> None:
    """As in a GIS the last polygon drawn is what is seen, and one without a class is left out and told."""

    def edit(patches: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
        new = gpd.GeoDataFrame(
            {"class": ["urban_residential", None]},
            geometry=[box(14, 10, 16, 12), box(0, 0, 2, 2)],
            crs=patches.crs,
        )
        return pd.concat([patches, new], ignore_index=True)

    result = planner.score(place / "run", drawn_over(place, tmp_path / "plan.gpkg", edit))
    assert result.score.certified is not None
    assert result.score.certified.differs_ha == 4.0
    told = " ".join(str(finding) for finding in result.plan.findings)
    assert "4 units (4.00 ha) lie in polygons of several classes" in told
    assert "1 polygon has no class" in told


def test_polygons_of_what_changes_alone(place: Path, tmp_path: Path) -> None:
    """Where the file has nothing, the certified plan stands; without one that is a fault with its area."""
    only = gpd.GeoDataFrame({"class": ["耕地"]}, geometry=[box(0, 0, 2, 2)], crs="EPSG:4547").to_crs(4490)
    only.to_file(tmp_path / "only.gpkg", engine="pyogrio")
    result = planner.score(place / "run", tmp_path / "only.gpkg")
    assert result.score.filled_ha == 188.0
    with pytest.raises(planner.StudyError, match=r"188 units \(188.00 ha\) have no class"):
        planner.score(place / "study" / "study.toml", tmp_path / "only.gpkg")


def test_other_cells_and_another_crs(place: Path, tmp_path: Path) -> None:
    """A raster four times as fine is the same layout; every unit takes the class that covers most of it."""
    fine = np.kron(codes(place), np.ones((2, 2), dtype=np.uint8))
    fine[0, 0] = CROPLAND
    profile = {"height": 24, "width": 32, "count": 1, "dtype": "uint8", "nodata": 0, "crs": "EPSG:4547"}
    transform = rasterio.Affine(CELL / 2, 0, LEFT, 0, -CELL / 2, TOP)
    with rasterio.open(tmp_path / "fine.tif", "w", driver="GTiff", transform=transform, **profile) as raster:
        raster.write(fine, 1)
    result = planner.score(place / "run", tmp_path / "fine.tif")
    assert result.costs == 0.0
    assert any("1 unit (1.00 ha) lies under several classes" in str(one) for one in result.plan.findings)


def test_codes_that_nobody_knows_are_told(place: Path, tmp_path: Path) -> None:
    """A code without a class is named; a table says what it means; a class the study lacks is refused."""
    cells = codes(place)
    cells[0, 0] = 77
    edited = write_raster(tmp_path / "odd.tif", cells)
    with pytest.raises(planner.StudyError, match=r"77.*--classes"):
        planner.score(place / "run", edited)
    lines = [
        f"{code},{name}"
        for code, name in (
            (1, "cropland"),
            (2, "forest"),
            (4, "grassland"),
            (5, "water"),
            (7, "bare_unused"),
            (8, "urban_residential"),
            (77, "forest"),
        )
    ]
    told = tmp_path / "codes.csv"
    told.write_text("code,class\n" + "\n".join(lines), encoding="utf-8")
    assert planner.score(place / "run", edited, classes=told).costs == 0.0
    told.write_text(told.read_text().replace("77,forest", "77,wetland"), encoding="utf-8")
    with pytest.raises(planner.StudyError, match=r"wetland \(1.00 ha\)|not: wetland"):
        planner.score(place / "run", edited, classes=told)


def test_a_plan_of_another_scenario_gives_no_bound(place: Path, tmp_path: Path) -> None:
    """Its costs are told; its bound holds for other limits and says nothing here."""
    loose = planner.load(place / "study" / "study.toml", "loose")
    result = planner.score(loose, place / "run" / "plan.tif", against=place / "run")
    assert result.score.certified is not None
    assert not result.score.certified.same_question
    assert result.from_best is None
    assert result.costs == 0.0


def test_the_command_speaks_both_languages(place: Path, tmp_path: Path) -> None:
    """It prints what the layout costs and breaks, and writes the folder."""
    cells = codes(place)
    cells[9:, :4] = FOREST
    edited = str(write_raster(tmp_path / "edited.tif", cells))
    done = CliRunner().invoke(app, ["score", str(place / "run"), edited, "--lang", "en"])
    assert done.exit_code == 0, done.output
    assert "Area that changes" in done.output
    done = CliRunner().invoke(
        app, ["score", str(place / "run"), edited, "--lang", "zh", "--out", str(tmp_path / "out")]
    )
    assert "违反之处" in done.output
    assert "人工修改" in (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
