from __future__ import annotations

import zipfile
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely

from instances.layers.ogr import layer_kinds, read_columns, read_features, write_features
from tests.support.made_files import UTM, square

ROOT = Path(__file__).resolve().parents[3]
LAYER = gpd.GeoDataFrame({"a": np.ones(1, np.int32)}, geometry=[square(0, 0)], crs=UTM)


@pytest.mark.parametrize("folder", ["!项目", "a!b", "a.zip!b", "a;b", "a#b%20", "a?b&c", "[a]", "a'b c"])
@pytest.mark.parametrize("name", ["x!y.gpkg", "x!y.shp", "!x.geojson", "x!y.gdb", "x;y.gpkg", "x.zip!y.fgb"])
def test_files_of_any_name_are_written_and_read(tmp_path: Path, folder: str, name: str) -> None:
    """A folder or file may be called as its owner likes, with the signs that mark addresses too."""
    path = tmp_path / folder / name
    path.parent.mkdir()
    driver = {"driver": "OpenFileGDB", "layer": "x"} if name.endswith(".gdb") else {}
    write_features(LAYER, path, **driver)
    (layer,) = layer_kinds(path)
    assert read_features(path, layer=layer)["a"].tolist() == [1]
    assert shapely.from_wkb(read_columns(path, layer=layer)[2][0]).area == pytest.approx(10_000)
    stray = {entry.name for entry in tmp_path.iterdir()} - {folder}
    assert stray == set()


@pytest.mark.parametrize("name", ["a.zip", "a!b.zip"])
def test_archives_are_read_as_before(tmp_path: Path, name: str) -> None:
    """A zipped shapefile is read from within its archive, whatever its name."""
    write_features(LAYER, tmp_path / "in.shp")
    with zipfile.ZipFile(tmp_path / name, "w") as archive:
        for part in tmp_path.glob("in.*"):
            archive.write(part, part.name)
    assert read_features(tmp_path / name)["a"].tolist() == [1]


def test_nothing_goes_to_pyogrio_by_another_door() -> None:
    """No other file of the product hands a path to pyogrio."""
    calls = ("pyogrio.read", "pyogrio.write", "pyogrio.raw", "pyogrio.list", ".to_file(", "gpd.read_file")
    for room in ("instances", "planner", "formulations"):
        for path in (ROOT / room).rglob("*.py"):
            if path.name != "ogr.py":
                text = path.read_text(encoding="utf-8")
                assert [call for call in calls if call in text] == [], path.name
