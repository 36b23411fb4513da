"""Studies of more classes than surveys of a town have: every area is what counting the cells gives."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import rasterio
import tomli_w

from planner import load, optimise, write
from tests.support.small_study import write_raster

SIDE = 30
LIKE = ("cropland", "forest", "grassland", "water", "urban_residential")


def study_of(folder: Path, classes: int) -> tuple[Path, np.ndarray]:
    """A study of so many classes of its own, and its land cover: codes 1 to ``classes``, each there."""
    made = np.random.default_rng(classes)
    cells = made.integers(1, classes + 1, size=(SIDE, SIDE)).astype(np.uint8)
    cells.ravel()[:classes] = np.arange(1, classes + 1)
    write_raster(folder / "cover.tif", cells)
    names = {str(code): f"class_{code}" for code in range(1, classes + 1)}
    tree = {
        "title": f"{classes} classes",
        "landcover": {"path": "cover.tif", "classes": names},
        "classes": {name: {"like": LIKE[n % len(LIKE)]} for n, name in enumerate(names.values())},
        "transitions": {"default": "any"},
        "limits": [
            {"indicator": f"area.class_{classes}", "at_least": "110%"},
            {"indicator": "changed_area", "at_most": 60.0},
        ],
        "objective": {"minimise": {"net_emissions": 1.0}},
    }
    (folder / "study.toml").write_text(tomli_w.dumps(tree), encoding="utf-8")
    return folder / "study.toml", cells


@pytest.mark.parametrize("method", ["exact", "decompose"])
@pytest.mark.parametrize("classes", [2, 16, 17, 40, pytest.param(200, marks=pytest.mark.slow)])
def test_areas_are_counted_cells_however_many_classes(classes: int, method: str, tmp_path: Path) -> None:
    """Today's areas, the plan's and what changes are those of the rasters, and the limits hold on the map."""
    study, cells = study_of(tmp_path, classes)
    out = write(optimise(load(study), method=method), tmp_path / "out")
    told = json.loads((out / "certificate.json").read_text(encoding="utf-8"))
    code = {each["name"]: each["code"] for each in told["classes"]}
    with rasterio.open(out / "plan.tif") as raster:
        planned = raster.read(1)
    today = np.array([0, *(code[f"class_{n}"] for n in range(1, classes + 1))])[cells]
    for name, number in code.items():
        area = told["indicators"][f"area.{name}"]
        assert area["baseline"] == pytest.approx(np.count_nonzero(today == number))
        assert area["value"] == pytest.approx(np.count_nonzero(planned == number))
    assert told["indicators"]["changed_area"]["baseline"] == 0
    assert told["indicators"]["changed_area"]["value"] == pytest.approx(np.count_nonzero(planned != today))
    wanted = 1.1 * np.count_nonzero(cells == classes)
    assert np.count_nonzero(planned == code[f"class_{classes}"]) >= wanted - 1e-9
