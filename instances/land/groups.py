"""Groups of classes by what they are: ``any_built`` in a list of classes stands for every built class.

So a rule holds for land covers of any scheme, and for classes that are added later.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from instances.land.classes import Classes, LandClass
from instances.study.schema import Study

GROUPS: Mapping[str, Callable[[LandClass], bool]] = {
    "any_built": lambda item: item.built,
    "any_blue_green": lambda item: item.blue_green,
    "any_production": lambda item: item.space == "production",
    "any_living": lambda item: item.space == "living",
    "any_ecological": lambda item: item.space == "ecological",
}
"""Which classes a group stands for."""
LISTS = ("classes", "sum", "keep", "allow", "forbid", "only_inside")
"""Keys of a table that hold lists of classes."""


def without_groups(study: Study, classes: Classes) -> Study:
    """The study with every group in a list of classes replaced by the classes of the study that it stands
    for, each once and in their order."""
    tables: dict[str, Any] = {
        part: {name: _listed(table, classes) for name, table in getattr(study, part).items()}
        for part in ("redlines", "patches", "whole", "rates", "indicators")
    }
    moves = {
        key: {name: members(names, classes) for name, names in getattr(study.transitions, key).items()}
        for key in ("allow", "forbid")
    }
    tables["transitions"] = study.transitions.model_copy(update=moves)
    listed = members(study.network.source_classes, classes)
    if listed != study.network.source_classes:
        tables["network"] = study.network.model_copy(update={"source_classes": listed})
    return study.model_copy(update=tables)


def members(names: tuple[str, ...], classes: Classes) -> tuple[str, ...]:
    """A list of classes with groups replaced by their classes."""
    if not any(name in GROUPS for name in names):
        return names
    found = [
        each
        for name in names
        for each in ([item.name for item in classes if GROUPS[name](item)] if name in GROUPS else [name])
    ]
    return tuple(dict.fromkeys(found))


def _listed(table: Any, classes: Classes) -> Any:
    """A table of the study with its lists of classes without groups."""
    lists = {key: getattr(table, key, None) for key in LISTS}
    changed = {
        key: members(names, classes)
        for key, names in lists.items()
        if isinstance(names, tuple) and any(name in GROUPS for name in names)
    }
    return table.model_copy(update=changed) if changed else table
