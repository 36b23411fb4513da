"""Peers: other ways to solve the same layout problem, each as its own field would go about it.

A peer takes a problem, the gap asked for and the seconds it may use, and leaves a layout; ``judge`` measures
every layout with ``Indicator.evaluate``, which shares nothing with any of them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import Any

import numpy as np

from formulations.core.problem import LayoutProblem
from instances.units.grid import FloatArray, Layout

PEERS = ("monolithic", "exact", "rounding", "nsga2")
"""The peers, each a module of this package with a function ``solve``."""

_HELD = 1e-6
"""A limit missed by no more than this share of its bound holds."""


@dataclass(frozen=True, eq=False)
class Found:
    """What a peer left: a layout, or None; the seconds it took, and what a reader should know of it."""

    layout: Layout | None
    seconds: float
    note: str = ""


Peer = Callable[[LayoutProblem, float, float], Found]
"""(problem, gap, seconds) -> what was found."""


def peer_named(name: str) -> Peer:
    """The peer of a name; ``KeyError`` where there is none."""
    if name not in PEERS:
        raise KeyError(f"no peer {name!r}; there are {', '.join(PEERS)}")
    peer: Peer = import_module(f"benchmarks.peers.{name}").solve
    return peer


def judge(problem: LayoutProblem, layout: Layout) -> dict[str, Any]:
    """Objective of a layout, how many limits it breaks, and by which share of the bound at most."""
    if not problem.options.permits(layout).all():
        raise ValueError("a peer's layout gives a unit a class that it may not have")
    missed = missed_shares(problem, layout)
    return {
        "objective": float(problem.objective.evaluate(layout)),
        "missed": int((missed > _HELD).sum()),
        "missed_by": float(missed.max(initial=0.0)),
    }


def missed_shares(problem: LayoutProblem, layout: Layout) -> FloatArray:
    """(limits of all districts,) by which share of its bound, at least of one unit, each limit is missed."""
    shares = [np.zeros(0)]
    for limit in problem.limits:
        missed = limit.shortfall(layout)
        low, high = np.nan_to_num(limit.at_least, neginf=0.0), np.nan_to_num(limit.at_most, posinf=0.0)
        shares.append(missed / np.maximum(1.0, np.maximum(np.abs(low), np.abs(high))))
    return np.concatenate(shares)
