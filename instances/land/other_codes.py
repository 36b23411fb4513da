"""What the codes of another map of the same land mean: class names, a scheme, a table, or the study's own.

A map that comes back from a GIS, or from next year's survey, need not have the codes of the study's land
cover. Where nobody says what they mean, they are read as the first of these that knows every one: names of
classes in either language, the codes of the study's land cover, the codes of a plan's raster. Where two of
them know every code and contradict each other, nothing is assumed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from instances.land.classes import Classes
from instances.land.codes import Code, match_classes, plain_code, tell_unknown
from instances.study.findings import Findings
from instances.study.own_tables import read_lines
from instances.study.schema import LandCover, Study
from words.said import say

OWN, PLAN = "landcover", "plan"
"""What ``scheme`` may name beside a scheme: the codes of the study's land cover, or those of ``plan.tif``."""


@dataclass(frozen=True, slots=True)
class OtherMap:
    """Another map of a study's land as somebody names it: a raster, or a layer of polygons with a field.

    ``scheme`` names a scheme, or ``landcover`` or ``plan`` for the study's own codes; ``classes`` is a CSV
    file with the columns code and class. None leaves each to be found out.
    """

    path: Path
    layer: str | None = None
    field: str | None = None
    crs: str | None = None
    band: int = 1
    scheme: str | None = None
    classes: Path | None = None

    @property
    def place(self) -> str:
        """How findings name it."""
        return str(self.path)


Amounts = Mapping[Code, tuple[int, float]]
"""Of every code how many cells or polygons have it, and their area in ha."""


def meanings(
    other: OtherMap, codes: Sequence[Code], amounts: Amounts, kind: str, study: Study, classes: Classes,
    findings: Findings,
) -> dict[Code, str | None] | None:  # fmt: skip
    """The class of every code, None for codes that mean no data; None, with findings, where one has none.

    ``kind`` is ``cells`` or ``parcels``, as findings name what has a code.
    """
    if other.classes is not None or other.scheme not in (None, OWN, PLAN):
        return _stated(other, codes, amounts, kind, findings)
    names = _by_name(codes, classes)
    if other.scheme is None and names is not None:
        return names
    readings = {OWN: _own(study.landcover, codes), PLAN: _planned(codes, classes)}
    if other.scheme is not None:
        readings = {other.scheme: readings[other.scheme]}
    whole = {name: found for name, found in readings.items() if len(found) == len(codes)}
    if not whole:
        best = max(readings.values(), key=len)
        unknown = {code: amounts[code] for code in codes if code not in best}
        told = Findings()
        tell_unknown(study.landcover, unknown, kind, list(best), told)
        for finding in told:
            findings.error(other.place, finding.fault, say("other_map.say_scheme"))
        return None
    found = list(whole.values())
    if len(found) == 2 and found[0] != found[1]:
        doubtful = [str(code) for code in codes if found[0][code] != found[1][code]]
        findings.error(other.place, say("other_map.two_readings", codes=doubtful), say("other_map.say_which"))
        return None
    return found[0]


def _stated(
    other: OtherMap, codes: Sequence[Code], amounts: Amounts, kind: str, findings: Findings
) -> dict[Code, str | None] | None:
    """The meanings that a scheme or a table gives."""
    inline: dict[str, str] = {}
    if other.classes is not None:
        lines = read_lines(str(other.classes), Path(), ("code", "class"), "--classes", findings)
        inline = {line.cells["code"]: line.cells["class"] for line in lines}
        if findings.errors:
            return None
    cover = LandCover(path=str(other.path), scheme=other.scheme, classes=inline or None)
    matched = match_classes(cover, codes, findings)
    if matched is None:
        return None
    unknown = {code: amounts[code] for code in codes if code not in matched}
    if unknown:
        tell_unknown(cover, unknown, kind, [code for code in codes if code in matched], findings)
        return None
    return matched


def _by_name(codes: Sequence[Code], classes: Classes) -> dict[Code, str | None] | None:
    """Codes that are names of classes, as the program writes them or as readers see them; None where one is
    not."""
    known = {label: item.name for item in classes for label in (item.name_zh, item.name_en)}
    known = {name.casefold(): own for name, own in known.items()}
    known |= {item.name.casefold(): item.name for item in classes}
    found: dict[Code, str | None] = {}
    for code in codes:
        name = known.get(str(code).strip().casefold())
        if name is None:
            return None
        found[code] = name
    return found


def _own(cover: LandCover, codes: Sequence[Code]) -> dict[Code, str | None]:
    """What the study's land cover means by codes."""
    return match_classes(cover, codes, Findings()) or {}


def _planned(codes: Sequence[Code], classes: Classes) -> dict[Code, str | None]:
    """What the raster of a plan means by codes."""
    known = {str(item.code): item.name for item in classes} | {"0": None}
    return {code: known[plain_code(code)] for code in codes if plain_code(code) in known}
