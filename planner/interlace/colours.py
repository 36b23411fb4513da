"""Colours of grades and land on maps of interwoven town and country."""

from __future__ import annotations

from instances.land.colours import Colour

COLOURS: tuple[Colour, ...] = (
    (226, 226, 222), (255, 237, 160), (254, 200, 100), (246, 150, 66), (220, 90, 45), (150, 30, 40),
)  # fmt: skip
"""The colour of each grade, 0 first."""
TOWN, COUNTRY = (120, 60, 60), (214, 230, 200)
"""Colours of built land and of all other land."""
