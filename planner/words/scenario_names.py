"""Names of scenarios for readers, and as folders."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from instances.study.labels import BASE, named
from words.catalogue import LANGS, Words

if TYPE_CHECKING:
    from instances.study.basics import Label

MOST_LETTERS = 60
"""Letters of a folder's name: a file system takes 255 bytes, and a letter has up to four."""
_DEVICES = {"con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(10))}
"""Names that Windows keeps for devices."""


def folder_name(name: str) -> str:
    """A scenario's name as that of one folder, on any system; never a path.

    Most stand as written; where letters had to be replaced, a few of the name's hash tell it from others.
    """
    plain = "".join(letter if letter.isprintable() and letter not in '/\\:*?"<>|' else "_" for letter in name)
    plain = plain.strip(" .")[:MOST_LETTERS].rstrip(" .")
    if plain and plain == name and plain.partition(".")[0].lower() not in _DEVICES:
        return plain
    mark = hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:6]
    return f"{plain}-{mark}" if plain else f"_-{mark}"


def scenario_label(name: str, words: Words, label: Label | None = None) -> str:
    """A scenario's name for readers: the ``label`` that its study gives it, else the base has one in every
    language, and others stand as written."""
    return named(label, words.lang, str(words("page.base")) if name == BASE else name)


def relaxed_label(name: str, label: Label | None) -> dict[str, str]:
    """The name for readers, in every language, of a scenario whose limits were loosened."""
    return {
        lang: Words(lang).text("comparison.relaxed_name", name=scenario_label(name, Words(lang), label))
        for lang in LANGS
    }


def stated_label(label: str, words: Words) -> str:
    """The name for readers of the scenario as it stands, of a name that may say that limits were loosened."""
    return label.removesuffix(words.text("comparison.relaxed_name", name=""))
