"""A real case: what Dongguan's land was in 2006 against a plan made on its land of 2001."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pandas as pd
import pytest
import tomli_w

import planner

STUDY = Path(__file__).resolve().parents[3] / "instances" / "studies" / "dongguan_300m.toml"


def plan_of_2001(shared_data: Path, folder: Path) -> Path:
    """The study at 300 m with the land cover of 2001 and a limit on what changes, solved coarsely."""
    tree = tomllib.loads(STUDY.read_text(encoding="utf-8"))
    data = shared_data / "dongguan"
    tree["landcover"]["path"] = str(data / "dg2001coor.tif")
    tree["districts"]["townships"]["path"] = str(data / "townships.gpkg")
    for line in tree["redlines"].values():
        line["path"] = str(data / "redlines_base.gpkg")
    del tree["scenarios"]
    folder.mkdir()
    (folder / "study.toml").write_text(tomli_w.dumps(tree), encoding="utf-8")
    planner.run(folder / "study.toml", gap=0.02, out=folder / "out")
    return folder / "out"


@pytest.mark.slow
def test_dongguan_of_2006_against_a_plan_of_2001(shared_data: Path, tmp_path: Path) -> None:
    """Towns grew by far more than was planned, cropland fell below its limits, and towns were built where red
    lines bar them; cells of 100 m in 2006 are held against units of 300 m."""
    run = plan_of_2001(shared_data, tmp_path / "study")
    seen = shared_data / "dongguan" / "dg2006true.tif"
    out = tmp_path / "seen"
    result = planner.monitor(run, seen, year=2006, first=2001, last=2035, crs="EPSG:32649", out=out)
    assert planner.verify(out).holds
    alerts = pd.read_csv(out / "alerts.csv")
    urban = alerts[alerts.indicator == "area.urban"].iloc[0]
    assert urban.value > urban.base * 1.05
    cropland = alerts[alerts.indicator == "area.cropland"]
    assert (cropland.state == "over").sum() > len(cropland) / 2
    strayed = pd.read_csv(out / "unplanned.csv")
    broken = strayed[strayed.breaks.notna()]
    assert set(broken.seen_class) >= {"urban"}
    assert result.share_done < 0.5
    today = planner.monitor(run, shared_data / "dongguan" / "dg2001coor.tif", year=2002, crs="EPSG:32649")
    assert (today.alerts, set(today.states())) == (0, {"not_started"})
