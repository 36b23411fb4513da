"""Rows: one limit of one district each, with the name other scenarios and files know it by, and their prices.

Everything that is said of a limit in a district (a dual, a slack, a line of the certificate) is said of its
row. Solvers count rows; whoever carries a price from one problem to another, or into a file, goes by key.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

import numpy as np

from instances.units.grid import FloatArray


class RowKey(NamedTuple):
    """What a row is called: equal keys in two scenarios mean the same limit, whatever its bounds there.

    ``by`` is the division into districts, None with ``district`` for the whole area. ``number`` counts the
    earlier rows of the same three names: a study may bound an indicator from below in one limit and from
    above in another, and each has a price of its own.
    """

    indicator: str
    by: str | None = None
    district: str | None = None
    number: int = 0

    @property
    def label(self) -> str:
        """The name for readers: the indicator, and the district where it has one."""
        return f"{self.indicator} ({self.district})" if self.district else self.indicator


@dataclass(frozen=True, slots=True)
class Row:
    """One limit of one district: ``lower`` and ``upper`` in ``unit``, -inf or inf where there is no bound.

    ``limit`` is its limit's place in ``LayoutProblem.limits``, ``position`` its district's in that limit's
    division; ``place`` is where the study states it (``limits[2]``).
    """

    key: RowKey
    lower: float
    upper: float
    unit: str
    limit: int
    position: int
    place: str = ""
    allowance: float = 0.0
    """By how much a value may miss a bound and still keep it, in ``unit`` (``Limit.allowance``)."""

    @property
    def least(self) -> float:
        """The least value that keeps the lower bound."""
        return self.lower - self.allowance

    @property
    def most(self) -> float:
        """The greatest value that keeps the upper bound."""
        return self.upper + self.allowance

    @property
    def label(self) -> str:
        """The row's name for readers."""
        return self.key.label


@dataclass(frozen=True, eq=False)
class Prices:
    """Prices of rows: ``values`` (rows,) in tCO2e/yr per unit of the row's indicator, in the order of
    ``keys``. False where none are known. ``ValueError`` where there are more of one than of the other.

    A price is the objective's increase per unit by which the bound were raised: positive for a binding
    lower bound, negative for a binding upper one (one more unit allowed lowers the objective).
    """

    keys: tuple[RowKey, ...] = ()
    values: FloatArray = field(default_factory=lambda: np.zeros(0))
    proves: float = -np.inf
    """The lower bound of the objective that they prove by themselves, in tCO2e/yr; -inf where that is not
    known."""

    def __post_init__(self) -> None:
        if len(self.keys) != len(self.values):
            raise ValueError(f"{len(self.values)} prices for {len(self.keys)} rows")

    @classmethod
    def of(cls, rows: Iterable[Row], values: FloatArray) -> Prices:
        """The prices (rows,) of some rows, in their order."""
        return cls(tuple(row.key for row in rows), np.asarray(values, dtype=float))

    def __len__(self) -> int:
        return len(self.keys)

    @cached_property
    def _by_key(self) -> dict[RowKey, float]:
        return dict(zip(self.keys, self.values.tolist(), strict=True))

    def get(self, key: RowKey) -> float | None:
        """The price of a row; None where it has none."""
        return self._by_key.get(key)

    def know(self, rows: Iterable[Row]) -> bool:
        """Whether every one of some rows has a price."""
        return all(row.key in self._by_key for row in rows)

    def along(self, rows: Iterable[Row], otherwise: FloatArray | None = None) -> FloatArray:
        """(rows,) the prices of any rows, matched by key; ``otherwise`` (rows,) or 0 where there is none."""
        found = np.array([self._by_key.get(row.key, np.nan) for row in rows], dtype=float)
        return np.where(np.isnan(found), 0.0 if otherwise is None else otherwise, found)
