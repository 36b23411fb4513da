"""Hostile values for every key of the study file, found by walking its typed tree: a new key is attacked as
soon as it is there."""

from __future__ import annotations

import datetime
import math
import types
import typing
from collections.abc import Iterator
from typing import Any, Literal

from instances.study.keys import Key, Range, bare, keys_of, tables
from instances.study.schema import Study
from tests.support.attack.case import ACCEPTED, APART, EITHER, REFUSED, Attack, Tree, fullest, put

Place = tuple[Any, ...]
HUGE = 10**399
"""A whole number of 400 digits."""
NUMBERS: dict[str, Any] = {
    "1e308": 1e308,
    "-1e308": -1e308,
    "nan": math.nan,
    "inf": math.inf,
    "-inf": -math.inf,
    "5e-324": 5e-324,
    "400 digits": HUGE,
    "-400 digits": -HUGE,
    "2^63": 2**63,
    "-1": -1,
    "0": 0,
    "half": 0.5,
    "-0.0": -0.0,
    "million": 10**6,
}
NO_NUMBERS: dict[str, Any] = {
    "true": True,
    "text": "ten",
    "full-width digits": "５０",
    "list": [1],
    "table": {"a": 1},
    "date": datetime.date(2020, 2, 29),
    "time": datetime.time(1, 2),
    "list in list": [[[1]]],
}
NO_TEXTS: dict[str, Any] = {
    "number": 7,
    "huge": HUGE,
    "nan": math.nan,
    "truth": False,
    "list": ["a", ["b"]],
    "table": {"en": {}},
    "date": datetime.datetime(2020, 2, 29, 1, 2, 3, tzinfo=datetime.UTC),
}
TEXTS: dict[str, str] = {
    "empty": "",
    "blank": " \t",
    "long": "长x" * 50_000,
    "NUL": "a\0b",
    "escape": "\x1b[2J\x1b]0;owned\x07",
    "bidi": "\u202egnp.exe\u2066",
    "zero width": "\u200b\ufeff",
    "lines": "one\ntwo\r\nthree\u2028four",
    "up": "../../../../etc/passwd",
    "device": "/dev/zero",
    "formula": "=cmd|' /C calc'!A0",
    "markup": "<script>[bold]",
    "braces": "{0} {name!r} %s {}",
    "combining": "e" + "\u0301" * 500,
    "beyond the plane": "𠮷𓀀🏞",
    "noncharacter": "\uffff\ufdd0",
    "percent": "%00%2e%2e",
    "quotes": "'\"`\\",
    "reserved": "CON",
    "dash": "--help",
    "nfd": "Ko\u0308ln",
    "number": "1e400",
    "glob": "*?[a-",
}
LISTS: dict[str, Any] = {
    "empty list": [],
    "same twice": ["forest", "forest"],
    "3,000 of them": ["forest"] * 3000,
    "numbers": [1, 2.5],
    "lists": [[["forest"]]],
    "mixed": ["forest", 1, {"a": 1}],
    "text": "forest",
    "number": 7,
    "unknown": ["moonland"],
    "capital": ["Forest"],
    "empty name": [""],
    "table": {"a": 1},
}
TABLES: dict[str, Any] = {
    "list": [1],
    "text": "text",
    "number": 7,
    "empty table": {},
    "odd names": {"": 1, "\x1b[2J": 2, "a.b": 3},
    "deep": {"a": {"b": {"c": {"d": {"e": {"f": {"g": 1}}}}}}},
    "unknown key": {"colours": 1},
    "date": datetime.date(1, 1, 1),
    "list of tables": [{"a": 1}],
    "text of number": {"1": "x"},
    "long name": {"n" * 10_000: "forest"},
}
TRUTHS: dict[str, Any] = {
    "word": "perhaps",
    "two": 2,
    "list": [True],
    "table": {},
    "nan": math.nan,
    "date": datetime.date(1, 1, 1),
}
AMOUNTS: dict[str, Any] = {
    "nan%": "nan%",
    "1e400%": "1e400%",
    "-1%": "-1%",
    "400 digits%": "9" * 400 + "%",
    "two signs": "5%%",
    "only sign": "%",
    "words": "a lot",
    "of area": "1e400% of area",
    "half word": "5% of",
    "hex": "0x10",
    "underscore": "1_000",
    "full width": "５％",
    "plus": "+5%",
    "comma": "1,5%",
    "unit": "5 kg",
    "arabic": "٥%",
}

UNTOUCHED = Attack("the fullest study as it is", ACCEPTED)


