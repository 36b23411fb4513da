"""Print layouts of a QGIS project: a full page for each map of the series, as mapping standards have it.

A page has a title, the map with neat line, grid in km and names of districts, an overview, north arrow, scale
bar and fraction, legend, compiler, date, source and CRS. Sizes are in mm on A3; XML as QGIS 3.22 and newer
read it. Equal plans give equal pages.
"""

from __future__ import annotations

import math
from base64 import b64encode
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from uuid import NAMESPACE_URL, uuid5
from xml.etree import ElementTree as Xml

from instances.units.grid import Grid
from planner.maps.sheet import round_length
from planner.plans.log import day_of
from planner.plans.plan import Plan
from planner.styles.layer_styles import FONTS, font_families
from planner.words.crs_names import crs_label
from planner.words.scenario_names import scenario_label
from words.catalogue import Words

PAGE_MM = (420.0, 297.0)
MAP_MM = (24.0, 38.0, 288.0, 232.0)
"""Left, top, width and height of the map on its page."""
OVERVIEW_MM = (328.0, 214.0, 78.0, 56.0)
ASIDE_MM = 328.0
FONT = FONTS[0]
"""A computer without it takes another one with Chinese signs."""
LINE_BREAK = "\n"
"""Breaks a line of a legend."""
LEGEND_COLUMNS = 36
"""Latin letters of a legend's line, which fits its column of the page in a wide font as well."""
AROUND = 0.03
GRID_LINES, BAR_MM = 6, 22.0
LINE, FAINT = "#222222", "#666666"
_MAP, _LABEL, _LEGEND, _SHAPE, _BAR, _PICTURE, _PAPER = 65639, 65641, 65642, 65643, 65646, 65640, 65638
"""What QGIS calls the kinds of items of a page."""
_NORTH = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 20 34"><path d="M10 13 3 33 10 28Z" fill="#222"/>'
    '<path d="M10 13 17 33 10 28Z" fill="#fff" stroke="#222" stroke-width=".7"/>'
    '<path d="M6.6 10V1L13.4 10V1" fill="none" stroke="#222" stroke-width="1.6"/></svg>'
)
Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class PrintPage:
    """One map: its title, and its layers from the top down, by their ids, with names for the legend where
    these are other than the layers' own."""

    key: str
    title: str
    layers: tuple[str, ...]
    renamed: Mapping[str, str]
    keys: tuple[str, ...]
    """The layers that the legend explains: one of several that have the same signs."""
    filtered: bool
    """Whether the legend leaves out what the map does not show."""


def add_themes(
    root: Xml.Element, themes: Iterable[tuple[str, Sequence[str]]], groups: Mapping[str, str]
) -> None:
    """Map themes by name: which layers each shows; ``groups`` is the group of every layer."""
    presets = root.find("visibility-presets")
    presets = Xml.SubElement(root, "visibility-presets") if presets is None else presets
    for name, layers in themes:
        theme = Xml.SubElement(presets, "visibility-preset", {"name": name, "has-checked-group-info": "1"})
        for layer in layers:
            Xml.SubElement(theme, "layer", id=layer, visible="1", style="default", expanded="0")
        shown = Xml.SubElement(theme, "checked-group-nodes")
        for group in dict.fromkeys(groups[layer] for layer in layers):
            Xml.SubElement(shown, "checked-group-node", id=group)


def add_layouts(root: Xml.Element, plan: Plan, pages: Sequence[PrintPage], lang: str) -> None:
    """A print layout for each page."""
    layouts, words = Xml.SubElement(root, "Layouts"), Words(lang)
    for page in pages:
        layouts.append(_layout(plan, page, words))


