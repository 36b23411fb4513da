"""Tiny problems with least sizes of new land, and what keeps them by walking from unit to unit."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from formulations.core.indicator import CellTerm, Indicator
from formulations.core.patch_sizes import PatchSizes
from formulations.core.problem import LayoutProblem, Limit, Options
from instances.rules.districts import Districts
from instances.rules.patches import PatchRule
from instances.units.grid import Layout
from tests.support.enumeration import layouts
from tests.support.made_plans import raster_grid


def rule(k: int, least_ha: float, project: bool = False, within_m: float | None = None) -> PatchRule:
    """A rule for one class."""
    return PatchRule(f"rule_{k}", f"rule {k}", (k,), least_ha, project, within_m)


def sized_problem(
    today: Layout,
    cost: np.ndarray,
    rules: tuple[PatchRule, ...],
    shape: tuple[int, int],
    least_ha: dict[int, float] | None = None,
    allowed: np.ndarray | None = None,
) -> LayoutProblem:
    """Cells of one hectare with a cost (units, classes) of their own each, where class k has at least so many
    ha; ``allowed`` (units, classes)."""
    units, classes = cost.shape
    number, ones = np.arange(units, dtype=np.int32), np.ones(units)
    whole, grid = Districts.whole(units), raster_grid(np.ones(shape, dtype=bool))
    limits = []
    for k, least in (least_ha or {}).items():
        table = np.zeros((1, classes))
        table[0, k] = 1.0
        land = Indicator(f"area.{k}", "ha", (CellTerm(ones, np.zeros(units, np.int32), table),))
        limits.append(Limit(land, whole, np.array([least]), np.array([np.inf])))
    may = np.ones((units, classes), dtype=bool) if allowed is None else allowed
    return LayoutProblem(
        Options(number, may),
        ((1.0, Indicator("cost", "tCO2e/yr", (CellTerm(ones, number, cost),))),),
        tuple(limits),
        tuple(f"class_{k}" for k in range(classes)),
        today,
        grid.area_ha,
        sizes=PatchSizes(rules, grid),
    )


def keeps(problem: LayoutProblem, layout: Layout) -> bool:
    """Whether every piece with new land is large enough, by walking from unit to unit."""
    sizes = problem.sizes
    assert sizes is not None
    near: dict[int, set[int]] = {unit: set() for unit in range(len(problem))}
    for one, other in zip(sizes.grid.edges.first.tolist(), sizes.grid.edges.second.tolist(), strict=True):
        near[one].add(other)
        near[other].add(one)
    for each in sizes.rules:
        for k in each.classes:
            new = {i for i in near if layout[i] == k and problem.today[i] != k}
            mine = new if each.project else {i for i in near if layout[i] == k}
            for start in new:
                piece, todo = {start}, [start]
                while todo:
                    for other in near[todo.pop()] & mine - piece:
                        piece.add(other)
                        todo.append(other)
                if sizes.grid.area_ha[list(piece)].sum() < each.min_ha - 1e-9:
                    return False
    return True


def best_kept(problem: LayoutProblem) -> float:
    """The least objective of a layout that keeps limits and sizes, by trying every layout; inf for none."""
    return min(
        (
            problem.objective.evaluate(layout)
            for layout in layouts(problem)
            if problem.holds(layout) and keeps(problem, layout)
        ),
        default=np.inf,
    )


def random_sized(
    rng: np.random.Generator, shape: tuple[int, int] = (3, 4), classes: int = 2
) -> LayoutProblem:
    """A random problem with a rule for the last class, and sometimes for the first."""
    units = shape[0] * shape[1]
    today = rng.integers(0, classes, units).astype(np.uint8)
    cost = rng.normal(0.0, 10.0, (units, classes))
    project = bool(rng.random() < 0.5)
    rules = [rule(classes - 1, float(rng.integers(2, 5)), project)]
    if rng.random() < 0.4:
        rules.append(rule(0, 2.0, not project))
    least = {k: float(rng.integers(0, units // classes)) for k in range(classes)}
    allowed = rng.random((units, classes)) < 0.85
    allowed[np.arange(units), today] = True
    return sized_problem(today, cost, tuple(rules), shape, least, allowed)


def without_sizes(problem: LayoutProblem) -> LayoutProblem:
    """The same problem without least sizes."""
    return replace(problem, sizes=None)
