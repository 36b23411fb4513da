"""What is wrong on a command line, in a sentence of the catalogue with its remedy."""

from __future__ import annotations

import re
from enum import Enum
from typing import Any

import typer

from planner.terminal.speech import text, words
from words.said import short

_QUOTED = re.compile(r"'([^']*)'")
_LISTED = re.compile(r"\((.*)\)")


def usage_told(wrong: typer.TyperException) -> str:
    """A fault that the command line's library found, as readers are told it.

    The library's own sentences are English and name no remedy; its classes say what happened.
    """
    fault: Any = wrong
    ctx = getattr(fault, "ctx", None)
    values = {"help": text("usage.help", command=ctx.command_path if ctx is not None else "sansheng")}
    match type(wrong).__name__:
        case "NoSuchOption":
            near = _near(fault.possibilities)
            return text("usage.no_option", option=short(fault.option_name), near=near, **values)
        case "BadOptionUsage":
            return text("usage.needs_value", option=fault.option_name, **values)
        case "MissingParameter":
            names = choices_of(fault.param)
            choices = text("usage.choices", names=text("series.comma").join(names)) if names else ""
            return text("usage.missing", name=_name(fault.param), choices=choices, **values)
        case "BadParameter":
            return _wrong_value(fault, values)
    if found := re.match(r"No such command '(.*?)'\.?(.*)$", wrong.message, re.DOTALL):
        near = _near(_QUOTED.findall(found[2]))
        return text("usage.no_command", command=short(found[1]), near=near, **values)
    if found := _LISTED.search(wrong.message.removeprefix("Got unexpected extra argument(s)")):
        return text("usage.unexpected", words=short(found[1]), **values)
    return text("usage.other", text=wrong.message.rstrip("."), **values)


def _wrong_value(fault: Any, values: dict[str, str]) -> str:
    """A value that is not what its option takes, by what its check says of it."""
    checked = getattr(fault.__cause__, "errors", None)
    if checked is None:
        return text("usage.other", text=fault.message.rstrip("."), **values)
    error = checked()[0]
    told: dict[str, Any] = {
        "name": _name(fault.param),
        "value": short(repr(error.get("input", ""))),
        **values,
    }
    choices = choices_of(fault.param)
    kind = error["type"]
    if choices:
        return text("usage.one_of", choices=text("series.comma").join(choices), **told)
    if kind == "greater_than_equal":
        return text("usage.at_least", least=error["ctx"]["ge"], **told)
    if kind.startswith("int"):
        return text("usage.whole_number", **told)
    return text("usage.number", **told) if kind.startswith("float") else text("usage.wrong", **told)


def _name(param: Any) -> str:
    """An option as it is typed, an argument by what stands for it."""
    if param.param_type_name == "option":
        return str(param.opts[0])
    return words().find(f"help_values.{param.metavar}") or str(param.metavar or param.name)


def _near(names: Any) -> str:
    return text("usage.near", names=text("series.comma").join(sorted(names))) if names else ""


def choices_of(param: Any) -> list[str]:
    """What an option may be, where it is one of a few."""
    found = getattr(getattr(param, "type_descriptor", None), "choices", None) or ()
    return [str(each.value) if isinstance(each, Enum) else str(each) for each in found]
