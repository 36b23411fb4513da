"""One run of column generation to its bound, with its parts exchangeable, to see how fast each converges.

The product's own column generation (``formulations.column_generation.generation``), without plans in between.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from unittest import mock

import numpy as np
from numpy.typing import NDArray

from formulations.column_generation import decomposition
from formulations.column_generation.decomposition import Decomposition
from formulations.column_generation.generation import Generation, beginning, penalties
from formulations.column_generation.measure import Measured
from formulations.core.problem import LayoutProblem
from instances.units.grid import FloatArray

BOX = 0.25
"""Half width of the box at first, as a share of the prices."""
SMOOTH = 0.8
"""Weight of the best prices so far where prices are smoothed."""
_STALL = 40
_QUIET = 3

Blocks = Callable[[LayoutProblem], NDArray[np.int32]]


@dataclass(frozen=True)
class Variant:
    """One way to run the master.

    ``steady``: ``box`` keeps prices near the best ones, ``smooth`` mixes them with the best ones, ``free``
    takes the master's. ``first``, where prices start: ``types`` (the linear model over types of unit),
    ``coarse`` (a coarser copy solved first) or ``zero``.
    """

    name: str
    blocks: Blocks
    steady: str
    first: str


@dataclass
class Trace:
    """The best bound after every round, and the processor seconds until then."""

    seconds: list[float] = field(default_factory=list)
    bound: list[float] = field(default_factory=list)
    left: float = np.inf
    """Relative distance of the last master to the best bound."""

    def reached(self, bound: float) -> tuple[int, float] | None:
        """(rounds, seconds) to a bound; None where it was not reached."""
        for number, (after, value) in enumerate(zip(self.seconds, self.bound, strict=True), start=1):
            if value >= bound:
                return number, after
        return None


class _Boxed(Generation):
    """Column generation with prices in a box around the best ones; the box narrows where the master's prices
    are no better, and widens where it holds them back."""

    def __init__(self, model: Decomposition, begin: list[Measured], price: FloatArray) -> None:
        self.size, self.width = typical_price(price), BOX
        super().__init__(model, begin, penalties(model, price, begin[0]))
        self.price = price

    def take(self, measured: Measured) -> None:
        super().take(measured)
        if self.gain <= 0 and not self.misses:
            self.width *= 0.5
        reach, scale = self.width * np.maximum(np.abs(self.price), self.size), self.model.scale
        self.master.boxed((self.price - reach) * scale, (self.price + reach) * scale)

    def steeper(self) -> None:
        self.width *= 2


def converge(
    problem: LayoutProblem,
    variant: Variant,
    first: FloatArray | None,
    *,
    gap: float,
    seconds: float,
    spent: float = 0.0,
) -> tuple[Trace, FloatArray]:
    """Rounds until master and bound meet within ``gap``, nothing improves, or the seconds are over; the trace
    and the best prices (rows,). ``first`` (rows,) are prices from elsewhere, which took ``spent`` seconds."""
    began = time.process_time() - spent
    with mock.patch.object(decomposition, "blocks_of", variant.blocks):
        model = Decomposition(problem)
    start = model.initial_duals().price if first is None else first
    price = model.signed(start if variant.first != "zero" else np.zeros(len(start)))
    begin = beginning(model, [problem.today], price)
    generation = (
        _Boxed(model, begin, price)
        if variant.steady == "box"
        else Generation(model, begin, penalties(model, price, begin[0]))
    )
    trace, quiet, worse = Trace(), 0, 0
    while time.process_time() - began < seconds:
        generation.round(price)
        trace.seconds.append(time.process_time() - began)
        trace.bound.append(generation.bound)
        trace.left = generation.left / max(1e-9, abs(generation.bound))
        quiet = 0 if generation.gain > 0.02 * gap * abs(generation.bound) else quiet + 1
        worse = 0 if generation.gain > 0 else worse + 1
        if not generation.misses and (trace.left < 0.02 * gap or quiet >= _STALL):
            break
        if generation.misses and (trace.left < 2 * gap or quiet >= _QUIET):
            generation.steeper()
        price = generation.next_price
        if variant.steady == "smooth":
            share = max(0.0, 1 - (worse + 1) * (1 - SMOOTH))
            price = share * generation.price + (1 - share) * price
    return trace, generation.price


def typical_price(price: FloatArray) -> FloatArray:
    """(rows,) the scale on which a price can be expected to move."""
    known = np.abs(price[price != 0])
    return np.full(len(price), 0.05 * float(known.mean()) if len(known) else 1.0)
