"""Sweeps for tests: over a layout problem made by hand or by chance, in this process, kept in a folder."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from formulations.core.indicator import Indicator
from formulations.core.problem import LayoutProblem
from formulations.core.solution import SolveSettings
from formulations.sampling.axes import Axis
from formulations.sampling.questions import Base
from planner.sweeps.progress import SweepBar
from planner.sweeps.store import Store
from planner.sweeps.sweep import ONLY, Sweep
from planner.sweeps.workers import Workers


def base_of(problem: LayoutProblem, *others: Indicator) -> Base:
    """A base whose indicators are those of the problem, and others."""
    found = [*(part for _, part in problem.parts), *(limit.indicator for limit in problem.limits), *others]
    return Base(problem, {one.name: one for one in found}, np.ones(len(problem)))


def sweep_over(base: Base, folder: Path, root: str = "root", **settings: object) -> Sweep:
    """A sweep in this process."""
    asked = SolveSettings(**{"gap": 1e-6, "threads": 1, **settings})
    bases = {ONLY: base}
    return Sweep(bases, {ONLY: root}, Store(folder), asked, Workers(bases, lambda _: None), SweepBar())


def axis(indicator: Indicator, sign: float = 1.0) -> Axis:
    """An axis whose indicator is to be small (1) or large (-1)."""
    return Axis(indicator.name, indicator, sign)
