"""The sentences that every use of a plan must show, in the language of the report."""

from __future__ import annotations

import re

from instances.classes import Classes
from planner.report.words import Words

_FORMS = {
    "placeholder": re.compile(
        r"The (?P<pools>.+?) emissions of (?P<classes>.+) are a placeholder of (?P<rate>.+) tCO2e/ha/yr, "
        r"not a figure of this area\.( State carbon\.built_total_tco2e\.)?"
    ),
    "memory": re.compile(
        r"Coefficients of (?P<classes>.+) in (?P<set>\S+) are from memory and wait to be checked\."
    ),
    "assumed": re.compile(
        r"(?P<set>\S+) has no figures of (?P<classes>.+) for some pools; they are assumed\."
    ),
}
"""The forms in which certificates hold these sentences."""


def told(mark: str, classes: Classes, words: Words) -> str:
    """A mark of a certificate in the language of the words; one of an unknown form stays as it is."""
    if words.lang == "en":
        return mark
    for key, form in _FORMS.items():
        if found := form.fullmatch(mark):
            parts = found.groupdict()
            parts["classes"] = words.series(_land(name, classes, words) for name in _names(parts["classes"]))
            if "pools" in parts:
                pools = _names(parts["pools"])
                parts["pools"] = words.series(words.find(f"pools.{pool}") or pool for pool in pools)
            return str(words(f"marks.{key}", **parts))
    return mark


def _names(text: str) -> list[str]:
    """Names given as ``a, b and c``."""
    return re.split(r", | and ", text)


def _land(name: str, classes: Classes, words: Words) -> str:
    return classes[classes.index(name)].label(words.lang) if name in classes else name
