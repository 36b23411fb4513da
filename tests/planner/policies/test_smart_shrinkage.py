from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import rasterio
import tomli_w

import planner
from tests.support.small_study import write_raster

TODAY = "RRCRCCCUCCCC"
"""A village of two hectares, one of one hectare, and a town."""
CODES = {"C": 1, "F": 2, "U": 3, "R": 4}
NAMES = {"1": "cropland", "2": "forest", "3": "urban", "4": "rural"}
COSTS = {("R", "F"): 20.0, ("C", "U"): 5.0, ("C", "F"): 1.0, ("R", "C"): 30.0}
PEOPLE = {"R": 10.0, "U": 30.0}


def study_at(folder: Path, budget: float) -> Path:
    """One hectare of villages must go; whoever lives there lives in the town, and all is paid for."""
    write_raster(folder / "cover.tif", np.array([[CODES[each] for each in TODAY]], dtype=np.uint8))
    names = {letter: NAMES[str(code)] for letter, code in CODES.items()}
    rows = "".join(f"{names[b]},{names[k]},{cost}\n" for (b, k), cost in COSTS.items())
    (folder / "costs.csv").write_text("from,to,value\n" + rows, encoding="utf-8")
    tree = {
        "title": "Smart shrinkage",
        "landcover": {"path": "cover.tif", "classes": NAMES, "new_classes": ["forest"]},
        "whole": {"villages": {"classes": ["rural"]}},
        "transitions": {
            "default": "none",
            "built_stays": False,
            "allow": {"rural": ["forest", "cropland"], "cropland": ["urban", "forest"]},
        },
        "carbon": {"demolished": "ends"},
        "indicators": {
            "people": {"per_class": {names[each]: rate for each, rate in PEOPLE.items()}, "unit": "person"},
            "cost": {"per_change": "costs.csv", "unit": "10^4 yuan"},
        },
        "limits": [
            {"indicator": "area.rural", "at_most": 2},
            {"indicator": "people", "at_least": "100%"},
            {"indicator": "cost", "at_most": budget},
        ],
        "objective": {"minimise": {"cost": 1.0}},
        "solver": {"threads": 1},
    }
    (folder / "study.toml").write_text(tomli_w.dumps(tree), encoding="utf-8")
    return folder / "study.toml"


def test_people_and_money_are_exact_on_the_finished_map(tmp_path: Path) -> None:
    """The small village leaves as a whole, for 20; one hectare of town for its ten people costs 5. Counted
    cell by cell on the raster that was written, people and money are those of the certificate, to the
    digit."""
    plan = planner.optimise(study_at(tmp_path, 30.0))
    out = planner.write(plan, tmp_path / "out")
    letters = {code: letter for letter, code in CODES.items()}
    with rasterio.open(out / "plan.tif") as raster:
        planned = "".join(letters[code] for code in raster.read(1)[0].tolist())
    assert (planned[:2], planned[3]) == ("RR", "F")
    assert (
        sum(PEOPLE.get(each, 0.0) for each in planned) == plan.certificate.indicators["people"].value == 80.0
    )
    spent = sum(COSTS[b, k] for b, k in zip(TODAY, planned, strict=True) if b != k)
    assert spent == plan.certificate.indicators["cost"].value == 25.0
    assert planner.verify(out).holds


def test_no_village_leaves_in_part_for_less(tmp_path: Path) -> None:
    """With 24 to spend no village can go and its people be housed: half of the larger one is no answer."""
    with pytest.raises(planner.NoPlan):
        planner.optimise(study_at(tmp_path, 24.0))
