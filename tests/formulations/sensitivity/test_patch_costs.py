from __future__ import annotations

import numpy as np

from formulations.sensitivity.difference import Interval
from formulations.sensitivity.opportunity_cost import Opportunity
from formulations.sensitivity.patch_costs import NO_PATCH, patch_costs, paying

UNITS = Opportunity(
    "farmland",
    np.array([1.0, 0.0, 3.0, 2.0]),
    np.array([2.0, 5.0, 4.0, 3.0]),
    np.array([1, 0, 1, 1], dtype=np.uint8),
)
OF = np.array([0, NO_PATCH, 1, 1], dtype=np.int32)


def test_land_that_pays_is_named_by_what_it_would_become() -> None:
    """A unit that would gain nothing lies in no patch."""
    assert paying(UNITS).tolist() == [1, NO_PATCH, 1, 1]


def test_costs_of_patches_are_sums_and_the_dearest_come_first() -> None:
    """By hand: 1, and 3 + 2; at most their ceilings and the room of half a tonne."""
    found = patch_costs(UNITS, OF, 2, 0.5, None)
    assert found.total.tolist() == [1.0, 5.0]
    assert found.at_most.tolist() == [2.5, 7.5]
    assert found.dearest.tolist() == [1, 0]


def test_a_patch_costs_no_more_than_its_line() -> None:
    """Where the line as a whole is known to cost 4 at most, no part of it is said to cost more."""
    assert patch_costs(UNITS, OF, 2, 0.5, Interval(0.0, 4.0)).at_most.tolist() == [2.5, 4.0]
