"""Styles of map layers: the standard's colours as QGIS styles (QML) and as OGC styles (SLD).

A layer's style is a field and one ``Mark`` for each of its values; ``polygon_qml`` and ``polygon_sld`` write
the same marks for different programs. QML as QGIS 3.22 and newer read it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from xml.etree import ElementTree as Xml

from instances.land.classes import LandClass
from instances.land.colours import Colour, shade
from words.catalogue import Words
from words.numbers import nearest

NEAR_WHITE = 210
"""A fill whose red, green and blue all reach this needs an outline on white paper."""
OUTLINE: Colour = (150, 150, 140)
"""Outline of fills near white."""
FONTS = (
    *("Noto Sans CJK SC", "Source Han Sans SC", "Microsoft YaHei", "PingFang SC", "WenQuanYi Micro Hei"),
    "SimHei",
)
"""Fonts that have Chinese, on Linux, Windows and macOS: a machine without the one named draws boxes."""
HAIRLINE_MM, LINE_MM = 0.06, 0.5
LINES = ("solid", "dash", "dot", "dash dot")
"""Kinds of line that QGIS and SLD both draw."""
CONFLICTS: dict[str, tuple[Colour, str]] = {
    "overlap": ((200, 0, 60), "solid"),
    "sliver": ((120, 60, 160), "dot"),
    "against_today": ((220, 90, 0), "dash"),
    "nothing_to_keep": ((110, 75, 40), "dash"),
    "outside": ((20, 70, 180), "dash dot"),
}
"""Outline of each kind of red-line conflict: colour and line."""
RAMP = ("#ffffb2", "#fecc5c", "#fd8d3c", "#f03b20", "#bd0026")
"""Colours from little to much, told apart by the colour-blind and in print."""
CLEAR_SHARE = 0.01
"""Share of a ramp's first step below which amounts fade out."""
_DASHES = {"dash": "6 3", "dot": "1.5 2", "dash dot": "6 2 1.5 2"}
CUSTOM_MM = {"dash": "2.4;1", "dot": "0.6;0.8", "dash dot": "2.4;0.8;0.6;0.8"}
"""Millimetres on and off of dashed outlines in QGIS."""
_OTHER: tuple[Colour, str] = ((90, 90, 90), "solid")


@dataclass(frozen=True, slots=True)
class Mark:
    """How one value of a layer's field is drawn and named: fill, outline, and hatching over the fill."""

    value: str
    label: str
    fill: Colour | None
    outline: Colour
    outline_mm: float = HAIRLINE_MM
    line: str = "solid"
    hatch: Colour | None = None


def near_white(colour: Colour) -> bool:
    """True where a fill would vanish on white paper."""
    return min(colour) >= NEAR_WHITE


def outline_of(colour: Colour) -> Colour:
    """The outline of a fill: grey where it is near white, else the fill itself, which closes seams."""
    return OUTLINE if near_white(colour) else colour


def class_marks(classes: Iterable[LandClass], lang: str) -> tuple[Mark, ...]:
    """One mark for each class, by its name in the field."""
    return tuple(Mark(item.name, item.label(lang), item.colour, outline_of(item.colour)) for item in classes)


def change_value(today: LandClass, planned: LandClass) -> str:
    """What the field ``change`` holds for a change of class."""
    return f"{today.name}>{planned.name}"


def change_marks(pairs: Iterable[tuple[LandClass, LandClass]], lang: str) -> tuple[Mark, ...]:
    """One mark for each change: filled with the class planned, hatched with today's."""
    return tuple(
        Mark(
            change_value(today, planned),
            f"{today.label(lang)} → {planned.label(lang)}",
            planned.colour,
            outline_of(planned.colour),
            hatch=shade(today.colour, 0.82),
        )
        for today, planned in pairs
    )


def conflict_label(kind: str, lang: str) -> str:
    """The name of a kind of red-line conflict for readers."""
    return Words(lang).find(f"layer_conflicts.{kind}") or kind


