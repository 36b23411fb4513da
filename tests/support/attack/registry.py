"""The registry of hostile inputs, by sort; how many are tried, and with which seed, the environment says."""

from __future__ import annotations

import os
import random
from functools import cache

from tests.support.attack import coefficients, files, keys, names, options, rasters, vectors
from tests.support.attack.case import Attack

SEED = int(os.environ.get("SANSHENG_ATTACK_SEED", "0"))
COUNT = int(os.environ.get("SANSHENG_ATTACK_COUNT", "60"))
"""How many of each sort are tried; 0: all."""
MISSED: dict[str, str] = {}
"""Hostile inputs that are not yet answered as they must be, and why."""
SORTS = {
    "values of keys": keys,
    "names": names,
    "files": files,
    "rasters": rasters,
    "vector files": vectors,
    "coefficients": coefficients,
    "options": options,
}


@cache
def of_sort(sort: str) -> dict[str, Attack]:
    """The hostile inputs of a sort by their name."""
    every = tuple(SORTS[sort].attacks())
    found = {attack.name: attack for attack in every}
    assert len(found) == len(every), f"two {sort} have one name"
    return found


@cache
def registry() -> dict[str, Attack]:
    """Every hostile input by its name."""
    return {name: attack for sort in SORTS for name, attack in of_sort(sort).items()}


def attack_named(name: str) -> Attack:
    """One hostile input."""
    return registry()[name]


def sample(sort: str, count: int, seed: int = SEED) -> list[str]:
    """The names of so many hostile inputs of a sort, the same for a seed."""
    every = list(of_sort(sort))
    return (
        every if not 0 < count < len(every) else sorted(random.Random(f"{seed} {sort}").sample(every, count))
    )
