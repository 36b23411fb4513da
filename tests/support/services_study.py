"""The small study with services: twelve units, people by class, a table of services, four sites."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import geopandas as gpd
import shapely
import tomli_w

from tests.support import small_study
from tests.support.small_study import CELL, CRS, LEFT, TOP

SITES = {
    "北": (3.5, 2.5, "school"),
    "中": (7.0, 6.0, ""),
    "东": (12.5, 9.5, "school, clinic"),
    "南": (5.5, 10.5, ""),
}
SERVICES = "service,trips,capacity,least,most,tco2e,cover,radius_m,mean_m,apart_m,load\n"
LINES = ("school,0.5,9000,1,3,5,60,600,,300,100", "clinic,0.05,20000,1,1,20,,,1500,,")


def services_tree(**model: Any) -> dict[str, Any]:
    """The study file's tree."""
    tree = small_study.tree()
    tree["districts"]["units"] = {"make": "grid", "side_m": 400}
    tree.setdefault("indicators", {})["population"] = {
        "per_class": {"urban_residential": 110.0},
        "unit": "person",
    }
    tree["limits"].append({"indicator": "population", "at_least": "115%"})
    tree["models"] = {
        "centres": {
            "kind": "services", "units": "units", "people": "population", "services": "services.csv",
            "sites": {"path": "sites.gpkg"}, "site_name": "MC", "site_services": "service",
            "site_stands": "stands", **model,
        }
    }  # fmt: skip
    return tree


def write_services_files(folder: Path, lines: tuple[str, ...] = LINES) -> None:
    """Write what the model reads."""
    places = [shapely.Point(LEFT + x * CELL, TOP - y * CELL) for x, y, _ in SITES.values()]
    table = gpd.GeoDataFrame(
        {
            "MC": list(SITES), "service": [may for _, _, may in SITES.values()],
            "stands": ["school" if name == "东" else "" for name in SITES],
        },
        geometry=places, crs=CRS,
    )  # fmt: skip
    table.to_file(folder / "sites.gpkg", layer="sites", driver="GPKG", engine="pyogrio")
    (folder / "services.csv").write_text(SERVICES + "\n".join(lines) + "\n", encoding="utf-8")


def write_services_study(folder: Path, lines: tuple[str, ...] = LINES, **model: Any) -> Path:
    """Write the study and all of its files; returns ``study.toml``."""
    small_study.write_files(folder)
    write_services_files(folder, lines)
    path = folder / "study.toml"
    path.write_text(tomli_w.dumps(services_tree(**model)), encoding="utf-8")
    return path
