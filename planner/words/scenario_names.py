"""Names of scenarios for readers."""

from __future__ import annotations

from instances.study.schema import BASE
from words.catalogue import Words


def scenario_label(name: str, words: Words) -> str:
    """A scenario's name for readers: the base has one in every language, others stand as written."""
    return str(words("page.base")) if name == BASE else name
