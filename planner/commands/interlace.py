"""``sansheng interlace``: how interwoven town and country are, in five grades."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

import planner
from planner.terminal.options import LangName, ScenarioName, StudyPath
from planner.terminal.speech import console, say, speak, text
from planner.terminal.summary import table
from words.numbers import nearest

MEASURES = ("edge", "mix", "fragmentation", "build", "run")


def interlace(
    study: StudyPath,
    scenario: ScenarioName = "base",
    by: Annotated[str | None, typer.Option("--by", metavar="NAME", help="help.interlace_by")] = None,
    side: Annotated[float, typer.Option("--side", metavar="M", help="help.interlace_side")] = 1000.0,
    table_file: Annotated[
        Path | None, typer.Option("--table", metavar="FILE", help="help.interlace_table")
    ] = None,
    layer_file: Annotated[
        Path | None, typer.Option("--layer", metavar="FILE", help="help.interlace_layer")
    ] = None,
    raster_file: Annotated[
        Path | None, typer.Option("--raster", metavar="FILE", help="help.interlace_raster")
    ] = None,
    map_file: Annotated[Path | None, typer.Option("--map", metavar="FILE", help="help.interlace_map")] = None,
    lang: LangName = None,
) -> None:
    """Grade how interwoven town and country are: edges, mix, fragmentation, and what building and running
    emit there. Layer and raster can be layers of the study. Solves nothing."""
    loaded = planner.load(study, scenario, lang=lang)
    speak(loaded.study.lang)
    result = planner.interlace(
        loaded, by=by, side_m=side, table=table_file, layer=layer_file, raster=raster_file, picture=map_file
    )
    say("interlace.title", title=result.title, n=f"{len(result.grades):,}")
    names = [text(f"interlace.{key}") for key in ("grade", "units", "area_ha", *MEASURES)]
    shown = table(*names, numbers=names)
    for row in result.rows:
        means = (nearest(row.means[name]) if row.units else "" for name in MEASURES)
        shown.add_row(str(row.grade), f"{row.units:,}", nearest(row.area_ha), *means)
    console().print(shown)
    say("interlace.note")
    for path in (table_file, layer_file, raster_file, map_file):
        if path is not None:
            say("terminal.written", path=path)
