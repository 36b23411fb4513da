"""A few names of many, as sentences list them."""

from __future__ import annotations

from collections.abc import Sequence

from words.said import Said, say

MOST = 5
"""Names that a sentence lists; of more it says that there are more."""


def some(names: Sequence[str], count: int | None = None) -> Said:
    """The first few of some names, with a word where there are more; ``count`` says how many there are where
    only the first are given."""
    total = len(names) if count is None else count
    return say("rules_names.more" if total > MOST else "rules_names.all", names=list(names[:MOST]))


def joined(names: Sequence[str]) -> str:
    """Names as one: "a and b and c"; empty where there are none."""
    if not names:
        return ""
    whole = names[0]
    for name in names[1:]:
        whole = say("rules_names.and", one=whole, other=name)
    return whole
