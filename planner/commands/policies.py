"""``sansheng policies``: the ready policies that a study can include, and what one of them asks."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

import planner
from planner.terminal.options import LangName
from planner.terminal.speech import console, say, show, speak, text, words
from planner.terminal.summary import plain, table


class Deed(StrEnum):
    """What to do with the policies."""

    LIST = "list"
    SHOW = "show"


def policies(
    deed: Annotated[
        Deed, typer.Argument(metavar="[list|show]", help="List them all, or show one of them.")
    ] = Deed.LIST,
    name: Annotated[str | None, typer.Argument(metavar="NAME", help="The policy to show.")] = None,
    lang: LangName = None,
) -> None:
    """List the ready policies that a study can include, or show one: claims, parameters, sources, tables."""
    speak(lang or "en")
    found = planner.policies(name, lang=words().lang)
    if deed is Deed.LIST and name is None:
        _print_list(found)
        say("policies.show_one")
    else:
        for each in found:
            _print_one(each)


def _print_list(found: tuple[planner.ReadyPolicy, ...]) -> None:
    """Every policy with its name for readers, year and confidence."""
    shown = table(*(text(f"policies.{key}") for key in ("name", "title", "year", "sure")))
    for each in found:
        shown.add_row(plain(each.name), plain(each.title), str(each.year), each.confidence)
    console().print(shown)
    console().print()


def _print_one(policy: planner.ReadyPolicy) -> None:
    """What a policy asks, its parameters, and its tables as a study would write them."""
    show(f"{policy.title} ({policy.name})")
    for sentence in policy.sentences:
        show(sentence)
    console().print()
    shown = table(*(text(f"policies.{key}") for key in ("parameter", "value", "range", "meaning")))
    for row in policy.rows:
        meaning = f"{row.meaning}: {row.source}" if row.source else row.meaning
        shown.add_row(row.name, row.value, row.range, plain(meaning))
    console().print(shown)
    console().print()
    say("policies.written")
    for line in policy.text.splitlines():
        show(line)
