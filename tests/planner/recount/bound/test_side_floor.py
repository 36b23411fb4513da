from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from formulations.core.indicator import Indicator
from formulations.core.solution import Watch
from formulations.linked import cycle as cycles
from formulations.linked import measures as no_land
from formulations.linked import services as ways
from formulations.linked.side import Side
from formulations.linked.siting import Siting
from instances.materials.services import Service
from instances.units.grid import FloatArray
from planner.recount.bound.side_cycle import cycle_floor
from planner.recount.bound.side_floor import Floor, MalformedError
from planner.recount.bound.side_measures import measures_floor
from planner.recount.bound.side_services import services_floor
from tests.formulations.linked import test_measures
from tests.support.made_cycles import made_cycle, some_villages
from tests.support.made_services import made_services

COUNT = 4
Made = tuple[Any, Side, Callable[..., Floor]]


def of_services(seed: int, low: FloatArray, high: FloatArray) -> Made:
    """Two services with every demand there is, one site of which stands."""
    two = (
        Service("school", 0.4, 4000.0, 300.0, 1, 3, 30.0, 0.5, 3000.0, 6000.0, 800.0),
        Service("clinic", 0.05, 9000.0, tco2e=12.0),
    )
    stands = np.zeros((2, 3), dtype=bool)
    stands[0, 1] = True
    made = made_services(COUNT, 3, seed, two, stands=stands)
    return made, ways.side_of(made, Indicator("p", "person"), low, high).side, services_floor


def of_cycle(seed: int, low: FloatArray, high: FloatArray) -> Made:
    """A cycle with a budget."""
    made = made_cycle(some_villages(COUNT), seed, budget=900.0, nitrogen_kg_ha=90.0)
    return made, cycles.side_of(made, Indicator("p", "ha"), low / 10, high / 10).side, cycle_floor


def of_measures(seed: int, low: FloatArray, high: FloatArray) -> Made:
    """Measures with room, numbers, budgets and shares."""
    rng, one = np.random.default_rng(seed), test_measures.ANY
    lines = [
        replace(
            one, name=f"m{k}", strategy=("power", "houses")[k % 2], cut=float(rng.uniform(1, 9)), low=0.0,
            high=99.0, cost=float(rng.uniform(1, 9)), most=float(rng.uniform(10, 900)),
            needs=float(rng.integers(0, 2)), electric=k == 3, district=(-1, 0, -1, 2)[k],
        )
        for k in range(4)
    ]  # fmt: skip
    told = {"budget": 4000.0, "budgets": {"power": 1500.0}, "shares": {"houses": 40.0}}
    made = test_measures.made(lines, test_measures.parts(COUNT), **told)
    return made, no_land.side_of(made, Indicator("p", "ha"), low, high).side, measures_floor


@pytest.mark.parametrize("kind", [of_services, of_cycle, of_measures])
@pytest.mark.parametrize("seed", range(5))
def test_the_floor_counted_again_is_the_bound_that_the_relaxation_proves(
    kind: Callable[..., Made], seed: int
) -> None:
    """At any prices of the links: rows written down again give the bound of the solver's own program, to
    rounding; at other prices of the rows they give less."""
    rng = np.random.default_rng(seed)
    low = rng.choice([0.0, 800.0], COUNT)
    high = low + rng.choice([0.0, 1500.0], COUNT)
    made, side, counted = kind(seed, low, high)
    ends = side.program.lower[side.column], side.program.upper[side.column]
    for nu in (np.zeros(COUNT), rng.normal(0.0, 0.2, COUNT)):
        found = Siting(side).bound(nu, 0.0, Watch())
        told = side.named(found.price)
        again = counted(made, *ends, nu, told)
        assert again.safe == pytest.approx(found.bound, rel=1e-7, abs=1e-5)
        worse = {name: tuple(1.1 * each for each in row) for name, row in told.items()}
        assert counted(made, *ends, nu, worse).safe <= found.bound + 1e-5 + 1e-7 * abs(found.bound)
        assert counted(made, *ends, nu, {}).safe <= found.bound + 1e-5


def test_prices_that_are_not_as_many_as_the_rows_prove_nothing() -> None:
    """A price too few, and one that is no number."""
    low, high = np.zeros(COUNT), np.full(COUNT, 900.0)
    made, _, counted = of_measures(0, low, high)
    for wrong in ((0.0,) * (COUNT - 1), (float("nan"),) * COUNT):
        with pytest.raises(MalformedError, match="room"):
            counted(made, low, high, np.zeros(COUNT), {"room": wrong})
