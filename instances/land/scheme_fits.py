"""Which class schemes fit the codes of a land cover, and whether the codes alone tell which one it is."""

from __future__ import annotations

import re
from collections.abc import Collection, Hashable, Iterable, Sequence
from math import prod
from typing import NamedTuple

from instances.land.schemes import Scheme, get_scheme, match_codes, scheme_names

BY_CHANCE = 1e-3
"""Codes tell a scheme only where some other numbering would hit it by chance less often than this."""


class Fit(NamedTuple):
    """How well a scheme fits some codes: the shares of them that it knows at all and without a prefix, and
    the share of its own codes that occur."""

    name: str
    share: float
    exact: float
    used: float


def fits(codes: Collection[object]) -> list[Fit]:
    """Every scheme with a class for one of the codes, likeliest first: equal shares are ordered by how many
    codes match without a prefix, then by how much of the scheme occurs."""
    found = []
    for scheme in map(get_scheme, scheme_names()):
        keys = [(scheme.text(code), scheme.key(code)) for code in codes]
        known = [(text, key) for text, key in keys if key is not None]
        classed = {key for _, key in known if scheme.classes[key] is not None}
        if classed:
            share, exact = len(known) / len(codes), sum(text == key for text, key in known) / len(codes)
            used = len(classed) / sum(name is not None for name in scheme.classes.values())
            found.append(Fit(scheme.name, share, exact, used))
    return sorted(found, key=lambda fit: (-fit.share, -fit.exact, -fit.used, fit.name))


def likely_schemes(codes: Iterable[object]) -> list[tuple[str, float]]:
    """The schemes that know at least half of the codes, likeliest first, with the share that each knows."""
    return [(fit.name, fit.share) for fit in fits(set(codes)) if fit.share >= 0.5]


def fitting(codes: Iterable[Hashable]) -> list[str]:
    """The schemes that know all of the codes, likeliest first.

    Where some know them all without a prefix, only these: a prefix reads almost any code. Survey schemes
    write alike and are held in different depth, so among them prefixes tell nothing.
    """
    whole = [fit for fit in fits(set(codes)) if fit.share == 1.0]
    listed = [fit for fit in whole if fit.exact == 1.0]
    survey = any(get_scheme(fit.name).even for fit in listed)
    return [
        fit.name for fit in whole if not listed or fit.exact == 1.0 or (survey and get_scheme(fit.name).even)
    ]


def different(schemes: Iterable[str], codes: Iterable[Hashable]) -> list[str]:
    """The schemes that read the codes differently: the first of each that read them alike."""
    distinct = list(set(codes))
    read: dict[tuple[str | None, ...], str] = {}
    for name in schemes:
        found = match_codes(name, distinct)
        read.setdefault(tuple(found.get(code) for code in distinct), name)
    return list(read.values())


def readings(codes: Iterable[Hashable]) -> list[str]:
    """The schemes that know all of the codes: one of each that read them alike, likeliest first. More than
    one means that the codes do not tell which scheme they follow."""
    distinct = set(codes)
    return different(fitting(distinct), distinct)


def told_by_codes(codes: Iterable[Hashable]) -> str | None:
    """The scheme that codes alone tell: the only one that reads them, and not by chance; None else.

    A list that numbers its classes one after another fits any such numbering, so it is never told by codes.
    """
    distinct = set(codes)
    found = readings(distinct)
    alone = len(found) == 1 and chance(get_scheme(found[0]), list(distinct)) < BY_CHANCE
    return found[0] if alone else None


def chance(scheme: Scheme, codes: Sequence[object]) -> float:
    """How often codes of somebody else's list would all be codes of a scheme: the share of the numbers that
    such a list may have which are the scheme's too, to the power of the codes that match without a prefix.

    Lists are numbered in two ways, and the likelier hit counts: through, up to the largest code; or by digit,
    a class and a class within it, with every digit from the least to the greatest found at its place.
    """
    texts = [scheme.text(code) for code in codes]
    numbers = [int(text) for text in texts if text.isdigit()]
    matched = sum(text in scheme.classes for text in texts)
    if not numbers or not matched:
        return 0.0 if matched else 1.0
    own = {int(code) for code in scheme.classes if re.fullmatch(r"[0-9]+", code)}
    first, last = min(1, *numbers), max(numbers)
    through = sum(first <= number <= last for number in own) / (last - first + 1)
    return float(min(1.0, max(through, _by_digit(own, numbers))) ** matched)


def _by_digit(own: Collection[int], numbers: Sequence[int]) -> float:
    """The share of the numbers with digits as those found have them, place by place, that are a scheme's."""
    places = len(str(max(numbers)))
    found = [f"{number:0{places}d}" for number in numbers]
    least, most = ([pick(text[at] for text in found) for at in range(places)] for pick in (min, max))
    like = [f"{number:0{places}d}" for number in own if number < 10**places]
    within = sum(
        all(low <= digit <= high for low, digit, high in zip(least, text, most, strict=True)) for text in like
    )
    return within / prod(int(high) - int(low) + 1 for low, high in zip(least, most, strict=True))
