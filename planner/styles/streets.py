"""Borders of districts of parcels as QGIS draws them: once along streets, not around every parcel."""

from __future__ import annotations

from xml.etree import ElementTree as Xml


def along_streets(layer: Xml.Element, reach: float) -> None:
    """Have a layer of polygons drawn, and named where it has labels, with gaps up to twice ``reach`` wide, in
    units of the map, closed: what is drawn so need not be stored so."""
    closed = f"buffer(buffer($geometry, {reach!r}), -{reach!r})"
    for symbol in layer.findall("renderer-v2/symbols/symbol"):
        _close(symbol, closed)
    for placement in layer.findall("labeling/settings/placement"):
        placement.set("geometryGenerator", closed)
        placement.set("geometryGeneratorEnabled", "1")
        placement.set("geometryGeneratorType", "PolygonGeometry")


def _close(symbol: Xml.Element, closed: str) -> None:
    """Have a symbol draw what an expression makes of each polygon."""
    drawn = list(symbol)
    for part in drawn:
        symbol.remove(part)
    maker = Xml.SubElement(
        symbol, "layer", {"class": "GeometryGenerator", "enabled": "1", "pass": "0", "locked": "0"}
    )
    table = Xml.SubElement(maker, "Option", type="Map")
    for name, value in (("SymbolType", "Fill"), ("geometryModifier", closed), ("units", "MapUnit")):
        Xml.SubElement(table, "Option", name=name, type="QString", value=value)
    held = {"name": f"@{symbol.get('name', '0')}@0", "type": "fill", "alpha": "1", "clip_to_extent": "1"}
    Xml.SubElement(maker, "symbol", held).extend(drawn)
