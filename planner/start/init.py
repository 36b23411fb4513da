"""Write a commented study file from a land-cover raster or a layer of parcels."""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from instances.land.classes import class_table
from instances.land.crosswalk import CodeArea
from instances.land.landcover import LandCoverData, read_landcover
from instances.land.schemes import scheme_title
from instances.layers.raster_files import is_raster
from instances.study.file import parse_study
from instances.study.files import find_file
from instances.study.findings import Finding, Findings, StudyError
from instances.units.sums import sum_by
from planner.runs.whole import writing
from planner.start.code_rows import CodeRow, code_rows
from planner.start.guess import PLACE, Reading, field_codes, raster_codes, reading
from planner.start.new_study import study_lines
from planner.start.schema import addressed
from words.said import say


@dataclass(frozen=True)
class Written:
    """A study file and what was found on the way: how the codes were read, class names with area in ha, and
    the crosswalk from codes to classes."""

    text: str
    reading: Reading
    areas_ha: dict[str, float]
    crosswalk: tuple[CodeArea, ...] = ()

    def codes(self, lang: str) -> tuple[CodeRow, ...]:
        """Which class every code of the file was read as, with its area, in a language."""
        return code_rows(self.crosswalk, self.reading.scheme, lang)

    def class_name(self, name: str, lang: str) -> str:
        """A class as the study names it, with its name for readers where that is another."""
        label = class_table()[name].label(lang) if name in class_table() else name
        return name if label.lower() == name else f"{name} ({label})"

    def scheme_title(self, lang: str) -> str:
        """What the class scheme is in full, in a language; empty where codes were mapped by hand alone."""
        return scheme_title(self.reading.scheme, lang) if self.reading.scheme is not None else ""


def init(
    landcover: str | Path,
    out: str | Path = "study.toml",
    *,
    scheme: str | None = None,
    classes: Mapping[str, str] | str | None = None,
    layer: str | None = None,
    field: str | None = None,
    crs: str | None = None,
    lang: str | None = None,
    force: bool = False,
) -> Written:
    """Write a commented study file ``out`` that plans a land cover as it stands; returns what was found.

    ``scheme`` names the class scheme (None: the only one that fits), ``classes`` maps codes to classes beside
    or instead of it, also as text: ``"1=urban,2=water"``. Of parcels ``layer`` and ``field`` say where the
    codes are; ``crs`` is for files that state none, ``lang`` (zh or en) is the study's; ``force`` replaces a
    file that is there. ``areas_ha`` of what is returned are ha by class, and ``codes(lang)`` says which class
    every code was read as. Raises ``StudyError`` where the file cannot be used, or ``out`` not be written.

    >>> written = planner.init("cover.tif", "new/study.toml", scheme="CLCD")
    >>> written.areas_ha["forest"]
    20.0
    """
    out = Path(out)
    if out.is_dir():
        remedy = say("carbon_init.name_file", path=str(out / "study.toml"))
        raise StudyError([Finding(str(out), say("carbon_init.is_folder"), remedy)])
    if out.exists() and not force:
        raise StudyError([Finding(str(out), say("carbon_init.is_there"), say("carbon_init.replace"))])
    written = study_text(
        Path(landcover),
        out.parent,
        scheme=scheme,
        classes=class_map(classes) if isinstance(classes, str) else classes,
        layer=layer,
        field=field,
        crs=crs,
        lang=lang or "en",
    )
    with writing(out):
        out.parent.mkdir(parents=True, exist_ok=True)
        draft = out.with_name(f".{out.name}.draft")
        try:
            draft.write_text(addressed(written.text, out.parent, lang or "en"), encoding="utf-8")
            draft.replace(out)
        finally:
            draft.unlink(missing_ok=True)
    return written


