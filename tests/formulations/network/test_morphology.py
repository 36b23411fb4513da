"""Patterns of a network by hand, one letter a kind."""

from __future__ import annotations

import numpy as np
import pytest

from formulations.network.morphology import KINDS, areas_of, mspa
from tests.support.made_files import made_grid

LETTERS = {
    "c": "core",
    "i": "islet",
    "e": "edge",
    "p": "perforation",
    "b": "bridge",
    "l": "loop",
    "t": "branch",
}

BRIDGE = """
    eee...eee
    ecebbbece
    eee...eee
"""
TAIL_AND_ISLET = """
    eee....ii
    ecett....
    eee......
"""
HOLE = """
    eeeeeee
    eccccce
    ecpppce
    ecp.pce
    ecpppce
    eccccce
    eeeeeee
"""
HANDLE = """
    eee..
    ecell
    ecp.l
    ecell
    eee..
"""


@pytest.mark.parametrize("picture", [BRIDGE, TAIL_AND_ISLET, HOLE, HANDLE])
def test_every_kind_by_hand(picture: str) -> None:
    """Two blocks with a bridge; a tail and an islet; a hole in a block; a handle from one block to itself."""
    rows = picture.split()
    found = mspa(np.array([[letter != "." for letter in row] for row in rows]))
    told = "\n".join(
        "".join("." if kind == len(KINDS) else _letter(KINDS[kind]) for kind in row) for row in found.tolist()
    )
    assert told == "\n".join(rows)


def test_areas_add_up_to_the_network() -> None:
    """Every cell of a random network has one kind."""
    grid = made_grid(30, 40)
    member = np.random.default_rng(5).random(1200) < 0.7
    total = sum(area for area in areas_of(member, grid).values() if area is not None)
    assert total == pytest.approx(grid.area_ha[member].sum())


def _letter(kind: str) -> str:
    return next(letter for letter, name in LETTERS.items() if name == kind)