def _layout(plan: Plan, page: PrintPage, words: Words) -> Xml.Element:
    layout = Xml.Element("Layout", name=page.title, units="mm", printResolution="300", worldFileMap="")
    sheet = _Page(layout, page)
    paper = Xml.SubElement(layout, "PageCollection")
    white = _item(paper, sheet.uuid("page"), _PAPER, (0.0, 0.0, *PAGE_MM), "")
    white.append(_fill("255,255,255,255", "no", 0.0))
    width, height = PAGE_MM
    for inset, line in ((8.0, 0.7), (9.6, 0.2)):
        sheet.rectangle((inset, inset, width - 2 * inset, height - 2 * inset), line)
    title = f"{plan.certificate.title}  {page.title}"
    sheet.label("title", (12.0, 12.0, width - 24, 13.0), title, 24, bold=True, align=4)
    scenario = scenario_label(plan.certificate.scenario, words, plan.instance.study.label)
    told = words.text("page.scenario", name=scenario)
    sheet.label("scenario", (12.0, 25.0, width - 24, 6.0), told, 10, align=4, colour=FAINT)
    grid = plan.instance.grid
    extent = at_round_scale(grid)
    sheet.map("map", MAP_MM, extent, page.title, _grid(grid, extent))
    around = fitted(extent, OVERVIEW_MM[2] / OVERVIEW_MM[3])
    sheet.map("overview", OVERVIEW_MM, around, words.text("print.overview"), _overview(sheet.uuid("map")))
    sheet.label("overview_title", (ASIDE_MM, 208.5, 78.0, 5.0), words.text("print.overview"), 9)
    sheet.picture((ASIDE_MM + 62, 38.0, 12.0, 20.0))
    sheet.bars(grid, extent, words)
    sheet.label("legend_title", (ASIDE_MM, 62.0, 78.0, 7.0), words.text("maps.legend"), 12, bold=True)
    sheet.legend((ASIDE_MM, 69.0, 78.0, 136.0))
    _foot(sheet, plan, words)
    return layout


def _foot(sheet: _Page, plan: Plan, words: Words) -> None:
    """Who compiled the map, when, from what, on what grid, and what must be said of it."""
    study = plan.instance.study
    parts = (
        words.text("series_pages.compiler", name=study.compiler or "________"),
        words.text("series_pages.day", day=day_of(plan.log) or "________"),
        words.text("series_pages.source", files=Path(study.landcover.path).name),
    )
    sheet.label("foot", (12.0, 281.0, 250.0, 5.5), "    ".join(parts), 9)
    crs = words.text("maps.crs", crs=crs_label(plan.instance.grid.crs.name, words))
    sheet.label("crs", (262.0, 281.0, 146.0, 5.5), crs, 9, align=2)
    if plan.certificate.marks:
        sheet.label("marks", (12.0, 276.0, 396.0, 5.0), plan.certificate.marks[0], 7, colour=FAINT)


def fitted(bounds: Box, aspect: float) -> Box:
    """Bounds with a margin, widened to the shape of what they are drawn in (width over height)."""
    left, bottom, right, top = bounds
    across, up = (1 + 2 * AROUND) * (right - left), (1 + 2 * AROUND) * (top - bottom)
    across, up = max(across, up * aspect), max(up, across / aspect)
    x, y = (left + right) / 2, (bottom + top) / 2
    return x - across / 2, y - up / 2, x + across / 2, y + up / 2


def at_round_scale(grid: Grid) -> Box:
    """The extent of a page's map, so large that its scale is a fraction of two digits."""
    left, bottom, right, top = fitted(grid.frame.bounds, MAP_MM[2] / MAP_MM[3])
    share = rounded_scale(grid) * MAP_MM[2] / 1000 / metres_per_unit(grid) / (right - left)
    x, y = (left + right) / 2, (bottom + top) / 2
    across, up = (right - left) * share / 2, (top - bottom) * share / 2
    return x - across, y - up, x + across, y + up


def rounded_scale(grid: Grid) -> int:
    """The number below the line of the scale of a page's map."""
    left, _, right, _ = fitted(grid.frame.bounds, MAP_MM[2] / MAP_MM[3])
    exact = (right - left) * metres_per_unit(grid) / (MAP_MM[2] / 1000)
    step = 10.0 ** (math.floor(math.log10(exact)) - 1)
    return max(1, round(math.ceil(exact / step - 1e-9) * step))


