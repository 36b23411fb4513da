"""Land classes: what a unit can be, its space (production, living, ecological) and its colour.

The project's own table is ``data/classes.csv``: the classes of the crosswalk, and plain names (``urban``,
``orchard``, ``pond``, ...) that share the coefficients and rules of one of them (column ``like``).
``study_classes`` makes the classes of a study out of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache, cached_property

import numpy as np
from numpy.typing import NDArray

from instances.land.colours import Colour, free_shade, parse_colour
from instances.study.files import nearest
from instances.study.findings import Findings
from instances.study.schema import ClassTable, Study
from instances.study.tables import Row, table
from words.said import Said, say

MAX_CODE = 254
"""Highest raster code of a class: plans are 8-bit rasters, 0 means no data and 255 is kept free."""


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
    colour: Colour
    like: str

    def label(self, lang: str) -> str:
        """The class's name in a language, as the study or the project's table gives it."""
        name: str = getattr(self, f"name_{lang}")
        return name


@dataclass(frozen=True)
class Classes:
    """The land classes of one study, in the order of the class axis of every array."""

    items: tuple[LandClass, ...]
    indicators: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = ()
    """Names for readers of the study's own indicators, by language: whoever names land names them too."""

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


@cache
def _own_table() -> dict[str, LandClass]:
    return {row["name"]: _from_row(row, code) for code, row in enumerate(table("classes.csv"), start=1)}


def _from_row(row: Row, code: int) -> LandClass:
    return LandClass(
        name=row["name"],
        code=code,
        name_zh=row["name_zh"],
        name_en=row["name_en"],
        space=Space(row["space"]),
        blue_green=row["blue_green"] == "true",
        built=row["built"] == "true",
        colour=parse_colour(row["colour"]),
        like=row["like"],
    )


def class_table() -> dict[str, LandClass]:
    """The project's land classes by name; ``code`` is the place in the table, not that of any study."""
    return dict(_own_table())


def lineage(item: LandClass) -> tuple[str, ...]:
    """Names whose coefficients and rules hold for a class, nearest first: its own, then those it is like."""
    own, names, name = _own_table(), [item.name], item.like
    while name not in names:
        names.append(name)
        name = own[name].like if name in own else name
    return tuple(names)


def known_class(name: str, classes: Classes) -> bool:
    """Whether the study or the project's table has a class of that name."""
    return name in classes or name in _own_table()


def nearest_class(name: str, classes: Classes | None = None) -> Said:
    """A remedy for an unknown class name: the nearest known one, the study's own classes first."""
    own = classes.names if classes is not None else ()
    near_own, near = nearest(name, own), nearest(name, tuple(_own_table()))
    if near_own is not None or (near is not None and not own):
        return say("finding.did_you_mean", close=near_own or near)
    if near is not None:
        return say("carbon_classes.did_you_mean_other", close=near, own=own)
    if own:
        return say("carbon_classes.of_study", own=own, name=name)
    return say("carbon_classes.all", own=list(_own_table()), name=name)


def check_classes(names: Iterable[str], classes: Classes, place: str, findings: Findings) -> tuple[str, ...]:
    """The names that are classes of the study, in the order given.

    A name that only the project's table has is passed over (the study has no such land); an unknown one
    is an error at ``place`` with the nearest known name.
    """
    for name in names:
        if not known_class(name, classes):
            findings.error(place, say("carbon_classes.unknown", name=name), nearest_class(name, classes))
    return tuple(name for name in names if name in classes)


def study_classes(study: Study, codes: Mapping[str, int], findings: Findings | None = None) -> Classes:
    """The classes of a study: those present today ordered by code, then ``landcover.new_classes`` and the
    tables of ``[classes]`` that are absent today, with the lowest free codes of 1..254.

    ``codes`` gives the raster code of every class present today. A code that an 8-bit plan cannot hold
    (0, above 254, or taken) gives way to the lowest free one, with a note. ``[classes.x]`` changes a
    class of the project's table or describes one of the study's own, which needs ``like`` or all of
    space, blue_green, built and colour. Unknown names and incomplete tables are errors: collected in
    ``findings`` where given, else raised as ``StudyError``.
    """
    collected = findings if findings is not None else Findings()
    present = sorted(codes, key=lambda name: codes[name])
    planned = [name for name in (*study.landcover.new_classes, *study.classes) if name not in codes]
    items = []
    for name in (*present, *dict.fromkeys(planned)):
        place = "landcover.classes" if name in codes else "landcover.new_classes"
        item = _describe(name, study.classes.get(name), place, collected)
        if item is not None:
            items.append(item)
    classes = Classes(tuple(_tell_apart(_number(items, codes, collected), study)))
    if findings is None:
        collected.raise_errors()
    return classes


