"""Carbon that stands in land: what a coefficient set has of each class's soil and vegetation."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from instances.carbon.coefficients import Coefficient, CoefficientSet, Kind
from instances.land.classes import Classes
from instances.units.grid import FloatArray


def stocks_of_set(found: CoefficientSet, classes: Classes) -> dict[str, FloatArray]:
    """(classes,) tCO2e/ha that stands in each pool of a coefficient set, by pool; NaN where the set says
    nothing of a class. Empty where the set has no stocks."""
    stocks = {}
    for pool in found.pools(Kind.STOCK):
        rows = [found.find(item, Kind.STOCK, pool) for item in classes]
        stocks[pool] = np.array([np.nan if row is None else row.value for row in rows], dtype=float)
    return stocks


def stock_rows(found: CoefficientSet, classes: Classes) -> dict[str, tuple[Coefficient | None, ...]]:
    """The coefficients of those stocks, class by class, by pool; None where the set says nothing."""
    return {
        pool: tuple(found.find(item, Kind.STOCK, pool) for item in classes)
        for pool in found.pools(Kind.STOCK)
    }


def all_pools(stocks: Mapping[str, FloatArray]) -> FloatArray:
    """(classes,) tCO2e/ha of all pools together; what nothing is said of counts 0."""
    total: FloatArray = np.sum([np.nan_to_num(pool) for pool in stocks.values()], axis=0)
    return total
