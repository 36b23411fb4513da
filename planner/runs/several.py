"""A folder of several plans read again for its page: its record, the area they share, their layouts."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from instances.instance import Instance, read
from instances.study.file import load_study
from instances.study.findings import Finding, StudyError
from instances.units.grid import Layout
from planner.recount.layers.reread import read_layout
from planner.recount.ledger import Ledger
from words.said import say

Record = dict[str, Any]


def read_record(path: Path) -> Record:
    """What a sweep left of itself; ``StudyError`` where it cannot be read."""
    try:
        tree: Record = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as fault:
        what = say("figures_files.unreadable", fault=str(fault))
        raise StudyError([Finding(str(path), what, say("several.again"))]) from None
    return tree


def shared_area(folder: Path, tree: Record) -> Instance:
    """The area of the plans, by the study of the first; ``StudyError`` where its inputs changed since."""
    first = tree["plans"][0]["folder"]
    instance = read(load_study(folder / first / "study.toml"))
    now = {(folder / first / path).resolve(): sha for path, sha in instance.inputs.items()}
    changed = [
        Finding(str(folder / path), say("several.changed"), say("several.again"))
        for path, sha in tree["inputs"].items()
        if now.get((folder / path).resolve()) != sha
    ]
    if changed:
        raise StudyError(changed)
    return instance


def layouts_of(folder: Path, tree: Record, instance: Instance) -> dict[str, Layout]:
    """The layout of every plan by its name; ``StudyError`` where one cannot be read."""
    found: dict[str, Layout] = {}
    for plan in tree["plans"]:
        layout = read_layout(folder / plan["folder"], instance, ledger := Ledger())
        if layout is None or ledger.differences:
            place = str(folder / plan["folder"])
            raise StudyError([Finding(place, str(one), say("several.again")) for one in ledger.differences])
        found[plan["plan"]] = layout
    return found
