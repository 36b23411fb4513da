"""The sentences that every use of a plan must show, in the language of the report."""

from __future__ import annotations

import re

from planner.report.subject import Subject

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


def marks(subject: Subject) -> tuple[str, ...]:
    """The marks of a certificate; one of a form that the words lack stays as it is."""
    return tuple(_text(mark, subject) for mark in subject.certificate.marks)


def _text(mark: str, subject: Subject) -> str:
    if subject.words.lang == "en":
        return mark
    for key, form in _FORMS.items():
        if told := form.fullmatch(mark):
            parts = told.groupdict()
            parts["classes"] = subject.words.series(_land(name, subject) for name in _names(parts["classes"]))
            if "pools" in parts:
                pools = _names(parts["pools"])
                parts["pools"] = subject.words.series(
                    subject.words.find(f"pools.{pool}") or pool for pool in pools
                )
            return str(subject.words(f"marks.{key}", **parts))
    return mark


def _names(text: str) -> list[str]:
    """Names given as ``a, b and c``."""
    return re.split(r", | and ", text)


def _land(name: str, subject: Subject) -> str:
    classes = subject.instance.classes
    return subject.land(classes[classes.index(name)]) if name in classes else name
