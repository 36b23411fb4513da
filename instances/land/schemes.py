"""Class schemes: which land class a code of a land-cover product or land survey stands for.

``data/schemes.csv`` is the crosswalk (with the confidence and source of every row), ``data/scheme_names.csv``
the schemes with their aliases. Where a scheme has levels, a finer code takes the class of its longest known
prefix: 0101 of MNR-2023 that of 01, 0201K of GB/T 21010-2017 that of 0201.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import TypeVar

from instances.study.files import nearest
from instances.study.findings import Findings, StudyError
from instances.study.tables import Row, table
from words.said import say

Code = TypeVar("Code", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Scheme:
    """A class scheme. ``even``: codes are written with an even number of digits (numeric 101 is 0101).
    ``prefix``: fewest characters of a prefix that decides a finer code's class; 0 where codes are flat."""

    name: str
    title_en: str
    title_zh: str
    even: bool
    prefix: int
    classes: dict[str, str | None]
    """Class name by code text; None means no data."""
    survey: bool = False
    """Whether it is a land survey's or a plan's: codes of many digits, kept in parcels."""
    labels: dict[str, Row] = field(default_factory=dict)
    """The rows of the crosswalk by code text: what the scheme itself calls each code."""

    def title(self, lang: str) -> str:
        """What it is, in a phrase."""
        text: str = getattr(self, f"title_{lang}")
        return text

    def label(self, code: object, lang: str) -> str:
        """What the scheme calls a code, in a language where it has a name in it; empty where unknown."""
        row: Mapping[str, str] = self.labels.get(self.key(code) or "", {})
        return row.get(f"name_{lang}", "") or row.get("name_en", "")

    def text(self, code: object) -> str:
        """A code as the scheme writes it: no blanks, no ``.0`` of a float, leading zeros restored; digits
        as a Chinese keyboard types them are digits."""
        plain = re.sub(r"\.0*$", "", unicodedata.normalize("NFKC", str(code)).strip().upper())
        digits = re.match(r"\d+", plain)
        if digits is None:
            return plain
        number, rest = digits.group(), plain[digits.end() :]
        if not self.even:
            return (number.lstrip("0") or "0") + rest
        return number.rjust(len(number) + len(number) % 2, "0") + rest

    def key(self, code: object) -> str | None:
        """The scheme's own code that decides the class of a code; None where it has none."""
        text = self.text(code)
        if text in self.classes:
            return text
        if self.prefix and re.fullmatch(r"[0-9][0-9A-Z]*", text):
            for length in range(len(text) - 1, self.prefix - 1, -1):
                if text[:length] in self.classes:
                    return text[:length]
        return None


@cache
def _schemes() -> dict[str, Scheme]:
    found = {
        row["scheme"]: Scheme(
            row["scheme"],
            row["title_en"],
            row["title_zh"],
            row["pad"] == "even",
            int(row["prefix"] or 0),
            {},
            row["survey"] == "true",
        )
        for row in table("scheme_names.csv")
    }
    for row in table("schemes.csv"):
        found[row["scheme"]].classes[row["code"]] = row["class"] or None
        found[row["scheme"]].labels[row["code"]] = row
    return found


@cache
def aliases() -> dict[str, str]:
    """The schemes by the plain form of every name that they go by."""
    names = {}
    for row in table("scheme_names.csv"):
        for alias in (row["scheme"], *row["aliases"].split("|")):
            names[plain_name(alias)] = row["scheme"]
    return names


def plain_name(name: str) -> str:
    """A name of a scheme without blanks, signs and capitals, as names are compared."""
    return re.sub(r"[\s_./\-()&]", "", name).lower()


def scheme_names() -> tuple[str, ...]:
    """The schemes that ``landcover.scheme`` may name."""
    return tuple(_schemes())


def scheme_title(name: str, lang: str = "en") -> str:
    """What a scheme is, in a phrase of a language."""
    return get_scheme(name).title(lang)


def find_scheme(name: str) -> str | None:
    """The scheme's own name for a name or alias, upper and lower case alike; None where unknown."""
    return aliases().get(plain_name(name))


def get_scheme(name: str) -> Scheme:
    """A scheme by name or alias; ``StudyError`` with the nearest known one where there is none."""
    found = find_scheme(name)
    if found is None:
        close = nearest(name, scheme_names())
        findings = Findings()
        findings.error(
            "landcover.scheme",
            say("carbon_schemes.unknown", name=name),
            say("finding.did_you_mean", close=close)
            if close
            else say("carbon_schemes.list", names=scheme_names()),
        )
        raise StudyError(findings.errors)
    return _schemes()[found]


def match_codes(name: str, codes: Iterable[Code]) -> dict[Code, str | None]:
    """Class name (None: no data) of every code that the scheme knows; unknown codes are left out.

    ``codes`` are numbers or text as a raster or an attribute table has them.
    """
    scheme = get_scheme(name)
    keys = {code: scheme.key(code) for code in codes}
    return {code: scheme.classes[key] for code, key in keys.items() if key is not None}
