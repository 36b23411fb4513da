"""``sansheng init``: a commented study file from a land cover."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

import planner
from planner.terminal.crosswalk import print_crosswalk
from planner.terminal.options import LangName
from planner.terminal.speech import console, say, text, unit, words
from planner.terminal.summary import plain, table
from words.numbers import nearest

if TYPE_CHECKING:
    from planner.start.init import Written


def init(
    landcover: Annotated[Path, typer.Argument(metavar="LANDCOVER", help="help.landcover")],
    scheme: Annotated[
        str | None,
        typer.Option(
            "--scheme",
            metavar="NAME",
            help="help.scheme",
        ),
    ] = None,
    classes: Annotated[
        str | None,
        typer.Option("--classes", metavar="MAP", help="help.classes"),
    ] = None,
    out: Annotated[Path, typer.Option("--out", help="help.out_init")] = Path("study.toml"),
    layer: Annotated[str | None, typer.Option("--layer", help="help.layer")] = None,
    field: Annotated[str | None, typer.Option("--field", help="help.field")] = None,
    crs: Annotated[str | None, typer.Option("--crs", help="help.crs")] = None,
    force: Annotated[bool, typer.Option("--force", help="help.force")] = False,
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
        lang=lang or words().lang,
        force=force,
    )
    _print(written, out)


def _print(written: Written, out: Path) -> None:
    """What was read, the areas by class, and the next step."""
    read_as = written.reading
    if read_as.scheme is not None:
        say(f"terminal_init.{read_as.how}", scheme=read_as.scheme, title=written.scheme_title(words().lang))
    if read_as.doubt is not None:
        speaks = text(f"carbon_doubt.{read_as.doubt[0]}", scheme=read_as.doubt[1], own=read_as.scheme)
        say("carbon_doubt.careful", speaks=speaks)
    if read_as.nodata:
        say("terminal_init.nodata", codes=", ".join(str(code) for code in read_as.nodata))
    shown = table("", "", "", numbers=())
    shown.show_header, shown.columns[1].justify = False, "right"
    for name, area in sorted(written.areas_ha.items(), key=lambda pair: -pair[1]):
        shown.add_row(f"  {plain(written.class_name(name, words().lang))}", nearest(area), unit("ha"))
    console().print(shown)
    print_crosswalk(written.codes(words().lang))
    say("terminal_init.written", path=out)