def conflict_marks(kinds: Iterable[str], lang: str) -> tuple[Mark, ...]:
    """One outline for each kind of red-line conflict."""
    marks = []
    for kind in kinds:
        colour, line = CONFLICTS.get(kind, _OTHER)
        marks.append(Mark(kind, conflict_label(kind, lang), None, colour, LINE_MM, line))
    return tuple(marks)


# ------------------------------------------------------------------------------------------------ QML


def polygon_qml(field: str, marks: Sequence[Mark], aliases: Mapping[str, str] | None = None) -> str:
    """The QGIS style of a polygon layer: one category of ``field`` for each mark, and field aliases."""
    root = Xml.Element("qgis", version="3.22.0", styleCategories="Symbology|Fields")
    root.append(renderer(field, marks))
    if aliases:
        names = Xml.SubElement(root, "aliases")
        for index, (name, alias) in enumerate(aliases.items()):
            Xml.SubElement(names, "alias", index=str(index), field=name, name=alias)
    return _text(root, "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n")


def renderer(field: str, marks: Sequence[Mark]) -> Xml.Element:
    """The categorised QGIS renderer of a polygon layer, for a style or a project."""
    element = Xml.Element(
        "renderer-v2",
        type="categorizedSymbol",
        attr=field,
        symbollevels="0",
        enableorderby="0",
        forceraster="0",
    )
    categories, symbols = Xml.SubElement(element, "categories"), Xml.SubElement(element, "symbols")
    for number, mark in enumerate(marks):
        Xml.SubElement(
            categories,
            "category",
            value=mark.value,
            label=mark.label,
            symbol=str(number),
            type="string",
            render="true",
        )
        symbols.append(_symbol(str(number), mark))
    return element


def single_renderer(mark: Mark) -> Xml.Element:
    """The QGIS renderer that draws everything alike, for a project."""
    element = Xml.Element(
        "renderer-v2", type="singleSymbol", symbollevels="0", enableorderby="0", forceraster="0"
    )
    Xml.SubElement(element, "symbols").append(_symbol("0", mark))
    return element


def line_renderer(colour: Colour, width_mm: float) -> Xml.Element:
    """The QGIS renderer that draws lines alike, for a project."""
    element = Xml.Element(
        "renderer-v2", type="singleSymbol", symbollevels="0", enableorderby="0", forceraster="0"
    )
    symbols = Xml.SubElement(element, "symbols")
    symbol = Xml.SubElement(symbols, "symbol", name="0", type="line", alpha="1", clip_to_extent="1")
    layer = Xml.SubElement(
        symbol, "layer", {"class": "SimpleLine", "enabled": "1", "pass": "0", "locked": "0"}
    )
    line = {"line_color": _rgba(colour), "line_width": f"{width_mm:g}", "line_width_unit": "MM"}
    _options(layer, {**line, "capstyle": "round", "joinstyle": "round"})
    return element


def labelling(field: str, smallest: float, along: Colour | None = None) -> Xml.Element:
    """Names inside polygons, with a white rim, as QGIS draws them down to a scale of 1 : ``smallest``;
    ``along`` is the colour of names that follow lines, each once on the stretches of its name."""
    element = Xml.Element("labeling", type="simple")
    settings = Xml.SubElement(element, "settings", calloutType="simple")
    style = Xml.SubElement(
        settings, "text-style",
        fieldName=field, isExpression="0", fontFamily=FONTS[0], fontSize="8" if along is None else "7",
        fontSizeUnit="Point", fontWeight="50", textColor=_rgba(along or (34, 34, 34)), textOpacity="1",
        textOrientation="horizontal",
    )  # fmt: skip
    style.append(font_families())
    Xml.SubElement(
        style, "text-buffer",
        bufferDraw="1", bufferSize="0.7", bufferSizeUnits="MM", bufferColor="255,255,255,255",
        bufferOpacity="1", bufferNoFill="0", bufferJoinStyle="128",
    )  # fmt: skip
    inside = {"placement": "1", "centroidWhole": "1", "centroidInside": "1", "priority": "8"}
    follows = {"placement": "3", "placementFlags": "9", "repeatDistance": "0", "priority": "6"}
    Xml.SubElement(settings, "placement", inside if along is None else follows)
    Xml.SubElement(
        settings, "rendering",
        drawLabels="1", labelPerPart="0", mergeLines="0" if along is None else "1", obstacle="0",
        scaleVisibility="1", scaleMin="0",
        scaleMax=f"{smallest:.0f}",
    )  # fmt: skip
    return element


