"""The small study with a cycle of waste: three villages, four sites, plants of a size to match."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import geopandas as gpd
import shapely
import tomli_w

from tests.support import small_study
from tests.support.small_study import CELL, CRS, LEFT, TOP, box, write_polygons

SITES = {"北": (3.5, 2.5), "中": (7.0, 6.0), "东": (12.5, 9.5), "南": (5.5, 10.5)}
SUPPLIES = {"甲村": (300.0, 40.0), "乙村": (900.0, 25.0), "丙村": (150.0, 160.0)}


def cycle_tree(**model: Any) -> dict[str, Any]:
    """The study file's tree."""
    tree = small_study.tree()
    tree["districts"]["villages"] = {"path": "villages.gpkg", "name": "MC"}
    tree["models"] = {
        "cycle": {
            "kind": "cycle", "villages": "villages", "land": ["cropland"], "supplies": "supplies.csv",
            "sites": {"path": "sites.gpkg"}, "site_name": "MC", "plants": "plants.csv", "reach_km": 2.0,
            **model,
        }
    }  # fmt: skip
    return tree


def write_cycle_files(folder: Path) -> None:
    """Write what the model reads."""
    write_polygons(
        folder / "villages.gpkg", "villages",
        {"甲村": box(0, 0, 8, 7), "乙村": box(8, 0, 16, 7), "丙村": box(0, 7, 16, 12)},
    )  # fmt: skip
    places = [shapely.Point(LEFT + x * CELL, TOP - y * CELL) for x, y in SITES.values()]
    table = gpd.GeoDataFrame({"MC": list(SITES)}, geometry=places, crs=CRS)
    table.to_file(folder / "sites.gpkg", layer="sites", driver="GPKG", engine="pyogrio")
    lines = ["village,stream,t"]
    for name, (manure, kitchen) in SUPPLIES.items():
        lines += [f"{name},manure,{manure}", f"{name},kitchen,{kitchen}", f"{name},straw,5"]
    (folder / "supplies.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    (folder / "plants.csv").write_text(
        "plant,technique,capacity_t,fixed_tco2e,cost\nheap,compost,400,5,40\ndigester,biogas,900,12,120\n",
        encoding="utf-8",
    )


def write_cycle_study(folder: Path, **model: Any) -> Path:
    """Write the study and all of its files; returns ``study.toml``."""
    folder.mkdir(parents=True, exist_ok=True)
    small_study.write_files(folder)
    write_cycle_files(folder)
    path = folder / "study.toml"
    path.write_text(tomli_w.dumps(cycle_tree(**model)), encoding="utf-8")
    return path


GROUNDS = {"北": box(3, 2, 5, 4), "中": box(6, 5, 8, 7), "东": box(12, 9, 14, 10), "南": box(5, 10, 6, 11)}
"""Land of the sites, where they ask it of the layout."""


def write_claiming_study(
    folder: Path, grounds: dict[str, shapely.Polygon] | None = None, **model: Any
) -> Path:
    """The study whose sites are pieces of land, on which plants stand where all of it is waste land."""
    asked = {"site_classes": ["bare_unused"], "sites": {"path": "grounds.gpkg"}, **model}
    path = write_cycle_study(folder, **asked)
    write_polygons(folder / "grounds.gpkg", "grounds", grounds or GROUNDS)
    return path
