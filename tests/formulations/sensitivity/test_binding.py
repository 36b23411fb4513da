from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from formulations.sensitivity.binding import binds, dearest
from tests.formulations.sensitivity.test_opportunity_cost import CROP, WOOD, strip


@pytest.mark.parametrize(
    ("value", "price", "ends", "expected"),
    [
        (100.4, 2.0, (100.0, math.inf), True),  # within half a per cent of the bound
        (101.0, 2.0, (100.0, math.inf), False),
        (100.0, 0.0, (100.0, math.inf), False),  # free of charge
        (100.0, 1e-9, (100.0, math.inf), False),  # rounding
        (100.0, -2.0, (100.0, math.inf), False),  # the price is that of a bound that is not there
        (200.0, -2.0, (100.0, 200.0), True),
        (200.0, 2.0, (100.0, 200.0), False),
    ],
)
def test_a_limit_binds_at_the_bound_that_has_the_price(
    value: float, price: float, ends: tuple[float, float], expected: bool
) -> None:
    """A price is paid for the bound on its side, and only where next to no room is left to it."""
    assert binds(value, price, *ends) is expected


def test_the_dearest_limit_is_the_one_whose_hundredth_costs_most() -> None:
    """Two hectares at 6 are dearer than two at 5; a limit with room is not among them."""
    problem = strip()
    (limit,) = problem.limits
    loose = replace(limit, at_least=np.array([0.5]))
    problem = replace(problem, limits=(limit, loose, replace(limit)))
    layout = np.array([CROP, CROP, WOOD, WOOD], dtype=np.uint8)
    assert dearest(problem, [5.0, 9.0, 6.0], layout) == [2, 0]
