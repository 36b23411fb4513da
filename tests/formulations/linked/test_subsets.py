"""Every choice of eight sites tried: no whole solution lies below what the relaxation promises."""

from __future__ import annotations

from itertools import chain, combinations

import numpy as np
import pytest

from formulations.core.indicator import Indicator
from formulations.core.solution import SolveSettings, Watch
from formulations.exact.highs import solve
from formulations.exact.program import Program
from formulations.linked import cycle as cycles
from formulations.linked.siting import Siting
from tests.formulations.linked.test_services import best, enumerated
from tests.support.made_cycles import SMALL, made_cycle, some_villages
from tests.support.made_services import SCHOOL, made_people, made_services

SITES = 8


@pytest.mark.parametrize("seed", range(2))
def test_services_at_eight_sites_are_the_best_of_all_subsets(seed: int) -> None:
    """Six units: the sites found are the best of 256 choices, and their bound is not above it."""
    services, people = made_services(6, SITES, seed, (SCHOOL,)), made_people(6, seed)
    assert best(services, people).tco2e() == pytest.approx(enumerated(services, people), rel=1e-6)


@pytest.mark.parametrize("seed", range(2))
def test_plants_at_eight_sites_are_the_best_of_all_subsets(seed: int) -> None:
    """One kind of plant, eight sites: each of 256 choices leaves a linear program; the best of them is what
    is found, and the relaxation with strong rows is below it."""
    cycle = made_cycle(some_villages(5), seed, SITES, plants=SMALL[:1], scale=2.0)
    land = np.full(5, 40.0)
    found = cycles.side_of(cycle, Indicator("models.cycle", "ha"), land, land)
    program, y = found.side.at(land).relaxed, found.place[0]
    least = np.inf
    for chosen in chain.from_iterable(combinations(range(SITES), n) for n in range(SITES + 1)):
        lower, upper = program.lower.copy(), program.upper.copy()
        upper[y] = 0.0
        lower[y[list(chosen)]] = upper[y[list(chosen)]] = 1.0
        rows = program.row_lower, program.row_upper
        fixed = Program(program.cost, program.offset, program.matrix, *rows, lower, upper, program.whole)
        outcome = solve(fixed, SolveSettings(), Watch())
        least = min(least, np.inf if outcome.objective is None else outcome.objective)
    plan = Siting(found.side).whole(land, 1e-5, SolveSettings(), Watch())
    assert plan.objective == pytest.approx(least, abs=1e-3)
    assert plan.bound <= least + 1e-6
    assert Siting(found.side).relaxed(found.side.at(land), 0.0, Watch()).bound <= least + 1e-6
