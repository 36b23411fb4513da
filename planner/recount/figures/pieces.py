"""Pieces of land: units that hang together, found by giving each the lowest number among them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Ends = tuple[NDArray[np.integer], NDArray[np.integer]]


def pieces_of(member: NDArray[np.bool_], ends: Ends) -> NDArray[np.int64]:
    """(units,) the lowest number of a unit that each hangs together with over pairs of members; its own where
    it is no member."""
    number = np.arange(len(member), dtype=np.int64)
    inside = member[ends[0]] & member[ends[1]]
    first, second = ends[0][inside], ends[1][inside]
    while len(first):
        low, high = np.minimum(number[first], number[second]), np.maximum(number[first], number[second])
        np.minimum.at(number, high, low)
        while (number[number] != number).any():
            number = number[number]
        apart = number[first] != number[second]
        first, second = first[apart], second[apart]
    return number