def metres_per_unit(grid: Grid) -> float:
    """How many metres a unit of the grid's CRS is, from west to east in the middle of the area."""
    if grid.crs.is_geographic:
        _, bottom, _, top = grid.frame.bounds
        return 111_320.0 * math.cos(math.radians((bottom + top) / 2))
    return float(grid.crs.axis_info[0].unit_conversion_factor)


def _grid(grid: Grid, extent: Box) -> Xml.Element:
    """Grid lines at round coordinates, labelled in km, or in degrees, along the neat line."""
    degrees, metres = grid.crs.is_geographic, metres_per_unit(grid)
    per_unit = 1.0 if degrees else metres / 1000
    step = round_length((extent[2] - extent[0]) * per_unit / GRID_LINES) / per_unit
    sides = ("left", "right", "top", "bottom")
    outside = {f"{side}AnnotationPosition": "1" for side in sides}
    upright = {"leftAnnotationDirection": "1", "rightAnnotationDirection": "1"}
    element = Xml.Element(
        "ComposerMapGrid",
        {
            "name": "km", "uuid": f"{{{uuid5(NAMESPACE_URL, 'sansheng/grid')}}}", "show": "1",
            "gridStyle": "0", "unit": "0", "position": "3", "intervalX": repr(step), "intervalY": repr(step),
            "offsetX": "0",
            "offsetY": "0", "showAnnotation": "1", "annotationFormat": "8", "annotationPrecision": "0",
            "annotationExpression": f"round(@grid_number * {per_unit!r}, 3)" + (" || '°'" if degrees else ""),
            "frameAnnotationDistance": "1", "gridFrameStyle": "0", "gridFrameWidth": "2", "blendMode": "0",
            "gridFrameSideFlags": "15", **outside, **upright,
        },
    )  # fmt: skip
    lines = Xml.SubElement(element, "lineStyle")
    lines.append(_line("51,51,51,110", 0.1))
    element.append(_text(7, FAINT))
    return element


def _overview(of: str) -> Xml.Element:
    """The frame of the map on the overview."""
    element = Xml.Element(
        "ComposerMapOverview",
        name="1", show="1", frameMap=of, blendMode="0", inverted="0", centered="0", position="3",
        uuid=f"{{{uuid5(NAMESPACE_URL, of)}}}",
    )  # fmt: skip
    element.append(_fill("200,16,46,0", "solid", 0.4, "200,16,46,255"))
    return element


