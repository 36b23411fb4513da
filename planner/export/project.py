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

from planner.export.layer import Layer, described
from planner.plans.plan import Plan
from planner.styles.layer_styles import raster_renderer, renderer
from words.catalogue import Words

GROUPS: tuple[tuple[str, tuple[str, ...], bool], ...] = (
    ("redlines", ("redlines",), True),
    ("conflicts", ("conflicts",), False),
    ("network", ("network",), False),
    ("change", ("changes", "reasons"), False),
    ("plan", ("raster", "units", "patches"), True),
    ("today", ("today",), False),
)
BY_YEAR = "land_"
"""What the names of layers of the land of one year begin with: a group of their own, below the changes."""
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
) -> None:
    """Write ``path`` (.qgz), a project of ``layers`` as they lie in ``package`` beside it, and of the
    raster ``plan.tif`` where the plan has one; only names, fields and styles of the layers are used.
    ``by_year``: a package and its layers of the land of every stage.
    """
    lang = lang or plan.instance.study.lang
    found = {
        layer.name: _vector(layer, plan, package, lang) for layer in layers if layer.styled_by is not None
    }
    found |= {layer.name: _vector(layer, plan, by_year[0], lang) for layer in by_year[1]}
    if plan.instance.grid.is_raster:
        found["raster"] = _raster(plan, "plan.tif", lang)
    text = Xml.tostring(_project(plan, found, lang), encoding="unicode")
    entry = ZipInfo(f"{path.stem}.qgs", (1980, 1, 1, 0, 0, 0))
    entry.compress_type = ZIP_DEFLATED
    with ZipFile(path, "w") as archive:
        archive.writestr(entry, f"<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n{text}\n")


def _project(plan: Plan, layers: Mapping[str, _MapLayer], lang: str) -> Xml.Element:
    grid, certificate = plan.instance.grid, plan.certificate
    root = Xml.Element("qgis", projectname=certificate.title, version="3.22.0")
    Xml.SubElement(root, "homePath", path="")
    Xml.SubElement(root, "title").text = certificate.title
    Xml.SubElement(root, "projectCrs").append(_crs(grid.crs))
    root.append(_tree(layers, lang))
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
    Xml.indent(root)
    return root


def _tree(layers: Mapping[str, _MapLayer], lang: str) -> Xml.Element:
    """The groups with their layers; of several in a group only the first is shown."""
    tree, words = Xml.Element("layer-tree-group"), Words(lang)
    years = tuple(name for name in layers if name.startswith(BY_YEAR))
    by_year = [("stages", years, False)] if years else []
    for key, names, shown in (*GROUPS[:-2], *by_year, *GROUPS[-2:]):
        present = [layers[name] for name in names if name in layers]
        group = Xml.SubElement(
            tree,
            "layer-tree-group",
            name=words.text(f"layer_groups.{key}"),
            checked=_check(shown),
            expanded="1" if shown else "0",
        )
        for place, layer in enumerate(present):
            Xml.SubElement(
                group,
                "layer-tree-layer",
                id=layer.key,
                name=layer.title,
                source=layer.source,
                providerKey=layer.provider,
                checked=_check(place == 0),
                expanded="0",
            )
    return tree


def _vector(layer: Layer, plan: Plan, package: str, lang: str) -> _MapLayer:
    source, title = f"./{package}|layername={layer.name}", layer.title_in(lang)
    element = Xml.Element("maplayer", type="vector", geometry="Polygon", wkbType="MultiPolygon")
    made = _MapLayer(layer.name, title, source, "ogr", element)
    _common(made, plan, described(layer, plan.instance.grid, lang))
    element.append(renderer(layer.styled_by or "", layer.marks(lang)))
    aliases = Xml.SubElement(element, "aliases")
    for index, (field, alias) in enumerate(layer.aliases(lang).items(), start=1):
        Xml.SubElement(aliases, "alias", index=str(index), field=field, name=alias)
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
