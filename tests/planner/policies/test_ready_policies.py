"""Every ready policy on a row of eight hectares where it binds, with an answer found by hand.

What is planned for is worth, so much a hectare of each class; without the policy the dearest class has all.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tomli_w

import planner
from formulations.indicators.catalogue import indicators
from instances.study.policies import policy, policy_names
from tests.support.small_study import box, write_polygons, write_raster

CODES = {"C": 1, "F": 2, "U": 3, "I": 4, "R": 5}
CLASSES = {"1": "cropland", "2": "forest", "3": "urban", "4": "industrial", "5": "rural"}
WORTH = {"cropland": 1.0, "forest": 0.0, "urban": 3.0, "industrial": 2.0, "rural": 0.0}
COEFFICIENTS = """class,kind,pool,value,unit,low,high,source
cropland,flux,farming,1,tCO2e/ha/yr,1,1,made
forest,flux,vegetation,-5,tCO2e/ha/yr,-5,-5,made
urban,flux,energy,10,tCO2e/ha/yr,10,10,made
industrial,flux,energy,20,tCO2e/ha/yr,20,20,made
"""
PEOPLE = {
    "population": {"per_class": {"urban": 100}},
    "jobs": {"per_class": {"urban": 40, "industrial": 400}},
    "workers": {"per_class": {"urban": 52}},
}
HALVES = {"west": box(0, 0, 4, 1), "east": box(4, 0, 8, 1)}
NEAR_TO_FAR = [100, 200, 300, 400, 500, 600, 900, 900]

CASES: list[tuple[str, str, dict[str, Any], str]] = [
    # 1.6 of the 4 ha of each unit must be green: 2 whole ones; all else is urban.
    ("FCCCFCCC", "uk-green", {"side_m": 400}, "FFFF UUUU"),
    # today 20 + 4 - 10 = 14, at most 13.72; 3 urban and 1 cropland beside 4 forest give 30 + 1 - 20 = 11
    ("UUCCFFCC", "chicago-2008", {}, "FFFF UUU C"),
    # today's forest is worth 1.0 + 0.6 + 0.2 = 1.8; two hectares have 1.7 at most, so it takes three
    ("FFCCFCCC", "greenprint", {}, "FFF UUUUU"),
    # the bank stays free; west 2 urban, who need the jobs of 1 industrial; east 1, where homes may come
    ("CCCCCCCC", "milton-keynes", {"side_m": 400}, "C UU I U III"),
    # a mean of 3 km: three of 1, 2 and 5 km in the west, two of 1 and 4 km in the east
    ("UCCCUCCC", "equivalence-de", {"built_most": 300, "farmland_kept": 25}, "UUUUU CCC"),
    # sources of 25 and one forest: 2 urban, which come near the station as twice today's must lie there
    ("UCCCFUCC", "japan-caps", {"homes_near": 200}, "UU CCCCC F"),
    # neutral: cropland by forest; capped at 0.9 x 21: 1 urban, 2 cropland; zero: 1 urban by 2 forest
    ("CCUUCUFF", "chongming", {"zones": "islands"}, "F FF UU CCC"),
    # 0.6 ha of farmland in each unit: one whole hectare
    ("UUUCCCCC", "nanxun", {"side_m": 400, "built_most": 300}, "UUUUUU CC"),
    # today 40 + 5 + 10 = 55, at most 57.75: no third industrial, and homes where they are
    ("IICCCCCU", "dayabay", {"industry_most": 150}, "II U CCCCC"),
    # 3.2 ha of green: 4; a second industrial would be too much land a person, none too few jobs
    ("CCCCCCCC", "low-carbon-units", {"side_m": 5000, "land_a_person": 150}, "FFFF UUU I"),
    # 1 t of nitrogen needs 5.88 ha of fields, 6 whole ones
    ("CCCFCCFF", "production-waste-cycle", {"villages": "halves", "manure_t": 1.0}, "CCCCCC UU"),
    # 2 ha of green for 3 built, unit by unit: west 2 and 2; east 1 urban asks for a second forest
    ("CCCCFCCC", "low-impact-units", {"side_m": 400}, "FFFF UUU C"),
    # 15 % of 8 ha is one hectare of change: half a village may not go, so it is cropland that is planted
    ("FFCCCCRR", "blue-green-sink", {"changed_most": 15, "spaces_kept": 75}, "FFF CCC RR"),
]
LAYERS: dict[str, list[float]] = {
    "water_priority": [1, 1, 0.9, 0, 0, 0, 0, 0],
    "habitat_priority": [1, 0.2, 0.5, 0, 0.4, 0, 0, 0],
    "park_distance": NEAR_TO_FAR,
    "centre_distance": [100, 100, 100, 100, 100, 900, 100, 100],
    "water_distance": [20, 200, 200, 200, 200, 200, 200, 200],
    "service_distance": [1000, 2000, 5000, 9000, 1000, 4000, 5000, 9000],
    "near_station": [1, 1, 1, 0, 0, 0, 0, 0],
    "industry_line": [1, 1, 1, 1, 0, 0, 0, 0],
    "industry_distance": [0, 0, 0, 0, 100, 900, 900, 900],
    "fringe": [0, 0, 1, 1, 1, 1, 0, 0],
    "home_distance": [100, 100, 900, 900, 900, 900, 900, 900],
}
DEAREST = {"dayabay": {"industrial": 6.0}, "blue-green-sink": {"forest": 5.0}}
"""Worth that differs in the case of a policy."""


def write_study(folder: Path, today: str, name: str, given: dict[str, Any]) -> Path:
    """The row of a case with its policy."""
    write_raster(folder / "cover.tif", np.array([[CODES[each] for each in today]], dtype=np.uint8))
    used = {value for value in policy(name).values(given).values() if isinstance(value, str)}
    for layer in used & set(LAYERS):
        write_raster(folder / f"{layer}.tif", np.array([LAYERS[layer]], dtype=np.float32), nodata=None)
    write_polygons(folder / "halves.gpkg", "halves", HALVES)
    islands = {"崇明岛": box(0, 0, 2, 1), "长兴岛": box(2, 0, 5, 1), "横沙岛": box(5, 0, 8, 1)}
    write_polygons(folder / "islands.gpkg", "islands", islands)
    (folder / "mine.csv").write_text(COEFFICIENTS, encoding="utf-8")
    tree = {
        "title": name,
        "include": [{"policy": name, **given}],
        "landcover": {"path": "cover.tif", "classes": CLASSES, "new_classes": list(CLASSES.values())},
        "districts": {
            each: {"path": f"{path}.gpkg", "name": "MC"}
            for each, path in (("halves", "halves"), ("townships", "halves"), ("islands", "islands"))
        },
        "layers": {layer: f"{layer}.tif" for layer in used & set(LAYERS)},
        "transitions": {"default": "any", "built_stays": False},
        "carbon": {"demolished": "ends"},
        "indicators": {"worth": {"per_class": {**WORTH, **DEAREST.get(name, {})}}, **PEOPLE},
        "objective": {"maximise": {"worth": 1.0}},
        "solver": {"threads": 1},
    }
    if name != "blue-green-sink":  # which is about stocks, and these coefficients have none
        tree["carbon"]["coefficients"] = "mine.csv"
    path = folder / "study.toml"
    path.write_text(tomli_w.dumps(tree), encoding="utf-8")
    return path


def test_land_given_up_is_made_good_by_more_than_itself(tmp_path: Path) -> None:
    """One hectare of forest given up asks for two: with one made anew the sum is below today's 2 ha by one,
    with two it is today's."""
    path = write_study(tmp_path, "FFCCCCRR", "blue-green-sink", {"compensation": 1.0})
    instance = planner.load(path).instance
    names = instance.classes.names
    wanted = indicators(instance)["sink_compensated"]
    for planned, sum_ha in (("CFFCCCRR", 1.0), ("CFFFCCRR", 2.0), ("FFCCCCRR", 2.0)):
        classes = {"C": "cropland", "F": "forest", "R": "rural"}
        layout = np.array([names.index(classes[each]) for each in planned], dtype=np.uint8)
        assert wanted.evaluate(layout) == pytest.approx(sum_ha)


def test_every_policy_has_a_case() -> None:
    """No ready policy goes without a study in which it binds."""
    assert sorted(name for _, name, _, _ in CASES) == list(policy_names())


@pytest.mark.parametrize(("today", "name", "given", "planned"), CASES, ids=[case[1] for case in CASES])
def test_what_a_policy_asks_was_found_by_hand(
    tmp_path: Path, today: str, name: str, given: dict[str, Any], planned: str
) -> None:
    """The plan has as much of each class as the policy leaves worth most, and more would be worth more."""
    plan = planner.optimise(write_study(tmp_path, today, name, given))
    letters = {"cropland": "C", "forest": "F", "urban": "U", "industrial": "I", "rural": "R"}
    found = Counter(letters[plan.instance.classes.names[each]] for each in plan.layout.tolist())
    assert found == Counter(planned.replace(" ", ""))
    assert plan.certificate.gap == pytest.approx(0, abs=1e-4)
