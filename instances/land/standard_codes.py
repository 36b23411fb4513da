"""Codes of land classes in the land and sea use classification of 2023 (用地用海分类), for exchange with its
users: the fields ``DLBM`` and ``DLMC``."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache

from instances.land.classes import LandClass, lineage
from instances.study.tables import table
from words.said import say


@dataclass(frozen=True, slots=True)
class StandardCode:
    """A code and its name; ``note`` says what else a class of ours holds, empty where nothing."""

    code: str
    name_zh: str
    note: str = ""


@cache
def _codes() -> dict[str, StandardCode]:
    rows = table("standard_codes.csv")
    return {row["class"]: StandardCode(row["code"], row["name_zh"], _note(row["note"])) for row in rows}


def _note(key: str) -> str:
    """What else a class holds, as a sentence of the catalogue; empty where there is nothing to say."""
    return say(f"standard_notes.{key}") if key else ""


def standard_code(item: LandClass) -> StandardCode:
    """The code of a land class: its own, or for a class of the study's own that of the class it is like.

    Where the classification has no code, such as for urban land as a whole, the code is empty and the name
    the class's own.
    """
    found = next((_codes()[name] for name in lineage(item) if name in _codes()), StandardCode("", ""))
    return found if found.code else replace(found, name_zh=item.name_zh)
