"""The state of one search by column generation, its clock, and the seconds of its parts."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

import numpy as np

from formulations.core.rounding import Rounding
from formulations.core.rows import Prices
from formulations.core.solution import SolveSettings, Step, Termination, Watch
from instances.units.grid import Layout


@dataclass(eq=False)
class SearchState:
    """The state of one search: the best bound, the prices of the limits with what of it they prove, the best
    plan, and a draft that misses limits."""

    bound: float = -np.inf
    prices: Prices = field(default_factory=Prices)
    plan: Layout | None = None
    draft: Layout | None = None
    rounding: Rounding | None = None
    """What rounding limits to whole units proves, where that is more."""
    objective: float = np.inf
    wanted: float = 0.0
    """The distance to the bound that is asked for, in tCO2e/yr."""
    iterations: int = 0
    timings: dict[str, float] = field(default_factory=dict)

    @property
    def room(self) -> float:
        """Distance of the best plan to the best bound, in tCO2e/yr."""
        return np.inf if self.plan is None else self.objective - self.bound

    def good(self) -> bool:
        """Whether the plan is as near to the bound as is asked for."""
        return self.room <= self.wanted

    def step(self, stage: str, seconds: float, settings: SolveSettings) -> Step:
        """What is told of the search after a stage and so many seconds."""
        plan = self.objective if self.plan is not None else None
        asked = settings.gap if settings.room is None else 0.0
        scale = self.wanted / asked if asked else None
        return Step(stage, seconds, plan, self.bound, self.iterations, scale=scale)


class Clock:
    """When a search has to end: it is stopped, or its time is over."""

    def __init__(self, settings: SolveSettings, watch: Watch) -> None:
        self.began, self.limit, self.watch = time.perf_counter(), settings.time_limit, watch

    @property
    def seconds_spent(self) -> float:
        """Seconds since the search began."""
        return time.perf_counter() - self.began

    def ended(self) -> Termination | None:
        """Why the search has to end; None where it may go on."""
        if self.watch.stop.is_set():
            return Termination.INTERRUPTED
        if self.limit is not None and self.seconds_spent > self.limit:
            return Termination.TIME
        return None

    def left(self) -> float | None:
        """Seconds left of the time limit, None where there is none."""
        return None if self.limit is None else max(0.5, self.limit - self.seconds_spent)

    def seconds(self, most: float) -> float:
        """Seconds that a step may take."""
        return min(most, self.left() or most)


class Timer:
    """Adds the seconds spent in a ``with`` block to a stage."""

    def __init__(self, timings: dict[str, float], stage: str) -> None:
        self.timings, self.stage = timings, stage

    def __enter__(self) -> None:
        self.began = time.perf_counter()

    def __exit__(self, *error: object) -> None:
        self.timings[self.stage] = self.timings.get(self.stage, 0.0) + time.perf_counter() - self.began
