r"""Texts of others as they may be shown: what a terminal or a page would obey is shown instead (``\x1b``)."""

from __future__ import annotations

import re

HIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069]")
"""Escape sequences, other signs of control, and those that turn text around; lines and tabs stay."""


def visible(text: str) -> str:
    """A text without what is obeyed rather than shown: names come from files of others."""
    return HIDDEN.sub(lambda found: found.group().encode("unicode_escape").decode("ascii"), text)