class _Page:
    """The items of one page, from the lowest up."""

    def __init__(self, layout: Xml.Element, page: PrintPage) -> None:
        self.layout, self.page = layout, page
        self.count = 0

    def uuid(self, name: str) -> str:
        """The number of an item, the same in equal projects."""
        return f"{{{uuid5(NAMESPACE_URL, f'sansheng/{self.page.key}/{name}')}}}"

    def item(self, name: str, kind: int, box: Box, **more: str) -> Xml.Element:
        """One item of the page."""
        self.count += 1
        return _item(self.layout, self.uuid(name), kind, box, name, zValue=str(self.count), **more)

    def rectangle(self, box: Box, line_mm: float) -> None:
        """A frame."""
        item = self.item(f"frame_{line_mm}", _SHAPE, box, shapeType="1", cornerRadiusMeasure="0,mm")
        item.append(_fill("255,255,255,0", "solid", line_mm, "34,34,34,255"))

    def label(
        self,
        name: str,
        box: Box,
        text: str,
        size: float,
        *,
        bold: bool = False,
        align: int = 1,
        colour: str = LINE,
    ) -> None:
        """A line of text, told as it is: no part of it is taken for an expression."""
        plain = text.replace("[%", "[ %")
        item = self.item(
            name, _LABEL, box, labelText=plain, htmlState="0", halign=str(align), valign="128", marginX="0",
            marginY="0",
        )  # fmt: skip
        weight = 75 if bold else 50
        Xml.SubElement(item, "LabelFont", description=f"{FONT},{size:g},-1,5,{weight},0,0,0,0,0", style="")
        item.append(_colour("FontColor", colour))
        item.append(_text(size, colour, weight))  # QGIS 3.24 and newer read this one

    def map(self, name: str, box: Box, extent: Box, theme: str, over: Xml.Element) -> None:
        """A map of a theme, with its grid or overview."""
        item = self.item(
            name, _MAP, box, frame="true", followPreset="true", followPresetName=theme,
            keepLayerSet="false", mapRotation="0", drawCanvasItems="false", mapFlags="0", labelMargin="0,mm",
        )  # fmt: skip
        place = Xml.SubElement(item, "Extent")
        for side, value in zip(("xmin", "ymin", "xmax", "ymax"), extent, strict=True):
            place.set(side, repr(float(value)))
        Xml.SubElement(item, "LayerSet")
        item.append(over)
        Xml.SubElement(item, "AtlasMap", atlasDriven="0", scalingMode="2", margin="0.1")

    def picture(self, box: Box) -> None:
        """The north arrow, held in the project itself."""
        self.item(
            "north", _PICTURE, box, file=f"base64:{b64encode(_NORTH.encode()).decode()}", mode="0",
            resizeMode="0", anchorPoint="4", northMode="0", mapUuid=self.uuid("map"), pictureRotation="0",
        )  # fmt: skip

    def bars(self, grid: Grid, extent: Box, words: Words) -> None:
        """The scale bar, and the scale as a fraction."""
        metres = (extent[2] - extent[0]) * metres_per_unit(grid)
        part = round_length(metres * BAR_MM / MAP_MM[2])
        km = part >= 1000
        for name, style, top in (("scalebar", "Single Box", 38.0), ("fraction", "Numeric", 50.0)):
            item = self.item(
                name, _BAR, (ASIDE_MM, top, 58.0, 11.0), style=style, mapUuid=self.uuid("map"),
                unitType="km" if km else "meters", unitLabel=words.text("print.km" if km else "print.m"),
                numUnitsPerSegment=f"{part / 1000 if km else part:g}", numMapUnitsPerScaleBarUnit="1",
                numSegments="2", numSegmentsLeft="0", segmentSizeMode="0", height="2", labelBarSpace="1.5",
                boxContentSpace="0", outlineWidth="0.2", alignment="0", segmentMillimeters=f"{BAR_MM:g}",
                minBarWidth="20", maxBarWidth="60", lineJoinStyle="miter", lineCapStyle="square",
            )  # fmt: skip
            item.append(_text(9, LINE))
            item.append(_whole_numbers())
            item.append(_colour("fillColor", LINE))
            item.append(_colour("fillColor2", "#ffffff"))
            item.append(_colour("strokeColor", LINE))

    def legend(self, box: Box) -> None:
        """The legend of the layers on the map, without what the map does not show."""
        item = self.item(
            "legend", _LEGEND, box, map_uuid=self.uuid("map"), legendFilterByAtlas="0",
            legendFilterByMap=str(int(self.page.filtered)),
            columnCount="1", splitLayer="0", resizeToContents="1",
            wrapString=LINE_BREAK, symbolWidth="7", symbolHeight="4", boxSpace="0", columnSpace="3", title="",
            titleAlignment="1",
            symbolAlignment="1", lineSpacing="1", rasterBorder="1", fontColor=LINE, equalColumnWidth="0",
        )  # fmt: skip
        styles = Xml.SubElement(item, "styles")
        for name, size in (("title", 12), ("group", 10), ("subgroup", 9), ("symbol", 8), ("symbolLabel", 8)):
            gaps = {"marginTop": "1.6" if name.startswith("symbol") else "3", "marginLeft": "2"}
            style = Xml.SubElement(styles, "style", {"name": name, "alignment": "1", "indent": "0", **gaps})
            Xml.SubElement(style, "styleFont", description=f"{FONT},{size},-1,5,50,0,0,0,0,0", style="")
            style.append(_text(size, LINE))  # QGIS 3.30 and newer read this one
        tree = Xml.SubElement(item, "layer-tree-group")
        for layer in self.page.keys:
            node = Xml.SubElement(
                tree, "layer-tree-layer", id=layer, name=layer, checked="Qt::Checked", expanded="1"
            )
            if layer in self.page.renamed:
                table = Xml.SubElement(Xml.SubElement(node, "customproperties"), "Option", type="Map")
                Xml.SubElement(
                    table, "Option", name="cached_name", type="QString", value=self.page.renamed[layer]
                )
                Xml.SubElement(
                    table,
                    "Option",
                    name="legend/title-label",
                    type="QString",
                    value=self.page.renamed[layer],
                )


