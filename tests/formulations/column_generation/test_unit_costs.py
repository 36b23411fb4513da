"""Costs of units by several scales: the cheapest class of every state, against every class there is."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from formulations.column_generation.graph_cut import BARRED
from formulations.column_generation.unit_costs import cheapest_by_unit

STATE = np.array([0, 1, 0, 1], dtype=np.int8)


@given(st.integers(0, 2**32 - 1), st.booleans())
def test_the_cheapest_class_is_found_among_all(seed: int, ones: bool) -> None:
    """Of units of three types each state takes the allowed class that costs least over two scales; costs are
    told of free units alone, in their order."""
    rng = np.random.default_rng(seed)
    units, types, classes = 12, 3, 4
    of = rng.integers(0, types, units).astype(np.int32)
    allowed = rng.random((types, classes)) < 0.7
    tables = rng.normal(size=(2, types, classes))
    layered = np.array([0, 3])
    tables[1][:, [1, 2]] = 0.0  # these are known by type
    first, second = (np.ones(units) if ones else rng.random(units)), rng.normal(size=units)
    plain = np.where(allowed, tables[0], BARRED)
    plain[:, layered] = BARRED
    by_type = np.zeros((types, 2), dtype=np.uint8), np.full((types, 2), BARRED)
    for state in range(2):
        inside = np.flatnonzero(state == STATE)
        by_type[0][:, state] = inside[plain[:, inside].argmin(axis=1)]
        by_type[1][:, state] = plain[:, inside].min(axis=1)
    free = np.flatnonzero(rng.random(units) < 0.5)
    local = np.full(units, -1, dtype=np.int32)
    local[free] = np.arange(len(free))
    scales = (np.zeros(0) if ones else first, second)
    best, cost = cheapest_by_unit(of, by_type, tables, scales, allowed, (layered, STATE), local, len(free))
    every = first[:, None] * tables[0][of] + second[:, None] * tables[1][of]
    every[~allowed[of]] = BARRED
    for state in range(2):
        inside = np.flatnonzero(state == STATE)
        least = every[:, inside].min(axis=1)
        able = least < BARRED
        assert cost[:, state] == pytest.approx(least[free])
        assert every[np.arange(units), best[:, state]][able] == pytest.approx(least[able])
