"""What a solve leaves: why it stopped, the best layout, and the bound, kept apart."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal

from formulations.core.nearness import Nearness
from formulations.core.network_goal import NetworkFound
from formulations.core.patch_sizes import Patched
from formulations.core.rounding import Rounding
from formulations.core.rows import Prices
from instances.units.grid import Layout


class Termination(StrEnum):
    """Why a solve stopped; what it left is told by its layout and its bound."""

    GAP = "gap reached"
    TIME = "time limit"
    INTERRUPTED = "interrupted"
    INFEASIBLE = "infeasible"
    EXHAUSTED = "no further improvement found"


@dataclass(frozen=True)
class SolveSettings:
    """How to solve. ``gap`` is relative to what is decided (see ``decided``); ``room``, a distance to the
    bound in tCO2e/yr, takes its place. ``time_limit`` in seconds from the call; ``method`` auto, exact or
    decompose."""

    gap: float = 1e-3
    room: float | None = None
    relative_to: Literal["decided", "objective"] = "decided"
    """``objective`` where today's land is no measure of what is asked, as of land on which plans differ."""
    time_limit: float | None = None
    method: str = "auto"
    threads: int | None = None
    seed: int = 0


@dataclass(frozen=True)
class Step:
    """One report of progress: the plan's objective and the bound so far (None where there is none yet)."""

    stage: str
    seconds: float
    plan: float | None = None
    bound: float | None = None
    iteration: int = 0
    done: int = 0
    """Of many solves, as many as are done."""
    of: int = 0
    """How many solves there will be, as far as is known; 0 for a solve by itself."""
    running: tuple[str, ...] = ()
    """The names of the solves under way, where there are many."""
    scale: float | None = None
    """What the plan's gap is relative to, in tCO2e/yr."""


@dataclass(frozen=True)
class Watch:
    """How a solve tells of its progress and learns that it should stop."""

    report: Callable[[Step], None] = lambda step: None
    stop: threading.Event = field(default_factory=threading.Event)
    brief: bool = False
    """Whether a plan is refined once, and only as far as can be decided in moments, as many solves of one
    study ask for: an end that is counted, and so the same on every machine."""

    def quiet(self) -> Watch:
        """A watch for parts of a solve: it stops with this one and reports nothing of its own."""
        return Watch(stop=self.stop, brief=self.brief)


@dataclass(frozen=True, eq=False)
class WarmStart:
    """What one solve hands to a similar one: prices of its rows and a few good layouts.

    It spares rounds and never touches what is proven: prices are matched by the rows' keys, and layouts that
    the other problem bars are passed over.
    """

    prices: Prices = field(default_factory=Prices)
    layouts: tuple[Layout, ...] = ()


@dataclass(frozen=True, eq=False)
class Solution:
    """``layout`` is None where none was found; ``bound`` is a true lower bound of the objective.

    ``prices`` are those of the problem's rows; none where the solve broke off before it had any.
    """

    termination: Termination
    method: str
    layout: Layout | None
    objective: float
    bound: float
    seconds: float
    prices: Prices = field(default_factory=Prices)
    reason: str = ""
    """Which method was chosen and why, in a sentence."""
    iterations: int = 0
    timings: Mapping[str, float] = field(default_factory=dict)
    """Seconds by stage: price, master, milp and so on."""
    warm_start: WarmStart = field(default_factory=WarmStart)
    wanted: float = 0.0
    """The distance to the bound at which the plan was good enough, in tCO2e/yr."""
    nearness: Nearness | None = None
    """Of a plan moved near another layout in a second stage."""
    patched: Patched | None = None
    """Of a problem with least sizes of new land."""
    network: NetworkFound | None = None
    """Of a problem that asks something of its network."""

    rounding: Rounding | None = None
    """What rounding limits to whole units proves beyond the prices alone."""

    @property
    def room(self) -> float:
        """By how much a better plan could be better, in tCO2e/yr; infinite without a layout."""
        return float("inf") if self.layout is None else self.objective - self.bound
