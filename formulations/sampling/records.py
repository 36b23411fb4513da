"""What a question solved as a run is leaves beside its answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from formulations.core.nearness import Nearness
from formulations.core.solution import Step, WarmStart

if TYPE_CHECKING:
    from formulations.infeasible import Infeasibility


@dataclass(frozen=True, eq=False)
class RunRecord:
    """For the run's log (``steps``), its certificate (``timings``, seconds by stage) and similar solves
    (``warm_start``); ``why`` it has no plan, where that is explained; ``nearness`` of its second stage."""

    steps: tuple[Step, ...] = ()
    timings: Mapping[str, float] = field(default_factory=dict)
    warm_start: WarmStart = field(default_factory=WarmStart)
    why: Infeasibility | None = None
    nearness: Nearness | None = None
