"""Why a plan changes land where it does: patch by patch, worked out once for layer, report and map."""

from __future__ import annotations

from dataclasses import dataclass
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from formulations.sensitivity.held import Held, held
from formulations.sensitivity.reasons import Side
from instances.instance import Instance
from planner.export.polygons import Dissolved, dissolve
from planner.plans.plan import Plan
from planner.words.indicator_names import label
from words.catalogue import Words

COUNTS = 0.1
"""Share of what speaks most for a change from which what speaks most against it is told as well."""


@dataclass(frozen=True, eq=False)
class Why:
    """The patches of change of a plan and what holds each: ``today`` and ``planned`` (n,) their classes,
    ``rank`` (n,) their place by area from 1, ``lines`` (n, red lines) which they touch, and ``firm`` (n,)
    where anything else is proven to be worse."""

    layout: NDArray[np.uint8]
    patches: Dissolved
    today: NDArray[np.int64]
    planned: NDArray[np.int64]
    rank: NDArray[np.int64]
    held: Held
    lines: NDArray[np.bool_]
    firm: NDArray[np.bool_]


def why(plan: Plan) -> Why:
    """What holds every patch of change of a plan; worked out once for as long as the plan is held."""
    known = _KNOWN.get(plan.instance)
    if known is None or known.layout is not plan.layout:
        known = _KNOWN[plan.instance] = _why(plan)
    return known


_KNOWN: WeakKeyDictionary[Instance, Why] = WeakKeyDictionary()


def _why(plan: Plan) -> Why:
    instance, layout = plan.instance, plan.layout
    count = len(instance.classes)
    pair = np.where(layout == instance.today, -1, instance.today.astype(np.int32) * count + layout)
    patches = dissolve(pair, instance.grid)
    found = held(Side(plan.problem, plan.solution.prices, layout), instance.today, patches.of, len(patches))
    rank = np.empty(len(patches), dtype=np.int64)
    rank[np.argsort(-patches.area_ha, kind="stable")] = np.arange(1, len(patches) + 1)
    lines = [patches.touching(line.inside) for line in instance.redlines]
    certificate = plan.certificate
    known = certificate.objective is not None and certificate.bound is not None
    room = (certificate.objective or 0.0) - (certificate.bound or 0.0) if known else np.inf
    return Why(
        layout=layout,
        patches=patches,
        today=(patches.value // count).astype(np.int64),
        planned=(patches.value % count).astype(np.int64),
        rank=rank,
        held=found,
        lines=np.stack(lines, axis=1) if lines else np.zeros((len(patches), 0), dtype=bool),
        firm=found.otherwise > room,
    )


def reason_texts(found: Why, instance: Instance, words: Words) -> NDArray[np.object_]:
    """(n,) what decides each patch, in a sentence: a rule under which today's class may not stay, else the
    part that speaks most for the change."""
    parts = np.array([_part(name, instance, words) for name in found.held.names], dtype=object)
    texts: NDArray[np.object_] = parts[found.held.decides] if len(found.today) else np.zeros(0, dtype=object)
    texts = texts.copy()
    worth = found.held.worth
    against = worth.argmin(axis=1) if len(texts) else np.zeros(0, dtype=np.int64)
    row = np.arange(len(texts))
    opposed = -worth[row, against] > COUNTS * worth[row, found.held.decides]
    for n in np.flatnonzero(opposed):
        texts[n] = words.text("why.against", what=texts[n], against=parts[against[n]])
    barred = [line.label for line in instance.redlines]
    for n in np.flatnonzero(found.held.must):
        names = [label for label, touches in zip(barred, found.lines[n], strict=True) if touches]
        key = "why.must" if names else "why.must_table"
        texts[n] = words.text(key, lines=words.text("series.names").join(names))
    return texts


def _part(name: tuple[str, str] | str, instance: Instance, words: Words) -> str:
    """A part of what a change is worth, in words."""
    if isinstance(name, str):
        return words.text(f"why.{name}")
    indicator = label(name[0], words.lang, instance.classes)
    division = instance.districts.get(name[1])
    by = "" if division is None else words.text("why.by", by=division.label(words.lang))
    return words.text("why.limit", name=indicator, by=by)
