"""What a sweep took: how many solves, how many were found solved already, and who solved."""

from __future__ import annotations

from dataclasses import dataclass

from planner.sweeps.sweep import Sweep


@dataclass(frozen=True, slots=True)
class Tally:
    """``solved`` anew and ``found`` solved already; ``seconds`` of solving, summed over all workers; ``note``
    is what to know of the workers, empty where there is nothing."""

    solved: int
    found: int
    seconds: float
    note: str = ""

    @classmethod
    def of(cls, sweep: Sweep) -> Tally:
        """What a sweep took so far."""
        return cls(sweep.solved, sweep.found, sweep.seconds, sweep.note)
