from __future__ import annotations

import numpy as np
import pytest

from formulations.column_generation.decompose import solve_decompose
from formulations.core.indicator import BundleTerm, CellTerm, Indicator, PairTerm
from formulations.core.solution import SolveSettings, Watch
from formulations.exact.model import solve_exact
from tests.support.random_problems import Shape, random_problem

CLASSES = (2, 16, 17, 40, 200)


@pytest.mark.parametrize("classes", CLASSES)
@pytest.mark.parametrize("group_type", [np.uint8, np.int32])
def test_a_cell_term_is_its_table_however_many_classes(classes: int, group_type: type) -> None:
    """Every unit takes the entry of its own group and class, in the small types in which layouts are kept."""
    made = np.random.default_rng(classes)
    layout = made.integers(classes, size=500).astype(np.uint8)
    group = made.integers(classes, size=500).astype(group_type)
    table = made.normal(size=(classes, classes))
    scale = made.uniform(0.5, 2.0, size=500)
    expected = [scale[i] * table[int(group[i]), int(layout[i])] for i in range(500)]
    assert CellTerm(scale, group, table).of(layout) == pytest.approx(np.array(expected))


@pytest.mark.parametrize("classes", CLASSES)
def test_an_indicator_is_the_sum_that_a_reader_would_write_down(classes: int) -> None:
    """Cells, pairs and bundles add up to what plain loops over units give."""
    made = np.random.default_rng(classes)
    units = 60
    layout = made.integers(classes, size=units).astype(np.uint8)
    today = made.integers(classes, size=units).astype(np.uint8)
    table = made.normal(size=(classes, classes))
    inside = made.random(classes) < 0.7
    first, second = np.arange(units - 1, dtype=np.int32), np.arange(1, units, dtype=np.int32)
    weight, reward = made.normal(size=units - 1), made.normal(size=units // 3)
    start = np.arange(0, units + 1, 3, dtype=np.int64)
    indicator = Indicator(
        "made",
        "ha",
        (CellTerm(np.full(units, 2.0), today, table),),
        (PairTerm(first, second, weight, inside),),
        (BundleTerm(start, np.arange(units, dtype=np.int32), reward, inside),),
    )
    member = [bool(inside[int(k)]) for k in layout]
    total = sum(2.0 * table[int(today[i]), int(layout[i])] for i in range(units))
    total += sum(weight[i] for i in range(units - 1) if member[i] and member[i + 1])
    total += sum(reward[c] for c in range(units // 3) if all(member[3 * c : 3 * c + 3]))
    assert indicator.evaluate(layout) == pytest.approx(total)


@pytest.mark.parametrize("classes", [17, 40])
def test_both_methods_find_the_optimum_of_many_classes(classes: int) -> None:
    """The whole model and the decomposition agree where classes squared no longer fit into a byte."""
    shape = Shape(rows=4, columns=5, classes=classes, limits=1)
    problem = random_problem(np.random.default_rng(classes), shape)
    settings = SolveSettings(gap=1e-9)
    exact, priced = solve_exact(problem, settings, Watch()), solve_decompose(problem, settings, Watch())
    assert exact.objective == pytest.approx(problem.objective.evaluate(exact.layout))
    assert priced.bound <= exact.objective + 1e-6
    assert priced.objective >= exact.objective - 1e-6
