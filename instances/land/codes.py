"""Land-cover codes: which land class each code of the data stands for, by scheme or inline map."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence

from instances.land.classes import MAX_CODE
from instances.land.scheme_fits import readings, told_by_codes
from instances.land.schemes import match_codes
from instances.study.findings import Findings, StudyError
from instances.study.schema import LandCover
from words.said import Said, say

Code = int | str

NODATA_LIKE = {"0", "255", "127", "128", "65535", "32767", "-9999", "-999", "-32768", "-128", "-1"}
"""Codes that commonly mean no data where a file does not say so."""

MOST_DIGITS = 400
"""Longer texts are no numbers."""

TOLD = 8
"""At most so many codes are named in a finding."""


def plain_code(code: object) -> str:
    """A code in the form in which codes are compared: "3", 3 and 3.0 are equal, as are "0101" and 101."""
    text = unicodedata.normalize("NFKC", str(code)).strip()
    if re.fullmatch(r"[+-]?[0-9]+(\.0*)?", text) and len(text) <= MOST_DIGITS:
        return str(int(text.split(".")[0]))
    return text.upper()


def plain_number(value: object) -> str:
    """A name or code as text, without the ``.0`` of a whole number that a table holds as a float."""
    whole = isinstance(value, float) and value.is_integer()
    return str(int(value)) if whole else str(value).strip()  # type: ignore[call-overload]


def match_classes(
    cover: LandCover, codes: Sequence[Code], findings: Findings
) -> dict[Code, str | None] | None:
    """The class of every code that is known, None for codes that mean no data; unknown codes are left out.

    The inline map goes before the scheme, and ``landcover.nodata`` before both. None, with a finding,
    where the study gives neither map nor scheme, they contradict themselves or name too many classes.
    """
    if cover.classes is None and cover.scheme is None:
        findings.error(
            "landcover",
            say("carbon_codes.nothing", codes=_some(codes)),
            scheme_help(codes) or say("carbon_codes.add"),
        )
        return None
    matched: dict[Code, str | None] = {}
    if cover.scheme is not None:
        try:
            matched.update(match_codes(cover.scheme, codes))
        except StudyError as unknown:
            for finding in unknown.findings:
                findings.add(finding)
            return None
    inline = _inline(cover.classes or {}, findings)
    if inline is None:
        return None
    nodata = {plain_code(code) for code in cover.nodata}
    for code in codes:
        text = str(code).strip()
        name = inline.get(text, inline.get(plain_code(code)))
        if name is not None:
            matched[code] = name
        if plain_code(code) in nodata:
            matched[code] = None
    return matched if _countable(matched, findings) else None


def _countable(matched: Mapping[Code, str | None], findings: Findings) -> bool:
    """False, with a finding, where the codes stand for more classes than a plan can hold."""
    count = len({name for name in matched.values() if name is not None})
    if count > MAX_CODE:
        fault = say("carbon_classes.too_many", n=count, most=MAX_CODE)
        findings.error("landcover.classes", fault, say("carbon_classes.merge"))
    return count <= MAX_CODE


def tell_unknown(
    cover: LandCover,
    amounts: Mapping[Code, tuple[int, float]],
    unit: str,
    known: Sequence[Code],
    findings: Findings,
) -> None:
    """One finding for all codes that stand for no class; ``amounts`` gives how many units and ha of each."""
    listed = sorted(amounts, key=lambda code: -amounts[code][1])
    kind = say(f"carbon_codes.{unit}")
    parts = [
        say("carbon_codes.part", code=str(code), units=amounts[code][0], unit=kind, ha=amounts[code][1])
        for code in listed[:TOLD]
    ]
    if len(listed) > TOLD:
        fault = say("carbon_codes.unknown_more", n=len(listed), parts=parts, more=len(listed) - TOLD)
    else:
        fault = say("carbon_codes.unknown", n=len(listed), parts=parts)
    if all(plain_code(code) in NODATA_LIKE for code in listed):
        remedy = say("carbon_codes.nodata", codes=", ".join(_toml(code) for code in listed))
    else:
        other = scheme_help([*known, *listed], beside=cover.scheme) if cover.scheme is not None else None
        remedy = other or say("carbon_codes.add_them")
    findings.error("landcover", fault, remedy)


def scheme_help(codes: Sequence[Code], beside: str | None = None) -> Said | None:
    """A remedy that names the schemes which know all of the codes, if any does."""
    fits = [name for name in readings(codes) if name != beside]
    if not fits:
        return None
    if len(fits) == 1:
        sure = told_by_codes(codes) is not None
        return say(f"carbon_codes.{'look_like' if sure else 'may_be'}", scheme=fits[0])
    return say("carbon_codes.say_which", schemes=[say("carbon_codes.scheme", name=name) for name in fits])


def class_codes(of_class: Mapping[str, Sequence[Code]]) -> dict[str, int]:
    """The raster code of every class present: its smallest source code where all of these fit 1..254 and
    differ, else 1, 2, 3 in the order of the source codes."""
    smallest = {name: min(_number(code) for code in codes) for name, codes in of_class.items()}
    values = list(smallest.values())
    if all(1 <= value <= 254 for value in values) and len(set(values)) == len(values):
        return {name: int(value) for name, value in smallest.items()}
    first_text = {name: min(str(code) for code in codes) for name, codes in of_class.items()}
    ordered = sorted(smallest, key=lambda name: (smallest[name], first_text[name]))
    return {name: place for place, name in enumerate(ordered, start=1)}


def classes_in_order(matched: Mapping[Code, str | None]) -> dict[str, list[Code]]:
    """The source codes of every class that occurs, classes in the order of their codes in the plan."""
    of_class: dict[str, list[Code]] = {}
    for code, name in matched.items():
        if name is not None:
            of_class.setdefault(name, []).append(code)
    codes = class_codes(of_class)
    return {name: of_class[name] for name in sorted(of_class, key=lambda name: codes[name])}


def _inline(classes: Mapping[str, str], findings: Findings) -> dict[str, str] | None:
    """The inline map by exact and by plain code; a finding and None where one code has two classes."""
    plain: dict[str, str] = {}
    for code, name in classes.items():
        key = plain_code(code)
        if plain.setdefault(key, name) != name:
            fault = say("carbon_codes.two_classes", code=code, one=plain[key], other=name)
            findings.error("landcover.classes", fault, say("carbon_codes.keep_one"))
            return None
    return plain | {code.strip(): name for code, name in classes.items()}


def _number(code: Code) -> float:
    text = plain_code(code)
    return int(text) if re.fullmatch(r"-?\d+", text) else float("inf")


def _toml(code: Code) -> str:
    return str(code) if isinstance(code, int) else f'"{code}"'


def _some(codes: Sequence[Code]) -> Said | list[str]:
    told = [str(code) for code in codes[:TOLD]]
    return say("carbon_codes.and_more", codes=told) if len(codes) > TOLD else told
