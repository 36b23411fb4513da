"""Species lists: what is planted where a plan makes vegetation of a class, as the study's own table has it.

Columns: ``class``, ``species`` (the scientific name); optional ``name``, ``name_zh`` and ``name_en`` (what it
is called), ``native`` (yes or no; else what the class is marked), ``form`` (tree, shrub, herb), ``sites``
(where it suits) and ``source``. Texts are the user's own and are shown as they are written.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from instances.land.classes import Classes, check_classes
from instances.study.findings import Findings
from instances.study.own_tables import Line, read_lines
from instances.study.schema import Study
from words.catalogue import LANGS
from words.said import say

PLACE = "species"
REQUIRED = ("class", "species")


@dataclass(frozen=True, slots=True)
class Species:
    """A species of a class: its scientific name, what it is called by language, whether it is native (None:
    nobody says), its form, where it suits, and who says so."""

    land: str
    name: str
    called: tuple[tuple[str, str], ...]
    native: bool | None
    form: str
    sites: str
    source: str


def marked(study: Study, classes: Classes) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """(classes,) which classes the study marks as vegetation that is planted, native or not; and which of
    them as native."""
    marks = [study.classes[name].native if name in study.classes else None for name in classes.names]
    return np.array([mark is not None for mark in marks]), np.array([mark is True for mark in marks])


@cache
def _answers() -> dict[str, bool]:
    """How a line says whether a species is native, in any language."""
    named = {
        say(key).inside(lang): key == "species.yes" for key in ("species.yes", "species.no") for lang in LANGS
    }
    return named | {"true": True, "false": False}


def read_species(study: Study, folder: Path, classes: Classes, findings: Findings) -> tuple[Species, ...]:
    """The species list that a study names, in its order; every fault is an error at its line."""
    if study.species is None:
        return ()
    lines = read_lines(study.species, folder, REQUIRED, PLACE, findings)
    found = [_species(line, study, classes, findings) for line in lines]
    seen: set[tuple[str, str]] = set()
    kept = []
    for line, one in zip(lines, found, strict=True):
        if one is None:
            continue
        if (one.land, one.name) in seen:
            findings.error(line.place, say("species.twice", name=one.name), say("species.keep_one"))
        seen.add((one.land, one.name))
        kept.append(one)
    return tuple(kept)


def _species(line: Line, study: Study, classes: Classes, findings: Findings) -> Species | None:
    """The species of a line; None, and an error, where the line is wrong or its class is not in the study."""
    cells = line.cells
    if not cells["species"]:
        findings.error(line.place, say("species.no_name"), say("species.give_name"))
        return None
    if not check_classes((cells["class"],), classes, line.place, findings):
        return None
    text = cells.get("native", "").lower()
    table = study.classes.get(cells["class"])
    of_class = None if table is None else table.native
    if text and text not in _answers():
        findings.error(line.place, say("species.no_mark", text=text), say("species.give_mark"))
    native = _answers().get(text, of_class)
    if of_class and native is False:
        told = {"name": cells["species"], "land": cells["class"]}
        findings.error(line.place, say("species.not_native", **told), say("species.other_class", **told))
    called = [(lang, cells.get(f"name_{lang}") or cells.get("name", "")) for lang in ("zh", "en")]
    own = (cells.get(key, "") for key in ("form", "sites", "source"))
    return Species(cells["class"], cells["species"], tuple((k, v) for k, v in called if v), native, *own)