def class_map(text: str) -> dict[str, str]:
    """Classes by code out of ``1=urban,2=water``; ``StudyError`` where it cannot be read so."""
    plain = unicodedata.normalize("NFKC", text)  # signs as a Chinese keyboard types them
    pairs = [pair.split("=") for pair in re.split(r"[,;]", plain) if pair.strip()]
    wrong = ["=".join(pair) for pair in pairs if len(pair) != 2 or not all(part.strip() for part in pair)]
    if wrong:
        fault = say("carbon_init.no_pair", pair=repr(wrong[0].strip()))
        raise StudyError([Finding("--classes", fault, say("carbon_init.write_pairs"))])
    return {code.strip(): name.strip() for code, name in pairs}


def study_text(
    landcover: Path,
    folder: Path,
    *,
    scheme: str | None = None,
    classes: Mapping[str, str] | None = None,
    layer: str | None = None,
    field: str | None = None,
    crs: str | None = None,
    lang: str = "en",
) -> Written:
    """The text of a study file that lies in ``folder`` and plans a land cover.

    ``scheme`` names the class scheme (default: the only one that fits), ``classes`` maps codes to classes
    beside or instead of it, ``layer`` and ``field`` say where the parcels' class codes are, ``crs`` is for
    files that state none, ``lang`` (zh or en) is the study's. ``StudyError`` where the file cannot be used.
    """
    findings = Findings()
    path = find_file(str(_as_written_here(landcover)), Path(), PLACE, findings)
    findings.raise_errors()
    if path is None:
        raise StudyError([Finding(PLACE, say("carbon_init.no_file"), say("carbon_init.check_path"))])
    inline = dict(classes or {})
    try:
        if is_raster(path):
            codes, evidence = raster_codes(path)
        else:
            field, codes, evidence = field_codes(path, layer, field)
        read_as = reading(path.name, codes, scheme, inline, evidence)
        table: dict[str, Any] = {"path": _relative(path, folder), "layer": layer, "field": field, "crs": crs}
        table |= {"scheme": read_as.scheme, "classes": inline or None, "nodata": read_as.nodata or None}
        table = {key: value for key, value in table.items() if value is not None}
        cover = _read({**table, "path": str(path.resolve())})
    except StudyError as wrong:
        raise StudyError([_as_options(finding) for finding in wrong.findings]) from None
    areas = sum_by(cover.today, cover.grid.area_ha, len(cover.classes))
    present = {item.name: float(area) for item, area in zip(cover.classes, areas, strict=True) if area > 0}
    text = study_lines(path.stem, table, cover, areas, lang)
    return Written(text, read_as, present, cover.crosswalk)


def _read(table: dict[str, Any]) -> LandCoverData:
    """The land cover by the very reader that a run uses."""
    findings = Findings()
    study = parse_study({"title": "new", "landcover": table}, "study.toml")
    cover = read_landcover(study, Path(), findings)
    findings.raise_errors()
    if cover is None:
        raise StudyError([Finding(PLACE, say("carbon_init.no_cover"), say("carbon_init.check_file"))])
    return cover


class _AsOptions(Finding):
    """A finding whose remedy names an option of the command: there is no study yet to put a key into."""

    def told(self, lang: str) -> str:
        return re.sub(r'`?\b(crs|layer) = ("[^"]+")`?', r"--\1 \2", Finding.told(self, lang))


def _as_options(finding: Finding) -> Finding:
    return _AsOptions(finding.place, finding.fault, finding.remedy, finding.severity)


def _as_written_here(path: Path) -> Path:
    """A path as Windows writes it, read elsewhere: with the separator of this system where that is a file."""
    other = Path(str(path).replace("\\", "/"))
    return other if not path.exists() and other.exists() else path


def _relative(path: Path, folder: Path) -> str:
    """A path as the study names it: relative to the study's folder, with ``/`` on every system, so that the
    study can be read on any and nothing in it is an escape of TOML."""
    try:
        return Path(os.path.relpath(path.resolve(), folder.resolve())).as_posix()
    except ValueError:
        return path.resolve().as_posix()
