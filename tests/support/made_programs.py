"""Small programs with known answers."""

from __future__ import annotations

import numpy as np
from scipy import sparse

from formulations.exact.program import Program


def program(
    cost: list[float],
    rows: list[list[float]],
    lower: list[float],
    upper: list[float],
    *,
    whole: bool = True,
    offset: float = 0.0,
) -> Program:
    """A program over columns between 0 and 1."""
    columns = len(cost)
    return Program(
        cost=np.array(cost, dtype=float),
        offset=offset,
        matrix=sparse.csr_array(np.array(rows, dtype=float).reshape(len(lower), columns)),
        row_lower=np.array(lower, dtype=float),
        row_upper=np.array(upper, dtype=float),
        lower=np.zeros(columns),
        upper=np.ones(columns),
        whole=np.full(columns, whole),
    )


def knapsack(columns: int = 60, rows: int = 20, seed: int = 0) -> Program:
    """A knapsack of many rows that keeps HiGHS busy for a second."""
    draw = np.random.default_rng(seed)
    weight = draw.integers(1, 100, (rows, columns)).astype(float)
    worth = -draw.integers(1, 100, columns).astype(float)
    room = weight.sum(axis=1) / 2
    return program(worth.tolist(), weight.tolist(), [-np.inf] * rows, room.tolist())
