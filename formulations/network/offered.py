"""The functional mesh near a layout with the corridors that are offered, as an indicator.

A corridor counts once all of its units have joined: a bundle. Bundles tie together land that could else be
decided piece by piece, so that a problem with many of them is hard to make a plan for. One that gains far
more than its units cost is therefore paid to them one by one, to each as much of the whole as it costs of the
price: as long as prices do not rise as many times, none of its units is left out, and it counts as a bundle
would. What a plan that takes only some of them has gained is counted anew on the map in any case.
"""

from __future__ import annotations

import numpy as np

from formulations.core.indicator import BundleTerm, Indicator
from formulations.network.corridors import Corridors
from formulations.network.functional_mesh import NAME, UNIT, FunctionalMesh
from formulations.network.linearise import Near, cell_terms
from instances.units.grid import FloatArray
from instances.units.sums import sum_by

SURE = 2.0
"""A corridor that gains more than so many times its price is paid unit by unit. With bundles alone the demo
county of 200 x 200 cells takes five times as long, for a plan that is no better."""


def near_indicator(mesh: FunctionalMesh, here: Near, offered: Corridors) -> Indicator:
    """The functional mesh near a layout with corridors: cell terms, and bundles for those not sure."""
    count, size = len(offered.link), np.diff(offered.start)
    of = np.repeat(np.arange(count), size)
    beyond = offered.mesh_ha - _paid(mesh, here, offered)
    price = sum_by(of, offered.price, count)
    sure = beyond > SURE * price
    more = np.zeros(len(here.cross_m))
    if sure.any():
        singly = sure[of]
        each = (beyond / price)[of[singly]] * offered.price[singly]
        # Of a unit in several corridors the one counts that pays most: it joins once.
        np.maximum.at(more, offered.units[singly], each)
    cells = cell_terms(mesh, here, more)
    kept = (beyond > 0) & ~sure
    if not kept.any():
        return Indicator(NAME, UNIT, cells)
    units = offered.units[kept[of]].astype(np.int32)
    start = np.concatenate([[0], np.cumsum(size[kept])]).astype(np.int64)
    return Indicator(NAME, UNIT, cells, bundles=(BundleTerm(start, units, beyond[kept], mesh.member),))


def _paid(mesh: FunctionalMesh, here: Near, offered: Corridors) -> FloatArray:
    """(corridors,) what the cell terms pay already for units of a corridor on the link's way of today."""
    if not here.way_worth.any():
        return np.zeros(len(offered.link))
    number, unit = here.network.ways(offered.link.astype(np.intp))
    units = len(here.cross_m)
    bundle = np.repeat(np.arange(len(offered.link)), np.diff(offered.start))
    both = np.isin(bundle * units + offered.units, number * units + unit)
    over = here.flow.over[offered.link][bundle] / mesh.grid.total_ha
    cells = over * np.expm1(mesh.decay * here.cross_m[offered.units]) * both
    return sum_by(bundle, cells, len(offered.link))