def _describe(name: str, changes: ClassTable | None, place: str, findings: Findings) -> LandClass | None:
    own = class_table()
    if changes is None:
        if name not in own:
            findings.error(place, say("carbon_classes.unknown", name=name), nearest_class(name))
        return own.get(name)
    place = f"classes.{name}"
    if changes.like is not None and changes.like not in own:
        fault = say("carbon_classes.like", like=changes.like)
        findings.error(f"{place}.like", fault, nearest_class(changes.like, Classes(tuple(own.values()))))
        return None
    base = own.get(name) or _model(name, changes, place, findings)
    if base is None:
        return None
    item = _change(base, changes)
    if item.blue_green and item.built:
        findings.error(place, say("carbon_classes.both"), say("carbon_classes.set_false"))
    return item


def _model(name: str, changes: ClassTable, place: str, findings: Findings) -> LandClass | None:
    """What a class of the study's own starts from: the class it is like, or its full description."""
    label = name.replace("_", " ").capitalize()
    label_zh = changes.name_zh or changes.name_en or label
    if changes.like is not None:
        return replace(class_table()[changes.like], name=name, name_en=label, name_zh=label_zh)
    missing = [key for key in ("space", "blue_green", "built", "colour") if getattr(changes, key) is None]
    if missing or changes.space is None:
        fault = say("carbon_classes.lacks", missing=missing)
        findings.error(place, fault, say("carbon_classes.say_like", nearest=nearest_class(name)))
        return None
    return LandClass(name, 0, label_zh, label, Space(changes.space), False, False, (0, 0, 0), like=name)


def _change(base: LandClass, changes: ClassTable) -> LandClass:
    return replace(
        base,
        name_zh=changes.name_zh or base.name_zh,
        name_en=changes.name_en or base.name_en,
        space=Space(changes.space) if changes.space is not None else base.space,
        blue_green=changes.blue_green if changes.blue_green is not None else base.blue_green,
        built=changes.built if changes.built is not None else base.built,
        colour=parse_colour(changes.colour) if changes.colour is not None else base.colour,
        like=changes.like or base.like,
    )


def _number(items: list[LandClass], codes: Mapping[str, int], findings: Findings) -> list[LandClass]:
    """The classes with their codes: today's where a plan can hold them, else the lowest free ones."""
    kept: dict[int, str] = {}
    for item in items:
        code = codes.get(item.name, 0)
        if 1 <= code <= MAX_CODE:
            kept.setdefault(code, item.name)
    free = [code for code in range(MAX_CODE, 0, -1) if code not in kept]
    if len(items) > MAX_CODE:
        fault = say("carbon_classes.too_many", n=len(items), most=MAX_CODE)
        findings.error("landcover.classes", fault, say("carbon_classes.merge"))
        return items[:MAX_CODE]
    numbered = []
    for item in items:
        given = codes.get(item.name)
        code = given if given is not None and kept.get(given) == item.name else free.pop()
        if given is not None and code != given:
            fault = say("carbon_classes.code", name=item.name, code=given)
            findings.note("landcover.classes", fault, say("carbon_classes.its_code", code=code))
        numbered.append(replace(item, code=code))
    return numbered


def _tell_apart(items: list[LandClass], study: Study) -> list[LandClass]:
    """The classes with shades where two would share a colour; colours that the study states stay."""
    stated = {name for name, changes in study.classes.items() if changes.colour is not None}
    taken = [item.colour for item in items if item.name in stated]
    shown = []
    for item in items:
        if item.name not in stated:
            item = replace(item, colour=free_shade(item.colour, taken))
            taken.append(item.colour)
        shown.append(item)
    return shown
