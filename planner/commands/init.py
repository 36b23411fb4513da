"""``sansheng init``: a commented study file from a land cover."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

import planner
from planner.terminal.crosswalk import print_crosswalk
from planner.terminal.options import LangName
from planner.terminal.speech import console, say, text, unit, words
from planner.terminal.summary import table
from words.numbers import nearest

if TYPE_CHECKING:
    from planner.start.init import Written


def init(
    landcover: Annotated[
        Path, typer.Argument(metavar="LANDCOVER", help="A raster of class codes, or parcels.")
    ],
    scheme: Annotated[
        str | None,
        typer.Option(
            "--scheme",
            metavar="NAME",
            help="The class scheme, such as CLCD; default: the only one that fits.",
        ),
    ] = None,
    classes: Annotated[
        str | None,
        typer.Option("--classes", metavar="MAP", help='Classes of codes by hand: "1=urban,2=water".'),
    ] = None,
    out: Annotated[Path, typer.Option("--out", help="The study file to write.")] = Path("study.toml"),
    layer: Annotated[
        str | None, typer.Option("--layer", help="Parcels: the layer, where the file has several.")
    ] = None,
    field: Annotated[
        str | None, typer.Option("--field", help="Parcels: the field that holds the class code.")
    ] = None,
    crs: Annotated[
        str | None, typer.Option("--crs", help='The CRS where the file states none, such as "EPSG:4547".')
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace a file that is there.")] = False,
    lang: LangName = None,
) -> None:
    """Write a study file that runs as it stands, with the next steps in its comments."""
    written = planner.init(
        landcover,
        out,
        scheme=scheme,
        classes=classes,
        layer=layer,
        field=field,
        crs=crs,
        lang=lang,
        force=force,
    )
    _print(written, out)


def _print(written: Written, out: Path) -> None:
    """What was read, the areas by class, and the next step."""
    read_as = written.reading
    if read_as.scheme is not None:
        say(f"terminal_init.{read_as.how}", scheme=read_as.scheme, title=written.scheme_title)
    if read_as.doubt is not None:
        speaks = text(f"carbon_doubt.{read_as.doubt[0]}", scheme=read_as.doubt[1], own=read_as.scheme)
        say("carbon_doubt.careful", speaks=speaks)
    if read_as.nodata:
        say("terminal_init.nodata", codes=", ".join(str(code) for code in read_as.nodata))
    shown = table("", "", "", numbers=())
    shown.show_header, shown.columns[1].justify = False, "right"
    for name, area in sorted(written.areas_ha.items(), key=lambda pair: -pair[1]):
        shown.add_row(f"  {name}", nearest(area), unit("ha"))
    console().print(shown)
    print_crosswalk(written.codes(words().lang))
    say("terminal_init.written", path=out)
