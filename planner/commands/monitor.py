"""``sansheng monitor``: a plan that is carried out against a map of what is there."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

import planner
from planner.terminal.language import speak_as
from planner.terminal.monitor_summary import print_monitor
from planner.terminal.options import LangName, MapClasses, MapCrs, MapField, MapLayer, MapScheme
from planner.terminal.speech import say


def monitor(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="help.monitor_folder")],
    observed: Annotated[Path, typer.Argument(metavar="OBSERVED", help="help.observed")],
    year: Annotated[int, typer.Option("--year", metavar="Y", help="help.year")],
    first: Annotated[int | None, typer.Option("--from", metavar="Y", help="help.first_year")] = None,
    last: Annotated[
        int | None,
        typer.Option("--to", metavar="Y", help="help.last_year"),
    ] = None,
    tolerance: Annotated[
        float | None,
        typer.Option("--tolerance", metavar="M", help="help.tolerance"),
    ] = None,
    least_ha: Annotated[
        float | None,
        typer.Option("--least-ha", metavar="HA", help="help.least_ha"),
    ] = None,
    energy: Annotated[
        str | None,
        typer.Option("--energy", metavar="FILE|T", help="help.energy"),
    ] = None,
    layer: MapLayer = None,
    field: MapField = None,
    scheme: MapScheme = None,
    classes: MapClasses = None,
    crs: MapCrs = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="DIR", help="help.out_monitor"),
    ] = None,
    lang: LangName = None,
) -> None:
    """Hold a plan against a map of what is there: how every limit stands, what is done of every planned
    change, what changed otherwise and in which red line. Solves nothing."""
    speak_as(lang, folder)
    result = planner.monitor(
        folder,
        observed,
        year=year,
        first=first,
        last=last,
        tolerance_m=tolerance,
        least_ha=least_ha,
        energy=energy,
        layer=layer,
        field=field,
        scheme=scheme,
        classes=classes,
        crs=crs,
        lang=lang,
        out=out,
    )
    print_monitor(result)
    if result.folder is not None:
        say("terminal.written", path=result.folder)
