"""Sources of a network: which classes, and which land, one who sets out in it sets out from; its corridors.

All blue-green land can be crossed as easily; only sources are set out from and arrived at.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from instances.land.classes import Classes, check_classes
from instances.layers.expressions import read_condition
from instances.study.findings import Findings
from instances.study.schema import Study
from instances.units.grid import FloatArray, Grid, RasterFrame
from instances.units.gridding import cell_measures
from words.said import say


def source_classes(study: Study, classes: Classes) -> NDArray[np.bool_]:
    """(classes,) the classes that are sources: those named, or all blue-green ones."""
    named = study.network.source_classes
    return np.array([item.blue_green and (not named or item.name in named) for item in classes], dtype=bool)


def check_corridor_width(study: Study, grid: Grid, findings: Findings) -> None:
    """A finding where corridors are to have a width that land of this kind has not, or that is more
    than the area measures across."""
    width, place = study.network.corridor_width_m, "network.corridor_width_m"
    if width <= 0:
        return
    if not isinstance(grid.frame, RasterFrame):
        findings.error(place, say("network_plan.width_of_parcels"), say("network_plan.own_width"))
        return
    rows, columns = grid.frame.shape
    _, down_m, across_m = cell_measures(grid.frame.transform, grid.crs, rows)
    narrow = min(float(down_m.sum()), columns * float(across_m.max()))
    if width > narrow:
        fault = say("network_plan.width_of_area", width=f"{width:,.0f}", most=f"{narrow:,.0f}")
        findings.error(place, fault, say("network_plan.less_width"))


def read_sources(
    study: Study, classes: Classes, grid: Grid, layers: Mapping[str, FloatArray], findings: Findings
) -> NDArray[np.bool_] | None:
    """(units,) where land may be a source: None where that is everywhere."""
    check_corridor_width(study, grid, findings)
    asked = study.network
    known = check_classes(asked.source_classes, classes, "network.source_classes", findings)
    green = [item.name for item in classes if item.blue_green]
    if asked.source_classes and not known:
        fault = say("network_plan.absent_source", names=list(asked.source_classes))
        findings.error("network.source_classes", fault, say("network_plan.blue_green", names=green))
    dry = [name for name in known if not classes[classes.index(name)].blue_green]
    if dry:
        fault = say("network_plan.dry_source", names=dry)
        findings.error("network.source_classes", fault, say("network_plan.blue_green", names=green))
    if asked.source_where is None:
        return None
    condition = read_condition(asked.source_where, study.layers, "network.source_where", findings)
    if condition is None or any(name not in layers for name in condition.layers):
        return None
    inside = condition.holds(layers)
    if not inside.any():
        findings.error(
            "network.source_where",
            say("network_plan.no_source", condition=condition.text),
            say("network_plan.wider_source"),
        )
    return inside
