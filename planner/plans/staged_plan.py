"""When what changes: the stages of a plan beside its layout."""

from __future__ import annotations

from dataclasses import dataclass

from formulations.staged.problem import Staged
from instances.units.grid import Layout


@dataclass(frozen=True, eq=False)
class StagedPlan:
    """The problem over (class, stage), and for every unit the number of the stage at which it changes, that
    of all stages where it stays: ``stage`` (units,)."""

    staged: Staged
    stage: Layout

    @property
    def years(self) -> tuple[int, ...]:
        """The years of the stages."""
        return self.staged.stages.years

    def layouts(self, planned: Layout) -> list[Layout]:
        """For every stage (units,) the classes of its years; ``planned`` is the layout of the last one."""
        return self.staged.layouts(planned, self.stage)
