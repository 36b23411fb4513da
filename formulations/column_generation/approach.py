"""First rounds on a coarse copy: prices near the true ones, and columns, for a fraction of the time.

Column generation converges fast from good prices only once the master also holds layouts around them. The
rounds on a coarse copy (``coarse_copy``) find both: its layouts are layouts of the problem, with the same
cost and limit values, and go into the master as they stand; the problem's own rounds begin at its prices.
What is proven comes from the problem's own rounds alone.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from formulations.column_generation.coarse_copy import CoarseCopy
from formulations.column_generation.decomposition import Decomposition
from formulations.column_generation.generation import Generation, Tail, penalties
from formulations.column_generation.measure import Measured
from instances.units.grid import FloatArray

FEWEST = 100_000
"""Units in the cut from which on a copy is worth its making. At 250,000 it halves the time; at 60,000 it
takes off a fifth, and where limits are many (stages, living units) what is mixed of its layouts, which
differ by whole tiles, makes worse plans."""
COARSER = 4
"""So many times fewer units the copy has in its cut, at the least."""
ROUNDS = 40  # on the copy, at most
QUIET = 3
"""So many rounds without gain end the approach: what the copy still misses lies within its tiles."""
NEAR = 1e-6
"""Share of today's cost within which the copy's bound is near enough to its mixture; nothing is proven by
it."""


@dataclass(frozen=True, eq=False)
class Approach:
    """What the rounds of a problem begin with: layouts, prices (rows,), and the dual penalty (rows,)."""

    layouts: list[Measured]
    price: FloatArray
    penalty: FloatArray


def approached(
    model: Decomposition,
    begin: Sequence[Measured],
    price: FloatArray,
    known: bool,
    goes_on: Callable[[], bool],
) -> Approach:
    """The beginning of a problem's rounds by way of a coarse copy, from the layouts of ``begin`` and prices
    (rows,); these themselves where a copy is of no use: for small problems, and where they are ``known``
    from a similar one."""
    as_given = Approach(list(begin), price, penalties(model, price, begin[0]))
    if known or len(model.pricing.free) < FEWEST or not len(model.rows):
        return as_given
    copy = CoarseCopy(model)
    if COARSER * len(copy.pricing.free) > len(model.pricing.free):
        return as_given
    kept = [copy.shrunk(each) for each in begin if copy.keeps(each.layout)] or [copy.price(price)[0]]
    generation = Generation(copy, kept, as_given.penalty)
    near, tail = NEAR * float(np.abs(begin[0].cost).sum()), Tail()
    for _ in range(ROUNDS):
        generation.round(price)
        quiet = tail.quiet_after(generation.gain, generation.left, near)
        if generation.misses:
            if quiet >= QUIET:
                generation.steeper()
        elif quiet >= QUIET or generation.left < near or not goes_on():
            break
        price = generation.next_price
    layouts = list(begin) + [copy.expanded(each) for each in generation.layouts[len(kept) :]]
    return Approach(layouts, generation.price, generation.penalty)
