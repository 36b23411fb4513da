"""Land-cover codes: which land class each code of the data stands for, by scheme or inline map."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from instances.land.schemes import match_codes, readings
from instances.study.findings import Findings, StudyError
from instances.study.schema import LandCover

Code = int | str

NODATA_LIKE = {"0", "255", "127", "128", "65535", "32767", "-9999", "-999", "-32768", "-128", "-1"}
"""Codes that commonly mean no data where a file does not say so."""

TOLD = 8
"""At most so many codes are named in a finding."""


def plain_code(code: object) -> str:
    """A code in the form in which codes are compared: "3", 3 and 3.0 are equal, as are "0101" and 101."""
    text = str(code).strip()
    if re.fullmatch(r"[+-]?\d+(\.0*)?", text):
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
    where the study gives neither map nor scheme, or they contradict themselves.
    """
    if cover.classes is None and cover.scheme is None:
        findings.error(
            "landcover",
            f"nothing says which class its codes mean ({_some(codes)})",
            scheme_help(codes) or 'Add `classes = { 1 = "cropland", ... }` or `scheme = "CLCD"`',
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
    return matched


def tell_unknown(
    cover: LandCover,
    amounts: Mapping[Code, tuple[int, float]],
    unit: str,
    known: Sequence[Code],
    findings: Findings,
) -> None:
    """One finding for all codes that stand for no class; ``amounts`` gives how many units and ha of each."""
    listed = sorted(amounts, key=lambda code: -amounts[code][1])
    parts = [f"{code} ({amounts[code][0]:,} {unit}, {amounts[code][1]:,.1f} ha)" for code in listed[:TOLD]]
    more = f" and {len(listed) - TOLD} more" if len(listed) > TOLD else ""
    many = f"{len(listed)} codes stand" if len(listed) > 1 else "a code stands"
    likely_empty = [code for code in listed if plain_code(code) in NODATA_LIKE]
    if likely_empty and len(likely_empty) == len(listed):
        listing = ", ".join(_toml(code) for code in listed)
        remedy = f"If that means no data, add `nodata = [{listing}]`; else name its class"
    else:
        other = scheme_help([*known, *listed], beside=cover.scheme) if cover.scheme is not None else None
        remedy = other or "Add them to landcover.classes, or to landcover.nodata if they mean no data"
    findings.error("landcover", f"{many} for no land class: {', '.join(parts)}{more}", remedy)


def scheme_help(codes: Sequence[Code], beside: str | None = None) -> str | None:
    """A remedy that names the schemes which know all of the codes, if any does."""
    fits = [name for name in readings(codes) if name != beside]
    if not fits:
        return None
    if len(fits) == 1:
        return f'They look like `scheme = "{fits[0]}"`; else map them in landcover.classes'
    known = ", ".join(f'`scheme = "{name}"`' for name in fits)
    return (
        f"Say which scheme they follow, of those that know them: {known}; else map them in landcover.classes"
    )


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
            findings.error(
                "landcover.classes", f"code {code} is both {plain[key]} and {name}", "Keep one of the two"
            )
            return None
    return plain | {code.strip(): name for code, name in classes.items()}


def _number(code: Code) -> float:
    text = plain_code(code)
    return int(text) if re.fullmatch(r"-?\d+", text) else float("inf")


def _toml(code: Code) -> str:
    return str(code) if isinstance(code, int) else f'"{code}"'


def _some(codes: Sequence[Code]) -> str:
    return ", ".join(str(code) for code in codes[:TOLD]) + (" and more" if len(codes) > TOLD else "")
