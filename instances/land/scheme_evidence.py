"""What a land-cover file says of its class scheme beside its codes: names and colours of its legend, its
fields, and what file and layer are called. ``data/scheme_hints.csv`` and ``data/scheme_colours.csv``."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache

from instances.land.codes import Code
from instances.land.colours import Colour, distance, parse_colour
from instances.land.schemes import aliases, get_scheme, plain_name
from instances.study.tables import table

LIKE = 30.0
"""Colours closer than this are the same: palettes are copied with small changes."""
MOST = 0.95
"""So much of a legend must agree with a scheme: a name that does not is a class that would be read wrong."""


@dataclass(frozen=True)
class Evidence:
    """What a file says beside its codes: names of its file, layer and field of codes, and its legend as names
    and colours by code."""

    file: str = ""
    layer: str = ""
    fields: Sequence[str] = ()
    names: Mapping[Code, str] = field(default_factory=dict)
    colours: Mapping[Code, Colour] = field(default_factory=dict)


def told_by_evidence(evidence: Evidence, schemes: Sequence[str]) -> dict[str, list[str]]:
    """Which of the schemes each piece of evidence speaks for: ``legend``, ``colours``, ``field``, ``layer``
    and ``name`` (of the file). Pieces that speak for none are left out."""
    named = named_in(evidence.file, schemes)
    told = {
        "legend": _best({name: _names_agree(name, evidence.names) for name in schemes}),
        "colours": _best({name: _colours_agree(name, evidence.colours) for name in schemes}),
        "field": [name for text in evidence.fields for name in _hinted("field", text, schemes)],
        "layer": _hinted("layer", evidence.layer, schemes),
        "name": [named] if named is not None else _hinted("file", evidence.file, schemes),
    }
    return {kind: list(dict.fromkeys(names)) for kind, names in told.items() if names}


def named_in(text: str, schemes: Iterable[str]) -> str | None:
    """The one of the schemes whose name or alias stands in a text, such as a file's name; the longest such
    name decides, and None where there is none. Names of three letters or fewer tell nothing."""
    among, plain = set(schemes), plain_name(text)
    found = [
        alias for alias, name in aliases().items() if name in among and len(alias) > 3 and alias in plain
    ]
    return aliases()[max(found, key=len)] if found else None


def _hinted(what: str, text: str, schemes: Collection[str]) -> list[str]:
    """The schemes that a name of a file, layer or field hints at."""
    rows = [row for row in table("scheme_hints.csv") if row["what"] == what]
    found = [row for row in rows if text and re.search(row["pattern"], text.strip(), re.IGNORECASE)]
    return [name for row in found for name in row["schemes"].split(";") if name in schemes]


def _best(agree: Mapping[str, float]) -> list[str]:
    """The schemes with which a legend agrees."""
    return [name for name, share in agree.items() if share >= MOST]


def _names_agree(name: str, names: Mapping[Code, str]) -> float:
    """The share of a legend's names that share a word with what a scheme calls the code."""
    scheme = get_scheme(name)
    agree = [
        any(_share_a_word(text, scheme.label(code, lang)) for lang in ("zh", "en"))
        for code, text in names.items()
    ]
    return sum(agree) / len(agree) if agree else 0.0


def _share_a_word(one: str, other: str) -> bool:
    wide = [_core(text) for text in (one, other)]
    if all(wide):
        pairs = [{text[at : at + 2] for at in range(len(text) - 1)} for text in wide]
        return wide[0] in wide[1] or wide[1] in wide[0] or bool(pairs[0] & pairs[1])
    stems = [{word[:4] for word in re.findall(r"[a-z]{3,}", text.lower())} for text in (one, other)]
    return bool(stems[0] & stems[1])


def _core(text: str) -> str:
    """The Chinese of a name without the words that any name of land may have (``data/any_land.csv``)."""
    plain = re.sub(r"[^\u3400-\u9fff]", "", text)
    for row in table("any_land.csv"):
        plain = plain.replace(row["word"], "") or plain
    return plain


def _colours_agree(name: str, colours: Mapping[Code, Colour]) -> float:
    """The share of a palette's colours that are those of a scheme."""
    scheme, own = get_scheme(name), _colours().get(name, {})
    agree = [
        text in own and distance(colour, own[text]) <= LIKE
        for text, colour in ((scheme.text(code), colour) for code, colour in colours.items())
    ]
    return sum(agree) / len(agree) if own and agree else 0.0


@cache
def _colours() -> dict[str, dict[str, Colour]]:
    found: dict[str, dict[str, Colour]] = {}
    for row in table("scheme_colours.csv"):
        found.setdefault(row["scheme"], {})[row["code"]] = parse_colour(row["colour"])
    return found