def _item(parent: Xml.Element, uuid: str, kind: int, box: Box, name: str, **more: str) -> Xml.Element:
    left, top, width, height = box
    common = {
        "type": str(kind), "uuid": uuid, "templateUuid": uuid, "id": name, "position": f"{left:g},{top:g},mm",
        "positionOnPage": f"{left:g},{top:g},mm", "size": f"{width:g},{height:g},mm", "referencePoint": "0",
        "itemRotation": "0", "visibility": "1", "opacity": "1", "blendMode": "0", "excludeFromExports": "0",
        "frame": "false", "background": "false", "outlineWidthM": "0.3,mm", "positionLock": "false",
        "frameJoinStyle": "miter", "groupUuid": "", "zValue": "0",
    }  # fmt: skip
    element = Xml.SubElement(parent, "LayoutItem", {**common, **more})
    element.append(_colour("FrameColor", LINE))
    element.append(_colour("BackgroundColor", "#ffffff"))
    Xml.SubElement(element, "LayoutObject")
    return element


def _colour(tag: str, colour: str) -> Xml.Element:
    red, green, blue = (str(int(colour[at : at + 2], 16)) for at in (1, 3, 5))
    return Xml.Element(tag, red=red, green=green, blue=blue, alpha="255")


def _text(size: float, colour: str, weight: int = 50) -> Xml.Element:
    red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    style = Xml.Element(
        "text-style",
        fontFamily=FONT, fontSize=f"{size:g}", fontSizeUnit="Point", fontWeight=str(weight), textOpacity="1",
        textColor=f"{red},{green},{blue},255", textOrientation="horizontal", multilineHeight="1",
    )  # fmt: skip
    style.append(font_families())
    return style


def _whole_numbers() -> Xml.Element:
    """Numbers of scale bars without decimals but where a bar needs them."""
    element = Xml.Element("numericFormat", id="basic")
    table = Xml.SubElement(element, "Option", type="Map")
    for name, kind, value in (
        ("decimals", "int", "1"),
        ("show_thousand_separator", "bool", "true"),
        ("show_trailing_zeros", "bool", "false"),
        ("rounding_type", "int", "0"),
    ):
        Xml.SubElement(table, "Option", name=name, type=kind, value=value)
    return element


def _fill(colour: str, line: str, line_mm: float, line_colour: str = "34,34,34,255") -> Xml.Element:
    options = {
        "color": colour, "style": "solid", "outline_color": line_colour, "outline_style": line,
        "outline_width": f"{line_mm:g}", "outline_width_unit": "MM", "joinstyle": "miter",
    }  # fmt: skip
    return _symbol("fill", "SimpleFill", options)


def _line(colour: str, width_mm: float) -> Xml.Element:
    return _symbol(
        "line",
        "SimpleLine",
        {"line_color": colour, "line_width": f"{width_mm:g}", "line_width_unit": "MM", "line_style": "solid"},
    )


def _symbol(kind: str, layer: str, options: Mapping[str, str]) -> Xml.Element:
    symbol = Xml.Element("symbol", type=kind, name="", alpha="1", clip_to_extent="1", force_rhr="0")
    held = Xml.SubElement(symbol, "layer", {"class": layer, "enabled": "1", "pass": "0", "locked": "0"})
    table = Xml.SubElement(held, "Option", type="Map")
    for name, value in options.items():
        Xml.SubElement(table, "Option", name=name, type="QString", value=value)
    return symbol
