"""``sansheng init``: a commented study file from a land cover."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated

import typer

from instances.land.schemes import scheme_title
from instances.study.findings import Finding, StudyError
from planner.commands.summary import console
from planner.runs.whole import writing
from planner.start.init import Written, study_text
from planner.words.numbers import nearest


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
    written = study_text(
        landcover,
        out.parent,
        scheme=scheme,
        classes=_class_map(classes or ""),
        layer=layer,
        field=field,
        crs=crs,
    )
    with writing(out):
        out.parent.mkdir(parents=True, exist_ok=True)
        draft = out.with_name(f".{out.name}.draft")
        try:
            draft.write_text(written.text, encoding="utf-8")
            draft.replace(out)
        finally:
            draft.unlink(missing_ok=True)
    _print(written, out)


def _print(written: Written, out: Path) -> None:
    """What was read, the areas by class, and the next step."""
    said = console()
    read_as = written.reading
    if read_as.scheme is not None:
        what = f"Scheme {read_as.scheme} ({read_as.how}): {scheme_title(read_as.scheme)}"
        said.print(what, markup=False, soft_wrap=True)
    if read_as.nodata:
        none = ", ".join(str(code) for code in read_as.nodata)
        said.print(f"Taken as no data: {none}", markup=False, soft_wrap=True)
    for name, area in sorted(written.areas_ha.items(), key=lambda pair: -pair[1]):
        said.print(f"  {name:<20} {nearest(area):>14} ha")
    said.print(f"Written to {out}. Next: sansheng check {out}", markup=False, soft_wrap=True)


def _class_map(text: str) -> dict[str, str]:
    """Classes by code out of ``1=urban,2=water``; ``StudyError`` where it cannot be read so."""
    pairs = [pair.split("=") for pair in re.split(r"[,;，；]", text) if pair.strip()]
    wrong = ["=".join(pair) for pair in pairs if len(pair) != 2 or not all(part.strip() for part in pair)]
    if wrong:
        fault = f"{wrong[0].strip()!r} is no code with its class"
        raise StudyError([Finding("--classes", fault, 'Write it as "1=urban,2=water"')])
    return {code.strip(): name.strip() for code, name in pairs}
