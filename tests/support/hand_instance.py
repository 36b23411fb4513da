"""An instance made by hand: six cells of one hectare whose indicators can be counted on paper.

cropland  forest  forest      numbered 0 1 2
cropland  water   urban                3 4 5
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from instances.carbon.conversion import EmissionRates
from instances.instance import Instance
from instances.rules.corridors import Corridors
from instances.rules.districts import Districts
from instances.rules.redlines import kinds_of
from instances.study.file import parse_study
from tests.support.made_plans import CLASSES, CROPLAND, FOREST, URBAN, WATER, raster_grid

TODAY = np.array([CROPLAND, FOREST, FOREST, CROPLAND, WATER, URBAN], dtype=np.uint8)
HALVES = Districts("halves", ("west", "east", "sea"), np.array([0, 0, 1, 0, 0, 1], dtype=np.int32))
"""West: cells 0, 1, 3, 4; east: cells 2 and 5; sea: none."""
LAYERS = {"town_distance": np.array([0.5, 1.0, 2.0, 3.0, 4.0, 6.0])}
CORRIDORS = {
    "greenway": Corridors(
        ("upper", "lower"),
        np.array([0, 2, 5], dtype=np.int64),
        np.array([1, 2, 1, 4, 3], dtype=np.int32),
        np.array([1.5, 2.0]),
    )
}
FLUX = np.array([1.0, -5.0, 0.0, 100.0])
CHOICE = {"objective": {"minimise": {"net_emissions": 1.0}}}


def hand_instance(study: Mapping[str, Any] | None = None, **changes: Any) -> Instance:
    """The six cells under a study; ``changes`` replace fields of the instance."""
    tree = {
        "title": "six cells",
        "landcover": {"path": "landcover.tif"},
        "districts": {"halves": {"path": "halves.gpkg", "name": "MC"}},
        "layers": {"town_distance": {"path": "distance.tif", "unit": "km", "distance": True}},
        "indicators": {
            "harvest": {"layer": "town_distance", "classes": ["cropland"], "unit": "t"},
            "greenway": {"corridors": {"path": "greenway.gpkg"}},
        },
        **(study or {}),
    }
    stock = np.zeros((4, 4))
    stock[CROPLAND, URBAN] = 3.0
    construction = np.zeros((4, 4))
    construction[:, URBAN] = [40.0, 40.0, 40.0, 0.0]
    transitions = np.ones((4, 4), dtype=bool)
    fields: dict[str, Any] = {
        "study": parse_study(tree, "study.toml"),
        "scenario": "base",
        "grid": raster_grid(np.ones((2, 3), dtype=bool)),
        "classes": CLASSES,
        "today": TODAY,
        "transitions": transitions,
        "redlines": (),
        "kinds": kinds_of(TODAY, transitions, ()),
        "emissions": EmissionRates("hand", FLUX, stock, construction, stock, stock, False),
        "districts": {"halves": HALVES},
        "layers": LAYERS,
        "corridors": CORRIDORS,
    }
    return Instance(**{**fields, **changes})


def planned(**cells: int) -> np.ndarray:
    """Today with some cells changed: ``planned(c2=URBAN)``."""
    layout = TODAY.copy()
    for cell, klass in cells.items():
        layout[int(cell.removeprefix("c"))] = klass
    return layout
