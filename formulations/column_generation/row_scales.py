"""Row scales: what the values of a limit are measured against.

A limit is measured against its bound: a miss of a thousandth of it is the same for a village and a county.
A bound of 0 (a neutral zone, a balance, a ratio turned into a difference), or one that is next to nothing
beside what the units can add up to, is no measure: divided by it every coefficient is huge, and what float
sums leave of a 0 looks like a miss. Such a row is measured against what its units can add up to.
"""

from __future__ import annotations

import numpy as np
from scipy import sparse

from formulations.column_generation.graph_cut_structure import CoupledSet
from formulations.core.unit_types import CellTypes, Rows
from instances.units.grid import FloatArray
from instances.units.sums import sum_by

LEAST = 1e-6
"""A scale is never less: two bounds this near each other are the same."""
NEGLIGIBLE_BOUND = 1e-4
"""A bound below this share of what the units can add up to is next to nothing beside it."""
SHARE = 0.01
"""Share of what units can add up to that takes the place of such a bound: limits that bind are mostly about
some per cent of what could be."""


def row_scales(rows: Rows, types: CellTypes, sets: list[CoupledSet]) -> FloatArray:
    """(rows,) the scale of each row, in the unit of its indicator."""
    bound = np.abs(np.where(np.isfinite(rows.lower), rows.lower, rows.upper))
    reach = row_reach(len(rows), types, sets)
    return np.maximum(LEAST, np.where(bound < NEGLIGIBLE_BOUND * reach, SHARE * reach, bound))


def row_reach(count: int, types: CellTypes, sets: list[CoupledSet]) -> FloatArray:
    """(rows,) the most that units, pairs and bundles can add up to in each row, whatever the signs: every
    unit in the class that counts most."""
    total = sparse.csr_array((count, types.allowed.size))
    for scale, part in zip(types.scales, types.rows, strict=True):
        amount = np.abs(sum_by(types.of, scale, types.shape[0]))
        total = total + abs(part) @ sparse.diags_array(np.repeat(amount, types.shape[1]))
    entries = sparse.coo_array(total)
    of_type, row = entries.col // types.shape[1], entries.row
    most = sparse.coo_array((entries.data, (row, of_type)), shape=(count, types.shape[0]))
    reach = _sum_of_greatest(most)
    for part in sets:
        for each in (*part.pair_rows, *part.bundle_rows):
            counted = each.row >= 0
            reach += np.bincount(each.row[counted], np.abs(each.weight[counted]), count)
    return reach


def _sum_of_greatest(entries: sparse.coo_array) -> FloatArray:
    """(rows,) the sum over columns of the greatest of the entries at one place."""
    order = np.lexsort((-entries.data, entries.col, entries.row))
    row, column, value = entries.row[order], entries.col[order], entries.data[order]
    first = np.ones(len(row), dtype=bool)
    first[1:] = (row[1:] != row[:-1]) | (column[1:] != column[:-1])
    return np.bincount(row[first], value[first], entries.shape[0]).astype(np.float64)
