"""Units as a bound is proven of them: every piece of land that stays whole is one."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from instances.instance import Instance
from instances.units.grid import FloatArray


@dataclass(frozen=True, eq=False)
class Units:
    """Units with every piece that stays whole as one: ``piece`` (units,) the number of each, ``lead``
    (numbers,) the first unit of each; None both where no land stays whole."""

    piece: NDArray[np.int64] | None
    lead: NDArray[np.int64] | None

    @classmethod
    def of(cls, instance: Instance) -> Units:
        """The units of an instance."""
        if instance.wholes is None or not len(instance.wholes):
            return cls(None, None)
        label = np.arange(len(instance), dtype=np.int64)
        inside = instance.wholes.of >= 0
        label[inside] = len(instance) + instance.wholes.of[inside]
        _, lead, piece = np.unique(label, return_index=True, return_inverse=True)
        return cls(piece.ravel(), lead)

    def first(self, layout: NDArray[np.int64]) -> NDArray[np.int64]:
        """(numbers,) a layout (units,) that splits no piece."""
        return layout if self.lead is None else layout[self.lead]

    def sum(self, value: FloatArray) -> FloatArray:
        """(numbers,) the sum of a value (units,)."""
        return value if self.piece is None else np.bincount(self.piece, weights=value).astype(float)

    def every(self, true: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """(numbers,) whether something (units,) is true of all units of each."""
        return true if self.piece is None else np.bincount(self.piece, weights=~true) == 0

    def members(
        self, joined: NDArray[np.int64], unit: NDArray[np.int64]
    ) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Units (members,) that count together (``joined``, of each), every number once."""
        if self.piece is None or self.lead is None:
            return joined, unit
        code = np.unique(joined * len(self.lead) + self.piece[unit])
        return code // len(self.lead), code % len(self.lead)

    def amounts(
        self, units: NDArray[np.intp], district: NDArray[np.int64], value: FloatArray
    ) -> tuple[NDArray[np.intp], FloatArray]:
        """What some units (n,) bring to the limits of their ``district`` (all units,); of a piece in one
        district as one of them, with the sum."""
        if self.piece is None or self.lead is None:
            return units, value
        code = district[units] * len(self.lead) + self.piece[units]
        _, first, number = np.unique(code, return_index=True, return_inverse=True)
        return units[first], np.bincount(number.ravel(), weights=value).astype(float)
