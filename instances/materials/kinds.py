"""What a model beside the layout needs by its kind, and what belongs to models of other kinds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from instances.land.classes import Classes
from instances.rules.districts import Districts
from instances.study.files import nearest
from instances.study.findings import Findings
from instances.study.model_tables import ModelTable
from instances.study.schema import Study
from instances.units.grid import Grid, Layout
from words.said import Said, say


@dataclass(frozen=True, eq=False)
class Ground:
    """What models are read beside: the study and its folder, its units with their classes, today's land and
    its divisions."""

    study: Study
    folder: Path
    grid: Grid
    classes: Classes
    today: Layout
    districts: Mapping[str, Districts]


def stated_whole(name: str, table: ModelTable, findings: Findings) -> bool:
    """Whether a model says all that its kind needs; errors where it does not, or says what is another's."""
    for key in table.lacks:
        findings.error(
            f"models.{name}.{key}", say("models.lacks", kind=table.kind), say("models.add", name=key)
        )
    for key in table.foreign:
        findings.error(f"models.{name}.{key}", say("models.foreign", kind=table.kind), say("models.leave"))
    return not table.lacks and not table.foreign


def division_of(
    by: str | None, place: str, districts: Mapping[str, Districts], findings: Findings
) -> Districts | None:
    """The division that a model names; None, with an error, where there is none."""
    found = districts.get(by or "")
    if found is None:
        close = nearest(by or "", tuple(districts))
        remedy = say("finding.did_you_mean", close=close) if close else say("models.add_division")
        findings.error(place, say("study_checks.no_division", by=by), remedy)
    return found


def check_sum(study: Study, name: str, place: str, findings: Findings, otherwise: Said | None = None) -> None:
    """An error where the indicator that a model counts is none of the study's, or does not add up over
    units, with what to do ``otherwise`` than name one that counts people."""
    wanted = say("services.state_people") if otherwise is None else otherwise
    found = study.indicators.get(name)
    if found is None:
        close = nearest(name, tuple(study.indicators))
        remedy = say("finding.did_you_mean", close=close) if close else wanted
        findings.error(place, say("services.no_indicator", name=name), remedy)
    elif found.ratio is not None or found.corridors is not None:
        findings.error(place, say("services.no_sum", name=name), wanted)
