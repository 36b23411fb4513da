"""Which change of class is allowed at all: the lawful ones of ``data/transitions.csv``, and the study's own.

Each rule of the file bars changes ``from`` some classes to the classes it ``bars``, ``except`` some; a class
stands for all classes that are like it, ``@all``, ``@built`` and ``@blue_green`` for those of the study.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from instances.land.classes import Classes, LandClass, check_classes, lineage
from instances.study.findings import Findings
from instances.study.schema import Study
from instances.study.tables import Row, table
from words.said import say

Table = NDArray[np.bool_]
BUILT_STAYS = "built_stays"
"""The rule of the file that ``transitions.built_stays = false`` lifts."""


def transition_table(study: Study, classes: Classes, findings: Findings) -> Table:
    """(classes today, classes planned) True where the change may happen; every class may stay what it is.

    ``transitions.default``: ``standard`` starts from the lawful changes, ``any`` from every change (built
    land then stays only where the study itself says ``built_stays = true``), ``none`` from no change at all.
    ``allow`` then adds changes, above all rules of the file, and ``forbid`` takes some away.
    """
    allowed = _start(study, classes)
    chosen = study.transitions
    adds = _pairs(chosen.allow, classes, "transitions.allow", findings)
    bars = _pairs(chosen.forbid, classes, "transitions.forbid", findings)
    for today, planned in np.argwhere(adds & bars):
        fault = say("carbon_transitions.both", today=classes[today].name, planned=classes[planned].name)
        findings.error("transitions", fault, say("carbon_transitions.leave_one"))
    for today in np.flatnonzero(bars.diagonal()):
        name = classes[int(today)].name
        fault = say("carbon_transitions.stay", name=name)
        findings.error(f"transitions.forbid.{name}", fault, say("carbon_transitions.convert"))
    allowed = (allowed | adds) & ~bars
    np.fill_diagonal(allowed, True)
    return allowed


def _start(study: Study, classes: Classes) -> Table:
    chosen, size = study.transitions, len(classes)
    if chosen.default == "none":
        return np.eye(size, dtype=bool)
    allowed = np.ones((size, size), dtype=bool)
    frees_built = not chosen.built_stays
    if chosen.default == "any":
        frees_built = frees_built or "built_stays" not in chosen.model_fields_set
    for row in table("transitions.csv"):
        applies = not frees_built if row["rule"] == BUILT_STAYS else chosen.default == "standard"
        if applies:
            allowed &= ~_barred(row, classes)
    return allowed


def _barred(row: Row, classes: Classes) -> Table:
    """(classes today, classes planned) True where a rule of the file bars the change."""
    planned = _members(row["bars"], classes) & ~_members(row["except"], classes)
    barred: Table = _members(row["from"], classes)[:, None] & planned[None, :]
    np.fill_diagonal(barred, False)
    return barred


def _members(words: str, classes: Classes) -> Table:
    """(classes,) True for the classes that the words of a rule stand for."""
    names = set(words.split())
    groups = {
        "@all": np.ones(len(classes), dtype=bool),
        "@built": classes.built,
        "@blue_green": classes.blue_green,
    }
    member = np.array([_stands_for(item, names) for item in classes], dtype=bool)
    for group in names & groups.keys():
        member = member | groups[group]
    return member


def _stands_for(item: LandClass, names: set[str]) -> bool:
    return not names.isdisjoint(lineage(item))


def _pairs(changes: Mapping[str, tuple[str, ...]], classes: Classes, place: str, findings: Findings) -> Table:
    """(classes today, classes planned) True for the changes that the study lists."""
    listed = np.zeros((len(classes), len(classes)), dtype=bool)
    for today, planned in changes.items():
        rows = check_classes((today,), classes, place, findings)
        columns = classes.mask(check_classes(planned, classes, f"{place}.{today}", findings))
        for name in rows:
            listed[classes.index(name)] |= columns
    return listed
