"""Tampering with what stands beside a plan: reasons, made districts, a scored layout, a plan followed up, one
replanned."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest
import rasterio

from planner import monitor, replan, run, score
from tests.support.small_study import FOREST, URBAN, tree, write_quick_study, write_raster
from tests.support.stored import stored
from tests.support.tampering import beyond, columns_of, fields_of, forge, look_only_at, sql, table, told

pytestmark = pytest.mark.slow

TABLES = {
    "districts": {**tree()["districts"], "hexes": {"make": "hex", "side_m": 400}},
    "regions": {"by": "townships", "urbanised": ["东镇"], "ecological": ["西镇"]},
}
FOLDERS = ("run", "score", "monitor", "rest")
CSV = {
    "run": ("regions.csv",),
    "score": ("score.csv", "broken.csv"),
    "monitor": ("alerts.csv", "changes.csv", "unplanned.csv", "carbon.csv"),
    "rest": ("replan.csv", "limits_left.csv"),
}
LAYERS = {
    "run": (("plan.gpkg", "reasons"), ("units.gpkg", "hexes")),
    "score": (("score.gpkg", "offences"), ("score.gpkg", "edits")),
    "monitor": (("alerts.gpkg", "planned"), ("alerts.gpkg", "unplanned")),
}
WORDS = {"label", "from_name", "to_name", "seen_name", "state_name", "other_name", "region_label", "reason"}
"""Fields that are words for readers."""
WITH_LAYERS = {"change", "from_class", "to_class", "units", "area_ha", "redlines", "a row", "an outline"}
BELIEVED = {
    "alerts.gpkg": {"unchanged_ha", "other_ha", "state", "patch", "piece", "alert"},
    "replan.csv": {"then", "planned", "difference", "now", "replanned"},
    "limits_left.csv": {"at_least", "at_most", "spent"},
}
"""Fields that no file of the folder tells: the map as it was seen, and the plan of then."""


def _make(home: Path) -> None:
    """A study with region types and made units; its plan, scored with a town on farmland, followed up and
    replanned half-way."""
    run(write_quick_study(home / "study", TABLES), out=home / "run")
    with rasterio.open(home / "run" / "plan.tif") as raster:
        plan = raster.read(1)
    with rasterio.open(home / "study" / "cover.tif") as raster:
        land = raster.read(1)
    drawn = plan.copy()
    drawn[0:2, 9:13], drawn[11, 15] = URBAN, FOREST
    score(home / "run", write_raster(home / "drawn.tif", drawn), out=home / "score")
    changed = np.argwhere(plan != land)
    half = tuple(changed[: len(changed) // 2].T)
    land[half] = plan[half]
    half_way = write_raster(home / "half.tif", land)
    replan(home / "run", half_way, year=2030, out=home / "rest", lock=("done",))
    land[0:3, 12:16] = URBAN
    monitor(home / "run", write_raster(home / "seen.tif", land), year=2030, out=home / "monitor")


@pytest.fixture(scope="module")
def places(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All of that, made once for all workers."""
    return stored(tmp_path_factory, "places beside", _make)


@pytest.fixture
def home(places: Path, tmp_path: Path) -> Path:
    """A copy of it to tamper with."""
    return Path(shutil.copytree(places, tmp_path / "home"))


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Study and inputs are read once, and what other tests tamper with is not looked at."""
    look_only_at(monkeypatch, without=("check_package", "check_proof", "check_carbon", "check_papers"))


@pytest.mark.parametrize("name", FOLDERS)
def test_an_untouched_folder_holds(home: Path, name: str) -> None:
    """Wherever it lies; each of its files is counted again, or told on the page as one that is not."""
    assert told(home / name) == ""
    assert beyond(home / name) == set()
    moved = home.rename(home.with_name("elsewhere"))
    assert told(moved / name) == ""


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize("name", FOLDERS)
def test_every_column_of_a_table_is_counted_again(home: Path, places: Path, name: str) -> None:
    """Whatever is changed in a row, left out or put twice, the table is named though all be forged."""
    missed = set()
    for file in CSV[name]:
        for column, change in columns_of(home / name / file):
            table(home / name, file, change)
            forge(home / name)
            if file not in told(home / name):
                missed.add((file, column))
            _again(home, places, name)
    believed = {(file, column) for file, column in missed if column in WORDS | BELIEVED.get(file, set())}
    assert missed - believed == set()
    assert ("alerts.csv", "state_name") not in missed  # readers see it in place of the key


def _again(home: Path, places: Path, name: str) -> None:
    shutil.rmtree(home / name)
    shutil.copytree(places / name, home / name)


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize("name", LAYERS)
def test_every_field_of_a_layer_is_counted_again(home: Path, places: Path, name: str) -> None:
    """So is each field of a layer, a polygon that lies elsewhere, and one that is left out."""
    missed = set()
    for file, layer in LAYERS[name]:
        for field, statement in fields_of(home / name / file, layer):
            sql(home / name, statement, name=file)
            forge(home / name)
            if not told(home / name):
                missed.add((file, layer, field))
            _again(home, places, name)
    known = {each for each in missed if each[2] in WORDS | BELIEVED.get(each[0], set())}
    # Outlines, areas and red lines of the layer of reasons are compared with all layers of a plan.
    of_package = {each for each in missed if each[:2] == ("plan.gpkg", "reasons") and each[2] in WITH_LAYERS}
    assert missed - known - of_package == set()


@pytest.mark.parametrize("name", ["score.csv", "broken.csv", "score.gpkg"])
def test_a_paper_of_a_score_that_is_gone_is_missed(home: Path, name: str) -> None:
    """A scored layout without one of its papers is told, though the list be forged."""
    (home / "score" / name).unlink()
    forge(home / "score")
    assert name in told(home / "score")
