"""The plan as a QGIS project: its layers in groups, styled, in the language of the study.

``plan.qgz`` stands beside the GeoPackage and the raster and names them by relative paths, so the folder
can be moved or sent as a whole. The same plan gives the same bytes. XML as QGIS 3.22 and newer read it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree as Xml
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from pyproj import CRS

from instances.land.colours import parse_colour
from planner.export.beside import Beside, layers_beside
from planner.export.layer import Layer, described
from planner.export.layouts import add_layouts, add_themes, rounded_scale
from planner.export.names import KINDS, LINES
from planner.export.print_layers import Copy, print_copies, print_pages
from planner.maps.borders import STREET
from planner.plans.log import day_of
from planner.plans.plan import Plan
from planner.styles.layer_styles import labelling, line_renderer, raster_renderer, renderer
from planner.styles.line_looks import LOOKS
from planner.styles.streets import along_streets
from planner.words.scenario_names import scenario_label
from words.catalogue import Words

Group = tuple[str, tuple[str, ...], bool]
GROUPS: tuple[Group, ...] = (
    ("names", KINDS, True),
    ("districts", ("districts",), True),
    ("redlines", ("redlines",), True),
    ("conflicts", ("conflicts",), False),
    ("network", ("network",), False),
    ("balance", ("balance",), False),
    ("change", ("changes", "schedule", "reasons"), False),
    ("plan", ("raster", "units", "patches"), True),
    ("today", ("today",), False),
    ("print", ("lines_filled", "plan_pale", "change_colours", "around", "ground"), False),
)
"""Groups from the top of the map down: key of the name, the layers they hold, and whether
they are shown at first."""
NAMED = 2.5
"""Names of districts stand down to a scale so many times smaller than that of a page."""
BY_YEAR = "land_"
"""What the names of layers of the land of one year begin with: a group of their own, below the changes."""
MM_A_POINT = 25.4 / 72
AROUND = 0.03
"""Margin around the area when the project opens, as a share of its size."""


@dataclass(frozen=True)
class _MapLayer:
    """One layer of the project: ``element`` is its description, the rest its place in the tree."""

    name: str
    title: str
    source: str
    provider: str
    element: Xml.Element

    @property
    def key(self) -> str:
        return f"sansheng_{self.name}"


def write_project(
    plan: Plan,
    path: Path,
    layers: Sequence[Layer],
    lang: str | None = None,
    *,
    package: str = "plan.gpkg",
    by_year: tuple[str, Sequence[Layer]] = ("", ()),
    costs: str = "opportunity.gpkg",
    names: Sequence[Layer] = (),
) -> None:
    """Write ``path`` (.qgz), a project of ``layers`` as they lie in ``package`` beside it, and of the
    raster ``plan.tif`` where the plan has one; only names, fields and styles of the layers are used. What red
    lines cost is shown where a package of it lies there. ``by_year``: a package and its layers of the land of
    every stage. ``names``: layers of rivers and roads as they lie in ``map_names.gpkg`` beside it.
    """
    lang = lang or plan.instance.study.lang
    found = {
        layer.name: _vector(layer, plan, package, lang) for layer in layers if layer.styled_by is not None
    }
    found |= {layer.name: _vector(layer, plan, by_year[0], lang) for layer in by_year[1]}
    found |= {layer.name: _lines(layer, plan, lang) for layer in names}
    for copy in print_copies(plan, layers, Words(lang)):
        found[copy.name] = _vector(copy.of, plan, package, lang, copy)
    beside = tuple(layers_beside(path.parent / costs))
    found |= {each.name: _beside(each, plan) for each in beside}
    if plan.instance.grid.is_raster:
        found["raster"] = _raster(plan, "plan.tif", lang)
    text = Xml.tostring(_project(plan, found, lang, tuple(each.name for each in beside)), encoding="unicode")
    entry = ZipInfo(f"{path.stem}.qgs", (1980, 1, 1, 0, 0, 0))
    entry.compress_type = ZIP_DEFLATED
    with ZipFile(path, "w") as archive:
        archive.writestr(entry, f"<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n{text}\n")


def _project(plan: Plan, layers: Mapping[str, _MapLayer], lang: str, costs: tuple[str, ...]) -> Xml.Element:
    grid, certificate = plan.instance.grid, plan.certificate
    root = Xml.Element("qgis", projectname=certificate.title, version="3.22.0")
    Xml.SubElement(root, "homePath", path="")
    Xml.SubElement(root, "title").text = certificate.title
    root.append(_metadata(plan, lang))
    Xml.SubElement(root, "projectCrs").append(_crs(grid.crs))
    groups = _groups(costs)
    root.append(_tree(layers, groups, lang))
    canvas = Xml.SubElement(root, "mapcanvas", name="theMapCanvas", annotationsVisible="1")
    Xml.SubElement(canvas, "units").text = "degrees" if grid.crs.is_geographic else "meters"
    canvas.append(_extent(_widened(grid.frame.bounds)))
    Xml.SubElement(canvas, "rotation").text = "0"
    Xml.SubElement(canvas, "destinationsrs").append(_crs(grid.crs))
    described_layers = Xml.SubElement(root, "projectlayers")
    order = Xml.SubElement(root, "layerorder")
    for layer in layers.values():
        described_layers.append(layer.element)
        Xml.SubElement(order, "layer", id=layer.key)
    properties = Xml.SubElement(root, "properties")
    Xml.SubElement(Xml.SubElement(properties, "Paths"), "Absolute", type="bool").text = "false"
    reference = Xml.SubElement(properties, "SpatialRefSys")
    Xml.SubElement(reference, "ProjectionsEnabled", type="int").text = "1"
    _view(root, plan)
    pages, words = print_pages(tuple(layers), costs, Words(lang)), Words(lang)
    named = {name: words.text(f"layer_groups.{key}") for key, held, _ in groups for name in held}
    of = {f"sansheng_{name}": group for name, group in named.items()}
    around = tuple(f"sansheng_{name}" for name in ("around", "ground") if name in layers)
    themes = [(page.title, page.layers) for page in pages]
    add_themes(root, [*themes, (words.text("print.overview"), around)], of)
    add_layouts(root, plan, pages, lang)
    Xml.indent(root)
    return root


def _metadata(plan: Plan, lang: str) -> Xml.Element:
    """What the project says of itself: title, what must be said of its figures, compiler, day."""
    told, study, words = Xml.Element("projectMetadata"), plan.instance.study, Words(lang)
    scenario = scenario_label(plan.certificate.scenario, words, study.label)
    about = "\n".join([words.text("page.scenario", name=scenario), *plan.certificate.marks])
    for name, text in (("language", lang), ("title", plan.certificate.title), ("abstract", about)):
        Xml.SubElement(told, name).text = text
    Xml.SubElement(told, "author").text = study.compiler
    Xml.SubElement(told, "creation").text = f"{day}T00:00:00" if (day := day_of(plan.log)) else ""
    return told


def _view(root: Xml.Element, plan: Plan) -> None:
    """The extent to which the project opens, and to which it zooms in full."""
    view = Xml.SubElement(root, "ProjectViewSettings", UseProjectScales="0", rotation="0")
    Xml.SubElement(view, "Scales")
    for tag in ("DefaultViewExtent", "PresetFullExtent"):
        named = Xml.SubElement(view, tag)
        edges = ("xmin", "ymin", "xmax", "ymax")
        for name, value in zip(edges, _widened(plan.instance.grid.frame.bounds), strict=True):
            named.set(name, repr(float(value)))
        named.append(_crs(plan.instance.grid.crs))


def _groups(costs: tuple[str, ...]) -> tuple[Group, ...]:
    """The groups of a project that shows what red lines cost, under these names, right below the lines."""
    return (*GROUPS[:3], ("costs", costs, False), *GROUPS[3:])


def _tree(layers: Mapping[str, _MapLayer], groups: Sequence[Group], lang: str) -> Xml.Element:
    """The groups with their layers; of several in a group only the first is shown, of names all."""
    tree, words = Xml.Element("layer-tree-group"), Words(lang)
    years = tuple(name for name in layers if name.startswith(BY_YEAR))
    for key, names, shown in (*groups, ("stages", years, False)):
        present = [layers[name] for name in names if name in layers]
        if not present:
            continue
        group = Xml.SubElement(
            tree,
            "layer-tree-group",
            name=words.text(f"layer_groups.{key}"),
            checked=_check(shown),
            expanded="1" if shown else "0",
        )
        for place, layer in enumerate(present):
            seen = place == 0 or key == "names"
            Xml.SubElement(
                group,
                "layer-tree-layer",
                id=layer.key,
                name=layer.title,
                source=layer.source,
                providerKey=layer.provider,
                checked=_check(seen),
                expanded="0",
            )
    return tree


def _vector(layer: Layer, plan: Plan, package: str, lang: str, copy: Copy | None = None) -> _MapLayer:
    """A layer of a package, or a copy of it in a style of its own."""
    source, title = f"./{package}|layername={layer.name}", layer.title_in(lang)
    element = Xml.Element("maplayer", type="vector", geometry="Polygon", wkbType="MultiPolygon")
    made = _MapLayer(copy.name if copy else layer.name, copy.title if copy else title, source, "ogr", element)
    _common(made, plan, described(layer, plan.instance.grid, lang))
    element.append(copy.style if copy else renderer(layer.styled_by or "", layer.marks(lang)))
    if layer.name == "districts" and copy is None:
        element.set("labelsEnabled", "1")
        element.append(
            labelling(
                "label" if "label" in layer.table.columns else "MC", NAMED * rounded_scale(plan.instance.grid)
            )
        )
    if layer.name == "districts" and not plan.instance.grid.is_raster:
        left, bottom, right, top = plan.instance.grid.frame.bounds
        along_streets(element, STREET * max(right - left, top - bottom))
    aliases = Xml.SubElement(element, "aliases")
    for index, (field, alias) in enumerate(layer.aliases(lang).items(), start=1):
        Xml.SubElement(aliases, "alias", index=str(index), field=field, name=alias)
    return made


def _lines(layer: Layer, plan: Plan, lang: str) -> _MapLayer:
    """Rivers or roads, with their names along them."""
    element = Xml.Element("maplayer", type="vector", geometry="Line", wkbType="LineString", labelsEnabled="1")
    source = f"./{LINES}|layername={layer.name}"
    made = _MapLayer(layer.name, layer.title_in(lang), source, "ogr", element)
    _common(made, plan, described(layer, plan.instance.grid, lang))
    colour, points, ink = LOOKS[layer.name]
    element.append(line_renderer(parse_colour(colour), points * MM_A_POINT))
    element.append(labelling("text", NAMED * rounded_scale(plan.instance.grid), parse_colour(ink)))
    return made


def _beside(layer: Beside, plan: Plan) -> _MapLayer:
    """A layer of another package in the folder."""
    element = Xml.Element("maplayer", type="vector", geometry="Polygon", wkbType="MultiPolygon")
    source = f"./{layer.package}|layername={layer.table}"
    made = _MapLayer(layer.name, layer.title, source, "ogr", element)
    _common(made, plan, layer.about)
    element.append(layer.style)
    return made


def _raster(plan: Plan, file: str, lang: str) -> _MapLayer:
    element = Xml.Element("maplayer", type="raster")
    made = _MapLayer("raster", Words(lang).text("layers.raster"), f"./{file}", "gdal", element)
    _common(made, plan, made.title)
    Xml.SubElement(element, "pipe").append(raster_renderer(plan.instance.classes, lang))
    return made


def _common(layer: _MapLayer, plan: Plan, abstract: str) -> None:
    """What every layer says of itself."""
    grid, element = plan.instance.grid, layer.element
    Xml.SubElement(element, "id").text = layer.key
    Xml.SubElement(element, "datasource").text = layer.source
    Xml.SubElement(element, "layername").text = layer.title
    Xml.SubElement(element, "abstract").text = abstract
    Xml.SubElement(element, "srs").append(_crs(grid.crs))
    element.append(_extent(grid.frame.bounds))
    Xml.SubElement(element, "provider", encoding="UTF-8").text = layer.provider


def _crs(crs: CRS) -> Xml.Element:
    """A CRS by its definition, and by its number where it is exactly that of an authority."""
    authority = crs.to_authority(min_confidence=100)
    element = Xml.Element("spatialrefsys")
    Xml.SubElement(element, "wkt").text = crs.to_wkt()
    Xml.SubElement(element, "authid").text = ":".join(authority) if authority else ""
    Xml.SubElement(element, "description").text = crs.name
    Xml.SubElement(element, "geographicflag").text = "true" if crs.is_geographic else "false"
    return element


def _widened(bounds: tuple[float, float, float, float]) -> tuple[float, float, float, float]:
    left, bottom, right, top = bounds
    across, up = AROUND * (right - left), AROUND * (top - bottom)
    return left - across, bottom - up, right + across, top + up


def _extent(bounds: tuple[float, float, float, float]) -> Xml.Element:
    element = Xml.Element("extent")
    for name, value in zip(("xmin", "ymin", "xmax", "ymax"), bounds, strict=True):
        Xml.SubElement(element, name).text = repr(float(value))
    return element


def _check(shown: bool) -> str:
    return "Qt::Checked" if shown else "Qt::Unchecked"
