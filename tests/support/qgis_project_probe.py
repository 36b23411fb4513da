"""Run by QGIS's own Python: opens a project as a double click does and tells in JSON what is there.

Usage: qgis_project_probe.py PROJECT X Y [X Y ...]: the points are looked up on renderings of each layer and
of what the project shows at first.
"""

import json
import sys

from qgis.core import QgsApplication, QgsMapRendererSequentialJob, QgsMapSettings, QgsProject, QgsVectorLayer
from qgis.PyQt.QtCore import QSize
from qgis.PyQt.QtGui import QColor

PIXELS = 400


def render(layers, points, project):
    """Draw layers on the extent of the last; returns the colours at the points as [red, green, blue]."""
    settings = QgsMapSettings()
    settings.setLayers(layers)
    settings.setDestinationCrs(project.crs())
    settings.setOutputSize(QSize(PIXELS, PIXELS))
    settings.setExtent(layers[-1].extent())
    settings.setBackgroundColor(QColor(255, 255, 255))
    job = QgsMapRendererSequentialJob(settings)
    job.start()
    job.waitForFinished()
    image = job.renderedImage()
    colours = []
    for x, y in points:
        place = settings.mapToPixel().transform(x, y)
        colours.append(list(image.pixelColor(int(place.x()), int(place.y())).getRgb()[:3]))
    return colours


def told(node, points, project):
    """What is known of one layer of the tree."""
    layer = node.layer()
    if layer is None:
        return {"name": node.name(), "valid": False}
    vector = isinstance(layer, QgsVectorLayer)
    renderer = layer.renderer()
    legend = {}
    if renderer.type() == "categorizedSymbol":
        for one in renderer.categories():
            legend[one.value()] = [one.label(), list(one.symbol().color().getRgb()[:3])]
    return {
        "name": node.name(),
        "valid": layer.isValid(),
        "shown": node.isVisible(),
        "crs": layer.crs().authid(),
        "features": layer.featureCount() if vector else None,
        "renderer": renderer.type(),
        "legend": legend,
        "aliases": layer.attributeAliases() if vector else {},
        "colours": render([layer], points, project) if layer.isValid() else None,
    }


def main():
    """Open the project and print what was found."""
    numbers = [float(text) for text in sys.argv[2:]]
    points = list(zip(numbers[::2], numbers[1::2], strict=True))
    application = QgsApplication([], False)
    application.initQgis()
    project = QgsProject.instance()
    read = project.read(sys.argv[1])
    tree = project.layerTreeRoot()
    shown = [layer for layer in tree.layerOrder() if layer in tree.checkedLayers()]
    found = {
        "read": read,
        "title": project.title(),
        "crs": project.crs().authid(),
        "relative": project.filePathStorage() == 1,
        "extent": project.viewSettings().defaultViewExtent().toString() if read else "",
        "groups": {
            group.name(): [told(node, points, project) for node in group.children()]
            for group in tree.children()
        },
        "shown": render(shown, points, project) if shown else None,
    }
    sys.stdout.write(json.dumps(found))
    project.clear()
    application.exitQgis()


main()
