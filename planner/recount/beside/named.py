"""What layers of years call things for readers, beside their own fields: classes, states, reasons."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from instances.instance import Instance
from planner.recount.ledger import Ledger
from words.catalogue import Words
from words.said import say

CLASSES = {"from_name": "from_class", "to_name": "to_class"}
"""Fields with names of classes, and those that say which class it is."""


@dataclass(frozen=True, slots=True)
class Called:
    """A field of names for readers: the field whose values it names, all that these may be, and the part of
    the catalogue with their names."""

    of: str
    known: tuple[str, ...]
    part: str


def check_names(
    place: str,
    table: Mapping[str, NDArray[np.object_]],
    instance: Instance,
    called: Mapping[str, Called],
    ledger: Ledger,
) -> None:
    """Compare names of classes, and those of the fields ``called``, with what they should be in the study's
    language; a field that the layer has no place for is left out."""
    lang = instance.study.lang
    words, labels = Words(lang), {item.name: item.label(lang) for item in instance.classes}
    wanted = {
        field: [labels.get(str(one)) for one in table[of]] for field, of in CLASSES.items() if of in table
    }
    for field, how in called.items():
        names = {each: words.text(f"{how.part}.{each}") for each in how.known}
        wanted[field] = [names.get(str(one)) for one in table[how.of]]
    for field, names_wanted in wanted.items():
        if field not in table:
            continue
        told = table[field].tolist()
        wrong = sum((one or "") != (name or "") for one, name in zip(told, names_wanted, strict=True))
        ledger.wrong(f"{place}, {field}", say("runs_verify.as_in_plan"), wrong)
