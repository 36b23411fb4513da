from __future__ import annotations

from xml.etree import ElementTree as Xml

import pytest

from instances.land.classes import class_table
from planner.styles.layer_styles import (
    FONTS,
    OUTLINE,
    Mark,
    change_marks,
    class_marks,
    conflict_label,
    conflict_marks,
    hexadecimal,
    labelling,
    near_white,
    outline_of,
    polygon_qml,
    polygon_sld,
    ramp_qml,
    raster_qml,
    renderer,
)
from tests.support.made_plans import CLASSES, CROPLAND, FOREST, URBAN


def fill_of(symbol: Xml.Element) -> dict[str, str]:
    """The options of a symbol's first layer."""
    return {one.get("name", ""): one.get("value", "") for one in symbol.findall("layer[1]/Option/Option")}


def test_every_class_has_its_own_category_name_and_colour():
    """A QGIS style names each class in the reader's language and fills it with its own colour."""
    root = Xml.fromstring(polygon_qml("class", class_marks(CLASSES, "zh")))
    renderer = root.find("renderer-v2")
    assert (renderer.get("type"), renderer.get("attr")) == ("categorizedSymbol", "class")
    categories = renderer.findall("categories/category")
    assert [one.get("value") for one in categories] == list(CLASSES.names)
    assert [one.get("label") for one in categories] == ["耕地", "林地", "陆地水域", "城镇建设用地"]
    fills = [fill_of(one)["color"] for one in renderer.findall("symbols/symbol")]
    assert fills == ["245,248,220,255", "104,177,103,255", "51,142,192,255", "255,255,45,255"]


def test_land_near_white_has_an_outline():
    """Cropland, bare land and reserved white land are outlined in grey; other classes in their own colour."""
    table = class_table()
    for name in ("cropland", "bare_unused", "reserve_white"):
        assert outline_of(table[name].colour) == OUTLINE
    for name in ("forest", "grassland", "urban_residential", "water"):
        assert outline_of(table[name].colour) == table[name].colour
    assert near_white((255, 255, 255))
    assert not near_white((255, 255, 0))


def test_a_change_shows_both_of_its_classes():
    """A change is filled with the class planned and hatched with a darker shade of today's class."""
    (mark,) = change_marks([(CLASSES[CROPLAND], CLASSES[FOREST])], "en")
    assert (mark.value, mark.label) == ("cropland>forest", "Cropland → Forest")
    assert mark.fill == CLASSES[FOREST].colour
    symbol = Xml.fromstring(polygon_qml("change", [mark])).find("renderer-v2/symbols/symbol")
    assert [layer.get("class") for layer in symbol.findall("layer")] == ["SimpleFill", "LinePatternFill"]
    lines = symbol.find("layer[2]/symbol/layer/Option/Option[@name='line_color']")
    assert lines.get("value") == "201,203,180,255"


def test_conflicts_are_outlines_without_fill():
    """Each kind of conflict has an outline of its own and lets the land below be seen."""
    marks = conflict_marks(["overlap", "outside", "of another kind"], "en")
    assert [mark.fill for mark in marks] == [None, None, None]
    assert len({mark.outline for mark in marks}) == 3
    symbol = Xml.fromstring(polygon_qml("kind", marks)).find("renderer-v2/symbols/symbol")
    assert fill_of(symbol)["style"] == "no"
    assert conflict_label("overlap", "zh") == "红线相互重叠"
    assert conflict_label("of another kind", "zh") == "of another kind"


def test_field_names_stand_in_the_style():
    """QGIS shows the fields under their names for readers."""
    root = Xml.fromstring(polygon_qml("class", class_marks(CLASSES, "en"), {"area_ha": "Area (ha)"}))
    (alias,) = root.findall("aliases/alias")
    assert (alias.get("field"), alias.get("name")) == ("area_ha", "Area (ha)")


def test_raster_style_lists_codes_with_names_and_colours():
    """The raster's style gives every code its class's name and colour."""
    entries = Xml.fromstring(raster_qml(CLASSES, "en")).findall(
        "pipe/rasterrenderer/colorPalette/paletteEntry"
    )
    assert [(one.get("value"), one.get("label"), one.get("color")) for one in entries] == [
        ("1", "Cropland", "#f5f8dc"),
        ("4", "Forest", "#68b167"),
        ("2", "Water", "#338ec0"),
        ("9", "Urban land", "#ffff2d"),
    ]


def test_amounts_go_from_clear_to_dark_with_their_unit():
    """The style of a raster of amounts leaves nothing clear, and its legend says how much of what."""
    root = Xml.fromstring(ramp_qml(2, 8.0, "tCO2e/yr per cell"))
    assert root.find("pipe/rasterrenderer").get("band") == "2"
    items = root.findall(".//item")
    assert (items[0].get("value"), items[0].get("alpha")) == ("0", "0")
    assert [item.get("label") for item in items[2:]] == [
        f"{value} tCO2e/yr per cell" for value in ("2.00", "4.00", "6.00", "8.00")
    ]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_sld_says_the_same_as_qml(lang):
    """The OGC style has one rule for each class, with its value and its colour."""
    names = {"": "http://www.opengis.net/sld", "ogc": "http://www.opengis.net/ogc"}
    root = Xml.fromstring(polygon_sld("patches", "class", class_marks(CLASSES, lang)))
    rules = root.findall(".//Rule", names)
    assert [rule.findtext(".//ogc:Literal", namespaces=names) for rule in rules] == list(CLASSES.names)
    fills = [rule.findtext(".//Fill/CssParameter", namespaces=names) for rule in rules]
    assert fills == [hexadecimal(item.colour) for item in CLASSES]
    assert rules[URBAN].findtext("Name", namespaces=names) == CLASSES[URBAN].label(lang)


def test_names_on_maps_have_fonts_to_fall_back_on() -> None:
    """Fonts of Linux, Windows and macOS, so that no machine draws boxes."""
    style = labelling("label", 1e5).find("settings/text-style")
    assert style is not None
    assert [each.get("name") for each in style.findall("families/family")] == list(FONTS)
    assert {"Noto Sans CJK SC", "Microsoft YaHei", "PingFang SC"} <= set(FONTS)


def test_dashed_outlines_are_fitted_to_their_ring() -> None:
    """No dash is cut at a corner; a whole line and a fill are drawn as ever."""
    marks = (Mark("a", "a", None, (1, 2, 3), line="dash"), Mark("b", "b", None, (1, 2, 3)))
    first, second = (symbol.find("layer") for symbol in renderer("x", marks).find("symbols") or ())
    assert first is not None
    assert second is not None
    assert (first.get("class"), second.get("class")) == ("SimpleLine", "SimpleFill")
    options = {each.get("name"): each.get("value") for each in first.findall("Option/Option")}
    assert options["align_dash_pattern"] == options["tweak_dash_pattern_on_corners"] == "1"
    assert options["use_custom_dash"] == "1"
