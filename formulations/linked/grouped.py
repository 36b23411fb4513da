"""Members of groups, and sums of variables: what the rows of side models are written with."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pyomo.environ as pyo
from numpy.typing import NDArray
from pyomo.core.expr import LinearExpression


def grouped(of: NDArray[np.int64], count: int) -> list[list[int]]:
    """The members of every group."""
    order = np.argsort(of, kind="stable")
    start = np.searchsorted(of[order], np.arange(count + 1))
    return [order[a:b].tolist() for a, b in pairwise(start.tolist())]


def total(variables: list[pyo.Var]) -> LinearExpression:
    """The sum of variables."""
    return LinearExpression(linear_coefs=[1.0] * len(variables), linear_vars=variables)
