"""Rivers and roads as layers of a run's folder and of its project."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import numpy as np
import shapely

from instances.layers.named_lines import NamedLines
from planner.export.layers import plan_layers
from planner.export.names import has_names, name_layers, write_names
from planner.export.project import write_project
from planner.plans.plan import Plan
from planner.recount.beside.made_places import check_made_places
from planner.recount.ledger import Ledger
from tests.planner.export.test_project import groups, project_in
from tests.support.made_plans import small_plan

X, Y = 500_000.0, 3_500_000.0


def named() -> Plan:
    """The small plan with a river of two stretches and a road."""
    one, two = ([(X, Y + 10), (X + 90, Y + 60)], [(X + 120, Y + 60), (X + 200, Y + 90)])
    river = np.array([shapely.MultiLineString([one, two])], dtype=object)
    road = np.array([shapely.LineString([(X, Y), (X + 300, Y + 5)])], dtype=object)
    lines = (NamedLines("water", ("白石河",), river), NamedLines("road", ("G1",), road))
    plan = small_plan()
    return replace(plan, instance=replace(plan.instance, named_lines=lines))


def test_every_stretch_has_its_name_and_is_compared(tmp_path: Path) -> None:
    """Two stretches of the river, one of the road; one that is renamed is found."""
    plan, path = named(), tmp_path / "map_names.gpkg"
    write_names(plan, path)
    rivers = gpd.read_file(path, layer="water", engine="pyogrio")
    assert rivers["text"].tolist() == ["白石河", "白石河"]
    assert gpd.read_file(path, layer="road", engine="pyogrio")["text"].tolist() == ["G1"]
    check_made_places(tmp_path, plan.instance, plan.layout, {}, {}, right := Ledger())
    assert not right.differences
    other = replace(plan.instance.named_lines[0], names=("清溪",))
    changed = replace(plan.instance, named_lines=(other, plan.instance.named_lines[1]))
    check_made_places(tmp_path, changed, plan.layout, {}, {}, wrong := Ledger())
    assert any("water" in one.figure for one in wrong.differences)


def test_the_project_shows_names_above_all_else(tmp_path: Path) -> None:
    """Both layers are the uppermost group, and every print page has them; a plan without has none."""
    plan = named()
    layers = [layer.emptied() for layer in name_layers(plan.instance)]
    write_project(plan, tmp_path / "plan.qgz", tuple(plan_layers(plan, "en")), names=layers)
    root = project_in(tmp_path)
    assert next(iter(groups(root).items())) == (
        "Names of rivers and roads",
        ["sansheng_water", "sansheng_road"],
    )
    sources = {element.text for element in root.iter("datasource")}
    assert "./map_names.gpkg|layername=water" in sources
    themes = {
        str(theme.get("name")): [layer.get("id") for layer in theme.iter("layer")]
        for theme in root.iter("visibility-preset")
    }
    pages = [shown for shown in themes.values() if len(shown) > 1]
    assert pages
    assert all({"sansheng_water", "sansheng_road"} <= set(shown) for shown in pages)
    assert not has_names(small_plan().instance)
