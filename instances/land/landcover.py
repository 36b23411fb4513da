"""Today's land cover as units with a class each: from a raster of codes, or from parcels with a code."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from instances.land.classes import Classes, study_classes
from instances.land.code_bands import NO_CLASS
from instances.land.codes import class_codes
from instances.land.landcover_parcels import read_parcels
from instances.land.landcover_raster import read_cells
from instances.layers.raster_files import is_raster
from instances.study.files import find_file, input_hashes
from instances.study.findings import Findings
from instances.study.schema import Study
from instances.units.grid import Grid, Layout
from words.said import say

PLACE = "landcover"


@dataclass(frozen=True, eq=False)
class LandCoverData:
    """The units of a study and their classes of today: ``today`` (units,) class index."""

    grid: Grid
    classes: Classes
    today: Layout
    inputs: Mapping[str, str] = field(default_factory=dict)
    """sha256 of every file of the land cover, by its path as the study names it."""


def read_landcover(study: Study, folder: Path, findings: Findings) -> LandCoverData | None:
    """The land cover of a study; None, with findings, where it cannot be used.

    A raster's cells (or blocks of them, by ``resolution``) or the parcels of a vector layer become units.
    Land without a class, by nodata or by a code that means none, is no unit.
    """
    cover = study.landcover
    path = find_file(cover.path, folder, PLACE, findings)
    if path is None:
        return None
    units = read_cells(cover, path, findings) if is_raster(path) else read_parcels(cover, folder, findings)
    if units is None:
        return None
    grid, names, index, of_class = units
    classes = study_classes(study, class_codes(of_class), findings)
    if any(name not in classes for name in names):
        return None  # study_classes has told which names are unknown
    position = np.full(NO_CLASS + 1, 0, dtype=np.uint8)
    position[: len(names)] = [classes.index(name) for name in names]
    today = position[index]
    _tell_uniform(names, grid, findings)
    return LandCoverData(grid, classes, today, input_hashes(cover.path, folder))


def _tell_uniform(names: tuple[str, ...], grid: Grid, findings: Findings) -> None:
    if len(names) == 1:
        fault = say("raster.one_class", units=len(grid), name=names[0])
        findings.warn(PLACE, fault, say("raster.one_class_remedy"))
