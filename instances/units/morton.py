"""Order along a space-filling curve: stretches of consecutive places are compact pieces of land."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

_SPREADS = (
    (8, 0x00FF00FF00FF00FF),
    (4, 0x0F0F0F0F0F0F0F0F),
    (2, 0x3333333333333333),
    (1, 0x5555555555555555),
)


def morton_rank(x: NDArray[np.integer], y: NDArray[np.integer]) -> NDArray[np.int32]:
    """(units,) rank of each unit along the Z-order curve (Morton 1966); whole coordinates below 2**16."""
    code = _spread(x) | (_spread(y) << np.uint64(1))
    rank = np.empty(len(code), dtype=np.int32)
    rank[np.argsort(code, kind="stable")] = np.arange(len(code), dtype=np.int32)
    return rank


def _spread(value: NDArray[np.integer]) -> NDArray[np.uint64]:
    """The bits of 16-bit numbers, each moved to twice its place."""
    bits = value.astype(np.uint64)
    for shift, mask in _SPREADS:
        bits = (bits | (bits << np.uint64(shift))) & np.uint64(mask)
    return bits
