"""Borders of districts of parcels as QGIS draws them: once along streets, not around every parcel."""

from __future__ import annotations

from xml.etree import ElementTree as Xml


def along_streets(renderer: Xml.Element, reach: float) -> Xml.Element:
    """A renderer of polygons whose symbols draw each polygon with its gaps up to twice ``reach`` wide, in
    units of the map, closed: what is drawn so need not be stored so."""
    for symbol in renderer.findall("symbols/symbol"):
        drawn = list(symbol)
        for layer in drawn:
            symbol.remove(layer)
        closed = Xml.SubElement(
            symbol, "layer", {"class": "GeometryGenerator", "enabled": "1", "pass": "0", "locked": "0"}
        )
        modifier = f"buffer(buffer($geometry, {reach!r}), -{reach!r})"
        table = Xml.SubElement(closed, "Option", type="Map")
        for name, value in (("SymbolType", "Fill"), ("geometryModifier", modifier), ("units", "MapUnit")):
            Xml.SubElement(table, "Option", name=name, type="QString", value=value)
        held = {"name": f"@{symbol.get('name', '0')}@0", "type": "fill", "alpha": "1", "clip_to_extent": "1"}
        Xml.SubElement(closed, "symbol", held).extend(drawn)
    return renderer
