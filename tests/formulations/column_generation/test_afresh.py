"""Districts decided afresh: no worse, within all limits, and as good as can be where they share nothing."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import numpy as np
import pytest

from formulations.column_generation.afresh import decided_afresh, groups, lost
from formulations.column_generation.decomposition import Decomposition
from formulations.column_generation.generation import Generation, beginning
from formulations.core.indicator import CellTerm, Indicator
from formulations.core.problem import LayoutProblem, Limit, Options
from formulations.core.solution import SolveSettings, Watch
from formulations.exact.model import solve_exact
from instances.rules.districts import Districts
from instances.units.grid import FloatArray

FARM, HOMES, WORKS = 0, 1, 2


def villages(seed: int, count: int = 16, places: int = 4) -> LayoutProblem:
    """So many villages of a few places, each farmland, homes or works, with costs of their own; every village
    needs three jobs for two homes at least, and half of its places stay farmland."""
    rng = np.random.default_rng(seed)
    units = count * places
    cost = rng.integers(-9, 9, size=(units, 3)).astype(float)
    member = np.repeat(np.arange(count, dtype=np.int32), places)
    village = Districts("villages", tuple(f"v{number}" for number in range(count)), member)

    def of(name: str, rates: list[float]) -> Indicator:
        table = np.array([rates])
        return Indicator(name, "", (CellTerm(np.ones(units), np.zeros(units, dtype=np.int32), table),))

    free, least = np.full(count, np.inf), np.zeros(count)
    limits = (
        Limit(of("jobs", [0.0, -2.0, 3.0]), village, least, free),
        Limit(of("farmland", [1.0, 0.0, 0.0]), village, np.full(count, places // 2.0), free),
    )
    objective = Indicator("cost", "", (CellTerm(np.ones(units), np.arange(units, dtype=np.int32), cost),))
    options = Options(np.zeros(units, dtype=np.int32), np.ones((1, 3), dtype=bool))
    today = np.zeros(units, dtype=np.uint8)
    return LayoutProblem(options, ((1.0, objective),), limits, ("farm", "homes", "works"), today)


def enumerated(problem: LayoutProblem, places: int = 4) -> float:
    """The least cost, village by village: they share no limit."""
    total = 0.0
    for begin in range(0, len(problem), places):
        values = []
        for classes in product(range(3), repeat=places):
            layout = problem.today.copy()
            layout[begin : begin + places] = classes
            if problem.holds(layout):
                values.append(problem.objective.evaluate(layout) - problem.objective.evaluate(problem.today))
        total += min(values)
    return total + problem.objective.evaluate(problem.today)


@pytest.mark.parametrize("seed", range(4))
def test_villages_that_share_nothing_are_each_decided_as_well_as_can_be(seed: int) -> None:
    """Every layout of each village is tried; the plan that comes out keeps all limits."""
    problem = villages(seed)
    model = Decomposition(problem)
    assert model.types.blocks == 16
    found = decided_afresh(
        model, problem, problem.today, np.zeros(len(model.rows)), SolveSettings(room=1e-3), Watch()
    )
    assert problem.holds(found.layout)
    assert found.cost.sum() == pytest.approx(enumerated(problem))


def sharing(seed: int, homes: int) -> LayoutProblem:
    """The same villages, which need so many homes together."""
    problem = villages(seed)
    count = np.array([[0.0, 1.0, 0.0]])
    every = Indicator("homes", "", (CellTerm(np.ones(64), np.zeros(64, dtype=np.int32), count),))
    limit = Limit(every, Districts.whole(64), np.array([float(homes)]), np.array([np.inf]))
    return replace(problem, limits=(*problem.limits, limit))


def enumerated_together(problem: LayoutProblem, homes: int, places: int = 4) -> float:
    """The least cost with so many homes: every layout of each village, added up by homes."""
    cost = problem.objective.cells[0].table
    best = {0: 0.0}
    for begin in range(0, len(problem), places):
        village: dict[int, float] = {}
        for classes in product(range(3), repeat=places):
            built, works = classes.count(HOMES), classes.count(WORKS)
            if 3 * works >= 2 * built and classes.count(FARM) >= places // 2:
                value = sum(cost[begin + place, one] for place, one in enumerate(classes))
                village[built] = min(village.get(built, np.inf), value)
        further: dict[int, float] = {}
        for before, spent in best.items():
            for built, value in village.items():
                sum_of = before + built
                further[sum_of] = min(further.get(sum_of, np.inf), spent + value)
        best = further
    return min(value for built, value in best.items() if built >= homes)


@pytest.mark.parametrize("seed", [0, 1, 2, 4, 5])
def test_villages_that_share_a_limit_give_and_take(seed: int) -> None:
    """From the dearest plan to the best one, which is counted apart. On seeds 0 and 5 villages that may only
    take what they have of the shared limit, alone or a dozen at a time, end 3 and 1 above it."""
    problem = sharing(seed, 12)
    dearest = replace(problem, parts=((-1.0, problem.parts[0][1]),))
    start = solve_exact(dearest, SolveSettings(room=1e-3), Watch()).layout
    assert start is not None
    model = Decomposition(problem)
    price = np.zeros(len(model.rows))
    generation = Generation.begun(model, beginning(model, (start,), price), price)
    for _ in range(20):
        generation.round(price)
        price = generation.next_price
    found = decided_afresh(model, problem, start, generation.price, SolveSettings(room=1e-3), Watch())
    assert problem.holds(found.layout)
    assert found.cost.sum() == pytest.approx(enumerated_together(problem, 12))


def test_who_loses_most_is_decided_first() -> None:
    """Some at a time, and none that loses less than is worth a look."""
    loss: FloatArray = np.array([0.5, 3.0, 0.1, 2.0, 1.0])
    assert [some.tolist() for some in groups(loss, 0.4, 2)] == [[1, 3], [4, 0]]


def test_a_loss_is_what_a_block_costs_more_than_at_its_best() -> None:
    """By hand: at no prices the best layout is the cheapest class everywhere, and losses add up to the
    difference; a plan that is the best loses nothing."""
    problem = villages(3)
    model = Decomposition(problem)
    price = np.zeros(len(model.rows))
    best = model.price(price)[0]
    today = model.measure.of(problem.today)
    assert lost(today, best, price).sum() == pytest.approx(today.cost.sum() - best.cost.sum())
    assert lost(best, best, price) == pytest.approx(np.zeros(len(best.cost)))


def test_a_plan_is_left_as_it_is_where_time_is_over() -> None:
    """A limit of time counts for all districts together."""
    problem = villages(1)
    model = Decomposition(problem)
    watch = Watch()
    watch.stop.set()
    found = decided_afresh(
        model, problem, problem.today, np.zeros(len(model.rows)), SolveSettings(room=1e-3), watch
    )
    assert (found.layout == problem.today).all()
