"""One run of column generation to its bound, with its parts exchangeable, to see how fast each converges.

The same pricing and the same master as ``formulations.decompose``, without plans in between.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from unittest import mock

import numpy as np
from numpy.typing import NDArray

from formulations import decomposition
from formulations.decomposition import Decomposition
from formulations.master import Master, Mixture
from formulations.problem import LayoutProblem
from instances.grid import FloatArray

BOX = 0.25
"""Half width of the box at first, as a share of the prices."""
WIDE = 1e3
"""Without a box, prices are at most so many times the typical one."""
SMOOTH = 0.8
"""Weight of the best prices so far where prices are smoothed."""
_STALL = 40

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


@dataclass
class _State:
    price: FloatArray
    bound: float = -np.inf
    box: float = BOX
    quiet: int = 0
    misses: int = 0


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
    start = model.first_prices().price if first is None else first
    size = typical_price(model, start)
    state = _State(model.signed(start if variant.first != "zero" else np.zeros(len(start))))
    today = model.measure.of(problem.today)
    master = Master(model.rows, model.scale, np.full(len(model.rows), 1e12), today.cost, today.value)
    trace, price = Trace(), state.price
    while time.process_time() - began < seconds:
        measured, bound = model.price(price)
        better = bound - state.bound
        if better > 0:
            state.bound, state.price = bound, price
        master.add(measured.cost, measured.value)
        mixture, pinned = _mix(model, master, variant, state, size)
        trace.seconds.append(time.process_time() - began)
        trace.bound.append(state.bound)
        trace.left = (mixture.value - state.bound) / max(1e-9, abs(mixture.value))
        state.quiet = 0 if better > 0.02 * gap * abs(state.bound) else state.quiet + 1
        state.misses = 0 if better > 0 else state.misses + 1
        if not pinned and (trace.left < 0.02 * gap or state.quiet >= _STALL):
            break
        _widen(state, pinned, better > 0, trace.left < 2 * gap)
        price = _next(model, variant, state, mixture)
    return trace, state.price


def typical_price(model: Decomposition, price: FloatArray) -> FloatArray:
    """(rows,) the scale on which a price can be expected to move."""
    known = np.abs(price[price != 0])
    return np.full(len(price), 0.05 * float(known.mean()) if len(known) else 1.0)


def _mix(
    model: Decomposition, master: Master, variant: Variant, state: _State, size: FloatArray
) -> tuple[Mixture, bool]:
    if variant.steady == "box":
        width = state.box * np.maximum(np.abs(state.price), size)
        low, high = state.price - width, state.price + width
    else:
        low, high = -WIDE * 20 * size, WIDE * 20 * size
    master.boxed(low * model.scale, high * model.scale)
    mixture = master.solve()
    return mixture, bool((mixture.missed > 1e-7 * model.scale).any())


def _widen(state: _State, pinned: bool, better: bool, close: bool) -> None:
    """The box narrows where the master's prices are no better, and widens where it holds them back."""
    if not better and not pinned:
        state.box *= 0.5
    if pinned and (close or state.quiet >= 2):
        state.box *= 2


def _next(model: Decomposition, variant: Variant, state: _State, mixture: Mixture) -> FloatArray:
    price = model.signed(mixture.price)
    if variant.steady != "smooth":
        return price
    share = max(0.0, 1 - (state.misses + 1) * (1 - SMOOTH))
    return share * state.price + (1 - share) * price
