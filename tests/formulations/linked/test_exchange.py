"""Whole columns by exchange: a plan that keeps every row, whatever the relaxation leaves mixed."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from formulations.core.indicator import Indicator
from formulations.core.solution import SolveSettings, Watch
from formulations.exact.highs import solve
from formulations.exact.program import Program
from formulations.linked.cycle import side_of
from formulations.linked.exchange import exchanged
from formulations.linked.siting import Siting
from tests.support.made_cycles import made_cycle, some_villages


def posed(seed: int) -> tuple[Program, Siting]:
    """Five villages, eight sites and two kinds of plant beside a given layout."""
    cycle, land = made_cycle(some_villages(5), seed, 8, scale=2.0), np.full(5, 40.0)
    side = side_of(cycle, Indicator("models.cycle", "ha"), land, land).side
    return side.at(land), Siting(side)


def of_least_cost(program: Program) -> float:
    """The optimum by HiGHS, tCO2e/yr."""
    outcome = solve(program, SolveSettings(room=1e-6), Watch())
    assert outcome.objective is not None
    return outcome.objective


@pytest.mark.parametrize("seed", range(4))
def test_what_exchange_finds_keeps_every_row_and_is_not_below_the_optimum(seed: int) -> None:
    """Rows, bounds and whole columns hold; the objective is that of the point and no better than the best."""
    program, siting = posed(seed)
    root = siting.relaxed(program, 0.0, Watch())
    x, objective = exchanged(program, root.x, -np.inf, Watch())
    assert x is not None
    assert set(x[program.whole].tolist()) <= {0.0, 1.0}
    assert objective == pytest.approx(program.value(x))
    row = program.matrix @ x
    assert (row <= program.row_upper + 1e-6).all()
    assert (row >= program.row_lower - 1e-6).all()
    assert ((x >= program.lower - 1e-6) & (x <= program.upper + 1e-6)).all()
    best = of_least_cost(program)
    assert objective >= best - 1e-6
    assert objective == pytest.approx(best, rel=0.02)


def test_what_may_not_be_stays_closed() -> None:
    """Where no plant may be built none is, whatever the relaxation had."""
    program, siting = posed(1)
    root = siting.relaxed(program, 0.0, Watch())
    nothing = np.where(program.whole, 0.0, program.upper)
    x, _ = exchanged(replace(program, upper=nothing), root.x, -np.inf, Watch())
    assert x is not None
    assert not x[program.whole].any()
