"""The layer of reasons: every patch of change with what it gains, what decides, and what else it could be."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
from numpy.typing import NDArray

from instances.land.colours import Colour
from planner.export.layer import Layer
from planner.export.why import Why, reason_texts, why
from planner.plans.plan import Plan
from planner.styles.layer_styles import OUTLINE, Mark, change_value
from words.catalogue import Words

KINDS: dict[str, Colour] = {
    "must": (213, 94, 0),
    "limit": (204, 121, 167),
    "rates": (0, 158, 115),
    "neighbours": (0, 114, 178),
}
"""What can decide, and its colour: told apart with any colour vision (Okabe and Ito, 2008)."""


def reasons_layer(plan: Plan, lang: str) -> Layer:
    """Every patch of change with its reason; patches are those of the layer of changes, in their order."""
    instance, found, words = plan.instance, why(plan), Words(lang)
    names = np.array([*instance.classes.names, ""], dtype=object)
    labels = np.array([*(item.label(lang) for item in instance.classes), ""], dtype=object)
    between = words.text("series.names")
    touched, brief = (
        (
            [between.join(np.array(lines, dtype=object)[row].tolist()) for row in found.lines]
            for lines in zip(*((line.label, line.name) for line in instance.redlines), strict=True)
        )
        if instance.redlines
        else ([""] * len(found.lines),) * 2
    )
    firm = [words.text("why.firm" if each else "why.open") for each in found.firm]
    pairs = [
        change_value(instance.classes[int(b)], instance.classes[int(k)])
        for b, k in zip(found.today, found.planned, strict=True)
    ]
    table = {
        "change": np.array(pairs, dtype=object),
        "rank": found.rank.astype(np.int32),
        "from_class": names[found.today],
        "to_class": names[found.planned],
        "from_name": labels[found.today],
        "to_name": labels[found.planned],
        "units": found.patches.units(),
        "area_ha": found.patches.area_ha,
        "decides": kinds(found),
        "reason": reason_texts(found, instance, words),
        "gain_tco2e_yr": found.held.gain,
        "other": names[found.held.other],
        "other_name": labels[found.held.other],
        "otherwise_tco2e_yr": np.where(np.isfinite(found.held.otherwise), found.held.otherwise, np.nan),
        "firm": np.array(firm, dtype=object),
        "redlines": np.array(touched, dtype=object),
    }
    return Layer(
        "reasons",
        gpd.GeoDataFrame(table, geometry=found.patches.geometry, crs=instance.grid.crs),
        "layers.reasons",
        "decides",
        _marks,
        briefer={"redlines": dict(zip(touched, brief, strict=True))},
    )


def kinds(found: Why) -> NDArray[np.object_]:
    """(n,) what sort of reason decides each patch, a key of ``KINDS``."""
    sorts = np.array([name if isinstance(name, str) else "limit" for name in found.held.names], dtype=object)
    return np.where(found.held.must, "must", sorts[found.held.decides]).astype(object)


def _marks(lang: str) -> tuple[Mark, ...]:
    words = Words(lang)
    return tuple(Mark(key, words.text(f"why.kind_{key}"), colour, OUTLINE) for key, colour in KINDS.items())
