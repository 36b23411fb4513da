"""Districts: a division of the study area (townships, zones) by which limits can be set."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from instances.grid import FloatArray
from instances.sums import sum_by


@dataclass(frozen=True, eq=False)
class Districts:
    """A division of the units: ``member[i]`` is the district of unit ``i``, -1 where it lies in none."""

    name: str
    names: tuple[str, ...]
    member: NDArray[np.int32]

    def __len__(self) -> int:
        return len(self.names)

    def total(self, values: FloatArray) -> FloatArray:
        """(districts,) the sum of ``values`` (units,) over each district."""
        return sum_by(self.member, values, len(self))

    @classmethod
    def whole(cls, units: int) -> Districts:
        """The whole area as one district."""
        return cls("", ("",), np.zeros(units, dtype=np.int32))
