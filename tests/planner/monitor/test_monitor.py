"""A small study's plan followed up: as planned, as today, shifted, coarser, and changed otherwise."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pyogrio
import pytest
import rasterio
from numpy.typing import NDArray
from typer.testing import CliRunner

import planner
from planner.cli import app
from planner.monitor.folder import NAMES
from tests.support.cycle_study import write_cycle_study
from tests.support.small_study import CELL, LEFT, TOP, URBAN, landcover, write_quick_study, write_raster
from tests.support.stored import stored

TIMES = {"first": 2025, "last": 2035}


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A study with its certified plan in ``run``."""

    def prepared(home: Path) -> Path:
        planner.run(write_quick_study(home / "study"), out=home / "run")
        return home

    return stored(tmp_path_factory, "monitor", prepared)


def codes(place: Path) -> NDArray[np.uint8]:
    """The cells of the plan."""
    with rasterio.open(place / "run" / "plan.tif") as raster:
        cells: NDArray[np.uint8] = raster.read(1)
    return cells


def test_as_planned_there_is_no_alert(place: Path) -> None:
    """The plan's raster and its polygons are all done, whatever the year."""
    for name in ("plan.tif", "plan.gpkg"):
        result = planner.monitor(place / "run", place / "run" / name, year=2035, **TIMES)
        assert (result.alerts, result.share_done) == (0, 1.0)
        assert set(result.states()) == {"done"}


def test_as_today_nothing_is_started(place: Path) -> None:
    """Today's land is not started throughout, and no alert until the plan's time is over."""
    cover = place / "study" / "cover.tif"
    for times in ({}, TIMES):
        result = planner.monitor(place / "run", cover, year=2026, **times)
        assert set(result.states()) == {"not_started"}
        assert (result.alerts, result.share_done) == (0, 0.0)
    late = planner.monitor(place / "run", cover, year=2035, **TIMES)
    assert late.alerts == int(late.monitored.late().sum()) > 0


@pytest.mark.parametrize("shift", [(0.5, 0.0), (0.0, -0.5), (0.5, 0.5), (-0.3, 0.7)])
def test_a_shifted_grid_raises_no_alarm(place: Path, tmp_path: Path, shift: tuple[float, float]) -> None:
    """Plan and today, half a cell or so beside the study's cells, are what they are; the shift is found."""
    origin = LEFT + shift[0] * CELL, TOP + shift[1] * CELL
    plan = write_raster(tmp_path / "plan.tif", codes(place), origin=origin)
    result = planner.monitor(place / "run", plan, year=2035, **TIMES)
    assert (result.alerts, set(result.states())) == (0, {"done"})
    moved = result.monitored.shift_m
    assert moved == pytest.approx((-CELL * shift[0], -CELL * shift[1]), abs=0.3 * CELL)
    today = write_raster(tmp_path / "today.tif", landcover(), origin=origin)
    result = planner.monitor(place / "run", today, year=2026, **TIMES)
    assert (result.alerts, set(result.states())) == (0, {"not_started"})


def test_finer_cells_that_begin_elsewhere_raise_no_alarm(place: Path, tmp_path: Path) -> None:
    """Cells of a third of the study's, cut half a study's cell beside its grid, are the same land."""
    fine = np.kron(codes(place), np.full((4, 4), 1, dtype=np.uint8))[2:, 2:]
    profile = {"height": 46, "width": 62, "count": 1, "dtype": "uint8", "nodata": 0, "crs": "EPSG:4547"}
    transform = rasterio.Affine(CELL / 4, 0, LEFT + CELL / 2, 0, -CELL / 4, TOP - CELL / 2)
    with rasterio.open(tmp_path / "fine.tif", "w", driver="GTiff", transform=transform, **profile) as raster:
        raster.write(fine, 1)
    result = planner.monitor(place / "run", tmp_path / "fine.tif", year=2035, **TIMES)
    assert (result.alerts, set(result.states())) == (0, {"done"})


