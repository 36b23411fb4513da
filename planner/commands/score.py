"""``sansheng score``: what a layout changed by hand costs and breaks, beside the certified plan."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

import planner
from planner.terminal.options import LangName, MapClasses, MapCrs, MapField, MapLayer, MapScheme
from planner.terminal.score_summary import print_score
from planner.terminal.speech import say, speak


def score(
    study: Annotated[
        Path, typer.Argument(metavar="STUDY|DIR", help="A study file, or the folder of the certified plan.")
    ],
    layout: Annotated[
        Path,
        typer.Argument(
            metavar="LAYOUT", help="The layout as changed: plan.gpkg edited, any polygons, or a raster."
        ),
    ],
    against: Annotated[
        Path | None,
        typer.Option("--against", metavar="DIR", help="The folder of the certified plan to compare with."),
    ] = None,
    layer: MapLayer = None,
    field: MapField = None,
    scheme: MapScheme = None,
    classes: MapClasses = None,
    crs: MapCrs = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="DIR", help="Write all files of a run, and what the layout breaks."),
    ] = None,
    lang: LangName = None,
) -> None:
    """Tell what a layout changed by hand costs against the certified plan, which limits it misses, which red
    lines and transitions it breaks, and how far it is from the best. Solves nothing."""
    result = planner.score(
        study,
        layout,
        against=against,
        layer=layer,
        field=field,
        scheme=scheme,
        classes=classes,
        crs=crs,
        lang=lang,
        out=out,
    )
    speak(lang or result.lang)
    print_score(result)
    if result.folder is not None:
        say("terminal.written", path=result.folder)
