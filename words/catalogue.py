"""The catalogue of words: every sentence that a reader sees, one folder a language (`zh`, `en`)."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

from markupsafe import Markup, escape

from words.numbers import nearest, percent_not_below, signed

LANGS = ("zh", "en")
MINUS, NARROW = "−", "\u00a0"


class Words:
    """The words of one language.

    ``words(key, **values)`` is a sentence as markup, its values escaped, for pages; ``words.text`` the same
    as plain text, for pictures, tables, GIS and the terminal. ``KeyError`` for a key that is not there.
    """

    def __init__(self, lang: str) -> None:
        self.lang = lang
        self._texts = texts(lang)

    def __call__(self, key: str, **values: object) -> Markup:
        """The sentence of a key with its values put in."""
        return Markup(self._texts[key]).format(**values)

    def text(self, key: str, **values: object) -> str:
        """The sentence of a key as plain text."""
        return self._texts[key].format(**values)

    def find(self, key: str) -> str | None:
        """The text of a key, or None where the table lacks it."""
        return self._texts.get(key)

    def count(self, key: str, number: int, **values: object) -> Markup:
        """A sentence about a number of things: ``one|many`` in the table, ``{n}`` the number."""
        return Markup(self._form(key, number)).format(n=f"{number:,}", **values)

    def count_text(self, key: str, number: int, **values: object) -> str:
        """The same as ``count`` as plain text."""
        return self._form(key, number).format(n=f"{number:,}", **values)

    def inside(self, name: str) -> str:
        """A name within a sentence: English begins it with a small letter."""
        return name[:1].lower() + name[1:] if self._texts["grammar.names"] == "lower" else name

    def outside(self, name: str) -> str:
        """A key of a study as a name on its own, as in a list: English begins it with a capital letter."""
        if self._texts["grammar.names"] != "lower":
            return name
        return name[:1].upper() + name[1:].replace("_", " ")

    def land_of_area(self, name: str) -> str:
        """The land that the name of its area is about: ``cropland`` of ``Area of cropland``."""
        before, after = self._texts["grammar.area_before"], self._texts["grammar.area_after"]
        return name.removeprefix(before).removesuffix(after)

    def one(self, unit: str) -> str:
        """A unit as it is said of one: one more ``hectare``."""
        return self._texts.get(f"one.{unit}", unit) or self._texts["one.thing"]

    def unit(self, unit: str) -> str:
        """A unit as readers write it."""
        above, per, below = unit.partition(" per ")
        if per:
            return self.text("units.per", above=self.unit(above), below=self.unit(below))
        if "·" in unit and f"units.{unit}" not in self._texts:
            return "·".join(self.unit(part) for part in unit.split("·"))
        if "/" in unit and f"units.{unit}" not in self._texts:
            return "/".join(self.unit(part) for part in unit.split("/"))
        return self._texts.get(f"units.{unit}", unit).replace("tCO2e", "tCO₂e")

    def amount(self, value: float, unit: str = "") -> Markup:
        """A figure with its unit, kept on one line."""
        return self.amount_text(figure(value), unit)

    def amount_text(self, text: str, unit: str) -> Markup:
        """A figure that is text already with its unit, kept on one line."""
        if not unit:
            return Markup("{}").format(text)
        return Markup('<span class="figure">{}{}{}</span>').format(text, NARROW, self.unit(unit))

    def amount_plain(self, value: float, unit: str = "") -> str:
        """A figure with its unit as plain text, as terminals and tables show it."""
        return f"{nearest(value)} {self.unit(unit)}".rstrip().replace("₂", "2")

    def change(self, value: float, unit: str = "") -> Markup:
        """A change with its sign and unit, kept on one line."""
        return self.amount_text(difference(value), unit)

    def share(self, part: float, whole: float) -> str:
        """A part of a whole in per cent."""
        return self.per_cent(nearest(100 * part / whole)) if whole else "–"

    def percent(self, change: float, before: float) -> str:
        """A change in per cent of what was before, with its sign; a dash where there was nothing."""
        return self.per_cent(difference(100 * change / abs(before))) if before else "–"

    def gap(self, share: float | None) -> str:
        """A gap in per cent, rounded up, kept on one line; a dash where none is known."""
        return "–" if share is None else self.gap_text(share).replace(" ", NARROW)

    def gap_text(self, share: float) -> str:
        """A gap in per cent, rounded up, as terminals and pictures show it."""
        return percent_not_below(share).replace(" %", self._texts["grammar.percent"])

    def per_cent(self, figure: str) -> str:
        """A figure in per cent, kept on one line; Chinese leaves no space before the sign."""
        return f"{figure}{self._texts['grammar.percent'].replace(' ', NARROW)}"

    def series(self, items: Iterable[object]) -> Markup:
        """Things one after another: ``a, b and c``."""
        texts = [str(escape(item)) for item in items]
        if len(texts) < 2:
            return Markup("".join(texts))
        last = self._texts["series.and"].join((texts[-2], texts[-1]))
        return Markup(self._texts["series.comma"].join([*texts[:-2], last]))

    def _form(self, key: str, number: int) -> str:
        """The form of a sentence for a number of things."""
        one, _, many = self._texts[key].partition("|")
        return many if many and number != 1 else one


def figure(value: float) -> str:
    """A figure as readers see it, with a true minus sign."""
    text = nearest(value)
    return text.replace("-", MINUS) if text.strip("-0.") else "0"


def difference(value: float) -> str:
    """A change as readers see it, with a true minus sign."""
    text = signed(value)
    return text.replace("-", MINUS) if text.strip("+-0.") else "0"


def catalogue(lang: str) -> Path:
    """The folder with the words of a language: TOML files, each with the sentences of some rooms."""
    return Path(__file__).with_name(str(lang))  # a path takes plain text only


@cache
def texts(lang: str) -> dict[str, str]:
    """Every sentence of a language by its key ``subject.name``."""
    found: dict[str, str] = {}
    for path in sorted(catalogue(lang).glob("*.toml")):
        tree: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
        for subject, entries in tree.items():
            found |= {f"{subject}.{key}": text for key, text in entries.items()}
    return found
