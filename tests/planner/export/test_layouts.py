from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as Xml
from zipfile import ZipFile

import numpy as np
import pytest

from instances.rules.districts import Districts
from planner.export.formats import Wanted, formats_of, write_formats
from planner.export.layouts import (
    LEGEND_COLUMNS,
    LINE_BREAK,
    MAP_MM,
    at_round_scale,
    fitted,
    metres_per_unit,
    rounded_scale,
)
from planner.export.overlays import districts_layer
from planner.maps.sheet import columns_of
from planner.plans.plan import Plan
from planner.recount.layers.layered import Layered
from planner.recount.layers.package import check_package
from planner.recount.ledger import Ledger
from planner.styles.layer_styles import labelling
from tests.planner.export.test_qgis import PYTHON, qgis
from tests.support.made_plans import small_parcels, small_plan

PROBE = Path(__file__).resolve().parents[2] / "support" / "qgis_print_probe.py"
TITLES = ["土地利用现状图", "土地利用规划图", "控制线规划图", "土地利用变化图", "蓝绿空间网络图"]


def divided(plan: Plan) -> Plan:
    """A plan whose area has two townships and land that lies in none."""
    member = np.arange(len(plan.instance.grid), dtype=np.int32) % 3 - 1
    townships = Districts("townships", ("东镇", "西 [%1+1%] 镇"), member, {"zh": "乡镇", "en": "Townships"})
    return replace(plan, instance=replace(plan.instance, districts={"townships": townships}))


def written(plan: Plan, folder: Path, **wanted: Any) -> Xml.Element:
    """The project of a plan as XML, written with its layers into a folder."""
    folder.mkdir(exist_ok=True)
    write_formats(plan, folder, Wanted(formats_of(["qgz"]), **wanted))
    with ZipFile(folder / "plan.qgz") as archive:
        return Xml.fromstring(archive.read("plan.qgs"))


@pytest.mark.parametrize("plan", [small_plan("zh"), small_parcels("zh")], ids=["cells", "parcels"])
def test_every_map_of_the_series_is_a_page_with_a_theme_of_its_own(plan: Plan, tmp_path: Path) -> None:
    """The themes of the pages name layers that are there, and no page shows a layer that is not."""
    root = written(divided(plan), tmp_path)
    there = {element.findtext("id") for element in root.iter("maplayer")}
    themes = {
        theme.get("name"): [layer.get("id") for layer in theme.findall("layer")]
        for theme in root.iter("visibility-preset")
    }
    pages = [layout.get("name") for layout in root.iter("Layout")]
    shown = [title for title in TITLES if plan.instance.redlines or title != "控制线规划图"]
    assert pages == shown
    assert set(themes) == {*shown, "位置示意"}
    assert {layer for layers in themes.values() for layer in layers} <= there
    overview = themes.pop("位置示意")
    assert overview == ["sansheng_around", "sansheng_ground"]
    assert all("sansheng_districts" in layers for layers in themes.values())


def test_a_study_without_red_lines_has_no_page_of_them(tmp_path: Path) -> None:
    """What is not there has no page."""
    plan = small_parcels("en")
    bare = replace(plan, instance=replace(plan.instance, redlines=()))
    titles = [str(layout.get("name")) for layout in written(bare, tmp_path).iter("Layout")]
    assert len(titles) == 4
    assert not any("lines" in title for title in titles)


@pytest.mark.parametrize("plan", [small_plan(), small_parcels()], ids=["cells", "parcels"])
def test_the_scale_is_a_round_fraction_and_nothing_is_cut_off(plan: Plan) -> None:
    """The map holds the whole area, in the shape of its box, at a scale of two digits."""
    grid = plan.instance.grid
    left, bottom, right, top = at_round_scale(grid)
    area = grid.frame.bounds
    assert left <= area[0] < area[2] <= right
    assert bottom <= area[1] < area[3] <= top
    assert (right - left) / (top - bottom) == pytest.approx(MAP_MM[2] / MAP_MM[3])
    scale = rounded_scale(grid)
    assert (right - left) * metres_per_unit(grid) / (MAP_MM[2] / 1000) == pytest.approx(scale)
    assert not str(scale)[2:].strip("0")


def test_a_strip_of_land_fits() -> None:
    """Land much longer than wide lies in the middle of its page, as wide as that asks."""
    assert fitted((0, 0, 10, 1000), 2.0) == pytest.approx((-1055, -30, 1065, 1030))


