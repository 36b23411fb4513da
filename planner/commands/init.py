"""``sansheng init``: a commented study file from a land cover."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from instances.findings import Finding, StudyError
from instances.schemes import scheme_title
from planner.commands.summary import console
from planner.figures import nearest
from planner.init import study_text
from planner.whole import writing


def init(
    landcover: Annotated[
        Path, typer.Argument(metavar="LANDCOVER", help="A raster of class codes, or parcels.")
    ],
    scheme: Annotated[
        str | None,
        typer.Option("--scheme", metavar="NAME", help="The class scheme, such as CLCD; default: guessed."),
    ] = None,
    out: Annotated[Path, typer.Option("--out", help="The study file to write.")] = Path("study.toml"),
    field: Annotated[
        str | None, typer.Option("--field", help="Parcels: the field that holds the class code.")
    ] = None,
    crs: Annotated[
        str | None, typer.Option("--crs", help='The CRS where the file states none, such as "EPSG:4547".')
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace a file that is there.")] = False,
) -> None:
    """Write a study file that runs as it stands, with the next steps in its comments."""
    if out.is_dir() or (out.exists() and not force):
        fault = "is a folder" if out.is_dir() else "is there already"
        remedy = (
            f"Name a file: --out {out / 'study.toml'}"
            if out.is_dir()
            else "Name another with --out, or add --force"
        )
        raise StudyError([Finding(str(out), fault, remedy)])
    written = study_text(landcover, out.parent, scheme=scheme, field=field, crs=crs)
    with writing(out):
        out.parent.mkdir(parents=True, exist_ok=True)
        draft = out.with_name(f".{out.name}.draft")
        try:
            draft.write_text(written.text, encoding="utf-8")
            draft.replace(out)
        finally:
            draft.unlink(missing_ok=True)
    said = console()
    how = "guessed from its codes" if written.guessed else "as asked"
    said.print(
        f"Scheme {written.scheme} ({how}): {scheme_title(written.scheme)}", markup=False, soft_wrap=True
    )
    for name, area in sorted(written.areas_ha.items(), key=lambda pair: -pair[1]):
        said.print(f"  {name:<20} {nearest(area):>14} ha")
    said.print(f"Written to {out}. Next: sansheng check {out}", markup=False, soft_wrap=True)
