"""Plans with stages, from study to folder and back: on cells and on parcels, verified without a solver."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pytest
import rasterio

from instances.study.findings import StudyError
from planner.compare.run import compare
from planner.runs.reopen import reopen
from planner.runs.run import run
from planner.runs.verify import verify
from tests.support.small_study import COLUMNS, CRS, ROWS, box, landcover, tree, write_quick_study
from tests.support.stored import stored

pytestmark = pytest.mark.slow  # two plans are solved and written

STAGES: dict[str, Any] = {
    "stages": {"years": [2025, 2030], "peak": 2025},
    "limits": [
        *tree()["limits"],
        {"indicator": "area.forest", "at_least": "105%", "year": 2025},
        {"indicator": "changed_area", "counts": "stage", "at_most": 25},
    ],
}
PARCELS = {"landcover": {"path": "parcels.gpkg", "field": "code", "id": "pid", "scheme": "CLCD"}}


def _make(home: Path) -> None:
    study = write_quick_study(home / "study", STAGES)
    codes = np.ravel(landcover())
    squares = [box(c, r, c + 1, r + 1) for r in range(ROWS) for c in range(COLUMNS)]
    table = gpd.GeoDataFrame({"code": codes, "pid": np.arange(len(codes))}, geometry=squares, crs=CRS)
    land = write_quick_study(home / "land", {**STAGES, **PARCELS, "lang": "zh"})
    table.to_file(home / "land" / "parcels.gpkg", layer="parcels", driver="GPKG", engine="pyogrio")
    run(study, out=home / "cells")
    run(land, out=home / "parcels")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Both studies and their folders, made once for all workers."""
    return stored(tmp_path_factory, "stages", _make)


@pytest.mark.parametrize("name", ["cells", "parcels"])
def test_a_folder_with_stages_holds_and_opens_again(home: Path, name: str) -> None:
    """Limits by year, objective and bound are counted again from its files, and the years come back."""
    found = verify(home / name)
    assert found.holds, found.differences
    plan = reopen(home / name)
    assert plan.staged is not None
    record = plan.certificate.stages
    assert record is not None
    assert max(record.changed_ha) <= 25
    assert sum(record.changed_ha) == pytest.approx(plan.certificate.indicators["changed_area"].value)
    area = np.bincount(plan.staged.stage, weights=plan.instance.grid.area_ha, minlength=3)
    assert area[:2] == pytest.approx(record.changed_ha)
    assert ((plan.staged.stage < 2) == (plan.layout != plan.instance.today)).all()


def test_a_year_that_is_tampered_with_is_found(home: Path, tmp_path: Path) -> None:
    """A unit that is moved to another year breaks what the certificate says of the years."""
    for part in ("study", "cells"):
        shutil.copytree(home / part, tmp_path / part)
    with rasterio.open(tmp_path / "cells" / "stages.tif") as raster:
        years, profile = raster.read(1), raster.profile
    years[np.nonzero(years == 2025)[0][0], np.nonzero(years == 2025)[1][0]] = 2030
    profile.update(driver="GTiff")
    with rasterio.open(tmp_path / "cells" / "stages.tif", "w", **profile) as raster:
        raster.write(years, 1)
    told = [one.figure for one in verify(tmp_path / "cells").differences]
    assert any(figure.startswith("stages.changed_ha") for figure in told)


def test_stages_are_planned_by_a_run_alone(home: Path, tmp_path: Path) -> None:
    """A comparison says so in a sentence, and patches beside stages are refused."""
    with pytest.raises(StudyError, match="planned by a run alone"):
        compare(home / "study" / "study.toml", out=tmp_path / "compare", workers=1)
    study = write_quick_study(
        tmp_path / "patched", {**STAGES, "patches": {"woods": {"classes": ["forest"], "min_ha": 2}}}
    )
    with pytest.raises(StudyError, match="not planned together"):
        run(study, out=tmp_path / "out")
