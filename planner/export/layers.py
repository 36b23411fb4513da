"""The map layers of a plan: land today and planned, changes, what lies over the land, districts, parcels."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from instances.instance import Instance
from instances.land.classes import Classes
from instances.units.grid import Layout, ParcelFrame
from planner.export.balances import balance_layer
from planner.export.layer import Layer
from planner.export.overlays import conflicts_layer, districts_layer, network_layer, redlines_layer
from planner.export.polygons import dissolve
from planner.export.reasons import reasons_layer
from planner.export.schedule import schedule_layer
from planner.plans.plan import Plan
from planner.styles.layer_styles import change_marks, change_value, class_marks, hexadecimal
from words.catalogue import Words


def plan_layers(plan: Plan, lang: str) -> Iterator[Layer]:
    """The layers of a plan, one at a time so that only one need be in memory; names in ``lang``."""
    yield patches_layer(plan, lang)
    yield changes_layer(plan, lang)
    yield reasons_layer(plan, lang)
    if plan.order is not None:
        yield schedule_layer(plan, lang)
    yield conflicts_layer(plan, lang)
    if isinstance(plan.instance.grid.frame, ParcelFrame):
        yield units_layer(plan, plan.instance.grid.frame, lang)
    yield network_layer(plan, lang)
    balance = balance_layer(plan, lang)
    if balance is not None:
        yield balance
    yield redlines_layer(plan, lang)
    districts = districts_layer(plan, lang)
    if districts is not None:
        yield districts
    yield today_layer(plan, lang)
    yield classes_layer(plan, lang)


def patches_layer(plan: Plan, lang: str) -> Layer:
    """Neighbouring units of one planned class as one polygon."""
    return land_layer("patches", plan.layout, plan.instance, "layers.patches", lang)


def today_layer(plan: Plan, lang: str) -> Layer:
    """Neighbouring units of one class of today as one polygon."""
    return land_layer("today", plan.instance.today, plan.instance, "layers.today", lang)


def land_layer(name: str, layout: Layout, instance: Instance, title: str, lang: str) -> Layer:
    """Neighbouring units of one class of a layout as one polygon."""
    patches = dissolve(layout.astype(np.int16), instance.grid)
    table = class_columns(instance.classes, lang).iloc[patches.value].reset_index(drop=True)
    table["area_ha"] = patches.area_ha
    return Layer(
        name,
        gpd.GeoDataFrame(table, geometry=patches.geometry, crs=instance.grid.crs),
        title,
        "class",
        partial(class_marks, instance.classes),
    )


def changes_layer(plan: Plan, lang: str) -> Layer:
    """Neighbouring units with the same change of class as one polygon, with the red lines they touch; with
    stages of one year, which the field ``year`` names."""
    instance, classes = plan.instance, plan.instance.classes
    pair = changes(instance.today, plan.layout, len(classes))
    if plan.staged is not None:
        pair = np.where(pair < 0, -1, pair + plan.staged.stage.astype(np.int32) * np.int32(len(classes) ** 2))
    patches = dissolve(pair, instance.grid)
    stage, value = patches.value // len(classes) ** 2, patches.value % len(classes) ** 2
    patches = replace(patches, value=value)
    today, planned = patches.value // len(classes), patches.value % len(classes)
    names, labels = np.array(classes.names, dtype=object), _labels(classes, lang)
    present = np.unique(patches.value)
    pairs = [(classes[int(pair) // len(classes)], classes[int(pair) % len(classes)]) for pair in present]
    values = np.array([change_value(*pair) for pair in pairs], dtype=object)
    table = {
        "change": values[np.searchsorted(present, patches.value)] if pairs else np.zeros(0, dtype=object),
        "from_class": names[today],
        "to_class": names[planned],
        "from_name": labels[today],
        "to_name": labels[planned],
        "units": patches.units(),
        "area_ha": patches.area_ha,
    }
    if plan.staged is not None:
        table["year"] = np.array(plan.staged.years, dtype=np.int32)[stage]
    inside = [patches.touching(line.inside) for line in instance.redlines]
    touched, brief = (
        _touched([getattr(line, name) for line in instance.redlines], inside, len(patches), lang)
        for name in ("label", "name")
    )
    table["redlines"] = touched
    return Layer(
        "changes",
        gpd.GeoDataFrame(table, geometry=patches.geometry, crs=instance.grid.crs),
        "layers.changes",
        "change",
        partial(change_marks, pairs),
        briefer={"redlines": dict(zip(touched, brief, strict=True))},
    )


def units_layer(plan: Plan, frame: ParcelFrame, lang: str) -> Layer:
    """Every parcel with its class today and in the plan."""
    instance, classes = plan.instance, plan.instance.classes
    names, labels = np.array(classes.names, dtype=object), _labels(classes, lang)
    table = {
        "id": np.array([str(one) for one in frame.ids], dtype=object),
        "from_class": names[instance.today],
        "to_class": names[plan.layout],
        "from_name": labels[instance.today],
        "to_name": labels[plan.layout],
        "changed": instance.today != plan.layout,
        "area_ha": instance.grid.area_ha,
    }
    if plan.staged is not None:
        table["year"] = np.array([*plan.staged.years, 0], dtype=np.int32)[plan.staged.stage]
    return Layer(
        "units",
        gpd.GeoDataFrame(table, geometry=frame.geometry, crs=instance.grid.crs),
        "layers.units",
        "to_class",
        partial(class_marks, classes),
    )


def classes_layer(plan: Plan, lang: str) -> Layer:
    """The land classes of the study, with their areas today and in the plan; a table without polygons."""
    instance = plan.instance
    table = class_columns(instance.classes, lang)
    words = Words(lang)
    table["space_name"] = [words.text(f"land.{item.space}") for item in instance.classes]
    table["blue_green"] = instance.classes.blue_green
    table["built"] = instance.classes.built
    table["today_ha"] = instance.today_ha
    table["plan_ha"] = np.bincount(plan.layout, weights=instance.grid.area_ha, minlength=len(table))
    return Layer("classes", table, "layers.classes")


def changes(today: Layout, planned: Layout, count: int) -> NDArray[np.int32]:
    """(units,) today's class times ``count`` plus the class planned, -1 where the class stays."""
    pair = today.astype(np.int32) * count + planned
    pair[today == planned] = -1
    return pair


