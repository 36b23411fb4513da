"""The map layers of a plan: patches, changes, conflicts, and the parcels of a parcel study.

Every vector format writes these same layers; a layer carries its table, its names for readers and its style.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from instances.classes import Classes, Space
from instances.conflicts import audit
from instances.grid import Layout, ParcelFrame
from planner.export.polygons import dissolve
from planner.plan import Plan
from planner.styles import (
    Mark,
    change_marks,
    change_value,
    class_marks,
    conflict_label,
    conflict_marks,
    hexadecimal,
)

Words = tuple[str, str]
"""The same in Chinese and English."""

SPACES: dict[Space, Words] = {
    Space.PRODUCTION: ("生产空间", "Production space"),
    Space.LIVING: ("生活空间", "Living space"),
    Space.ECOLOGICAL: ("生态空间", "Ecological space"),
}
FIELDS: dict[str, Words] = {
    "code": ("地类代码", "Class code"),
    "class": ("地类标识", "Class"),
    "name": ("地类名称", "Class name"),
    "name_zh": ("地类名称（中文）", "Class name (Chinese)"),
    "name_en": ("地类名称（英文）", "Class name (English)"),
    "space": ("空间类型", "Space"),
    "space_name": ("空间名称", "Space name"),
    "blue_green": ("蓝绿空间", "Blue-green"),
    "built": ("建设用地", "Built land"),
    "colour": ("颜色", "Colour"),
    "area_ha": ("面积（公顷）", "Area (ha)"),
    "today_ha": ("现状面积（公顷）", "Area today (ha)"),
    "plan_ha": ("规划面积（公顷）", "Area planned (ha)"),
    "units": ("单元数", "Units"),
    "change": ("变化标识", "Change"),
    "change_name": ("变化", "Change, named"),
    "from_class": ("现状地类标识", "Class today"),
    "to_class": ("规划地类标识", "Class planned"),
    "from_name": ("现状地类", "Class today, named"),
    "to_name": ("规划地类", "Class planned, named"),
    "redlines": ("涉及红线", "Red lines touched"),
    "kind": ("冲突类型标识", "Kind"),
    "kind_name": ("冲突类型", "Kind, named"),
    "redline_a": ("红线甲", "Red line"),
    "redline_b": ("红线乙", "Other red line"),
    "id": ("图斑标识", "Parcel"),
    "changed": ("是否变化", "Changes"),
}
"""Name of every field for readers."""
BETWEEN = {"zh": "、", "en": "; "}
"""What stands between the names of red lines."""


@dataclass(frozen=True, eq=False)
class Layer:
    """One layer of a plan: its table (with polygons, or without), its title, and the style on a field."""

    name: str
    table: pd.DataFrame
    title: Words
    styled_by: str | None = None
    marks: Mapping[str, tuple[Mark, ...]] = field(default_factory=dict)
    """The marks of the style in each language."""

    @property
    def has_geometry(self) -> bool:
        """True where the layer has polygons."""
        return isinstance(self.table, gpd.GeoDataFrame)

    def aliases(self, lang: str) -> dict[str, str]:
        """The name of every field for readers, in the order of the table."""
        columns = [name for name in self.table.columns if name != "geometry"]
        return {str(name): word(FIELDS[name], lang) for name in columns}


def word(words: Words, lang: str) -> str:
    """The Chinese or the English of two."""
    return words[0] if lang == "zh" else words[1]


def plan_layers(plan: Plan, lang: str) -> Iterator[Layer]:
    """The layers of a plan, one at a time so that only one need be in memory; names in ``lang``."""
    yield patches_layer(plan, lang)
    yield changes_layer(plan, lang)
    yield conflicts_layer(plan, lang)
    if isinstance(plan.instance.grid.frame, ParcelFrame):
        yield units_layer(plan, plan.instance.grid.frame, lang)
    yield classes_layer(plan, lang)


def patches_layer(plan: Plan, lang: str) -> Layer:
    """Neighbouring units of one planned class as one polygon."""
    instance = plan.instance
    patches = dissolve(plan.layout.astype(np.int16), instance.grid)
    table = class_columns(instance.classes, lang).iloc[patches.value].reset_index(drop=True)
    table["area_ha"] = patches.area_ha
    return Layer(
        "patches",
        gpd.GeoDataFrame(table, geometry=patches.geometry, crs=instance.grid.crs),
        ("规划地类图斑", "Planned land classes"),
        "class",
        _in_both(lambda each: class_marks(instance.classes, each)),
    )


def changes_layer(plan: Plan, lang: str) -> Layer:
    """Neighbouring units with the same change of class as one polygon, with the red lines they touch."""
    instance, classes = plan.instance, plan.instance.classes
    patches = dissolve(changes(instance.today, plan.layout, len(classes)), instance.grid)
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
        "redlines": _touched(
            [(line.label, patches.touching(line.inside)) for line in instance.redlines], len(patches), lang
        ),
    }
    return Layer(
        "changes",
        gpd.GeoDataFrame(table, geometry=patches.geometry, crs=instance.grid.crs),
        ("用地变化", "Changes of class"),
        "change",
        _in_both(lambda each: change_marks(pairs, each)),
    )


def conflicts_layer(plan: Plan, lang: str) -> Layer:
    """Where red lines contradict each other or today's land."""
    instance = plan.instance
    polygons = audit(instance).polygons
    labels = {line.name: line.label for line in instance.redlines}
    named = {item.name: item.label(lang) for item in instance.classes}
    kinds = list(dict.fromkeys(polygons["kind"]))
    table = {
        "kind": polygons["kind"].to_numpy(dtype=object),
        "kind_name": polygons["kind"].map(lambda kind: conflict_label(kind, lang)).to_numpy(dtype=object),
        "redline_a": polygons["redline_a"].map(labels).fillna("").to_numpy(dtype=object),
        "redline_b": polygons["redline_b"].map(labels).fillna("").to_numpy(dtype=object),
        "class": polygons["class"].to_numpy(dtype=object),
        "name": polygons["class"].map(named).fillna("").to_numpy(dtype=object),
        "area_ha": polygons["area_ha"].to_numpy(dtype=float),
    }
    return Layer(
        "conflicts",
        gpd.GeoDataFrame(table, geometry=polygons.geometry.to_numpy(), crs=instance.grid.crs),
        ("红线冲突", "Red-line conflicts"),
        "kind",
        _in_both(lambda each: conflict_marks(kinds, each)),
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
    return Layer(
        "units",
        gpd.GeoDataFrame(table, geometry=frame.geometry, crs=instance.grid.crs),
        ("图斑", "Parcels"),
        "to_class",
        _in_both(lambda each: class_marks(classes, each)),
    )


def classes_layer(plan: Plan, lang: str) -> Layer:
    """The land classes of the study, with their areas today and in the plan; a table without polygons."""
    instance = plan.instance
    table = class_columns(instance.classes, lang)
    table["space_name"] = [word(SPACES[item.space], lang) for item in instance.classes]
    table["blue_green"] = instance.classes.blue_green
    table["built"] = instance.classes.built
    table["colour"] = [hexadecimal(item.colour) for item in instance.classes]
    table["today_ha"] = instance.today_ha
    table["plan_ha"] = np.bincount(plan.layout, weights=instance.grid.area_ha, minlength=len(table))
    return Layer("classes", table, ("地类表", "Land classes"))


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
        }
    )


def _labels(classes: Classes, lang: str) -> NDArray[np.object_]:
    return np.array([item.label(lang) for item in classes], dtype=object)


def _touched(lines: list[tuple[str, NDArray[np.bool_]]], count: int, lang: str) -> NDArray[np.object_]:
    """(patches,) the names of the red lines that each patch touches, in the order of the study.

    Patches that touch the same lines share one text: there are few such combinations.
    """
    if not lines or not count:
        return np.full(count, "", dtype=object)
    touched = np.stack([inside for _, inside in lines], axis=1)
    combinations, of = np.unique(touched, axis=0, return_inverse=True)
    texts = [
        BETWEEN[lang].join(label for (label, _), inside in zip(lines, row, strict=True) if inside)
        for row in combinations
    ]
    return np.array(texts, dtype=object)[of.ravel()]


def _in_both(marks: Callable[[str], tuple[Mark, ...]]) -> dict[str, tuple[Mark, ...]]:
    return {lang: marks(lang) for lang in ("zh", "en")}
