from __future__ import annotations

import numpy as np
import pytest
import shapely

from instances.study.schema import RedLineTable
from planner.export.overlays import SIZES, network_layer, redlines_layer, rule_text
from tests.support.made_plans import (
    CROPLAND,
    FOREST,
    WATER,
    made_plan,
    raster_grid,
    small_parcels,
    small_plan,
    with_layout,
)


def test_the_network_is_the_connected_blue_green_land() -> None:
    """Pieces hang together over shared edges, are ranked by area, and tell what is new.

    Blue-green in the plan: F F F . / . . W W / . . W .: the forest above touches the water by its edge.
    """
    table = network_layer(small_plan(), "en").table
    assert table[["rank", "units", "area_ha", "today_ha", "new_ha"]].to_numpy().tolist() == [[1, 6, 6, 4, 2]]
    assert table["share_percent"].tolist() == [100]
    assert (table["size"].tolist(), table["size_name"].tolist()) == (["1"], ["1 to 10 ha"])
    assert shapely.area(table.geometry.array).tolist() == [6e4]


def test_land_that_meets_at_corners_only_is_not_connected() -> None:
    """Two pieces that share no edge have a rank each, the larger one first: F C / C W / C W."""
    layout = np.array([FOREST, CROPLAND, CROPLAND, WATER, CROPLAND, WATER], dtype=np.uint8)
    plan = made_plan(raster_grid(np.ones((3, 2), dtype=bool)), layout, layout)
    table = network_layer(plan, "en").table
    assert table[["rank", "units", "new_ha"]].to_numpy().tolist() == [[2, 1, 0], [1, 2, 0]]


def test_every_size_has_its_mark() -> None:
    """Whatever its size, a piece has a colour and a name in both languages."""
    marks = network_layer(small_plan(), "zh").marks
    for lang in ("zh", "en"):
        assert [mark.value for mark in marks(lang)] == [value for _, value, _ in SIZES]
    assert marks("zh")[0].label == "1000 公顷及以上"


def test_a_plan_without_blue_green_land_has_an_empty_network() -> None:
    """No network is no fault."""
    plan = small_plan()
    layer = network_layer(with_layout(plan, np.zeros_like(plan.layout)), "en")
    assert len(layer.table) == 0
    assert layer.table.crs == plan.instance.grid.crs


def test_red_lines_are_drawn_with_their_rule() -> None:
    """A line that comes as units is drawn around them, with its rule in words and its colour by the rule."""
    plan = small_plan("zh")
    layer = redlines_layer(plan, "zh")
    table = layer.table
    assert table.groupby("label")["area_ha"].sum().to_dict() == {"North line": 3.0, "West line": 3.0}
    assert set(table["rule"]) == {"保持原地类：耕地"}
    assert [(mark.value, mark.outline, mark.line) for mark in layer.marks("zh")] == [
        ("line0", (0, 0x69, 0x3E), "solid"),
        ("line1", (0, 0x69, 0x3E), "dash"),
    ]


def test_parcels_have_a_network_too() -> None:
    """Neighbouring blue-green parcels are one piece: the second and third of the row."""
    table = network_layer(small_parcels(), "en").table
    assert table["area_ha"].tolist() == pytest.approx([3.0])
    assert shapely.area(table.geometry.array) == pytest.approx([3e4])


@pytest.mark.parametrize(
    ("rule", "english", "chinese"),
    [
        ({"allow": ("forest", "water")}, "allows only Forest, Water", "仅允许：林地、陆地水域"),
        (
            {"only_inside": ("urban",), "forbid": ("cropland",)},
            "forbids Cropland; new land only inside: Urban land",
            "禁止：耕地；仅可在界内新增：城镇建设用地",
        ),
        (
            {"forbid": ("urban",), "existing": "convert"},
            "forbids Urban land; what stands against it is converted",
            "禁止：城镇建设用地；不符合者须调整",
        ),
    ],
)
def test_rules_read_as_sentences(rule: dict[str, object], english: str, chinese: str) -> None:
    """A rule is told in the classes' names, in either language."""
    table, instance = RedLineTable.model_validate({"path": "a.gpkg", **rule}), small_plan().instance
    assert rule_text(table, instance, "en") == english
    assert rule_text(table, instance, "zh") == chinese
