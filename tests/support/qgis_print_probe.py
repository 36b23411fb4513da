"""Run by QGIS's own Python: draws every print layout of a project and tells in JSON what is on it.

Usage: qgis_print_probe.py PROJECT FOLDER: a PDF and a PNG of each layout are written into the folder.
"""

import json
import sys
from pathlib import Path

from qgis.core import (
    QgsApplication,
    QgsLayoutExporter,
    QgsLayoutItemLabel,
    QgsLayoutItemLegend,
    QgsLayoutItemMap,
    QgsLayoutItemScaleBar,
    QgsProject,
)


def told(layout):
    """What is on one page."""
    items = {item.id(): item for item in layout.items() if hasattr(item, "id")}
    area, legend = items["map"], items["legend"]
    layers = [node.layer() for node in legend.model().rootGroup().findLayers()]
    extent = area.extent()
    return {
        "labels": {key: item.text() for key, item in items.items() if isinstance(item, QgsLayoutItemLabel)},
        "extent": [extent.xMinimum(), extent.yMinimum(), extent.xMaximum(), extent.yMaximum()],
        "theme": area.followVisibilityPresetName(),
        "layers": [layer.name() for layer in area.layersToRender()],
        "legend": [layer is not None and layer.isValid() for layer in layers],
        "grid": [area.grid().enabled(), area.grid().annotationEnabled(), area.grid().intervalX()],
        "overview": items["overview"].overview().linkedMap() is area,
        "bars": [
            item.linkedMap() is area for item in items.values() if isinstance(item, QgsLayoutItemScaleBar)
        ],
        "kinds": sorted(
            {
                type(item).__name__
                for item in (area, legend)
                if isinstance(item, (QgsLayoutItemMap, QgsLayoutItemLegend))
            }
        ),
        "page": [
            layout.pageCollection().page(0).pageSize().width(),
            layout.pageCollection().page(0).pageSize().height(),
        ],
    }


def main():
    """Open the project, draw its pages and print what was found."""
    application = QgsApplication([], False)
    application.initQgis()
    project = QgsProject.instance()
    project.read(sys.argv[1])
    folder = Path(sys.argv[2])
    found = {}
    for number, layout in enumerate(
        sorted(project.layoutManager().printLayouts(), key=lambda one: one.name())
    ):
        exporter = QgsLayoutExporter(layout)
        image = exporter.renderPageToImage(0, dpi=60)
        image.save(str(folder / f"{number}.png"))
        settings = QgsLayoutExporter.PdfExportSettings()
        settings.dpi = 100
        done = exporter.exportToPdf(str(folder / f"{number}.pdf"), settings)
        found[layout.name()] = {**told(layout), "drawn": done == QgsLayoutExporter.Success}
    sys.stdout.write(json.dumps(found))
    project.clear()
    application.exitQgis()


main()
