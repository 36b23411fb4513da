"""One page of the map series, before it is drawn."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from instances.land.colours import Colour
from planner.maps.outlines import Outline


@dataclass(frozen=True, eq=False)
class MapPage:
    """One map: ``colours`` (units, 3) of the land, lines over it (``filled`` or not), and its legend."""

    key: str
    title: str
    colours: NDArray[np.uint8]
    lines: tuple[Outline, ...]
    filled: bool
    legend: tuple[tuple[Colour, str], ...]
