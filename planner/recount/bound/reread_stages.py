"""The stages of a run's folder, read back from its files: ``stages.tif``, or the parcels of ``plan.gpkg``."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import rasterio
from numpy.typing import NDArray
from pyproj import CRS
from rasterio.errors import RasterioError

from instances.instance import Instance
from instances.units.grid import Layout, RasterFrame
from planner.recount.bound.staged import StagedCount
from planner.recount.figures.recount import Recount
from planner.recount.layers.reread import PACKAGE, read_table
from planner.recount.ledger import Ledger, unreadable
from words.said import say

STAGES = "stages.tif"


def read_stages(folder: Path, instance: Instance, layout: Layout, ledger: Ledger) -> StagedCount | None:
    """When what changes, of a study with stages; None, with what is wrong in the ledger where the files do
    not say."""
    stages = instance.study.stages
    if stages is None:
        return None
    frame = instance.grid.frame
    if isinstance(frame, RasterFrame):
        years = _from_raster(folder / STAGES, frame, instance.grid.crs, ledger)
    else:
        table = read_table(folder / PACKAGE, "units", ("year",), ledger)
        years = None if table is None else np.array([int(one or 0) for one in table["year"]], dtype=np.int64)
        if years is not None and len(years) != len(layout):
            return None  # told where the parcels were read
    if years is None:
        return None
    known = np.array([*stages.years, 0])
    place = np.searchsorted(known[:-1], years)
    found = np.where(years == 0, len(stages.years), np.minimum(place, len(stages.years) - 1))
    figure = say("runs_verify.stages", name=STAGES if isinstance(frame, RasterFrame) else PACKAGE)
    strange = int((known[found] != years).sum())
    idle = int(((years != 0) != (layout != instance.today)).sum())
    for wrong in (strange, idle):
        if wrong:
            told = say("runs_verify.do_not", n=f"{wrong:,}")
            ledger.differ(figure, say("runs_verify.year_of_stage"), told, by="the plan")
    if strange or idle:
        return None
    ledger.done("verify.stages", n=len(stages.years))
    return StagedCount(Recount(instance, layout), stages, found)


def _from_raster(path: Path, frame: RasterFrame, crs: CRS, ledger: Ledger) -> NDArray[np.int64] | None:
    try:
        with rasterio.open(path) as raster:
            fits = (raster.count, raster.dtypes[0], raster.shape) == (1, "uint16", frame.shape)
            place = raster.crs is not None and CRS.from_user_input(raster.crs) == crs
            near = raster.transform.almost_equals(frame.transform, precision=1e-6 * abs(frame.transform.a))
            values = raster.read(1).ravel() if fits else np.zeros(0, dtype=np.uint16)
    except RasterioError as fault:
        ledger.differ(path.name, say("runs_verify.a_raster"), unreadable(fault), by="the folder")
        return None
    if not (fits and place and near):
        found = say("runs_verify.other_raster")
        ledger.differ(path.name, say("runs_verify.as_the_plan"), found, by="the study")
        return None
    inside = values[frame.cells]
    outside = int(np.count_nonzero(values) - np.count_nonzero(inside))
    if outside:
        do = say("runs_verify.do", n=f"{outside:,}")
        ledger.differ(
            say("runs_verify.outside", name=path.name), say("runs_verify.without_class"), do, by="the study"
        )
    return inside.astype(np.int64)
