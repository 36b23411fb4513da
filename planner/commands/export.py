"""``sansheng export``: a finished run in other formats, without solving."""

from __future__ import annotations

from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from instances.study.findings import Finding, Severity, StudyError
from planner.commands.options import LangName
from planner.commands.summary import console, print_findings
from planner.export.formats import ALL, FORMATS, Wanted, formats_of, names_of, write_formats
from planner.plans.plan import Certificate
from planner.runs.folder import certificate_from
from planner.runs.profiles import STUDY
from planner.runs.reopen import reopen, runs_in
from planner.runs.verify import read_certificate
from planner.runs.whole import CERTIFICATE, whole_folder, writing


class FieldNames(StrEnum):
    """Whose names the fields of layers have."""

    OWN = "own"
    STANDARD = "standard"


class Areas(StrEnum):
    """Which areas layers state."""

    OWN = "own"
    BOTH = "both"


class Format(StrEnum):
    """What can be made of a finished run."""

    XLSX = "xlsx"
    QGZ = "qgz"
    GPKG = "gpkg"
    TIF = "tif"
    PARQUET = "parquet"
    GDB = "gdb"
    SHP = "shp"
    ALL = ALL


def export(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The folder of a run, or of several.")],
    formats: Annotated[
        list[Format], typer.Option("--format", help="What to write; may be given more than once.")
    ],
    fields: Annotated[
        FieldNames,
        typer.Option(
            "--fields", help="Field names: our own, or the territorial-planning database standard's."
        ),
    ] = FieldNames.OWN,
    areas: Annotated[
        Areas, typer.Option("--areas", help="Areas as planned, or planar and ellipsoidal ones beside them.")
    ] = Areas.OWN,
    lang: LangName = None,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="DIR", help="Where to write; default: DIR-FORMAT.")
    ] = None,
) -> None:
    """Write a finished run as a workbook, a QGIS project or in other GIS formats, without solving.

    Every figure is counted from the run's own files; the certificate is laid beside them. Of a comparison or
    a front, every run inside it is written, and the workbooks compare them all.
    """
    runs = runs_in(folder)
    wanted = Wanted(
        formats=formats_of(formats),
        lang=None if lang is None else str(lang),
        standard_fields=fields is FieldNames.STANDARD,
        both_areas=areas is Areas.BOTH,
        scenarios=_compared(runs),
    )
    named = "-".join(dict.fromkeys(str(one) for one in formats))
    target = out if out is not None else folder.resolve().with_name(f"{folder.resolve().name}-{named}")
    notes: dict[Finding, None] = {}
    for run in runs:
        notes |= dict.fromkeys(_one(run, target / run.relative_to(folder), wanted))
    print_findings(notes, Severity.NOTE)
    console().print(f"Written to {target}", markup=False, soft_wrap=True)


def _compared(runs: tuple[Path, ...]) -> dict[str, Certificate]:
    """The certificates of several runs, by scenario or, where that does not tell them apart, by folder."""
    if len(runs) == 1:
        return {}
    found = {run.name: read_certificate(run) for run in runs}
    by_scenario = {one.scenario: one for one in found.values()}
    return by_scenario if len(by_scenario) == len(runs) else found


def _one(run: Path, place: Path, wanted: Wanted) -> tuple[Finding, ...]:
    """Write one run to its place, whole or not at all."""
    if (place / STUDY).exists():
        raise StudyError([Finding(str(place), "is the folder of a run", "Name another with --out")])
    plan = reopen(run, wanted.lang)
    with whole_folder(place, names_of(FORMATS) | {CERTIFICATE}) as draft, writing(place):
        certificate = certificate_from(plan, draft)
        notes = write_formats(replace(plan, certificate=certificate), draft, wanted)
        (draft / CERTIFICATE).write_text(certificate.text(), encoding="utf-8")
    return notes
