"""How little a plan as good must differ from another layout: a bound, and layouts that come near it.

    min  D(x)   subject to the limits and   objective(x) <= what was found

by column generation as any other objective. The first duals are those of the first stage at the worth of one
unit of its objective, and the layouts known keep every limit, so that the master misses none. Parts of the
layouts that it mixes then lead to a plan (``tidying``).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from formulations.column_generation.decomposition import Decomposition
from formulations.column_generation.generation import Generation, Tail, beginning
from formulations.core.problem import LayoutProblem
from formulations.core.rows import Prices
from instances.units.grid import Layout

CLOSE = 0.01
"""Share of the bound between it and the mixture at which rounds end."""
MOST_ROUNDS = 40
"""Most rounds. Demo counties and Dongguan take 6 to 12."""
QUIET_ROUNDS, QUIET_GAIN = 12, 1e-3
"""So many rounds are the last that each raise the bound by less than this share of it, and bring mixture and
bound no nearer (see ``Tail``). At 8 a county of 120 cells a side ends at a fifth of its bound."""
MIXED = 8
"""Layouts handed on, those of most weight first."""


@dataclass(frozen=True, eq=False)
class Least:
    """``bound`` of the land that must differ, in ha; ``layouts`` that the mixture is made of."""

    bound: float
    layouts: tuple[Layout, ...]


def least_difference(
    apart: LayoutProblem,
    known: Sequence[Layout],
    prices: Prices,
    worth: float,
    stop: Callable[[], bool],
) -> Least:
    """The bound and the layouts of a problem ``apart`` (see ``nearest``) within the structure.

    ``known`` are layouts that keep its limits; ``prices`` those of the first stage, ``worth`` in ha about
    what one unit of its objective may be worth.
    """
    model = Decomposition(apart)
    # The last row is that of the objective found (`nearest_problem`).
    price = model.signed(np.append(worth * prices.along(apart.rows[:-1]), -worth))
    begin = beginning(model, known, price)
    generation = Generation.begun(model, begin, price)
    tail = Tail()
    for _ in range(MOST_ROUNDS):
        generation.round(price)
        price = generation.next_price
        if generation.misses:
            generation.steeper()
        elif generation.left <= CLOSE * generation.bound:
            break
        quiet = tail.quiet_after(generation.gain, generation.left, QUIET_GAIN * abs(generation.bound))
        if quiet >= QUIET_ROUNDS or stop():
            break
    weight = generation.mixture.weight.sum(axis=0)
    used = np.argsort(-weight, kind="stable")[:MIXED]
    layouts = tuple(generation.layouts[number].layout for number in used if weight[number] > 1e-6)
    return Least(max(0.0, float(generation.bound)), layouts)
