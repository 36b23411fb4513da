"""A scored layout as map layers: where it breaks a rule, and where it differs from the certified plan."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd

from formulations.core.indicator import Indicator
from formulations.indicators.emissions import net_emissions
from instances.units.grid import FloatArray, Layout
from instances.units.sums import sum_by
from planner.export.geopackage import write_geopackage
from planner.export.layer import Layer
from planner.export.layers import changes
from planner.export.polygons import dissolve
from planner.plans.drawn import broken_units
from planner.plans.plan import Plan
from planner.score.ask import Scored
from planner.styles.layer_styles import LINE_MM, Mark, change_marks, change_value
from words.catalogue import Words

PACKAGE = "score.gpkg"
OFFENCE = (176, 0, 32)
"""Outline and hatching of land that breaks a rule."""
_EDITED = {
    name: f"score_fields.{name}"
    for name in ("from_class", "to_class", "from_name", "to_name", "net_tco2e_yr")
}


def write_score_layers(scored: Scored, path: Path, lang: str) -> None:
    """Write a GeoPackage with the layers ``offences`` and, beside a certified plan, ``edits``."""
    write_geopackage(scored.plan, path, lang, score_layers(scored, lang))


def score_layers(scored: Scored, lang: str) -> Iterator[Layer]:
    """The layers of a scored layout, one at a time."""
    yield offences_layer(scored, lang)
    if scored.certified is not None:
        yield edits_layer(scored, scored.certified, lang)


def offences_layer(scored: Scored, lang: str) -> Layer:
    """Neighbouring units with one change of class that break one rule as one polygon, rule by rule."""
    instance, words = scored.instance, Words(lang)
    labels = {line.name: line.label for line in instance.redlines}
    count = len(instance.classes)
    pair = instance.today.astype(np.int32) * count + scored.plan.layout
    names = np.array(instance.classes.names, dtype=object)
    shown = np.array([item.label(lang) for item in instance.classes], dtype=object)
    tables = []
    for rule, broken in [*broken_units(instance, scored.plan.layout), (None, np.zeros(len(pair), bool))]:
        patches = dissolve(np.where(broken, pair, -1), instance.grid)
        today, drawn = patches.value // count, patches.value % count
        label = words.text("score.transitions") if rule is None else labels[rule]
        table = {
            "redline": np.full(len(patches), rule or "transitions", dtype=object),
            "label": np.full(len(patches), label, dtype=object),
            "from_class": names[today],
            "to_class": names[drawn],
            "from_name": shown[today],
            "to_name": shown[drawn],
            "units": patches.units(),
            "area_ha": patches.area_ha,
        }
        tables.append(gpd.GeoDataFrame(table, geometry=patches.geometry, crs=instance.grid.crs))
    whole = gpd.GeoDataFrame(pd.concat(tables, ignore_index=True), crs=instance.grid.crs)
    told = dict(zip(whole["redline"], whole["label"], strict=True))
    return Layer("offences", whole, "layers.offences", "redline", partial(_offence_marks, told))


def _offence_marks(told: dict[str, str], _: str) -> tuple[Mark, ...]:
    """One hatching for every rule that is broken."""
    return tuple(
        Mark(rule, label, None, OFFENCE, LINE_MM, "solid", hatch=OFFENCE) for rule, label in told.items()
    )


def edits_layer(scored: Scored, certified: Plan, lang: str) -> Layer:
    """Neighbouring units whose class was changed alike from the certified plan's as one polygon, with what
    that changes in net emissions, tCO2e/yr."""
    instance, classes = scored.instance, scored.instance.classes
    count = len(classes)
    patches = dissolve(changes(certified.layout, scored.plan.layout, count), instance.grid)
    before, after = patches.value // count, patches.value % count
    net = net_emissions(instance)
    by_unit = _by_unit(net, scored.plan.layout) - _by_unit(net, certified.layout)
    inside = patches.of >= 0
    present = np.unique(patches.value)
    pairs = [(classes[int(pair) // count], classes[int(pair) % count]) for pair in present]
    values = np.array([change_value(*pair) for pair in pairs], dtype=object)
    names = np.array(classes.names, dtype=object)
    shown = np.array([item.label(lang) for item in classes], dtype=object)
    table = {
        "change": values[np.searchsorted(present, patches.value)] if pairs else np.zeros(0, dtype=object),
        "from_class": names[before],
        "to_class": names[after],
        "from_name": shown[before],
        "to_name": shown[after],
        "units": patches.units(),
        "area_ha": patches.area_ha,
        "net_tco2e_yr": sum_by(patches.of[inside], by_unit[inside], len(patches)),
    }
    return Layer(
        "edits",
        gpd.GeoDataFrame(table, geometry=patches.geometry, crs=instance.grid.crs),
        "layers.edits",
        "change",
        partial(change_marks, pairs),
        named=_EDITED,
    )


def _by_unit(indicator: Indicator, layout: Layout) -> FloatArray:
    """(units,) what every unit adds to a sum over units."""
    return np.sum([term.of(layout) for term in indicator.cells], axis=0, dtype=float)
