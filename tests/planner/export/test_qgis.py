"""A real QGIS opens what a run leaves; skipped where QGIS is not installed."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

from planner.export.geopackage import write_geopackage
from planner.export.raster import write_plan_raster
from tests.support.made_plans import CLASSES, small_plan

PYTHON = Path("/usr/bin/python3")
"""The Python to which Debian's QGIS belongs."""
POINTS = {"forest": (500_050, 2_499_950), "cropland": (500_050, 2_499_850), "urban": (500_350, 2_499_750)}
"""The middle of a cell of each of three classes of the small plan."""


def qgis(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run QGIS's Python without a screen."""
    clean = {
        key: value for key, value in os.environ.items() if not key.startswith(("PYTHON", "PROJ", "GDAL"))
    }
    return subprocess.run(
        [str(PYTHON), *arguments],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
        env={**clean, "QT_QPA_PLATFORM": "offscreen"},
    )


@pytest.fixture(scope="module")
def seen(tmp_path_factory) -> dict:
    """What QGIS makes of the small plan's files, Chinese by the study's language."""
    if not PYTHON.exists() or qgis("-c", "import qgis.core").returncode:
        pytest.skip("QGIS and its Python are not installed")
    folder = tmp_path_factory.mktemp("plan")
    plan = small_plan("zh")
    write_geopackage(plan, folder / "plan.gpkg")
    write_plan_raster(plan, folder / "plan.tif")
    points = [str(number) for point in POINTS.values() for number in point]
    run = qgis(str(Path(__file__).resolve().parents[2] / "support" / "qgis_probe.py"), str(folder), *points)
    assert run.returncode == 0, run.stderr
    return json.loads(run.stdout)


def test_patches_show_names_and_colours_at_once(seen):
    """QGIS finds the default style inside the GeoPackage: a category for each class, named and coloured."""
    patches = seen["patches"]
    assert (patches["valid"], patches["style"], patches["renderer"]) == (True, True, "categorizedSymbol")
    assert patches["categories"] == {item.name: [item.name_zh, list(item.colour)] for item in CLASSES}


def test_patches_are_drawn_in_the_colours_of_their_classes(seen):
    """A rendering has the class's exact colour in the middle of a patch."""
    expected = [list(CLASSES[CLASSES.index(name)].colour) for name in POINTS]
    assert seen["patches"]["colours"] == expected


def test_the_raster_is_drawn_in_the_same_colours(seen):
    """QGIS takes names from the style beside the raster, and draws the colours of the classes."""
    raster = seen["raster"]
    assert (raster["valid"], raster["renderer"]) == (True, "paletted")
    assert raster["classes"] == {str(item.code): [item.name_zh, list(item.colour)] for item in CLASSES}
    assert raster["colours"] == seen["patches"]["colours"]


def test_changes_and_conflicts_load_their_styles(seen):
    """Changes are named from and to; conflicts by their kind."""
    changes = seen["changes"]
    assert changes["categories"]["cropland>forest"] == ["耕地 → 林地", [104, 177, 103]]
    assert changes["colours"][1] == [255, 255, 255]
    assert seen["conflicts"]["style"]
    assert seen["conflicts"]["categories"]["overlap"][0] == "红线相互重叠"


def test_fields_and_crs_are_understood(seen):
    """QGIS shows fields under their readable names, and knows the CRS."""
    assert seen["patches"]["aliases"]["area_ha"] == "面积（公顷）"
    assert {layer["crs"] for layer in seen.values()} == {"EPSG:4547"}
