"""Corridors worth their land: for every link a way on which units join the network, priced like a column.

A unit on the way of a link may join, at the price that the Lagrangian puts on that, or stay, and then the
link loses 1 - e^(-k c) of what goes over it by crossing it at cost c. The cheapest way is a shortest path
with the lesser of both at every unit; where corridors have a width, it stands for the square of units around
it. What goes over links differs by orders of magnitude, so the network is drawn at several levels of it, and
every link takes the corridor that gains it the most. With R left to cross where it costs C today, a corridor
adds

    F (e^(k (C - R)) - 1) / A   ha of functional mesh

once all of its units have joined. Over a link that is too long to count goes nothing; there F is what would
go over it alone, 2 S S' e^(-k C), with S and S' what its patches reach.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from os import cpu_count
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from formulations.network.functional_mesh import FunctionalMesh
from formulations.network.linearise import Near
from formulations.network.links import linked_anew
from formulations.network.widths import Squares, squares_of
from instances.units.grid import FloatArray
from instances.units.sums import sum_by

LEVELS = 6
"""So many levels of what goes over links."""
WORTH_TRYING = 0.5
"""A corridor is offered although it costs more than it gains, up to this share of the gain: prices move."""
LEAST_PRICE = 1e-6
"""Price at the least, in the objective's unit: of ways that cost nothing the shortest is taken."""


class Corridors(NamedTuple):
    """Corridor c is ``units[start[c]:start[c + 1]]``, all outside patches, and adds ``mesh_ha[c]`` once all
    have joined; ``link[c]`` is the link that it serves, and ``price`` (as ``units``, at least
    ``LEAST_PRICE``) what each of its units costs, in ha of functional mesh."""

    start: NDArray[np.int64]
    units: NDArray[np.int64]
    mesh_ha: FloatArray
    link: NDArray[np.int64]
    price: FloatArray


_NONE = np.zeros(0, dtype=np.int64)
NO_CORRIDORS = Corridors(np.zeros(1, dtype=np.int64), _NONE, np.zeros(0), _NONE, np.zeros(0))


class _Offers(NamedTuple):
    """Offers of one level: (offers,) the link, the gain and the score; the units of all, offer by offer."""

    link: NDArray[np.int64]
    gain: FloatArray
    score: FloatArray
    units: NDArray[np.int64]
    offer: NDArray[np.int64]


def corridors(mesh: FunctionalMesh, near: Near, price: FloatArray, weight: float) -> Corridors:
    """The corridors worth trying near a layout, at most one a link.

    ``price`` (units,) is what a unit costs that joins, in the objective's unit, inf where it may not;
    ``weight`` what a ha of functional mesh is worth there.
    """
    over = near.flow.over
    worth = weight * np.where(over > 0, over, _beyond(mesh, near)) / mesh.grid.total_ha
    most = worth * np.exp(mesh.decay * near.network.cost_m)
    if weight <= 0 or most.max(initial=0.0) <= 0:
        return NO_CORRIDORS
    some = worth[over > 0]
    least = max(float(np.median(some)) if len(some) else 0.0, 1e-6 * most.max())
    levels = np.geomspace(least, most.max(), LEVELS)
    squares = squares_of(mesh)
    whole = price if squares is None else squares.cost(price, near.network.patch >= 0, LEAST_PRICE)
    mesh.around, mesh.step_m  # noqa: B018  # counted once, before threads ask for them

    def offers(level: float) -> _Offers:
        return _at(mesh, near, price, (squares, whole), worth, level)

    with ThreadPoolExecutor(min(LEVELS, cpu_count() or 1)) as threads:
        found = list(threads.map(offers, levels.tolist()))
    return _best(found, price, weight)


def _beyond(mesh: FunctionalMesh, near: Near) -> FloatArray:
    """(links,) the pairs, in ha², that would go over a link of two patches that nothing else links."""
    net, reached = near.network, near.flow.reached
    found: FloatArray = 2.0 * reached[net.first] * reached[net.second] * np.exp(-mesh.decay * net.cost_m)
    return found