@pytest.mark.parametrize("standard", [False, True])
def test_districts_are_a_layer_that_is_counted_again(standard: bool, tmp_path: Path) -> None:
    """A layer of townships agrees with the study; a forged area, name or a layer too many is found."""
    plan = divided(small_plan("zh"))
    written(plan, tmp_path, standard_fields=standard)
    ledger = Ledger()
    check_package(Layered(tmp_path / "plan.gpkg"), plan.instance, plan.layout, ledger)
    assert [str(one) for one in ledger.differences] == []
    ledger = Ledger()
    check_package(Layered(tmp_path / "plan.gpkg"), small_plan("zh").instance, plan.layout, ledger)
    assert any("districts" in str(one) for one in ledger.differences)
    other = replace(
        plan.instance.districts["townships"], member=plan.instance.districts["townships"].member[::-1]
    )
    moved = replace(plan.instance, districts={"townships": other})
    ledger = Ledger()
    check_package(Layered(tmp_path / "plan.gpkg"), moved, plan.layout, ledger)
    assert any("districts" in str(one) for one in ledger.differences)


def test_a_township_of_several_pieces_is_one_outline() -> None:
    """Each district has one row, whose area is that of its units."""
    plan = divided(small_plan("zh"))
    layer = districts_layer(plan, "zh")
    assert layer is not None
    table = layer.table
    townships = plan.instance.districts["townships"]
    assert list(table["district"]) == list(townships.names)
    assert list(table["area_ha"]) == pytest.approx(townships.total(plan.instance.grid.area_ha).tolist())
    assert list(table.geometry.area / 1e4) == pytest.approx(list(table["area_ha"]))


def test_qgis_draws_every_page(tmp_path: Path) -> None:
    """A real QGIS opens the pages, each with its theme, legend, grid, scale and overview, and draws them;
    what a name holds is not taken for an expression."""
    if not PYTHON.exists() or qgis("-c", "import qgis.core").returncode:
        pytest.skip("QGIS and its Python are not installed")
    plan = divided(small_plan("zh"))
    plan = replace(plan, certificate=plan.certificate.model_copy(update={"title": "县 [% 1 + 1 %]"}))
    written(plan, tmp_path / "there")
    run = qgis(str(PROBE), str(tmp_path / "there" / "plan.qgz"), str(tmp_path))
    assert run.returncode == 0, run.stderr
    seen = json.loads(run.stdout)
    assert sorted(seen) == sorted(TITLES)
    for title, page in seen.items():
        assert page["drawn"]
        assert page["page"] == [420.0, 297.0]
        assert page["theme"] == title
        assert page["labels"]["title"] == f"县 [ % 1 + 1 %]  {title}"
        assert page["layers"][0] == "乡镇"
        assert len(page["legend"]) == len(page["layers"])
        assert all(page["legend"])
        assert page["grid"][:2] == [True, True]
        assert page["overview"]
        assert page["bars"] == [True, True]
        assert page["extent"] == pytest.approx(at_round_scale(plan.instance.grid))
        assert all((tmp_path / f"{number}.pdf").stat().st_size > 5_000 for number in range(len(seen)))


def test_borders_run_along_streets_between_parcels_on_page_and_overview(tmp_path: Path) -> None:
    """Districts of parcels are drawn with their streets closed, those of cells as they are."""
    for name, plan, closed in (("parcels", small_parcels("zh"), True), ("cells", small_plan("zh"), False)):
        (tmp_path / name).mkdir()
        root = written(divided(plan), tmp_path / name)
        for layer in ("sansheng_districts", "sansheng_around"):
            (held,) = (one for one in root.iter("maplayer") if one.findtext("id") == layer)
            drawn = [one.get("class") for one in held.findall("renderer-v2/symbols/symbol/layer")]
            assert drawn
            assert all((kind == "GeometryGenerator") == closed for kind in drawn)


def test_names_of_districts_stand_on_the_page_and_not_in_the_overview() -> None:
    """QGIS calls the larger of both denominators ``scaleMax``: with the two exchanged, names stood in the
    overview alone."""
    rendering = labelling("label", 350_000.0).find("settings/rendering")
    assert rendering is not None
    assert float(rendering.get("scaleMin", "nan")) < 140_000 < float(rendering.get("scaleMax", "nan")) < 10**6


def test_no_line_of_a_legend_leaves_its_column(tmp_path: Path) -> None:
    """Long names of changes are broken, so that a wider font keeps to the page; legends know the sign."""
    root = written(divided(small_plan("en")), tmp_path)
    breaks = {
        item.get("wrapString") for item in root.iter("LayoutItem") if item.get("wrapString") is not None
    }
    assert breaks == {LINE_BREAK}
    (layer,) = (one for one in root.iter("maplayer") if one.findtext("id") == "sansheng_change_colours")
    names = [category.get("label") or "" for category in layer.iter("category")]
    assert names
    assert all(columns_of(line) <= LEGEND_COLUMNS for name in names for line in name.split(LINE_BREAK))
