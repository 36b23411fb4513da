"""``sansheng export``: a finished run in other formats, without solving."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

import planner
from instances.study.findings import Severity
from planner.terminal.answers import WRONG
from planner.terminal.language import speak_as
from planner.terminal.options import LangName
from planner.terminal.quality_summary import print_quality
from planner.terminal.speech import say
from planner.terminal.summary import print_findings


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
    MAPS = "maps"
    ALL = "all"


def export(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="help.folder")],
    formats: Annotated[list[Format], typer.Option("--format", help="help.formats")],
    fields: Annotated[
        FieldNames,
        typer.Option("--fields", help="help.fields"),
    ] = FieldNames.OWN,
    areas: Annotated[Areas, typer.Option("--areas", help="help.areas")] = Areas.OWN,
    check: Annotated[bool, typer.Option("--check", help="help.check_export")] = False,
    lang: LangName = None,
    out: Annotated[Path | None, typer.Option("--out", metavar="DIR", help="help.out_export")] = None,
) -> None:
    """Write a finished run as a workbook, a QGIS project or in other GIS formats, without solving.

    Every figure is counted from the run's own files; the certificate is laid beside them. Of a comparison or
    a front, every run inside it is written, and the workbooks compare them all.

    With --check every layer is read back and held against the database standard; exit status 2 where
    something must be mended.
    """
    speak_as(lang, folder)
    result = planner.export(folder, formats, fields=fields, areas=areas, lang=lang, out=out, check=check)
    print_findings(result.findings, Severity.NOTE)
    say("terminal.written", path=result.folder)
    if check:
        print_quality(result.quality)
        if any(one.fails for one in result.quality):
            raise typer.Exit(WRONG)
