"""Class schemes: which land class a code of a land-cover product or land survey stands for.

``data/schemes.csv`` is the crosswalk (with the confidence and source of every row), ``data/scheme_names.csv``
the schemes with their aliases. Where a scheme has levels, a finer code takes the class of its longest known
prefix: 0101 of MNR-2023 that of 01, 0201K of GB/T 21010-2017 that of 0201.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Hashable, Iterable
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple, TypeVar

from instances.study.files import nearest
from instances.study.findings import Findings, StudyError
from instances.study.tables import table

Code = TypeVar("Code", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Scheme:
    """A class scheme. ``even``: codes are written with an even number of digits (numeric 101 is 0101).
    ``prefix``: fewest characters of a prefix that decides a finer code's class; 0 where codes are flat."""

    name: str
    title: str
    even: bool
    prefix: int
    classes: dict[str, str | None]
    """Class name by code text; None means no data."""

    def text(self, code: object) -> str:
        """A code as the scheme writes it: no blanks, no ``.0`` of a float, leading zeros restored."""
        plain = re.sub(r"\.0+$", "", str(code).strip().upper())
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
        row["scheme"]: Scheme(row["scheme"], row["title"], row["pad"] == "even", int(row["prefix"] or 0), {})
        for row in table("scheme_names.csv")
    }
    for row in table("schemes.csv"):
        found[row["scheme"]].classes[row["code"]] = row["class"] or None
    return found


@cache
def _aliases() -> dict[str, str]:
    names = {}
    for row in table("scheme_names.csv"):
        for alias in (row["scheme"], *row["aliases"].split("|")):
            names[_plain(alias)] = row["scheme"]
    return names


def _plain(name: str) -> str:
    return re.sub(r"[\s_./\-()&]", "", name).lower()


def scheme_names() -> tuple[str, ...]:
    """The schemes that ``landcover.scheme`` may name."""
    return tuple(_schemes())


def scheme_title(name: str) -> str:
    """What a scheme is, in a phrase."""
    return get_scheme(name).title


def find_scheme(name: str) -> str | None:
    """The scheme's own name for a name or alias, upper and lower case alike; None where unknown."""
    return _aliases().get(_plain(name))


def get_scheme(name: str) -> Scheme:
    """A scheme by name or alias; ``StudyError`` with the nearest known one where there is none."""
    found = find_scheme(name)
    if found is None:
        close = nearest(name, scheme_names())
        findings = Findings()
        findings.error(
            "landcover.scheme",
            f"there is no class scheme `{name}`",
            f"Did you mean `{close}`?" if close else f"Schemes: {', '.join(scheme_names())}",
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


def likely_schemes(codes: Iterable[object]) -> list[tuple[str, float]]:
    """The schemes that know at least half of the codes, likeliest first, with the share that each knows.

    Equal shares are ordered by how many codes match without a prefix, then by how much of the scheme occurs.
    """
    return [(fit.name, fit.share) for fit in _fits(set(codes)) if fit.share >= 0.5]


def readings(codes: Iterable[Hashable]) -> list[str]:
    """The schemes that know all of the codes, and most of them without a prefix: one of each that read them
    alike, likeliest first. More than one means that the codes do not tell which scheme they follow.

    Survey schemes write alike and are held in different depth, so among them prefixes tell nothing.
    """
    distinct = set(codes)
    whole = [fit for fit in _fits(distinct) if fit.share == 1.0]
    best = max((fit.exact for fit in whole), default=0.0)
    survey = any(fit.exact == best and _schemes()[fit.name].even for fit in whole)
    different: dict[tuple[str | None, ...], str] = {}
    for fit in whole:
        if fit.exact == best or (survey and _schemes()[fit.name].even):
            found = match_codes(fit.name, distinct)
            different.setdefault(tuple(found[code] for code in distinct), fit.name)
    return list(different.values())


def named_in(text: str, schemes: Iterable[str]) -> str | None:
    """The one of the schemes whose name or alias stands in a text, such as a file's name; the longest such
    name decides, and None where there is none. Names of three letters or fewer tell nothing."""
    among, plain = set(schemes), _plain(text)
    found = [
        alias for alias, name in _aliases().items() if name in among and len(alias) > 3 and alias in plain
    ]
    return _aliases()[max(found, key=len)] if found else None


class _Fit(NamedTuple):
    """How well a scheme fits some codes: the shares of them that it knows at all and without a prefix, and
    the share of its own codes that occur."""

    name: str
    share: float
    exact: float
    used: float


def _fits(codes: Collection[object]) -> list[_Fit]:
    """Every scheme with a class for one of the codes, likeliest first."""
    fits = []
    for scheme in _schemes().values():
        keys = [(scheme.text(code), scheme.key(code)) for code in codes]
        known = [(text, key) for text, key in keys if key is not None and scheme.classes[key] is not None]
        if known:
            share = len([key for _, key in keys if key is not None]) / len(codes)
            exact = sum(text == key for text, key in known) / len(codes)
            used = len({key for _, key in known}) / sum(name is not None for name in scheme.classes.values())
            fits.append(_Fit(scheme.name, share, exact, used))
    return sorted(fits, key=lambda fit: (-fit.share, -fit.exact, -fit.used, fit.name))
