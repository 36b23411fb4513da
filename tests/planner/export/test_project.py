from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree as Xml
from zipfile import ZipFile

import pyproj
import pytest

from planner.export.layers import plan_layers
from planner.export.project import write_project
from planner.plans.plan import Plan
from tests.support.made_plans import CLASSES, small_parcels, small_plan


def project(plan: Plan, folder: Path, lang: str | None = None) -> Xml.Element:
    """The project of a plan as XML."""
    write_project(plan, folder / "plan.qgz", tuple(plan_layers(plan, lang or "en")), lang)
    return project_in(folder)


def project_in(folder: Path) -> Xml.Element:
    """The project of a folder as XML."""
    with ZipFile(folder / "plan.qgz") as archive:
        assert archive.namelist() == ["plan.qgs"]
        return Xml.fromstring(archive.read("plan.qgs"))


def groups(root: Xml.Element) -> dict[str, list[str]]:
    """The layers of every group, by the name of the group."""
    return {
        str(group.get("name")): [str(one.get("id")) for one in group.findall("layer-tree-layer")]
        for group in root.findall("layer-tree-group/layer-tree-group")
    }


def test_groups_are_named_in_the_language(tmp_path: Path) -> None:
    """A planner finds today, plan, change, red lines, conflicts and network, lines above land."""
    assert groups(project(small_plan(), tmp_path, "zh")) == {
        "红线": ["sansheng_redlines"],
        "红线冲突": ["sansheng_conflicts"],
        "蓝绿网络": ["sansheng_network"],
        "变化": ["sansheng_changes", "sansheng_reasons"],
        "规划": ["sansheng_raster", "sansheng_patches"],
        "现状": ["sansheng_today"],
        "制图图层": [
            "sansheng_lines_filled",
            "sansheng_plan_pale",
            "sansheng_change_colours",
            "sansheng_ground",
        ],
    }
    english = groups(project(small_parcels(), tmp_path, "en"))
    assert list(english) == ["Red lines", "Conflicts", "Network", "Change", "Plan", "Today", "For print"]
    assert english["Plan"] == ["sansheng_units", "sansheng_patches"]


def test_paths_are_relative(tmp_path: Path) -> None:
    """The folder may be moved: no source is absolute."""
    root = project(small_plan(), tmp_path)
    sources = [element.text or "" for element in root.iter("datasource")]
    assert set(sources) == {"./plan.tif"} | {
        f"./plan.gpkg|layername={name}"
        for name in ("patches", "changes", "reasons", "conflicts", "network", "redlines", "today")
    }
    assert root.findtext("properties/Paths/Absolute") == "false"
    assert str(tmp_path) not in Xml.tostring(root, encoding="unicode")


def test_every_layer_of_the_tree_is_described(tmp_path: Path) -> None:
    """No layer of a group is without its description, and none is described without a place."""
    root = project(small_plan(), tmp_path)
    placed = {one for layers in groups(root).values() for one in layers}
    assert {element.findtext("id") for element in root.iter("maplayer")} == placed
    assert {element.get("id") for element in root.iter("layer") if element.get("id")} == placed


def test_styles_are_embedded(tmp_path: Path) -> None:
    """Layers carry the colours of the standard within the project."""
    root = project(small_plan(), tmp_path)
    by_id = {element.findtext("id"): element for element in root.iter("maplayer")}
    labels = [
        one.get("label") for one in by_id["sansheng_patches"].findall("renderer-v2/categories/category")
    ]
    assert labels == [item.name_en for item in CLASSES]
    palette = {one.get("value"): one.get("color") for one in by_id["sansheng_raster"].iter("paletteEntry")}
    assert palette["4"] == "#68b167"
    aliases = {one.get("field"): one.get("name") for one in by_id["sansheng_changes"].iter("alias")}
    assert aliases["redlines"] == "Red lines touched"


@pytest.mark.parametrize("code", [4547, 32650])
def test_the_crs_is_the_plans(tmp_path: Path, code: int) -> None:
    """Project and layers state the CRS by number and definition."""
    root = project(small_plan() if code == 4547 else small_parcels(), tmp_path)
    for element in root.iter("spatialrefsys"):
        assert element.findtext("authid") == f"EPSG:{code}"
        assert pyproj.CRS.from_wkt(element.findtext("wkt") or "").to_epsg() == code
    edge = [
        float(root.findtext(f"mapcanvas/extent/{side}") or 0) for side in ("xmin", "ymin", "xmax", "ymax")
    ]
    left, bottom, right, top = (small_plan() if code == 4547 else small_parcels()).instance.grid.frame.bounds
    assert edge[0] < left < right < edge[2]
    assert edge[1] < bottom < top < edge[3]


def test_equal_plans_are_equal_projects(tmp_path: Path) -> None:
    """Writing twice gives the same bytes."""
    files = [tmp_path / name / "plan.qgz" for name in ("one", "other")]
    for file in files:
        file.parent.mkdir()
        write_project(small_plan(), file, tuple(plan_layers(small_plan(), "en")))
    assert files[0].read_bytes() == files[1].read_bytes()
