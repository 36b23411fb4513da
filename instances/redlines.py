"""Red lines on the grid: which units lie inside, what each rule bars, and what every kind of unit may become.

Units fall into *kinds*: units of one kind have the same class today and lie inside the same red
lines, so what may become of them is the same. A kind table keeps millions of units at four bytes each.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class RedLine:
    """One red line on the grid: which units lie inside, and which class each rule bars.

    ``bars_inside`` and ``bars_outside`` are (classes today, classes planned), True where the change is
    barred; a unit's own class of today is True there only where ``existing = "convert"``.
    """

    name: str
    label: str
    inside: NDArray[np.bool_]
    bars_inside: NDArray[np.bool_]
    bars_outside: NDArray[np.bool_]
    existing_units: int
    """Units whose class of today the rule does not want (kept or to be converted, as the study says)."""


@dataclass(frozen=True, eq=False)
class Kinds:
    """The kinds of unit and what each may become.

    ``of`` (units,) kind of each unit; ``today`` (kinds,) class index; ``inside`` (kinds, red lines);
    ``allowed`` (kinds, classes), never a row without a True.
    """

    of: NDArray[np.int32]
    today: NDArray[np.uint8]
    inside: NDArray[np.bool_]
    allowed: NDArray[np.bool_]
