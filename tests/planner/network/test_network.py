"""Networks of a small study from the command to its files."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pyogrio
import pytest
from typer.testing import CliRunner

import planner
from planner.cli import app
from planner.network.tables import network_table
from tests.support.small_study import CROPLAND, FOREST, landcover, write_quick_study, write_raster


def test_today_by_hand(tmp_path: Path) -> None:
    """A forest of 20 ha, a river of 12 ha and a meadow of 12 ha on 192 ha."""
    result = planner.network(write_quick_study(tmp_path / "study"), distances_km=[1])
    (today,) = result.measured
    assert today.name == "today"
    assert sorted(today.network.area_ha.tolist()) == [12.0, 12.0, 20.0]
    assert today.shape.mesh_ha == pytest.approx((20**2 + 12**2 + 12**2) / 192)
    assert result.convention == "edges"
    assert today.important[0].area_ha == 20.0


@pytest.mark.slow
def test_a_plan_and_another_layout_stand_beside_today(tmp_path: Path) -> None:
    """A run's folder brings its plan; a raster of another tool is measured on the same units."""
    study = write_quick_study(tmp_path / "study")
    planner.run(study, out=tmp_path / "plan")
    cells = landcover()
    cells[:4, 5:8] = FOREST
    other = write_raster(tmp_path / "theirs.tif", cells)
    result = planner.network(tmp_path / "plan", [other], distances_km=[0.5, 2], neighbours=8)
    assert [each.name for each in result.measured] == ["today", "plan", "theirs"]
    theirs = result.measured[2]
    assert len(theirs.network) == 2, "the forest reaches the river"
    assert theirs.shape.area_ha == pytest.approx(44.0 + 12.0)
    assert theirs.reaches[1].eca_ha > result.measured[0].reaches[1].eca_ha
    plan = planner.reopen(tmp_path / "plan")
    green = plan.instance.classes.blue_green[plan.layout]
    assert result.measured[1].shape.area_ha == pytest.approx(plan.instance.grid.area_ha[green].sum())


def test_a_shrunk_network_is_told(tmp_path: Path) -> None:
    """What is blue-green today and not in a layout is lost, in ha."""
    cells = landcover()
    cells[:2, :5] = CROPLAND
    result = planner.network(
        write_quick_study(tmp_path / "study"), [write_raster(tmp_path / "less.tif", cells)], distances_km=[1]
    )
    assert result.measured[1].shape.lost_ha == pytest.approx(10.0)


def test_the_command_prints_and_writes(tmp_path: Path) -> None:
    """In both languages; a table and layers with every path where it is."""
    study = write_quick_study(tmp_path / "study")
    table, layers = tmp_path / "network.csv", tmp_path / "maps" / "network.gpkg"
    words = ["network", str(study), "--distance", "3", "--table", str(table), "--layers", str(layers)]
    done = CliRunner().invoke(app, [*words, "--lang", "en"])
    assert done.exit_code == 0, done.output
    assert "Equivalent connected area (ECA) at 3 km" in done.output
    read = pd.read_csv(table)
    eca = read[read.measure == "eca_ha"]
    assert eca.value.item() == pytest.approx(
        planner.network(study, distances_km=[3]).measured[0].reaches[0].eca_ha
    )
    assert {name for name, _ in pyogrio.list_layers(layers)} == {"today_patches", "today_links"}
    patches = pyogrio.read_dataframe(layers, layer="today_patches")
    assert patches.area.to_numpy() / 1e4 == pytest.approx(patches.area_ha.to_numpy())
    links = pyogrio.read_dataframe(layers, layer="today_links")
    assert len(links) == 2
    assert (links.length > 0).all()
    assert links.cost_m.max() <= 3000
    assert CliRunner().invoke(app, [*words[:2], "--lang", "zh"]).exit_code == 0


def test_a_stated_resistance_is_taken(tmp_path: Path) -> None:
    """Cropland as easy as forest brings patches together."""
    study = write_quick_study(tmp_path / "study")
    easy = tmp_path / "easy.csv"
    easy.write_text("class,resistance\ncropland,1\n", encoding="utf-8-sig")
    before, after = planner.network(study), planner.network(study, resistance=easy)
    assert after.resistances("en")["Cropland"] == 1.0
    for one, other in zip(before.measured[0].reaches, after.measured[0].reaches, strict=True):
        assert other.eca_ha > one.eca_ha
    centres = planner.network(study, centres=True)
    for one, other in zip(before.measured[0].reaches, centres.measured[0].reaches, strict=True):
        assert other.eca_ha < one.eca_ha


def test_all_that_is_wrong_is_told_at_once(tmp_path: Path) -> None:
    """Distances, neighbours, resistances and a layout elsewhere, each with its place."""
    study = write_quick_study(tmp_path / "study")
    wrong = tmp_path / "wrong.csv"
    wrong.write_text("class,resistance\nmarsh,2\ncropland,0.5\nforest,deep\n", encoding="utf-8")
    elsewhere = write_raster(tmp_path / "small.tif", landcover()[:, :9])
    with pytest.raises(planner.StudyError) as told:
        planner.network(study, [elsewhere], distances_km=[0, float("nan"), 1], neighbours=6, resistance=wrong)
    text = str(told.value)
    for part in (
        "0 km",
        "nan km",
        "--neighbours",
        "marsh",
        "cropland has the resistance 0.5",
        "deep",
        "small.tif",
    ):
        assert part in text
    with pytest.raises(planner.StudyError, match="class and resistance"):
        planner.network(study, resistance=study)
    with pytest.raises(planner.StudyError, match="cannot be read"):
        planner.network(study, resistance=tmp_path / "none.csv")


def test_strange_layouts_are_refused(tmp_path: Path) -> None:
    """As many cells at another place, and a class that the study has not."""
    study = write_quick_study(tmp_path / "study")
    moved = write_raster(tmp_path / "moved.tif", landcover(), origin=(600_000.0, 2_600_000.0))
    with pytest.raises(planner.StudyError, match="moved.tif"):
        planner.network(study, [moved])
    strange = landcover()
    strange[0, 0] = 9
    with pytest.raises(planner.StudyError, match="strange.tif"):
        planner.network(study, [write_raster(tmp_path / "strange.tif", strange)])


def test_the_table_names_every_measure_in_both_languages(tmp_path: Path) -> None:
    """No measure without a name, and no value missing but the core of parcels."""
    result = planner.network(write_quick_study(tmp_path / "study"))
    for lang in ("en", "zh"):
        table = network_table(result.networks, lang)
        assert table.label.notna().all()
        assert table.value.notna().all()
    assert np.isfinite(table.value.astype(float)).all()
