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
    kinds = {field: (of, labels) for field, of in CLASSES.items()}
    for field, how in called.items():
        names = {each: words.text(f"{how.part}.{each}") for each in how.known}
        kinds[field] = how.of, {**names, "": ""}
    for field, (of, names) in kinds.items():
        if field not in table or of not in table:
            continue
        pairs = zip(table[field].tolist(), (str(each or "") for each in table[of]), strict=True)
        # what is none of the known is told as a fault of the field that says it
        wrong = sum((told or "") != names[each] for told, each in pairs if each in names)
        ledger.wrong(f"{place}, {field}", say("runs_verify.as_in_plan"), wrong)
