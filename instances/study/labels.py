"""Names for readers in a study: a label in a language, and the name of the scenario without changes.

They stand apart from the study's tables, which take a quarter of a second to load: help needs none of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

BASE = "base"
"""Name of the scenario that a study describes outside ``[scenarios]``."""


def named(label: str | Mapping[Any, str] | None, lang: str, otherwise: str) -> str:
    """A label in a language, else in any; ``otherwise`` where there is none."""
    if isinstance(label, str):
        return label
    return otherwise if not label else label.get(lang) or next(iter(label.values()))
