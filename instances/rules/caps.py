"""Caps of a carbon plan: an upper bound for each district of a division, from a table of the user's own.

Columns ``district`` and ``at_most``: a number in the indicator's unit, or an amount such as ``95%`` of today.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from instances.rules.districts import Districts
from instances.study.files import nearest
from instances.study.findings import Findings
from instances.study.own_tables import read_lines
from instances.study.schema import Study
from words.said import say

Caps = Mapping[str, float | str]
"""What each district may have at most, by its name."""


def read_caps(
    study: Study, folder: Path, districts: Mapping[str, Districts], findings: Findings
) -> dict[int, Caps]:
    """The caps of every limit that names a table of them, by the limit's place in the study. Faults of all
    lines are errors together."""
    found: dict[int, Caps] = {}
    for position, limit in enumerate(study.limits):
        division = districts.get(limit.by or "")
        if limit.caps is None or division is None:
            continue
        caps: dict[str, float | str] = {}
        place = f"limits[{position}].caps"
        for line in read_lines(limit.caps, folder, ("district", "at_most"), place, findings):
            name, amount = line.cells["district"], line.cells["at_most"]
            known = division.find(name)
            if known is None:
                close = nearest(name, division.names)
                remedy = say("finding.did_you_mean", close=close) if close else say("caps.leave_out")
                fault = say("study_checks.no_district", by=limit.by, district=name)
                findings.error(line.place, fault, remedy)
                continue
            if division.names[known] in caps:
                findings.error(line.place, say("caps.twice", district=name), say("stated.keep_line"))
            if amount:
                caps[division.names[known]] = _amount(amount)
        found[position] = caps
    return found


def _amount(text: str) -> float | str:
    """A number where the text is one, else the amount as it is written."""
    try:
        return float(text.replace(",", ""))
    except ValueError:
        return text
