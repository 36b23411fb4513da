"""What is wrong with a study, in a planner's words: the checker's errors as place, fault and remedy."""

from __future__ import annotations

import datetime
import difflib
import json
import re
import typing
from collections import Counter
from collections.abc import Sequence
from typing import Any

from instances.study.keys import Range, keys_of, model_at, range_at
from words.catalogue import texts
from words.said import FIRST, Said, say

LONGEST = 60
"""Characters of a wrong value that a sentence repeats."""
BOUNDS = ("greater_than", "greater_than_equal", "less_than", "less_than_equal", "finite_number")
"""What the checker calls numbers outside their range."""
SORTS = (
    "string_type", "bool_type", "bool_parsing", "int_type", "int_parsing", "int_from_float",
    "float_type", "float_parsing", "tuple_type", "dict_type", "model_type", "model_attributes_type",
)  # fmt: skip
"""What the checker calls values of another sort than the key takes."""


def sentences(errors: Sequence[Any], place: str) -> list[tuple[str, Said, Said]]:
    """Place, fault and remedy of all errors of the checker; a misspelt key is told once."""
    found: dict[object, tuple[str, Said, Said]] = {}
    again: Counter[object] = Counter()
    for number, error in enumerate(errors):
        where, fault, remedy = sentence(error, place)
        alike = (error["loc"][-1], remedy) if error["type"] == "extra_forbidden" else number
        again[alike] += 1
        found.setdefault(alike, (where, fault, remedy))
    return [
        (where, say("study_faults.unknown_again", n=again[alike] - 1) if again[alike] > 1 else fault, remedy)
        for alike, (where, fault, remedy) in found.items()
    ]


def sentence(error: Any, place: str) -> tuple[str, Said, Said]:
    """Place, fault and remedy of one error of the checker (an entry of pydantic's ``errors()``)."""
    keys = [part for part in error["loc"] if not (isinstance(part, str) and part.startswith("function-"))]
    dotted = ""
    for part in keys:
        dotted += f"[{part}]" if isinstance(part, int) else (f".{part}" if dotted else str(part))
    where = f"{place}: {dotted}" if dotted else place
    return where, *_told(error, keys)


def _told(error: Any, keys: list[Any]) -> tuple[Said, Said]:
    """Fault and remedy."""
    kind, given = error["type"], _given(error.get("input"))
    if kind == "extra_forbidden":
        model = model_at(keys[:-1])
        known = [key.name for key in keys_of(model)] if model is not None else []
        return say("study_faults.unknown"), did_you_mean(str(keys[-1]), known) or say(
            "study_remedies.known", names=known
        )
    if kind == "missing":
        return say("study_faults.missing"), say("study_remedies.add")
    if kind == "value_error":
        name, _, part = str(error["ctx"]["error"]).partition("|")
        remedy = f"study_remedies.{name}"
        known_remedy = remedy in texts(FIRST)
        return say(f"study_faults.{name}", given=given, part=part), say(
            remedy if known_remedy else "study_remedies.correct"
        )
    if kind == "string_pattern_mismatch":
        name = "class" if error["ctx"]["pattern"].startswith("^[a-z]") else "colour"
        return say(f"study_faults.{name}", given=given), say(f"study_remedies.{name}")
    if kind in BOUNDS:
        return _out_of_range(error, keys, given), say("study_remedies.correct")
    if kind in ("string_too_short", "string_too_long"):
        return say(f"study_faults.{kind}", most=error["ctx"].get("max_length", 0)), say("study_remedies.text")
    if kind == "literal_error":
        choices = [f"`{part}`" for part in re.findall("'([^']*)'", error["ctx"]["expected"])]
        return say("study_faults.choice", given=given), say("study_remedies.choice", choices=choices)
    sort = f"study_faults.{kind}" if kind in SORTS else "study_faults.other"
    return say(sort, given=given), say("study_remedies.correct")


def _out_of_range(error: Any, keys: list[Any], given: str) -> Said:
    """What is said of a number that lies outside the range of its key."""
    found: Range | None = range_at(keys)
    told = found.told if found is not None else None
    if error["type"] == "finite_number":
        return say("study_faults.finite", given=given)
    return say("study_faults.range", given=given, range=told or error["msg"])


def _given(value: Any) -> str:
    """A value as a study writes it, cut where it is long."""
    if isinstance(value, bool):
        text = str(value).lower()
    elif isinstance(value, datetime.date | datetime.time):
        text = value.isoformat()
    else:
        try:
            text = json.dumps(value, ensure_ascii=False) if isinstance(value, str) else repr(value)
        except (ValueError, RecursionError):
            # A number of more digits than Python writes, or lists within lists within lists.
            text = "..."
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 3]}..."


def did_you_mean(word: str, known: typing.Iterable[str]) -> Said | None:
    """The nearest known word as a question; None where none is near."""
    close = difflib.get_close_matches(word, list(known), n=1, cutoff=0.5)
    return say("finding.did_you_mean", close=close[0]) if close else None
