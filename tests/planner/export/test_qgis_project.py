"""A real QGIS opens the project of a run; skipped where QGIS is not installed."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from planner.export.formats import Wanted, formats_of, write_formats
from tests.planner.export.test_qgis import POINTS, PYTHON, qgis
from tests.support.made_plans import CLASSES, small_parcels, small_plan

Seen = dict[str, Any]
PROBE = Path(__file__).resolve().parents[2] / "support" / "qgis_project_probe.py"
PARCEL_POINTS = {
    "cropland": (500_050, 3_500_050),
    "forest": (500_150, 3_500_050),
    "urban": (500_550, 3_500_050),
}


def opened(project: Path, points: dict[str, tuple[int, int]]) -> Seen:
    """What QGIS makes of a project."""
    run = qgis(str(PROBE), str(project), *(str(number) for point in points.values() for number in point))
    assert run.returncode == 0, run.stderr
    return json.loads(run.stdout)


def made(folder: Path, plan: Any, **wanted: bool) -> Path:
    """Write the project of a plan, then move its folder, as a mail attachment is."""
    if not PYTHON.exists() or qgis("-c", "import qgis.core").returncode:
        pytest.skip("QGIS and its Python are not installed")
    (folder / "there").mkdir()
    write_formats(plan, folder / "there", Wanted(formats_of(["qgz"]), **wanted))
    return Path(shutil.move(folder / "there", folder / "移到别处")) / "plan.qgz"


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> Seen:
    """The project of the small plan of cells, Chinese by the study's language."""
    return opened(made(tmp_path_factory.mktemp("cells"), small_plan("zh")), POINTS)


def expected(points: dict[str, tuple[int, int]]) -> list[list[int]]:
    """The colours of the classes at the points."""
    return [list(CLASSES[CLASSES.index(name)].colour) for name in points]


def test_the_project_opens_with_every_layer(seen: Seen) -> None:
    """Title, CRS and groups are there, and no layer is broken although the folder was moved."""
    assert (seen["read"], seen["title"], seen["crs"], seen["relative"]) == (
        True,
        "三生 test",
        "EPSG:4547",
        True,
    )
    assert list(seen["groups"]) == ["红线", "红线冲突", "蓝绿网络", "变化", "规划", "现状", "制图图层"]
    layers = [layer for group in seen["groups"].values() for layer in group]
    assert [layer["name"] for layer in layers if not layer["valid"]] == []
    assert {layer["crs"] for layer in layers} == {"EPSG:4547"}
    assert [layer["name"] for layer in layers if layer["shown"]] == ["红线", "规划地类栅格"]


def test_layers_are_drawn_in_the_colours_of_the_standard(seen: Seen) -> None:
    """Raster and polygons of the plan have the exact colour of the class in the middle of its cells."""
    raster, patches = seen["groups"]["规划"]
    assert raster["colours"] == patches["colours"] == expected(POINTS)
    assert seen["shown"] == expected(POINTS)
    assert patches["legend"] == {item.name: [item.name_zh, list(item.colour)] for item in CLASSES}
    assert patches["aliases"]["area_ha"] == "面积（公顷）"


def test_today_and_network_are_drawn(seen: Seen) -> None:
    """Today's forest is cropland's colour; the network covers blue-green land only."""
    (today,), (network,) = seen["groups"]["现状"], seen["groups"]["蓝绿网络"]
    cropland = list(CLASSES[CLASSES.index("cropland")].colour)
    urban = list(CLASSES[CLASSES.index("urban")].colour)
    assert today["colours"] == [cropland, cropland, cropland] != urban
    assert network["features"] == 1
    assert network["colours"][1] == [255, 255, 255]
    assert network["colours"][0] == network["legend"]["1"][1]


def test_parcels_open_too(tmp_path: Path) -> None:
    """The project of a parcel study has its parcels under the plan, and English group names."""
    seen = opened(made(tmp_path, small_parcels()), PARCEL_POINTS)
    assert list(seen["groups"]) == [
        "Red lines",
        "Conflicts",
        "Network",
        "Change",
        "Plan",
        "Today",
        "For print",
    ]
    units = seen["groups"]["Plan"][0]
    assert (units["valid"], units["features"], units["crs"]) == (True, 4, "EPSG:32650")
    assert units["colours"] == expected(PARCEL_POINTS)


def test_the_fields_of_the_standard_are_styled_alike(tmp_path: Path) -> None:
    """With the standard's field names every layer opens and has the same colours."""
    seen = opened(made(tmp_path, small_plan("zh"), standard_fields=True), POINTS)
    assert all(layer["valid"] for group in seen["groups"].values() for layer in group)
    patches = seen["groups"]["规划"][1]
    assert patches["colours"] == expected(POINTS)
    assert patches["aliases"]["DLBM"] == "地类编码"
