"""The study that goes on from a plan: its land cover is the land as it is seen, its limits what is left."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import tomli_w
from numpy.typing import NDArray

from formulations.following.remaining import Remaining
from formulations.indicators.catalogue import indicators
from instances.instance import Instance
from instances.study.model_tables import SCHEDULE
from instances.units.grid import Layout, ParcelFrame
from planner.export.geopackage import write_geopackage
from planner.export.layer import Layer
from planner.export.layers import units_layer
from planner.export.raster import cloud_optimised, write_plan_raster
from planner.plans.plan import Plan
from planner.runs.manifest import STUDY
from planner.runs.resolved import resolved_tree
from words.catalogue import Words

COVER, LOCKED = "landcover", "locked"
UNITS, CLASS_FIELD, ID_FIELD = "units", "to_class", "id"


def write_land(plan: Plan, land: Layout, locked: NDArray[np.bool_], folder: Path) -> None:
    """Write the land of now (units,), in the classes of the plan, and where it is ``locked`` (units,)."""
    seen = replace(plan, layout=land)
    frame = plan.instance.grid.frame
    if isinstance(frame, ParcelFrame):
        lang = plan.instance.study.lang
        units = units_layer(seen, frame, lang)
        write_geopackage(seen, folder / f"{COVER}.gpkg", lang, [units])
        if locked.any():
            table = units.table[locked].reset_index(drop=True)
            inside = Layer(UNITS, table, units.title, units.styled_by, units.marks)
            write_geopackage(seen, folder / f"{LOCKED}.gpkg", lang, [inside])
        return
    write_plan_raster(seen, folder / f"{COVER}.tif")
    if locked.any():
        image = frame.paint(locked.astype(np.uint8), 0)
        path, crs = folder / f"{LOCKED}.tif", plan.instance.grid.crs
        with cloud_optimised(path, frame, crs, bands=1, nodata=255, resampling="MODE") as raster:
            raster.write(image, 1)


def study_tree(
    plan: Plan, land: Layout, locked: NDArray[np.bool_], year: int, folder: Path
) -> dict[str, Any]:
    """The tree of the study that goes on from ``folder``, still with the limits of before."""
    if plan.source is None:
        raise ValueError("a reopened plan without its study")
    instance = plan.instance
    tree = resolved_tree(plan.source, instance.scenario, folder, plan.certificate.settings)
    words = Words(instance.study.lang)
    tree["title"] = words.text("replan.study_title", title=instance.study.title, year=str(year))
    tree["landcover"] = _cover(instance, land)
    tree.pop("boundary", None)  # what lies outside is no unit already
    if instance.study.life_cycle is not None:
        tree["life_cycle"] = _later(tree["life_cycle"], year)
    if "models" in tree:
        tree["models"] = _not_begun(tree["models"], year)
    tree.setdefault("carbon", {})
    if instance.study.carbon.built_total_tco2e is not None:
        tree["carbon"]["built_total_tco2e"] = _energy(instance, land)
    known = indicators(instance)
    for name, table in instance.study.indicators.items():
        if table.calibrate is not None:
            tree["indicators"][name]["calibrate"] = float(known[name].evaluate(land))
    if locked.any():
        name = LOCKED
        while name in instance.study.redlines:
            name += "_"
        classes = [instance.classes.names[k] for k in np.unique(land[locked]).tolist()]
        raster = instance.grid.is_raster
        source = {"path": f"{LOCKED}.tif"} if raster else {"path": f"{LOCKED}.gpkg", "layer": UNITS}
        tree.setdefault("redlines", {})
        tree["redlines"][name] = {**source, "label": words.text("replan.locked"), "keep": classes}
    return tree


def _cover(instance: Instance, land: Layout) -> dict[str, Any]:
    """The table of the land cover: the land's codes, and the classes that it has no land of now."""
    present = set(np.unique(land).tolist())
    gone = [item.name for k, item in enumerate(instance.classes) if k not in present]
    here = [item for k, item in enumerate(instance.classes) if k in present]
    if instance.grid.is_raster:
        cover: dict[str, Any] = {
            "path": f"{COVER}.tif",
            "classes": {str(item.code): item.name for item in here},
        }
    else:
        cover = {
            "path": f"{COVER}.gpkg",
            "layer": UNITS,
            "field": CLASS_FIELD,
            "id": ID_FIELD,
            "classes": {item.name: item.name for item in here},
            "snap_m": instance.study.landcover.snap_m,
        }
    return {**cover, "new_classes": gone}


def _later(years: dict[str, Any], year: int) -> dict[str, Any]:
    """The years of the life cycle from the ``year`` of the land on; none where the target year is over."""
    if "base_year" not in years or years["target_year"] > year:
        return years | ({"base_year": year} if "base_year" in years else {})
    return {key: value for key, value in years.items() if not key.endswith("_year")}


def _not_begun(models: dict[str, Any], year: int) -> dict[str, Any]:
    """The models without an order of changes whose first year is not after the ``year`` of the land: money
    and homes by year count from land that is gone, so what is left asks for an order of its own."""
    return {
        name: table for name, table in models.items() if table["kind"] != SCHEDULE or table["years"][0] > year
    }


def _energy(instance: Instance, land: Layout) -> float:
    """The energy of built land as it is now, tCO2e/yr: of what was built since by its own figure."""
    rates = [rate for part, rate in instance.emissions.parts.items() if part.endswith(": energy")]
    pair = instance.today, land
    return float(sum((instance.grid.area_ha * np.asarray(rate)[pair]).sum() for rate in rates))


def limit_tables(left: Sequence[Remaining]) -> list[dict[str, Any]]:
    """The limits that are left as tables of a study file, numbers all of them."""
    tables = []
    for one in left:
        sides = zip(("at_least", "at_most"), one.left, strict=True)
        told: dict[str, Any] = {"indicator": one.indicator}
        if one.by is not None and one.district is not None:
            told |= {"by": one.by, "district": one.district}
        tables.append(told | {side: bound for side, bound in sides if bound is not None})
    return tables


def write_study(tree: dict[str, Any], folder: Path) -> Path:
    """Write the study file; returns its path."""
    path = folder / STUDY
    path.write_text(tomli_w.dumps(tree), encoding="utf-8")
    return path
