"""What a plan decides, counted again: how far every term of the objective moves, and how far it could go.

The span of a term is counted on layouts that the red lines and the transition table alone leave open: of
what adds up over units every class of each unit, of edges and corridors as many and as few units as can be in
their set. The gap is then what the certificate says it is: the room, beside the scale that these give.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from instances.instance import Instance
from instances.units.grid import FloatArray, Layout
from planner.plans.plan import Certificate, IndicatorRecord
from planner.recount.figures.recount import Recount
from planner.recount.ledger import RELATIVE, Ledger

EDGES = {"blue_green_compactness": "blue_green", "built_compactness": "built"}
"""Indicators of shared edges, and the set of classes that they are about."""
NETWORK = "functional_mesh"
"""The indicator that is no sum; its ceiling is checked with the network."""


def check_decided(
    certificate: Certificate,
    instance: Instance,
    count: Recount,
    found: Mapping[str, IndicatorRecord],
    ledger: Ledger,
) -> None:
    """Compare the scale of the gap, and what every term could be better by, with a count of their own."""
    said = certificate.decided
    if said is None or certificate.objective is None:
        ledger.same("decided", said is None, certificate.objective is None)
        return
    weights = {name: weight for name, weight in certificate.objective_weights.items() if weight}
    bound = certificate.bound
    room = None if bound is None else certificate.objective - bound
    changes, spans = [], []
    for name in ledger.names("decided.terms", said.terms, weights):
        weight, term, now = weights[name], said.terms[name], found[name]
        if name.startswith("models."):
            low, high = 0.0, term.span  # how low a model could be is the solve's word
        elif name == NETWORK:
            ceiling = certificate.network.ceiling_ha if certificate.network else term.span / abs(weight)
            low, high = 0.0, ceiling
        else:
            low, high = reach(instance, count, name)
        change, span = weight * (now.value - now.baseline), abs(weight) * (high - low)
        # A small difference of large figures has fewer digits than they have.
        size = RELATIVE * max(1.0, abs(weight * now.value), abs(weight * now.baseline))
        changes.append(term.change if abs(term.change - change) <= size else change)
        size = RELATIVE * max(1.0, abs(weight * low), abs(weight * high))
        spans.append(term.span if abs(term.span - span) <= size else span)
        ledger.number(f"decided.terms.{name}.change", term.change, changes[-1])
        ledger.number(f"decided.terms.{name}.span", term.span, spans[-1])
        better = None if room is None else room / abs(weight)
        ledger.number(f"decided.terms.{name}.better_by", term.better_by, better)
    scale = scale_of(changes, spans)
    ledger.number("decided.scale", said.scale, scale)
    if room is not None:
        ledger.number("gap", certificate.gap, 0.0 if room <= 0 else room / max(scale, 1e-9))


def scale_of(changes: list[float], spans: list[float]) -> float:
    """What the gap is relative to, in tCO2e/yr: at most what changes and fifty times the smallest term, at
    least a thousandth of all that is open."""
    open_terms = [(abs(change), span) for change, span in zip(changes, spans, strict=True) if span > 0]
    if not open_terms:
        return 0.0
    smallest = min(max(change, span / 10) for change, span in open_terms)
    return max(
        min(sum(change for change, _ in open_terms), 50 * smallest),
        sum(span for _, span in open_terms) / 1000,
    )


def reach(instance: Instance, count: Recount, name: str) -> tuple[float, float]:
    """The least and the greatest that an indicator can be by the options alone, in its unit."""
    corridors = instance.study.indicators.get(name)
    within = EDGES.get(
        name, "blue_green" if corridors is not None and corridors.corridors is not None else ""
    )
    if within:
        counts: NDArray[np.bool_] = getattr(instance.classes, within)
        few, many = (_filled(instance, counts == inside) for inside in (False, True))
        low, high = (count.at(layout).indicators()[name].total() for layout in (few, many))
        return low, high
    least: FloatArray = np.full(len(instance.today), np.inf)
    greatest = -least
    whole: FloatArray | None = None
    for position in range(len(instance.classes)):
        layout = np.full(len(instance.today), position, dtype=instance.today.dtype)
        may = instance.permits(layout)
        amounts = count.at(layout).indicators()[name]
        value, whole = amounts.value, amounts.whole
        least = np.where(may, np.minimum(least, value), least)
        greatest = np.where(may, np.maximum(greatest, value), greatest)
    per = 1.0 if whole is None else float(whole.sum())
    return float(least.sum()) / per, float(greatest.sum()) / per


def _filled(instance: Instance, wanted: NDArray[np.bool_]) -> Layout:
    """The layout that gives every unit one of the classes wanted where it may have one, else any it may."""
    layout = instance.today.copy()
    settled = np.zeros(len(layout), dtype=bool)
    for position in (*np.flatnonzero(wanted), *np.flatnonzero(~wanted)):
        whole = np.full(len(layout), position, dtype=layout.dtype)
        mine = ~settled & instance.permits(whole)
        layout[mine] = position
        settled |= mine
    return layout