def _at(
    mesh: FunctionalMesh,
    near: Near,
    price: FloatArray,
    wide: tuple[Squares | None, FloatArray],
    worth: FloatArray,
    level: float,
) -> _Offers:
    """The cheapest way of every link where ``level`` goes over all of them; ``wide`` has the squares that
    ways are made of, and (units,) what each unit costs as their middle."""
    squares, whole = wide
    inside = near.network.patch >= 0
    cross = near.cross_m
    lost = -level * np.expm1(-mesh.decay * cross)
    dear = np.where(inside, 0.0, np.minimum(np.maximum(whole, LEAST_PRICE), lost))
    drawn = linked_anew(near.network, dear / mesh.step_m, mesh.ways, mesh.around, level)
    link = _same_link(near, drawn.first, drawn.second)
    served = np.flatnonzero(link >= 0)
    link = link[served]
    number, unit = drawn.ways(served)
    outside = ~inside[unit]
    number, unit = number[outside], unit[outside]
    # Of its own way a link takes the units that are worth their price to all that would go over it then.
    own = worth[link][number] * np.exp(mesh.decay * near.network.cost_m[link][number])
    joins = whole[unit] <= -own * np.expm1(-mesh.decay * cross[unit])
    count = len(served)
    left = sum_by(number[~joins], cross[unit[~joins]], count)
    number, unit = number[joins], unit[joins]
    if squares is not None:
        number, unit = _widened(squares, number, unit, inside)
    paid = sum_by(number, np.maximum(price[unit], 0.0), count)
    gain = worth[link] * np.expm1(mesh.decay * (near.network.cost_m[link] - left))
    return _Offers(link, gain, gain - paid, unit, number)


def _widened(
    squares: Squares, number: NDArray[np.int64], unit: NDArray[np.int64], inside: NDArray[np.bool_]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Of every way (its number, and its units) the units outside patches of all squares on it, each once."""
    around = squares.units(unit)
    number = np.repeat(number, around.shape[1])
    outside = ~inside[around.ravel()]
    key = np.unique(number[outside] * len(inside) + around.ravel()[outside])
    return key // len(inside), key % len(inside)


def _same_link(near: Near, first: NDArray[np.int32], second: NDArray[np.int32]) -> NDArray[np.int64]:
    """(drawn,) the link of the network that joins the same patches, -1 where there is none."""
    net, count = near.network, len(near.network)
    key = net.first.astype(np.int64) * count + net.second
    order = np.argsort(key)
    asked = first.astype(np.int64) * count + second
    place = np.minimum(np.searchsorted(key[order], asked), max(len(key) - 1, 0))
    if len(key) == 0:
        return np.full(len(asked), -1, dtype=np.int64)
    return np.where(key[order][place] == asked, order[place], -1)


def _best(levels: list[_Offers], price: FloatArray, weight: float) -> Corridors:
    """Of every link the offer that gains the most over its price, where it is worth trying."""
    sizes = np.cumsum([0] + [len(each.link) for each in levels])
    link = np.concatenate([each.link for each in levels])
    gain = np.concatenate([each.gain for each in levels])
    score = np.concatenate([each.score for each in levels])
    units = np.concatenate([each.units for each in levels])
    offer = np.concatenate([each.offer + size for each, size in zip(levels, sizes[:-1], strict=True)])
    has = np.bincount(offer, minlength=len(link)) > 0
    tried = np.flatnonzero(has & (gain > 0) & (score > -WORTH_TRYING * gain))
    order = tried[np.lexsort((-score[tried], link[tried]))]
    new = np.ones(len(order), dtype=bool)
    new[1:] = link[order][1:] != link[order][:-1]
    chosen = np.sort(order[new])
    if len(chosen) == 0:
        return NO_CORRIDORS
    place = np.full(len(link), -1, dtype=np.int64)
    place[chosen] = np.arange(len(chosen))
    kept = place[offer] >= 0
    bundle, units = place[offer[kept]], units[kept]
    by = np.argsort(bundle, kind="stable")
    start = np.concatenate([[0], np.cumsum(np.bincount(bundle, minlength=len(chosen)))]).astype(np.int64)
    paid = np.maximum(price[units[by]], LEAST_PRICE) / weight
    return Corridors(start, units[by], gain[chosen] / weight, link[chosen], paid)
