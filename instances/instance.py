"""Instance: everything a scenario of a study says about its area, as frozen arrays."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from instances.carbon import EmissionRates
from instances.classes import Classes
from instances.corridors import Corridors
from instances.districts import Districts
from instances.findings import Finding
from instances.grid import FloatArray, Grid, Layout
from instances.redlines import Kinds, RedLine
from instances.study import Study


@dataclass(frozen=True, eq=False)
class Instance:
    """One scenario of a study, read and aligned."""

    study: Study
    scenario: str
    grid: Grid
    classes: Classes
    today: Layout
    transitions: NDArray[np.bool_]
    """(classes today, classes planned) True where the transition table lets the change happen."""
    redlines: tuple[RedLine, ...]
    kinds: Kinds
    emissions: EmissionRates
    districts: Mapping[str, Districts]
    layers: Mapping[str, FloatArray]
    """(units,) values of each numeric layer."""
    corridors: Mapping[str, Corridors]
    findings: tuple[Finding, ...] = ()
    inputs: Mapping[str, str] = field(default_factory=dict)
    """sha256 of every input file, by its path as the study names it."""

    def __len__(self) -> int:
        return len(self.today)

    @cached_property
    def today_ha(self) -> FloatArray:
        """(classes,) today's area of every class in ha."""
        return np.bincount(self.today, weights=self.grid.area_ha, minlength=len(self.classes))

    def permits(self, layout: Layout) -> NDArray[np.bool_]:
        """(units,) True where the class of a layout is one that the red lines and transitions allow."""
        allowed: NDArray[np.bool_] = self.kinds.allowed[self.kinds.of, layout]
        return allowed
