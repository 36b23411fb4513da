from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import geopandas as gpd
import pyogrio
import shapely

from instances.layers.geopackages import dated

MOMENT = "2000-01-01T00:00:00.000Z"


def write(path: Path) -> None:
    """Two layers, one after the other, as every package of ours is written."""
    table = gpd.GeoDataFrame({"name": ["a"]}, geometry=[shapely.box(0, 0, 1, 1)], crs="EPSG:4547")
    for layer in ("one", "two"):
        pyogrio.write_dataframe(table, path, layer=layer, driver="GPKG", append=path.exists())


def test_every_date_is_the_one_given(tmp_path: Path) -> None:
    """All layers bear the date, whenever they are written."""
    with dated(MOMENT):
        write(tmp_path / "a.gpkg")
    with closing(sqlite3.connect(tmp_path / "a.gpkg")) as database:
        assert {row[0] for row in database.execute("SELECT last_change FROM gpkg_contents")} == {MOMENT}


def test_the_clock_goes_on_afterwards(tmp_path: Path) -> None:
    """A file written after the block bears its own date."""
    with dated(MOMENT):
        pass
    write(tmp_path / "a.gpkg")
    with closing(sqlite3.connect(tmp_path / "a.gpkg")) as database:
        assert MOMENT not in {row[0] for row in database.execute("SELECT last_change FROM gpkg_contents")}