def attacks() -> Iterator[Attack]:
    """Every hostile value at every key, and none."""
    yield UNTOUCHED
    for name, table in APART.items():
        key = next(iter(table))
        yield Attack(f"{name} as they are", ACCEPTED, tree=put((name, key), table[key]))
    for place, key in places():
        where = ".".join(str(part) for part in place)
        for sort, value, answer in _values(key):
            if key.name == "scenarios" and answer == REFUSED:
                answer = EITHER
            says = (_told(place),) if answer == REFUSED else ()
            yield Attack(f"{where}: {sort}", answer, says, put(place, value))
        if key.name != "scenarios" and len(place) > 1 and place[0] != "limits":
            tree = _in_scenario(place, datetime.date(2020, 1, 1))
            yield Attack(
                f"{where}: date in a scenario", REFUSED, ("scenarios.loose",), tree, scenario="loose"
            )


def places() -> Iterator[tuple[Place, Key]]:
    """A place in the fullest study for every key of every table; a table that holds others is a key too."""
    tree = fullest()
    for key in keys_of(Study):
        yield (key.name,), key
    for header, key in tables():
        home = _home(header, tree)
        if key.tables is not None:
            for inner in keys_of(key.tables):
                yield (*home, inner.name), inner


def _home(header: str, tree: Tree) -> Place:
    """Where a table of that heading lies in a tree: any of them, where there are several."""
    place: list[Any] = []
    found: Any = tree
    for part in header.strip("[]").split("."):
        if part == "NAME":
            part = next((name for name in found if _fits(found[name], header)), "new")
        place.append(part)
        found = found.setdefault(part, {}) if isinstance(found, dict) else found
        if isinstance(found, list):
            place.append(0)
            found = found[0]
    return tuple(place)


def _fits(table: Any, header: str) -> bool:
    """Whether a table of a name can have the keys of a heading."""
    if not isinstance(table, dict):
        return False
    return "corridors" in table if "indicators" in header else True


def _told(place: Place) -> str:
    """A place as sentences name it."""
    told = ""
    for part in place:
        told += f"[{part}]" if isinstance(part, int) else (f".{part}" if told else str(part))
    return told


def _values(key: Key) -> Iterator[tuple[str, Any, str]]:
    """Hostile values for a key, with what each must be answered."""
    kind = bare(key.info.annotation)
    origin = typing.get_origin(kind)
    if kind in (int, float):
        for name, value in NUMBERS.items():
            yield name, value, _answer(value, key.range, whole=kind is int)
        yield from (
            (name, value, REFUSED) for name, value in NO_NUMBERS.items() if name != "full-width digits"
        )
        yield "full-width digits", NO_NUMBERS["full-width digits"], EITHER
    elif kind is bool:
        yield from ((name, value, REFUSED) for name, value in TRUTHS.items())
    elif origin is Literal:
        yield from ((name, value, REFUSED) for name, value in (TEXTS | NO_TEXTS).items())
    elif kind is str:
        yield from ((name, value, REFUSED) for name, value in NO_TEXTS.items())
        yield from ((f"text {name}", value, EITHER) for name, value in TEXTS.items())
    elif origin is tuple:
        yield from ((name, value, EITHER) for name, value in LISTS.items())
    elif origin is dict or isinstance(kind, type):
        yield from ((name, value, EITHER) for name, value in TABLES.items())
    elif origin in (typing.Union, types.UnionType):
        every = (
            NUMBERS
            | NO_NUMBERS
            | AMOUNTS
            | LISTS
            | TABLES
            | {f"text {name}": text for name, text in TEXTS.items()}
        )
        yield from ((name, value, EITHER) for name, value in every.items())
    else:
        yield from ((name, value, EITHER) for name, value in (TEXTS | LISTS | TABLES).items())


def _answer(value: float, span: Range | None, *, whole: bool) -> str:
    """Whether a number must be refused by the range of its key."""
    if isinstance(value, float) and not math.isfinite(value):
        return REFUSED
    if whole and value != int(value):
        return REFUSED
    if span is None or span.low is None or span.high is None:
        return EITHER
    low = value <= span.low if span.open_low else value < span.low
    high = value >= span.high if span.open_high else value > span.high
    return REFUSED if low or high else EITHER


def _in_scenario(place: Place, value: Any) -> Any:
    """The value laid over the base by a scenario."""

    def change(tree: Tree) -> None:
        table: dict[str, Any] = {}
        tree["scenarios"]["loose"] = table
        for part in place[:-1]:
            table = table.setdefault(part, {})
        table[place[-1]] = value

    return change