def test_what_changed_otherwise_is_told_with_its_red_line(place: Path, tmp_path: Path) -> None:
    """Twelve ha of town on farmland break it and use up its township's room; a stray cell is let pass."""
    cells = landcover()
    cells[0:3, 12:16] = URBAN
    cells[11, 6] = URBAN
    seen = write_raster(tmp_path / "seen.tif", cells)
    result = planner.monitor(place / "run", seen, year=2028, out=tmp_path / "out", **TIMES)
    out = tmp_path / "out"
    assert {path.name for path in out.iterdir()} == NAMES
    strayed = pd.read_csv(out / "unplanned.csv")
    assert strayed[["seen_class", "area_ha", "breaks"]].to_numpy().tolist() == [
        ["urban_residential", 12.0, "farmland"]
    ]
    assert result.monitored.sightings.within_ha == 1.0
    alerts = pd.read_csv(out / "alerts.csv").set_index("label")
    value = planner.reopen(out / "observed").certificate.indicators["changed_area"].value
    assert alerts.loc["Area that changes", "value"] == value == 12.0
    layer = pyogrio.read_dataframe(out / "alerts.gpkg", layer="unplanned")
    assert layer.area.sum() / 1e4 == pytest.approx(12.0)
    assert len(pyogrio.read_dataframe(out / "alerts.gpkg", layer="planned")) == len(
        pd.read_csv(out / "changes.csv")
    )
    assert planner.verify(out).holds
    record = json.loads((out / "monitor.json").read_text(encoding="utf-8"))
    assert record["alerts"] == result.alerts == 2
    assert [row.district for row in result.limits("en") if row.state == "watch"] == ["东镇"]
    record["plans"][0]["values"]["changed_area"] = 11.0
    (out / "monitor.json").write_text(json.dumps(record), encoding="utf-8")
    assert not planner.verify(out).holds


def test_a_limit_that_is_missed_is_told(place: Path, tmp_path: Path) -> None:
    """Twenty ha of cropland lost in the east leave less than its limit."""
    cells = landcover()
    cells[6:12, 12:16] = URBAN
    result = planner.monitor(place / "run", write_raster(tmp_path / "seen.tif", cells), year=2028)
    rows = {(row.label, row.district): row for row in result.limits("en")}
    assert rows["Area of cropland", "东镇"].state == "missed"
    assert rows["Area of cropland", "西镇"].state == "on course"


def test_what_is_wrong_is_told(place: Path) -> None:
    """Years and sizes that are none, all at once."""
    with pytest.raises(planner.StudyError) as told:
        planner.monitor(
            place / "run", place / "run" / "plan.tif", year=99, first=2030, last=2020, least_ha=-1
        )
    for part in ("--year", "--to", "--least-ha"):
        assert part in str(told.value)


def test_the_command_speaks_both_languages(place: Path, tmp_path: Path) -> None:
    """It prints what is done, how limits stand and how the map was read, and writes a report."""
    words = ["monitor", str(place / "run"), str(place / "run" / "plan.tif"), "--year", "2035"]
    done = CliRunner().invoke(app, [*words, "--from", "2025", "--to", "2035", "--lang", "en"])
    assert done.exit_code == 0, done.output
    assert "no alert" in done.output
    done = CliRunner().invoke(app, [*words, "--lang", "zh", "--out", str(tmp_path / "out")])
    assert "无预警" in done.output
    assert "规划实施监测" in (tmp_path / "out" / "report.html").read_text(encoding="utf-8")


def test_a_plan_with_a_cycle_beside_it_is_followed_by_its_land(tmp_path: Path) -> None:
    """As planned there is no alert, what no map shows is told, and the folder holds the land alone."""
    planner.run(write_cycle_study(tmp_path / "study"), out=tmp_path / "run")
    seen = tmp_path / "run" / "plan.tif"
    result = planner.monitor(tmp_path / "run", seen, year=2035, out=tmp_path / "seen", **TIMES)
    assert (result.alerts, result.share_done) == (0, 1.0)
    assert result.monitored.observed.certificate.bound is None
    told = CliRunner().invoke(
        app, ["monitor", str(tmp_path / "run"), str(seen), "--year", "2035", "--out", str(tmp_path / "told")]
    )
    assert "no map of land shows it: what is planned beside the land (cycle)" in " ".join(told.output.split())
    assert planner.verify(tmp_path / "seen").holds
    assert "models" not in (tmp_path / "seen" / "observed" / "study.toml").read_text(encoding="utf-8")
