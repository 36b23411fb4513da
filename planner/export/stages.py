"""The stages of a plan as files: the year of every change, the land of each year, and every indicator by
year."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from instances.units.grid import RasterFrame
from planner.export.layer import Layer
from planner.export.layers import land_layer
from planner.export.project import BY_YEAR
from planner.export.raster import cloud_optimised
from planner.export.tables import write_csv
from planner.plans.plan import Plan
from planner.plans.staged_plan import StagedPlan
from planner.words.indicator_names import label
from words.catalogue import Words

STILL = 0
"""The year of land that does not change, and of what is no unit."""
CHANGED = "changed_in_stage"


def years_of(plan: Plan) -> NDArray[np.uint16]:
    """(units,) the year in which each changes, ``STILL`` where it stays."""
    staged = _staged(plan)
    found: NDArray[np.uint16] = np.array([*staged.years, STILL], dtype=np.uint16)[staged.stage]
    return found


def write_stage_raster(plan: Plan, path: Path) -> None:
    """Write the year of every change as ``path`` (.tif, 16 bits, 0 where land stays)."""
    frame = plan.instance.grid.frame
    if not isinstance(frame, RasterFrame):
        raise TypeError("the plan of a parcel study has no raster")
    words = Words(plan.instance.study.lang)
    with cloud_optimised(
        path, frame, plan.instance.grid.crs, bands=1, nodata=STILL, resampling="MODE", dtype="uint16"
    ) as raster:
        raster.write(frame.paint(years_of(plan), STILL), 1)
        raster.set_band_description(1, words.text("stages.year_of_change"))


def stage_layers(plan: Plan, lang: str) -> Iterator[Layer]:
    """The land of every stage, one layer a year."""
    staged = _staged(plan)
    for year, layout in zip(staged.years, staged.layouts(plan.layout), strict=True):
        made = land_layer(f"{BY_YEAR}{year}", layout, plan.instance, "layers.land_of", lang)
        yield replace(made, about={"year": year})


def year_layers(plan: Plan, written: Sequence[Layer]) -> tuple[Layer, ...]:
    """The layers of the land of every stage without their rows, from those that were written of the plan;
    none of a plan without stages."""
    alike = [layer for layer in written if layer.name == "patches"]
    years = () if plan.staged is None else plan.staged.years
    return tuple(
        replace(layer, name=f"{BY_YEAR}{year}", title="layers.land_of", about={"year": year})
        for layer in alike
        for year in years
    )


def write_stage_table(plan: Plan, path: Path) -> None:
    """Write every indicator today and in each stage, and the land that changes at each.

    Columns: indicator, label, unit, today, then one for each year.
    """
    write_csv(stage_table(plan, plan.instance.study.lang), path)


def stage_table(plan: Plan, lang: str) -> pd.DataFrame:
    """Every indicator by year, and first the land that changes in each."""
    record = plan.certificate.stages
    if record is None:
        raise ValueError("a plan without stages has no years")
    indicators, words = plan.certificate.indicators, Words(lang)
    names = [label(name, lang, plan.instance.classes) for name in indicators]
    columns: dict[str, list[object]] = {
        "indicator": [CHANGED, *indicators],
        "label": [words.text("stages.changed"), *names],
        "unit": ["ha", *(one.unit for one in indicators.values())],
        "today": [0.0, *(one.baseline for one in indicators.values())],
    }
    for place, year in enumerate(record.years):
        columns[str(year)] = [record.changed_ha[place], *(record.values[name][place] for name in indicators)]
    return pd.DataFrame(columns)


def _staged(plan: Plan) -> StagedPlan:
    if plan.staged is None:
        raise ValueError("a plan without stages has no years")
    return plan.staged
