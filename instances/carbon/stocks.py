"""Carbon that stands in land: what a coefficient set has of each class's soil and vegetation."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np

from instances.carbon.coefficient_csv import read_set
from instances.carbon.coefficients import Kind
from instances.land.classes import Classes
from instances.study.findings import Findings
from instances.study.schema import Study
from instances.units.grid import FloatArray


def read_stocks(study: Study, folder: Path, classes: Classes) -> dict[str, FloatArray]:
    """(classes,) tCO2e/ha that stands in each pool of the study's coefficient set, by pool; NaN where the set
    says nothing of a class. Empty where the set has no stocks, or is wrong: its reader tells that."""
    found = read_set(study.carbon.coefficients, folder, classes.names, Findings())
    if found is None:
        return {}
    stocks = {}
    for pool in found.pools(Kind.STOCK):
        rows = [found.find(item, Kind.STOCK, pool) for item in classes]
        stocks[pool] = np.array([np.nan if row is None else row.value for row in rows], dtype=float)
    return stocks


def all_pools(stocks: Mapping[str, FloatArray]) -> FloatArray:
    """(classes,) tCO2e/ha of all pools together; what nothing is said of counts 0."""
    total: FloatArray = np.sum([np.nan_to_num(pool) for pool in stocks.values()], axis=0)
    return total
