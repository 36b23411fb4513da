"""A hostile input: what it changes in a small valid study that has every table, and what it must be told."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import shapely
import tomli_w

from instances.study.tables import table_text
from tests.support import small_study
from tests.support.small_study import box, write_polygons, write_raster

Tree = dict[str, Any]
REFUSED, ACCEPTED, EITHER = "refused", "accepted", "either"
"""What an input must be answered: by a sentence, by a right result, or by one of them."""


@dataclass(frozen=True)
class Attack:
    """One hostile input. ``says`` are parts of the sentences with which it is refused."""

    name: str
    answer: str = EITHER
    says: tuple[str, ...] = ()
    tree: Callable[[Tree], object] = lambda tree: None
    files: Callable[[Path], object] = lambda folder: None
    scenario: str = "base"
    command: tuple[str, ...] = ()
    """Words of a command line instead of a check; ``STUDY`` and ``OUT`` stand for the paths."""


APART: Tree = {"stages": {"years": [2027, 2035]}}
"""Tables that do not go with others of the fullest study."""


MODELS: Tree = {
    "cycle": {
        "kind": "cycle",
        "villages": "townships",
        "supplies": "supplies.csv",
        "sites": {"path": "sites.gpkg"},
        "plants": "plants.csv",
        "reach_km": 2.0,
        "nitrogen_kg_ha": 170.0,
        "budget": 900.0,
        "buffer_homes_m": 10.0,
        "buffer_homes": "plan",
        "site_classes": ["forest", "cropland"],
    },
    "centres": {
        "kind": "services",
        "units": "townships",
        "people": "fields",
        "services": "services.csv",
        "site_classes": ["urban_residential", "cropland", "forest", "grassland", "water", "bare_unused"],
    },
    "measures": {
        "kind": "measures",
        "by": "townships",
        "of": "fields",
        "measures": "measures.csv",
        "budget": 900.0,
        "budgets": {"power": 700.0},
        "shares": {"power": 20.0},
    },
    "order": {
        "kind": "schedule",
        "years": [2026, 2030],
        "cost": "works",
        "budget": "budget.csv",
        "area_per_year": 4000.0,
        "by": "townships",
        "area_per_district": 3000.0,
        "homes": "homes.csv",
        "homes_of": ["any_built"],
        "cropland": "pro rata",
        "cropland_of": ["cropland"],
        "gap": 0.001,
    },
}
"""One model of every kind."""


def fullest() -> Tree:
    """A valid study that has every table of the study file but those apart."""
    tree = small_study.tree()
    tree |= {
        "label": {"en": "As planned", "zh": "规划"},
        "lang": "en",
        "marks": ["Draft"],
        "include": [{"policy": "nanxun", "units": "squares", "side_m": 800, "farm_share": 1}],
        "boundary": {"path": "county.gpkg"},
        "classes": {
            "tea": {"like": "forest", "name_en": "Tea gardens", "colour": "#4c9a2a", "native": True},
        },
        "species": "species.csv",
        "carbon": {
            "coefficients": "mine.csv",
            "lines": "own_lines.csv",
            "years": 20,
            "energy_tco2e": {"urban_residential": 5000.0},
            "inventory": {"path": "inventory.csv", "by": "townships"},
        },
        "rates": {"new": {"layer": "slope", "classes": ["forest"], "pool": "vegetation"}},
        "indicators": {
            "fields": {"sum": ["cropland"], "label": "Fields"},
            "yield": {"layer": "worth", "classes": ["cropland"], "unit": "t/yr"},
            "works": {"per_change": "works.csv", "unit": "10^4 yuan"},
            "greenways": {"corridors": {"path": "ways.gpkg"}, "width_m": 60},
        },
        "payments": {"by": "townships", "cost": "works", "shared_by": "area.forest", "counts": "growth"},
        "regions": {"by": "townships", "urbanised": ["东镇"], "ecological": ["西镇"]},
        "solver": {"gap": 0.001, "threads": 1, "seed": 1},
        "patches": {"woods": {"classes": ["forest"], "min_ha": 2.0, "within_m": 500.0}},
        "map_names": {"rivers": {"path": "ways.gpkg", "name": "MC", "kind": "water"}},
        "life_cycle": {
            "base_year": 2025,
            "target_year": 2035,
            "last_year": 2045,
            "energy": "assumed",
            "energy_factors": "energy_factors.csv",
            "energy_shares": {"grid": 0.75, "coal": 0.25},
        },
        "models": copy.deepcopy(MODELS),
        "whole": {"villages": {"classes": ["forest"], "most_ha": 40.0, "enabled": False}},
        "network": {
            "distance_m": 1000.0,
            "resistance": {"water": 2.0},
            "source_ha": 2.0,
            "source_classes": ["any_blue_green"],
            "source_where": "slope >= 0",
        },
    }
    tree["landcover"]["new_classes"] = ["tea"]
    tree["layers"] |= {
        "dem": {"path": "dem.tif"},
        "grade": {"from": "dem"},
        "worth": {"path": "worth.gpkg", "field": "MC"},
    }
    return tree


def write_files(folder: Path) -> None:
    """Write every file of the fullest study."""
    small_study.write_files(folder)
    heights = np.fromfunction(lambda row, column: 5.0 * column + row, (small_study.ROWS, small_study.COLUMNS))
    write_raster(folder / "dem.tif", heights.astype(np.float32), nodata=None)
    write_polygons(folder / "county.gpkg", "county", {"county": box(0, 0, 16, 12)})
    write_polygons(folder / "worth.gpkg", "worth", {3.5: box(0, 0, 16, 6), 1.0: box(0, 6, 16, 12)})
    left, top = small_study.LEFT, small_study.TOP
    way = shapely.LineString([(left + 50, top - 650), (left + 1550, top - 650)])
    write_polygons(folder / "ways.gpkg", "ways", {"way": way})
    (folder / "inventory.csv").write_text("item,district,amount\ncoal,,120\n", encoding="utf-8")
    write_polygons(folder / "sites.gpkg", "sites", {"one": box(6, 5, 7, 6), "two": box(2, 9, 3, 10)})
    (folder / "supplies.csv").write_text(
        "village,stream,t\n东镇,manure,500\n西镇,kitchen,90\n", encoding="utf-8"
    )
    (folder / "plants.csv").write_text(
        "plant,technique,capacity_t,fixed_tco2e,cost\nheap,compost,400,5,40\n", encoding="utf-8"
    )
    (folder / "services.csv").write_text(
        "service,trips,capacity,load,least,most,tco2e,cover,radius_m,mean_m,apart_m\n"
        "school,0.4,90000,0,1,2,5,10,3000,9000,10\n",
        encoding="utf-8",
    )
    (folder / "works.csv").write_text("from,to,value\ncropland,forest,6\n", encoding="utf-8")
    (folder / "budget.csv").write_text("year,amount\n2026,9000\n2028,9000\n", encoding="utf-8")
    (folder / "homes.csv").write_text("year,area_ha\n2029,0\n", encoding="utf-8")
    (folder / "measures.csv").write_text(
        "measure,strategy,unit,mwh,tco2e,low,high,cost,most,needs,district,whole\n"
        "roofs,power,MW,1000,,800,1200,60,,3,,\nwalls,houses,house,,2,1,3,5,40,,东镇,yes\n",
        encoding="utf-8",
    )
    (folder / "energy_factors.csv").write_text(
        "carrier,year,value,unit,low,high,source,mark\ngrid,2025,0.6,kgCO2/kWh,,,the grid company,\n"
        "grid,2045,0.2,kgCO2/kWh,0.1,0.3,the grid company,assumed\n",
        encoding="utf-8",
    )
    (folder / "species.csv").write_text(
        "class,species,name_zh,name_en,native,form,sites,source\n"
        "tea,Camellia sinensis,茶,tea,yes,shrub,slopes below 800 m,survey\n",
        encoding="utf-8",
    )
    (folder / "own_lines.csv").write_text(
        "class,kind,pool,value,unit,low,high,source\nforest,stock,soil,110,tC/ha,90,120,survey\n",
        encoding="utf-8",
    )
    (folder / "mine.csv").write_text(table_text("carbon/china-default.csv"), encoding="utf-8")


def at(tree: Any, place: tuple[Any, ...]) -> Any:
    """What lies at a place of a tree."""
    for part in place:
        tree = tree[part]
    return tree


def put(place: tuple[Any, ...], value: Any) -> Callable[[Tree], object]:
    """Set one value of the tree; of a table that goes with few others, in a study without those."""

    def change(tree: Tree) -> None:
        if place[0] in APART:
            tree.clear()
            tree.update(small_study.tree(), **copy.deepcopy(APART))
        at(tree, place[:-1])[place[-1]] = copy.deepcopy(value)

    return change


@lru_cache(maxsize=1)
def _files(home: Path) -> tuple[tuple[str, bytes], ...]:
    """The bytes of every file of the fullest study, written once."""
    home.mkdir(parents=True, exist_ok=True)
    write_files(home)
    return tuple((path.name, path.read_bytes()) for path in sorted(home.iterdir()) if path.is_file())


def write(attack: Attack, folder: Path, home: Path) -> Path:
    """Write the study of an attack; returns ``study.toml``."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in _files(home):
        (folder / name).write_bytes(content)
    tree = fullest()
    attack.tree(tree)
    (folder / "study.toml").write_text(tomli_w.dumps(tree), encoding="utf-8")
    attack.files(folder)
    return folder / "study.toml"