def font_families() -> Xml.Element:
    """The fonts of a text as QGIS looks for them: the first that a machine has."""
    element = Xml.Element("families")
    for name in FONTS:
        Xml.SubElement(element, "family", name=name)
    return element


def raster_qml(classes: Iterable[LandClass], lang: str) -> str:
    """The QGIS style of a raster of class codes: every class by its code, name and colour."""
    root = Xml.Element("qgis", version="3.22.0", styleCategories="Symbology")
    pipe = Xml.SubElement(root, "pipe")
    pipe.append(raster_renderer(classes, lang))
    return _text(root, "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n")


def raster_renderer(classes: Iterable[LandClass], lang: str) -> Xml.Element:
    """The paletted QGIS renderer of a raster of class codes, for a style or a project."""
    element = Xml.Element(
        "rasterrenderer", type="paletted", band="1", opacity="1", alphaBand="-1", nodataColor=""
    )
    palette = Xml.SubElement(element, "colorPalette")
    for item in classes:
        Xml.SubElement(
            palette,
            "paletteEntry",
            value=str(item.code),
            color=hexadecimal(item.colour),
            label=item.label(lang),
            alpha="255",
        )
    return element


def ramp_qml(band: int, most: float, unit: str) -> str:
    """The QGIS style of a band of amounts, in ``unit``, from 0, which is left clear, to ``most``."""
    root = Xml.Element("qgis", version="3.22.0", styleCategories="Symbology")
    element = Xml.SubElement(
        Xml.SubElement(root, "pipe"), "rasterrenderer",
        type="singlebandpseudocolor", band=str(band), opacity="1", alphaBand="-1", nodataColor="",
        classificationMin="0", classificationMax=f"{most:.6g}",
    )  # fmt: skip
    shader = Xml.SubElement(
        Xml.SubElement(element, "rastershader"), "colorrampshader",
        colorRampType="INTERPOLATED", classificationMode="1", clip="0",
        minimumValue="0", maximumValue=f"{most:.6g}",
    )  # fmt: skip
    Xml.SubElement(shader, "item", value="0", label="0", color=RAMP[0], alpha="0")
    for step, colour in enumerate(RAMP):
        value = most * max(step, CLEAR_SHARE) / (len(RAMP) - 1)
        Xml.SubElement(
            shader, "item", value=f"{value:.6g}", label=f"{nearest(value)} {unit}", color=colour, alpha="255"
        )
    return _text(root, "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n")


def hexadecimal(colour: Colour) -> str:
    """A colour as ``#rrggbb``."""
    return "#{:02x}{:02x}{:02x}".format(*colour)


def _symbol(name: str, mark: Mark) -> Xml.Element:
    symbol = Xml.Element("symbol", name=name, type="fill", alpha="1", clip_to_extent="1", force_rhr="0")
    if mark.fill is None and mark.line in CUSTOM_MM:
        symbol.append(_dashed(mark))
        return symbol
    fill = Xml.SubElement(
        symbol, "layer", {"class": "SimpleFill", "enabled": "1", "pass": "0", "locked": "0"}
    )
    _options(
        fill,
        {
            "color": _rgba(mark.fill or (255, 255, 255)),
            "style": "solid" if mark.fill else "no",
            "outline_color": _rgba(mark.outline),
            "outline_style": mark.line,
            "outline_width": str(mark.outline_mm),
            "outline_width_unit": "MM",
            "joinstyle": "bevel",
        },
    )
    if mark.hatch:
        symbol.append(_hatching(name, mark.hatch))
    return symbol


