"""Run by QGIS's own Python: draws what a project shows at first, and each of its groups, on one sheet.

Usage: draw_project.py PROJECT FOLDER: writes FOLDER/project.png.
"""

import sys
from pathlib import Path

from qgis.core import QgsApplication, QgsMapRendererSequentialJob, QgsMapSettings, QgsProject
from qgis.PyQt.QtCore import QRect, QSize, Qt
from qgis.PyQt.QtGui import QColor, QFont, QImage, QPainter

SIDE, TITLE, GAP, ACROSS = 520, 44, 20, 3


def picture(layers, project):
    """Layers on the extent with which the project opens."""
    settings = QgsMapSettings()
    settings.setLayers(layers)
    settings.setDestinationCrs(project.crs())
    settings.setOutputSize(QSize(SIDE, SIDE))
    settings.setOutputDpi(96)
    settings.setExtent(layers[-1].extent())
    settings.setBackgroundColor(QColor(255, 255, 255))
    job = QgsMapRendererSequentialJob(settings)
    job.start()
    job.waitForFinished()
    return job.renderedImage()


def main():
    """Draw the groups, two rows of three."""
    application = QgsApplication([], False)
    application.initQgis()
    project = QgsProject.instance()
    if not project.read(sys.argv[1]):
        sys.exit(1)
    groups = project.layerTreeRoot().children()
    rows = (len(groups) + ACROSS - 1) // ACROSS
    sheet = QImage(ACROSS * (SIDE + GAP) - GAP, rows * (SIDE + TITLE + GAP) - GAP, QImage.Format_RGB32)
    sheet.fill(QColor(255, 255, 255))
    painter = QPainter(sheet)
    painter.setFont(QFont("Noto Sans CJK SC", 17))
    for place, group in enumerate(groups):
        left, top = place % ACROSS * (SIDE + GAP), place // ACROSS * (SIDE + TITLE + GAP)
        painter.drawText(QRect(left, top, SIDE, TITLE), Qt.AlignLeft | Qt.AlignVCenter, group.name())
        painter.drawImage(left, top + TITLE, picture([group.findLayers()[0].layer()], project))
        painter.drawRect(left, top + TITLE, SIDE - 1, SIDE - 1)
    painter.end()
    sheet.save(str(Path(sys.argv[2]) / "project.png"))
    project.clear()
    application.exitQgis()


main()
