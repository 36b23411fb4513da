"""Names of scenarios for readers."""

from __future__ import annotations

from instances.study.schema import BASE, Label, named
from words.catalogue import Words


def scenario_label(name: str, words: Words, label: Label | None = None) -> str:
    """A scenario's name for readers: the ``label`` that its study gives it, else the base has one in every
    language, and others stand as written."""
    return named(label, words.lang, str(words("page.base")) if name == BASE else name)
