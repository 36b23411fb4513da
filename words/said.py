"""Sentences said below the pages: plain English as text, and in any language when asked.

What reads a study or poses a problem does not know who will read its sentences. It says them by their key in
the catalogue and with their values; whoever shows them asks for the reader's language.
"""

from __future__ import annotations

import re
from typing import Any

from words.catalogue import texts

FIRST = "en"
"""The language of a sentence as text."""
LONGEST, MOST = 400, 100
"""Characters of a text of others, and things in a list, that a sentence repeats."""
ENTRY = re.compile(r"\b(limits|include|path)\[(\d+)\]")
"""An entry of a list of the study file, as programs count it: ``limits[0]`` is the first."""


class Said(str):
    """A sentence of the catalogue with its values: English as text, ``inside(lang)`` in a language.

    Two are equal where their English text is. Values may be sentences themselves, or lists of things, which
    are named one after another; with a value ``n`` the text has a form for one and one for many:
    ``one|many``.
    """

    key: str
    values: dict[str, Any]

    def __new__(cls, key: str, values: dict[str, Any]) -> Said:
        """The sentence of a key; ``KeyError`` where the catalogue lacks it or a value is missing."""
        made = super().__new__(cls, _sentence(key, values, FIRST))
        made.key, made.values = key, values
        return made

    def inside(self, lang: str) -> str:
        """The sentence in a language."""
        return _sentence(self.key, self.values, lang)

    def __reduce__(self) -> tuple[type[Said], tuple[str, dict[str, Any]]]:
        return Said, (self.key, self.values)


def say(key: str, **values: Any) -> Said:
    """The sentence of a key with its values."""
    return Said(key, values)


def as_data(text: str) -> str | list[Any]:
    """A sentence as plain data, to be written and read again (``told_again``): its key and its values."""
    if not isinstance(text, Said):
        return text
    values = text.values.items()
    return [text.key, {name: as_data(value) if isinstance(value, str) else value for name, value in values}]


def told_again(data: str | list[Any]) -> str:
    """The sentence that ``as_data`` left as plain data."""
    if isinstance(data, str):
        return data
    key, values = data
    found = {name: told_again(value) if _is_sentence(value) else value for name, value in values.items()}
    return say(key, **found)


def _is_sentence(value: object) -> bool:
    return isinstance(value, list) and len(value) == 2 and isinstance(value[1], dict)


def inside(text: str, lang: str) -> str:
    """A sentence in a language; names and whatever else stands in no catalogue as they are."""
    return text.inside(lang) if isinstance(text, Said) else text


def numbered(sentence: str, lang: str) -> str:
    """A sentence in which entries of lists are counted as planners count them, from one."""
    entry = texts(lang)["finding.entry"]
    return ENTRY.sub(lambda found: entry.format(table=found[1], n=int(found[2]) + 1), sentence)


def _sentence(key: str, values: dict[str, Any], lang: str) -> str:
    text = texts(lang)[key]
    if "n" in values:
        one, _, many = text.partition("|")
        text = many if many and values["n"] != 1 else one
    return text.format(**{name: _value(value, lang) for name, value in values.items()})


def _value(value: Any, lang: str) -> Any:
    """A value as it stands in a sentence of a language."""
    if isinstance(value, list | tuple):
        named = [str(_value(item, lang)) for item in value[:MOST]]
        return short(texts(lang)["series.comma"].join(named + ["..."] * (len(value) > MOST)), 4 * LONGEST)
    if isinstance(value, Said):
        return value.inside(lang)
    return short(value) if isinstance(value, str) else value


def short(text: str, most: int = LONGEST) -> str:
    """A text of others as a sentence repeats it: cut in its middle where it is long, as a name of 100,000
    characters is."""
    return text if len(text) <= most else f"{text[: most - 60]}...{text[-50:]}"
