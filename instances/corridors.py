"""Corridors: bundles of units that count when all of them are blue-green."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from instances.grid import FloatArray


@dataclass(frozen=True, eq=False)
class Corridors:
    """Bundles of units that count when all of them are blue-green: units of corridor c are
    ``units[start[c]:start[c + 1]]``, its worth ``value[c]``."""

    names: tuple[str, ...]
    start: NDArray[np.int64]
    units: NDArray[np.int32]
    value: FloatArray
