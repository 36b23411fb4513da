from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import pytest
import shapely

from planner import run, verify
from tests.support.small_study import write_quick_study


@pytest.mark.slow
def test_a_plan_with_a_river_several_files_and_a_named_district_is_verified(tmp_path: Path) -> None:
    """A study whose red lines are a river and two layers of one file, and whose limit names a district with
    spaces around it, is planned, and its folder is verified from its own copy of the study."""
    towns = gpd.read_file(write_quick_study(tmp_path).parent / "townships.gpkg")
    left, bottom, right, top = towns.total_bounds
    river = shapely.LineString([(left - 50, bottom + 300), (right, top - 200)])
    gpd.GeoDataFrame(geometry=[river], crs=towns.crs).to_crs(4490).to_file(tmp_path / "river.shp")
    several = ["lines.gpkg", {"path": "lines.gpkg", "layer": "ecology"}]
    lines = {
        "farmland": {"path": several, "layer": "farmland", "keep": ["cropland"]},
        "river": {"path": "river.shp", "buffer_m": 120, "allow": ["forest", "water"]},
    }
    limits = [
        {
            "indicator": "area.cropland",
            "at_least": "80%",
            "by": "townships",
            "district": f" {towns['MC'][0]} ",
        }
    ]
    study = write_quick_study(tmp_path, {"redlines": lines, "limits": limits})
    plan = run(study, out=tmp_path / "out").plan
    assert [(each.by, each.district) for each in plan.certificate.limits] == [("townships", towns["MC"][0])]
    assert verify(tmp_path / "out").holds
