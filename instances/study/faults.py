"""What is wrong with a study, in a planner's words: the checker's errors as place, fault and remedy."""

from __future__ import annotations

import difflib
import re
import types
import typing
from typing import Annotated, Any

from pydantic import BaseModel

from instances.study.schema import Study


def sentence(error: Any, place: str) -> tuple[str, str, str]:
    """Place, fault and remedy of one error of the checker (an entry of pydantic's ``errors()``)."""
    keys = [part for part in error["loc"] if not (isinstance(part, str) and part.startswith("function-"))]
    dotted = ""
    for part in keys:
        dotted += f"[{part}]" if isinstance(part, int) else (f".{part}" if dotted else str(part))
    where = f"{place}: {dotted}" if dotted else place
    kind, message = error["type"], error["msg"]
    if kind == "extra_forbidden":
        known = _known_keys(keys[:-1])
        return where, "unknown key", did_you_mean(str(keys[-1]), known) or f"Known here: {', '.join(known)}"
    if kind == "missing":
        return where, "is missing", "Add it"
    if kind == "value_error":
        fault, _, remedy = message.removeprefix("Value error, ").partition("|")
        return where, fault, remedy
    given = repr(error.get("input"))
    given = given if len(given) <= 60 else given[:57] + "..."
    if kind == "string_pattern_mismatch" and error["ctx"]["pattern"].startswith("^[a-z]"):
        fault = f"a class is named in lower-case letters, digits and _, but this is {given}"
        return where, fault, "Name it so; [classes] gives it another name for readers (name_zh)"
    for theirs, ours in _PLAIN_WORDS:
        message = re.sub(theirs, ours, message)
    return where, f"{message[0].lower()}{message[1:]}, but it is {given}", "Correct the value"


_PLAIN_WORDS = (
    (r"a valid (tuple|list)", "a list in [brackets]; tables in a list have [[two]]"),
    (r"a valid dictionary( or instance of \w+)?", "a table, such as { path = ... }"),
    (r"a valid string", "text in quotes"),
)
"""What the checker calls things, and what they are in a study file."""


def _known_keys(keys: list[Any]) -> tuple[str, ...]:
    """The keys that the table at a dotted place knows."""
    model: Any = Study
    for part in keys:
        if isinstance(model, type) and issubclass(model, BaseModel):
            if part not in model.model_fields:
                return ()
            model = model.model_fields[part].annotation
        else:
            model = _value_type(model)
        model = _plain(model)
    if not (isinstance(model, type) and issubclass(model, BaseModel)):
        return ()
    return tuple(field.alias or name for name, field in model.model_fields.items())


def _plain(annotation: Any) -> Any:
    """An annotation without ``Annotated`` and ``| None``."""
    while typing.get_origin(annotation) is Annotated:
        annotation = typing.get_args(annotation)[0]
    if typing.get_origin(annotation) in (typing.Union, types.UnionType):
        rest = [part for part in typing.get_args(annotation) if part is not type(None)]
        return _plain(rest[0]) if rest else annotation
    return annotation


def _value_type(annotation: Any) -> Any:
    """The type of the values of ``dict[str, T]`` or ``tuple[T, ...]``."""
    arguments = typing.get_args(annotation)
    return arguments[1] if typing.get_origin(annotation) is dict else arguments[0]


def did_you_mean(word: str, known: typing.Iterable[str]) -> str:
    """The nearest known word as a question; empty where none is near."""
    close = difflib.get_close_matches(word, list(known), n=1, cutoff=0.5)
    return f"Did you mean `{close[0]}`?" if close else ""
