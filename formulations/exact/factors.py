"""The factors of products: what is left of pairs and bundles once locked units are folded away."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from formulations.core.indicator import BundleTerm, PairTerm
from formulations.core.problem import Options

_NEVER, _ALWAYS, _OPEN = 0, 1, 2


class ProductGroup:
    """The products of one pair or bundle term, by what is left of each.

    ``certain`` (products,) True where every factor is 1; ``single`` the one undecided unit, else -1;
    ``number`` the product's number in the problem where two or more are undecided, else -1.
    """

    def __init__(self, term: PairTerm | BundleTerm, options: Options, offset: int) -> None:
        self.term = term  # kept: the identity of its arrays is the group's key
        self.classes = np.ascontiguousarray(term.classes)
        if isinstance(term, PairTerm):
            self.start = np.arange(len(term.first) + 1, dtype=np.int64) * 2
            self.units = np.stack([term.first, term.second], axis=1).ravel()
        else:
            self.start, self.units = term.start.astype(np.int64), term.units
        state = _state(options, self.classes)[self.units]
        possible = self._every(state != _NEVER)
        left = self._sum(state == _OPEN)
        self.certain = possible & (left == 0)
        self._open = (state == _OPEN) & np.repeat(possible & (left >= 2), np.diff(self.start))
        self.single = np.full(len(left), -1, dtype=np.int64)
        lone = (state == _OPEN) & np.repeat(possible & (left == 1), np.diff(self.start))
        self.single[possible & (left == 1)] = self.units[lone]
        several = possible & (left >= 2)
        self.open_count = int(several.sum())
        self.number = np.where(several, offset + np.cumsum(several) - 1, -1)

    def _every(self, flags: NDArray[np.bool_]) -> NDArray[np.bool_]:
        return self._sum(~flags) == 0

    def _sum(self, flags: NDArray[np.bool_]) -> NDArray[np.int64]:
        total = np.concatenate([[0], np.cumsum(flags)])
        return total[self.start[1:]] - total[self.start[:-1]]

    def home(self, member: NDArray[np.int32]) -> NDArray[np.int32]:
        """(products,) the district in which all units of a product lie, else -1."""
        if len(self.start) == 1:
            return np.zeros(0, dtype=np.int32)
        district = member[self.units]
        low = np.minimum.reduceat(district, self.start[:-1])
        return np.where(low == np.maximum.reduceat(district, self.start[:-1]), low, np.int32(-1))

    def factors(self, used: NDArray[np.bool_]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """The undecided units of the group's products in use, side by side, and how many each has."""
        wanted = (self.number >= 0) & used[np.maximum(self.number, 0)] if len(used) else self.number >= 0
        kept = self._open & np.repeat(wanted, np.diff(self.start))
        return self.units[kept].astype(np.int64), self._sum(kept)[wanted]


def _state(options: Options, classes: NDArray[np.bool_]) -> NDArray[np.int8]:
    """(units,) whether a unit never, always or perhaps carries one of ``classes``."""
    inside = (options.allowed & classes).any(axis=1)
    outside = (options.allowed & ~classes).any(axis=1)
    of_kind = np.where(inside & outside, _OPEN, np.where(inside, _ALWAYS, _NEVER)).astype(np.int8)
    state: NDArray[np.int8] = of_kind[options.kind]
    return state
