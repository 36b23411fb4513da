from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import pyogrio
import pytest
import shapely

from planner.export.layer import table_names

NAMES = [
    "=ab",
    "<b>",
    "a",
    "A",
    "gpkg_contents",
    "layer_styles",
    "_x",
    "3D",
    "永久基本农田",
    "Rtree_1",
    "sqlite_a",
    "a.b c",
    '"',
    "ab",
]


def test_any_name_makes_a_layer(tmp_path: Path) -> None:
    """Names that begin with a sign, that differ in case alone, or that a GeoPackage keeps for itself."""
    named = table_names(NAMES)
    assert len({each.lower() for each in named.values()}) == len(NAMES)
    assert (named["a"], named["A"], named["=ab"], named["永久基本农田"]) == (
        "a",
        "A_2",
        "_=ab",
        "永久基本农田",
    )
    table = gpd.GeoDataFrame({"n": [1]}, geometry=[shapely.box(0, 0, 1, 1)], crs="EPSG:4547")
    for place, name in enumerate(named.values()):
        pyogrio.write_dataframe(table, tmp_path / "a.gpkg", layer=name, driver="GPKG", append=place > 0)
    assert {row[0] for row in pyogrio.list_layers(tmp_path / "a.gpkg")} == set(named.values())


@pytest.mark.parametrize("names", [[], ["a"], ["_", "__", "="]])
def test_few_names_are_few_layers(names: list[str]) -> None:
    """Every name has one layer of its own."""
    assert len(set(table_names(names).values())) == len(names)
