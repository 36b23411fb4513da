"""Land classes: what a unit can be, its space (production, living, ecological) and its colour."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

import numpy as np
from numpy.typing import NDArray


class Space(StrEnum):
    """The three spaces (三生空间) that a land class belongs to."""

    PRODUCTION = "production"
    LIVING = "living"
    ECOLOGICAL = "ecological"


@dataclass(frozen=True, slots=True)
class LandClass:
    """One land class (地类). ``code`` is its value in ``plan.tif`` (1..254); ``like`` names the class of
    the project's table whose coefficients and transition rules it shares."""

    name: str
    code: int
    name_zh: str
    name_en: str
    space: Space
    blue_green: bool
    built: bool
    colour: tuple[int, int, int]
    like: str

    def label(self, lang: str) -> str:
        """The class's name for readers: Chinese for ``zh``, else English."""
        return self.name_zh if lang == "zh" else self.name_en


@dataclass(frozen=True)
class Classes:
    """The land classes of one study, in the order of the class axis of every array."""

    items: tuple[LandClass, ...]

    def __len__(self) -> int:
        return len(self.items)

    def __iter__(self) -> Iterator[LandClass]:
        return iter(self.items)

    def __getitem__(self, index: int) -> LandClass:
        return self.items[index]

    def __contains__(self, name: object) -> bool:
        return name in self._index

    @cached_property
    def _index(self) -> dict[str, int]:
        return {item.name: k for k, item in enumerate(self.items)}

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Class names in array order."""
        return tuple(item.name for item in self.items)

    def index(self, name: str) -> int:
        """Position of a class on the class axis; ``KeyError`` where the study has no such class."""
        return self._index[name]

    def mask(self, names: Iterable[str]) -> NDArray[np.bool_]:
        """(classes,) True for the named classes; names that the study lacks are ignored."""
        wanted = set(names)
        return np.array([item.name in wanted for item in self.items], dtype=bool)

    @cached_property
    def blue_green(self) -> NDArray[np.bool_]:
        """(classes,) True for classes of the blue-green network."""
        return np.array([item.blue_green for item in self.items], dtype=bool)

    @cached_property
    def built(self) -> NDArray[np.bool_]:
        """(classes,) True for construction classes."""
        return np.array([item.built for item in self.items], dtype=bool)

    def in_space(self, space: Space) -> NDArray[np.bool_]:
        """(classes,) True for classes of that space."""
        return np.array([item.space is space for item in self.items], dtype=bool)

    @cached_property
    def codes(self) -> NDArray[np.uint8]:
        """(classes,) the raster code of each class."""
        return np.array([item.code for item in self.items], dtype=np.uint8)
