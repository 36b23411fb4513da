"""What a verification calls a limit: by its keys as files have them, in Chinese by its name for readers."""

from __future__ import annotations

from instances.land.classes import Classes
from planner.recount.figures.recount import Counted
from planner.words.indicator_names import limit_label
from words.said import Said, say

NAMED = "zh"
"""The language of readers who do not read the keys of a study."""


def limit_named(row: Counted, classes: Classes) -> Said:
    """A limit within a sentence."""
    return say("verify.limit_named", name=row.label, label=limit_label(row.label, NAMED, classes))


def limit_priced(row: Counted, classes: Classes) -> Said:
    """The price of a limit in the proof, as what differs."""
    return say("verify.limit_priced", name=row.label, label=limit_label(row.label, NAMED, classes))


def limit_figure(row: Counted, classes: Classes, part: str = "") -> Said:
    """A figure of a limit, or the limit itself, as what differs."""
    key = "verify.limit_part" if part else "verify.limit_itself"
    return say(key, name=row.label, label=limit_label(row.label, NAMED, classes), part=part)
