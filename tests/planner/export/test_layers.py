from __future__ import annotations

import numpy as np
import pytest

from planner.export.layers import plan_layers
from tests.support.made_plans import small_parcels, small_plan, with_layout


def layers(plan, lang="en"):
    """The layers of a plan by name."""
    return {layer.name: layer for layer in plan_layers(plan, lang)}


def test_patches_add_up_to_the_certificate():
    """The patches of each class have the area that the certificate states."""
    plan = small_plan()
    table = layers(plan)["patches"].table
    area = table.groupby("class")["area_ha"].sum()
    for item in plan.instance.classes:
        assert area[item.name] == pytest.approx(plan.certificate.indicators[f"area.{item.name}"].value)
    assert set(zip(table["class"], table["code"], strict=True)) == {
        ("cropland", 1),
        ("forest", 4),
        ("water", 2),
        ("urban", 9),
    }


def test_changes_say_from_what_to_what_and_which_lines():
    """Neighbouring cells with the same change are one row, with every red line a cell of it lies in."""
    table = layers(small_plan())["changes"].table.drop(columns="geometry")
    assert table.to_dict("records") == [
        {
            "change": "cropland>forest",
            "from_class": "cropland",
            "to_class": "forest",
            "from_name": "Cropland",
            "to_name": "Forest",
            "units": 2,
            "area_ha": 2.0,
            "redlines": "North line; West line",
        },
        {
            "change": "cropland>urban",
            "from_class": "cropland",
            "to_class": "urban",
            "from_name": "Cropland",
            "to_name": "Urban land",
            "units": 1,
            "area_ha": 1.0,
            "redlines": "",
        },
    ]


def test_chinese_layers_speak_chinese():
    """Names, red lines and fields of a Chinese study are Chinese."""
    found = layers(small_plan("zh"), "zh")
    assert found["changes"].table["to_name"].tolist() == ["林地", "城镇建设用地"]
    assert found["changes"].table["redlines"].tolist() == ["North line、West line", ""]
    assert found["patches"].aliases("zh")["area_ha"] == "面积（公顷）"
    assert found["classes"].table["space_name"].tolist() == ["生产空间", "生态空间", "生态空间", "生活空间"]


def test_classes_have_their_areas():
    """The class table gives each class's area today and in the plan."""
    table = layers(small_plan())["classes"].table
    assert table["today_ha"].tolist() == [5, 1, 3, 2]
    assert table["plan_ha"].tolist() == [2, 3, 3, 3]
    assert table["colour"].tolist() == ["#f5f8dc", "#68b167", "#338ec0", "#ffff2d"]


def test_every_parcel_is_a_unit():
    """A parcel study has every parcel with its class today and planned; a raster study has no such layer."""
    table = layers(small_parcels())["units"].table
    assert table["id"].tolist() == ["P0", "P1", "P2", "P3"]
    assert table["to_class"].tolist() == ["cropland", "forest", "forest", "urban"]
    assert table["changed"].tolist() == [False, True, False, False]
    assert "units" not in layers(small_plan())


def test_a_plan_without_change_has_an_empty_layer():
    """Where nothing changes, the layer of changes is there, and empty."""
    plan = small_plan()
    table = layers(with_layout(plan, plan.instance.today))["changes"].table
    assert len(table) == 0
    assert table.crs == plan.instance.grid.crs


def test_every_field_has_a_name_of_its_own():
    """No two fields of a layer have the same name for readers, in either language."""
    for plan in (small_plan(), small_parcels()):
        for layer in plan_layers(plan, "en"):
            for lang in ("zh", "en"):
                aliases = layer.aliases(lang)
                assert len(set(aliases.values())) == len(aliases)


def test_conflicts_name_their_kind_and_lines():
    """Where a line keeps cropland and other land stands, the conflict says so in words."""
    table = layers(small_plan())["conflicts"].table
    water = table[(table["redline_a"] == "West line") & (table["class"] == "urban")]
    assert water["kind"].tolist() == ["nothing_to_keep"]
    assert np.isclose(water["area_ha"].sum(), 1.0)
    assert "overlap" in set(table["kind"])