def class_columns(classes: Classes, lang: str) -> pd.DataFrame:
    """The fields that every layer of classes shares, a row for each class."""
    return pd.DataFrame(
        {
            "code": classes.codes.astype(np.int32),
            "class": list(classes.names),
            "name": _labels(classes, lang),
            "name_zh": [item.name_zh for item in classes],
            "name_en": [item.name_en for item in classes],
            "space": [str(item.space) for item in classes],
            "colour": [hexadecimal(item.colour) for item in classes],
        }
    )


def _labels(classes: Classes, lang: str) -> NDArray[np.object_]:
    return np.array([item.label(lang) for item in classes], dtype=object)


def _touched(names: list[str], inside: list[NDArray[np.bool_]], count: int, lang: str) -> NDArray[np.object_]:
    """(patches,) the names of the red lines that each patch touches, in the order of the study; ``inside``
    has for each line (patches,) which touch it.

    Patches that touch the same lines share one text: there are few such combinations.
    """
    if not names or not count:
        return np.full(count, "", dtype=object)
    touched = np.stack(inside, axis=1)
    combinations, of = np.unique(touched, axis=0, return_inverse=True)
    between = Words(lang).text("series.names")
    texts = [
        between.join(name for name, touches in zip(names, row, strict=True) if touches)
        for row in combinations
    ]
    return np.array(texts, dtype=object)[of.ravel()]
