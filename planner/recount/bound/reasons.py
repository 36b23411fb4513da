"""The layer of reasons counted again: what each patch of change gains, what decides, what else it could
be."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import shapely
from numpy.typing import NDArray

from instances.units.grid import FloatArray
from planner.plans.plan import Certificate
from planner.recount.bound.held import Held, held_again
from planner.recount.bound.proof import weights_of
from planner.recount.figures.limit_rows import asks_mesh
from planner.recount.figures.recount import Counted, Recount
from planner.recount.layers.described import index_of
from planner.recount.layers.layered import FAULTS, Layered
from planner.recount.layers.outlines import drawn_units
from planner.recount.layers.reread import GEOMETRY
from planner.recount.layers.wanted import ranked
from planner.recount.ledger import RELATIVE, Ledger
from words.catalogue import LANGS, Words
from words.said import say

LAYER = "reasons"
FIELDS = ("rank", "area_ha", "decides", "gain_tco2e_yr", "other", "otherwise_tco2e_yr", "firm")


def check_reasons(
    layered: Layered, certificate: Certificate, count: Recount, limits: Sequence[Counted], ledger: Ledger
) -> None:
    """Compare every patch with its sums at the prices of the certificate; where it has none, or a network or
    a model beside the layout decides as well, say so."""
    proof = certificate.proof
    instance = count.instance
    beyond = asks_mesh(instance.study) or instance.models
    if proof is None or beyond or len(proof.prices) != len(limits) or LAYER not in _layers(layered):
        ledger.note("runs_verify.reasons_by_hash", name=layered.path.name)
        return
    table = layered.table(LAYER, FIELDS, count.instance.grid, ledger)
    if table is None:
        return
    drawn = drawn_units(shapely.from_wkb(table[GEOMETRY]), count.instance.grid.frame)
    if drawn.astray or len(np.unique(drawn.of[drawn.of >= 0])) != len(table["rank"]):
        return  # told where outlines are compared
    priced = list(zip(limits, proof.prices, strict=True))
    held = held_again(count, weights_of(count), priced, drawn.of, len(table["rank"]))
    for field, wrong in _wrong(table, held, drawn.of, certificate, count).items():
        ledger.figures += len(wrong)
        figure = f"{layered.path.name}, {LAYER}, {field}"
        ledger.wrong(figure, say("runs_verify.as_in_plan"), int(wrong.sum()))
    ledger.done("verify.reasons", name=layered.path.name)


def _layers(layered: Layered) -> set[str]:
    try:
        return layered.layers()
    except FAULTS:  # told layer by layer
        return set()


def _wrong(
    table: Mapping[str, NDArray[np.object_]],
    held: Held,
    of: NDArray[np.int64],
    certificate: Certificate,
    count: Recount,
) -> dict[str, NDArray[np.bool_]]:
    """(patches,) of every field whether it tells otherwise."""
    n = len(held.gain)
    size = RELATIVE * np.maximum(1.0, held.size)
    first = np.zeros(n, dtype=np.int64)
    inside = np.flatnonzero(of >= 0)
    first[of[inside]] = inside
    objective, bound = certificate.objective, certificate.bound
    room = np.inf if objective is None or bound is None else objective - bound
    least, other, otherwise = _next_best(table, held, first, count, size)
    says = [frozenset(Words(lang).text(f"why.{key}") for lang in LANGS) for key in ("open", "firm")]
    firm = [text in says[int(is_firm)] for text, is_firm in zip(table["firm"], least > room, strict=True)]
    decides = [one in may for one, may in zip(table["decides"], held.decides, strict=True)]
    return {
        "rank": np.full(n, not ranked(table["rank"].astype(float), table["area_ha"].astype(float))),
        "decides": ~np.array(decides, dtype=bool),
        "gain_tco2e_yr": ~(np.abs(table["gain_tco2e_yr"].astype(float) - held.gain) <= size),
        "other": other,
        "otherwise_tco2e_yr": otherwise,
        "firm": ~np.array(firm, dtype=bool) & ~(np.abs(least - room) <= size),
    }


def _next_best(
    table: Mapping[str, NDArray[np.object_]],
    held: Held,
    first: NDArray[np.int64],
    count: Recount,
    size: FloatArray,
) -> tuple[FloatArray, NDArray[np.bool_], NDArray[np.bool_]]:
    """(patches,) what the next best class would cost, and whether the class told and its cost are others."""
    row, cost = np.arange(len(first)), held.cost.copy()
    cost[row, count.layout[first]] = np.inf
    least = cost.min(axis=1, initial=np.inf)
    none, classes = np.isinf(least), cost.shape[1]
    names = [*count.instance.classes.names, ""]
    other = index_of(names, ["" if one is None else one for one in table["other"]])
    as_good = cost[row, np.clip(other, 0, classes - 1)] <= least + size
    told = table["otherwise_tco2e_yr"].astype(float)
    close = np.abs(told - np.where(none, 0.0, least)) <= size
    is_other = np.where(none, other != classes, (other < 0) | (other >= classes) | ~as_good)
    return least, is_other, np.where(none, ~np.isnan(told), ~close)
