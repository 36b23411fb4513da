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
    folder: Annotated[
        Path, typer.Argument(metavar="DIR", help="The folder of the plan that is carried out.")
    ],
    observed: Annotated[
        Path, typer.Argument(metavar="OBSERVED", help="A map of what is there: a raster, or polygons.")
    ],
    year: Annotated[int, typer.Option("--year", metavar="Y", help="The year of the map.")],
    first: Annotated[
        int | None, typer.Option("--from", metavar="Y", help="The year in which the plan begins.")
    ] = None,
    last: Annotated[
        int | None,
        typer.Option(
            "--to", metavar="Y", help="The year by which all is to be done; without it nothing is late."
        ),
    ] = None,
    tolerance: Annotated[
        float | None,
        typer.Option(
            "--tolerance", metavar="M", help="Metres by which borders may be drawn off; default: 1.5 cells."
        ),
    ] = None,
    least_ha: Annotated[
        float | None,
        typer.Option("--least-ha", metavar="HA", help="Smaller land is not told; default: four units."),
    ] = None,
    layer: MapLayer = None,
    field: MapField = None,
    scheme: MapScheme = None,
    classes: MapClasses = None,
    crs: MapCrs = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="DIR", help="Write alerts as tables, layers and a report."),
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
