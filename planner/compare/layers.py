"""A comparison as map layers: every plan, where and why plans differ, and how far they agree."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd

from planner.agreement.measure import write_agreement
from planner.compare.ask import Alternative, Comparison
from planner.compare.reasons import explain
from planner.export.geopackage import write_geopackage
from planner.export.layer import Layer
from planner.export.layers import patches_layer
from planner.export.polygons import dissolve
from planner.styles.layer_styles import change_marks, change_value
from planner.words.scenario_names import MOST_LETTERS
from words.catalogue import Words

PACKAGE, AGREEMENT = "comparison.gpkg", "agreement"
_NAMED = {
    name: f"scenario_fields.{name}"
    for name in ("scenario", "from_class", "to_class", "from_name", "to_name", "reason")
}
"""Names of fields that mean something else here than in a plan's layers."""


def write_layers(comparison: Comparison, folder: Path) -> None:
    """Write ``comparison.gpkg`` and ``agreement.tif`` (parcels: ``agreement.gpkg``) into a folder."""
    first = comparison.first.plan
    write_geopackage(first, folder / PACKAGE, comparison.lang, comparison_layers(comparison))
    write_agreement(comparison.agreement, first.instance, folder, AGREEMENT)


def comparison_layers(comparison: Comparison) -> Iterator[Layer]:
    """The layers, one at a time: ``plan_NAME`` for each, and ``difference``."""
    words = Words(comparison.lang)
    for name, each in layer_names(comparison).items():
        layer = patches_layer(each.plan, comparison.lang)
        yield replace(layer, name=name, title="layers.scenario", about={"name": each.label(words)})
    yield difference_layer(comparison)


def layer_names(comparison: Comparison) -> dict[str, Alternative]:
    """Every plan by the name of its layer."""
    return {f"plan_{slug}": each for slug, each in slugs(comparison).items()}


def slugs(comparison: Comparison) -> dict[str, Alternative]:
    """Every plan by a name that files and layers can have; no two are the same, whatever the case."""
    found: dict[str, Alternative] = {}
    for each in comparison.alternatives:
        letters = (
            letter if letter.isalnum() or letter in "-_" else "_" for letter in each.name[:MOST_LETTERS]
        )
        plain = "".join(letters) or "_"
        plain = f"{plain}_relaxed" if each.relaxed else plain
        slug, number = plain, 2
        while slug.lower() in {known.lower() for known in found}:
            slug, number = f"{plain}_{number}", number + 1
        found[slug] = each
    return found


def difference_layer(comparison: Comparison) -> Layer:
    """Neighbouring units with the same two classes and the same reason as one polygon, for every scenario
    but the first."""
    classes, grid = comparison.first.plan.instance.classes, comparison.first.plan.instance.grid
    # Stopped after the first there are no others: its difference from itself is the empty layer.
    tables = [_differences(comparison, each) for each in comparison.others or (comparison.first,)]
    table = gpd.GeoDataFrame(pd.concat(tables, ignore_index=True), crs=grid.crs)
    present = table[["from_class", "to_class"]].drop_duplicates().itertuples(index=False)
    pairs = [(classes[classes.index(a)], classes[classes.index(b)]) for a, b in present]
    return Layer(
        "difference",
        table,
        "layers.difference",
        "change",
        partial(change_marks, pairs),
        named=_NAMED,
    )


def _differences(comparison: Comparison, other: Alternative) -> gpd.GeoDataFrame:
    instance, lang = comparison.first.plan.instance, comparison.lang
    classes, found = instance.classes, explain(comparison, other)
    count = len(classes)
    a, b = comparison.first.plan.layout[found.units], other.plan.layout[found.units]
    value = np.full(len(instance), -1, dtype=np.int32)
    value[found.units] = (found.of * np.int32(count) + a) * np.int32(count) + b
    patches = dissolve(value, instance.grid)
    reason, pair = patches.value // count**2, patches.value % count**2
    names = np.array(classes.names, dtype=object)
    labels = np.array([item.label(lang) for item in classes], dtype=object)
    changes = np.array([change_value(one, two) for one in classes for two in classes], dtype=object)
    return gpd.GeoDataFrame(
        {
            "scenario": np.full(len(patches), other.title, dtype=object),
            "change": changes[pair],
            "from_class": names[pair // count],
            "to_class": names[pair % count],
            "from_name": labels[pair // count],
            "to_name": labels[pair % count],
            "reason": np.array([*found.texts, ""], dtype=object)[reason],
            "units": patches.units(),
            "area_ha": patches.area_ha,
        },
        geometry=patches.geometry,
        crs=instance.grid.crs,
    )
