"""Run by QGIS's own Python: opens a plan's files without any help and tells in JSON what QGIS makes of them.

Usage: qgis_probe.py FOLDER X Y [X Y ...]: the points are looked up on renderings of each map layer.
"""

import json
import sys
from pathlib import Path

from qgis.core import (
    QgsApplication,
    QgsMapRendererSequentialJob,
    QgsMapSettings,
    QgsRasterLayer,
    QgsRectangle,
    QgsVectorLayer,
)
from qgis.PyQt.QtCore import QSize
from qgis.PyQt.QtGui import QColor

PIXELS = 400


def render(layer, points):
    """Draw a layer on its whole extent; returns the colours at the points as [red, green, blue]."""
    extent = QgsRectangle(layer.extent())
    settings = QgsMapSettings()
    settings.setLayers([layer])
    settings.setDestinationCrs(layer.crs())
    settings.setOutputSize(QSize(PIXELS, PIXELS))
    settings.setExtent(extent)
    settings.setBackgroundColor(QColor(255, 255, 255))
    job = QgsMapRendererSequentialJob(settings)
    job.start()
    job.waitForFinished()
    image = job.renderedImage()
    to_pixel = settings.mapToPixel()
    colours = []
    for x, y in points:
        place = to_pixel.transform(x, y)
        colour = image.pixelColor(int(place.x()), int(place.y()))
        colours.append([colour.red(), colour.green(), colour.blue()])
    return colours


def vector(path, name, points):
    """What QGIS shows of a layer of the GeoPackage with its default style."""
    layer = QgsVectorLayer(f"{path}|layername={name}", name, "ogr")
    _message, found = layer.loadDefaultStyle()
    renderer = layer.renderer()
    categories = renderer.categories() if renderer.type() == "categorizedSymbol" else []
    return {
        "valid": layer.isValid(),
        "style": found,
        "crs": layer.crs().authid(),
        "renderer": renderer.type(),
        "categories": {
            one.value(): [one.label(), list(one.symbol().color().getRgb()[:3])] for one in categories
        },
        "aliases": {field.name(): layer.attributeDisplayName(at) for at, field in enumerate(layer.fields())},
        "colours": render(layer, points),
    }


def raster(path, points):
    """What QGIS shows of the raster with the style beside it."""
    layer = QgsRasterLayer(str(path), "plan")
    renderer = layer.renderer()
    classes = renderer.classes() if renderer.type() == "paletted" else []
    return {
        "valid": layer.isValid(),
        "crs": layer.crs().authid(),
        "renderer": renderer.type(),
        "classes": {int(one.value): [one.label, list(one.color.getRgb()[:3])] for one in classes},
        "colours": render(layer, points),
    }


def main():
    """Open ``plan.gpkg`` and ``plan.tif`` of a folder."""
    folder = Path(sys.argv[1])
    numbers = [float(text) for text in sys.argv[2:]]
    points = list(zip(numbers[::2], numbers[1::2], strict=True))
    application = QgsApplication([], False)
    application.initQgis()
    found = {name: vector(folder / "plan.gpkg", name, points) for name in ("patches", "changes", "conflicts")}
    found["raster"] = raster(folder / "plan.tif", points)
    sys.stdout.write(json.dumps(found))
    application.exitQgis()


main()