def _dashed(mark: Mark) -> Xml.Element:
    """An outline of dashes that QGIS fits to the length of every ring, so that none is cut at a corner: cut
    ones look like letters around small pieces."""
    layer = Xml.Element("layer", {"class": "SimpleLine", "enabled": "1", "pass": "0", "locked": "0"})
    _options(
        layer,
        {
            "line_color": _rgba(mark.outline),
            "line_width": str(mark.outline_mm),
            "line_width_unit": "MM",
            "line_style": "solid",
            "use_custom_dash": "1",
            "customdash": CUSTOM_MM[mark.line],
            "customdash_unit": "MM",
            "align_dash_pattern": "1",
            "tweak_dash_pattern_on_corners": "1",
            "joinstyle": "bevel",
            "capstyle": "flat",
        },
    )
    return layer


def _hatching(name: str, colour: Colour) -> Xml.Element:
    """Diagonal lines over a fill."""
    layer = Xml.Element("layer", {"class": "LinePatternFill", "enabled": "1", "pass": "0", "locked": "0"})
    _options(layer, {"angle": "45", "distance": "1.6", "distance_unit": "MM", "line_width": "0.2"})
    lines = Xml.SubElement(layer, "symbol", name=f"@{name}@1", type="line", alpha="1", clip_to_extent="1")
    line = Xml.SubElement(lines, "layer", {"class": "SimpleLine", "enabled": "1", "pass": "0", "locked": "0"})
    _options(line, {"line_color": _rgba(colour), "line_width": "0.2", "line_width_unit": "MM"})
    return layer


def _options(layer: Xml.Element, options: Mapping[str, str]) -> None:
    table = Xml.SubElement(layer, "Option", type="Map")
    for name, value in options.items():
        Xml.SubElement(table, "Option", name=name, type="QString", value=value)


def _rgba(colour: Colour) -> str:
    return "{},{},{},255".format(*colour)


# ------------------------------------------------------------------------------------------------ SLD


def polygon_sld(layer: str, field: str, marks: Sequence[Mark]) -> str:
    """The same style as OGC SLD 1.0.0, for GeoServer and others; hatching is left out."""
    root = Xml.Element(
        "StyledLayerDescriptor",
        {
            "version": "1.0.0",
            "xmlns": "http://www.opengis.net/sld",
            "xmlns:ogc": "http://www.opengis.net/ogc",
        },
    )
    named = Xml.SubElement(root, "NamedLayer")
    Xml.SubElement(named, "Name").text = layer
    style = Xml.SubElement(Xml.SubElement(named, "UserStyle"), "FeatureTypeStyle")
    for mark in marks:
        rule = Xml.SubElement(style, "Rule")
        Xml.SubElement(rule, "Name").text = mark.label
        equal = Xml.SubElement(Xml.SubElement(rule, "ogc:Filter"), "ogc:PropertyIsEqualTo")
        Xml.SubElement(equal, "ogc:PropertyName").text = field
        Xml.SubElement(equal, "ogc:Literal").text = mark.value
        _sld_symbol(Xml.SubElement(rule, "PolygonSymbolizer"), mark)
    return _text(root, "")


def _sld_symbol(symbol: Xml.Element, mark: Mark) -> None:
    if mark.fill:
        fill = Xml.SubElement(symbol, "Fill")
        Xml.SubElement(fill, "CssParameter", name="fill").text = hexadecimal(mark.fill)
    stroke = Xml.SubElement(symbol, "Stroke")
    Xml.SubElement(stroke, "CssParameter", name="stroke").text = hexadecimal(mark.outline)
    pixels = f"{mark.outline_mm / 0.28:.2f}"  # a pixel of SLD is 0.28 mm
    Xml.SubElement(stroke, "CssParameter", name="stroke-width").text = pixels
    if mark.line in _DASHES:
        Xml.SubElement(stroke, "CssParameter", name="stroke-dasharray").text = _DASHES[mark.line]


def _text(root: Xml.Element, before: str) -> str:
    Xml.indent(root)
    return f"{before}{Xml.tostring(root, encoding='unicode')}\n"
